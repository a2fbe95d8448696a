import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleSpans, span, traceOf } from '../testing/sample.ts';
import { render } from './paint.ts';
import { columns } from './text.ts';
import { waterfall } from './waterfall.ts';

const text = (spans: Parameters<typeof traceOf>[0], width: number): string[] =>
  waterfall(traceOf(spans), width).map((line) => render(line, width, (plain) => plain));

test('the waterfall of a purchase in 100 columns', () => {
  assert.deepEqual(text(sampleSpans(), 100), [
    'waterfall ──────────────────────────────────────────────────────────────────────────────────────────',
    '       service and operation (times in ms)            start   took   gap  0 ───────────────── 160 ms',
    'O HTTP gateway POST /orders                             0.0   80.0        █████████████',
    'O HTTP ├ accounts POST /sessions/check                  1.2    6.0   1.6  ▐─',
    'O DDB  │ └ sessions GetItem                             2.6    3.1        ▌',
    'X HTTP ├ pricing POST /quotes                           8.0   30.0   4.0   ▐███▉─',
    'X HTTP │ └ promotions POST /promotions/:code/us… 500   12.0   20.0   2.0    ███─',
    '       │     ✗ Error: the table [31m is away',
    'O HTTP ├ → bank POST /authorisations/…/capture         40.0   22.0              ▐███▏',
    'O      ├ pool.acquire                                  64.0    3.0                  ▌',
    'O SQL  ├ orders@postgres INSERT orders                 67.5    2.5                   ▍',
    'O SQS  └ order-placed send                             72.0    4.0                   ▕▍',
    'O SQS    └ tickets order-placed process               110.0   50.0  34.0              ┈┈┈┈┈▕████████',
    'O SQL      ├ tickets@postgres UPDATE tickets          112.0    9.0                          ▐▋',
    'O SQL      └ tickets@postgres UPDATE tickets          122.0    9.0                           ▕█▎',
    '',
    'O OpenTelemetry  X X-Ray SDK  → third party  ── network, accept queue  ┈┈ waiting in SQS',
  ]);
});

test('the same in 140 columns shows more of the names and finer bars', () => {
  assert.deepEqual(text(sampleSpans(), 140), [
    'waterfall ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────',
    '       service and operation (times in ms)                           start   took   gap  0 ────────────────────────────────────────── 160 ms',
    'O HTTP gateway POST /orders                                            0.0   80.0        █████████████████████████▌',
    'O HTTP ├ accounts POST /sessions/check                                 1.2    6.0   1.6  ▐█▏',
    'O DDB  │ └ sessions GetItem                                            2.6    3.1        ▕▉',
    'X HTTP ├ pricing POST /quotes                                          8.0   30.0   4.0    ─▐███████▌─',
    'X HTTP │ └ promotions POST /promotions/:code/uses 500                 12.0   20.0   2.0     ─█████▉─',
    '       │     ✗ Error: the table [31m is away',
    'O HTTP ├ → bank POST /authorisations/…/capture                        40.0   22.0                    ▕██████▊',
    'O      ├ pool.acquire                                                 64.0    3.0                            ▐▍',
    'O SQL  ├ orders@postgres INSERT orders                                67.5    2.5                             ▐▍',
    'O SQS  └ order-placed send                                            72.0    4.0                               █▎',
    'O SQS    └ tickets order-placed process                              110.0   50.0  34.0                          ┈┈┈┈┈┈┈┈┈┈┈████████████████',
    'O SQL      ├ tickets@postgres UPDATE tickets                         112.0    9.0                                           ▕██▋',
    'O SQL      └ tickets@postgres UPDATE tickets                         122.0    9.0                                              ▕██▊',
    '',
    'O OpenTelemetry  X X-Ray SDK  → third party  ── network, accept queue  ┈┈ waiting in SQS',
  ]);
});

test('no line is wider than the screen, whatever the names', () => {
  const spans = [
    span(1, undefined, 0, 10, { service: '音楽'.repeat(40), name: '🎫'.repeat(90), kind: 'server' }),
    ...Array.from({ length: 60 }, (_, index) =>
      span(index + 2, index + 1, index / 10, 1, { name: 'deep '.repeat(30), service: `s${index}`, kind: 'server' }),
    ),
  ];
  for (const width of [72, 100, 140, 200]) {
    for (const line of text(spans, width)) assert.ok(columns(line) <= width, `${columns(line)}: ${line}`);
  }
});

test('what a trace says does not reach the terminal as a command', () => {
  const spans = [span(1, undefined, 0, 1, { service: 'a\u001b[2J', name: 'b\r\nc\u202ed\u0007', kind: 'server' })];
  assert.ok(text(spans, 100).some((line) => line.includes('a [2J b c d')));
});

test('a span without an end reads as open, and one whose parent is missing says which', () => {
  const { end_us: _, ...open } = span(2, 9, 0, 1, { kind: 'server', service: 'seats', name: 'POST /holds' });
  const lines = text([span(1, undefined, 0, 10, { kind: 'server' }), open], 100);
  assert.ok(lines.some((line) => /seats POST \/holds +0\.0 +open /.test(line)));
  assert.ok(lines.some((line) => line.includes('? its parent 0000000000000009 is not here')));
});

test('a call that was answered twice keeps both answers on lines of their own', () => {
  const call = { kind: 'client', peer: { name: 'seats', kind: 'http' }, name: 'GET /x' } as const;
  const answer = { kind: 'server', service: 'seats', name: 'GET /x' } as const;
  const lines = text(
    [
      span(1, undefined, 0, 9, { kind: 'server' }),
      span(2, 1, 1, 8, call),
      span(3, 2, 2, 2, answer),
      span(4, 2, 5, 2, answer),
    ],
    100,
  );
  assert.equal(lines.filter((line) => line.includes('seats GET /x')).length, 3);
});

test('ten thousand spans in one chain are shown', () => {
  const spans = Array.from({ length: 10_000 }, (_, index) => span(index + 1, index || undefined, 0, 1, {}));
  assert.ok(text(spans, 100).length > 10_000);
});
