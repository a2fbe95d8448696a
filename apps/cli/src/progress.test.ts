import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FleetEvent } from '@throughline/local';
import { createProgress } from './progress.ts';

const start: FleetEvent[] = [
  { type: 'starting', part: 'postgres' },
  { type: 'awaited', parts: ['postgres'] },
  { type: 'starting', part: 'seats' },
  { type: 'awaited', parts: ['postgres', 'seats'] },
  { type: 'up', part: 'postgres', ms: 40 },
  { type: 'awaited', parts: ['seats'] },
  { type: 'up', part: 'seats', ms: 1200 },
  { type: 'awaited', parts: [] },
  { type: 'listening', urls: {}, ms: 1300 },
];

function render(events: readonly FleetEvent[], isTTY: boolean): string {
  let written = '';
  const progress = createProgress({ isTTY, columns: 40, write: (text) => (written += text) });
  for (const event of events) progress(event);
  return written;
}

test('a log gets a line for each part that is up', () => {
  assert.equal(
    render(start, false),
    'postgres is up after 0.04 s (1 of 2)\nseats is up after 1.2 s (2 of 2)\nAll 2 parts are up after 1.3 s.\n',
  );
});

test('a terminal gets one line that says who is awaited, never wider than itself, and ends clean', () => {
  const written = render(start, true);
  assert.match(written, /1 of 2 up · waiting for seats/);
  assert.ok(written.endsWith('\r\u001b[KAll 2 parts are up after 1.3 s.\n'));
  for (const line of written.split('\r\u001b[K')) assert.ok(line.length < 41);
});

test('a death and its restart are one line', () => {
  const death: FleetEvent[] = [
    { type: 'died', part: 'seats', code: null, signal: 'SIGKILL', log: ['a line'] },
    { type: 'awaited', parts: [] },
    { type: 'restarting', part: 'seats', delayMs: 250 },
    { type: 'starting', part: 'seats' },
    { type: 'awaited', parts: ['seats'] },
    { type: 'up', part: 'seats', ms: 300 },
  ];
  const written = render([...start, ...death], false);
  assert.equal(written.slice(render(start, false).length), 'seats ended by SIGKILL and is started again in 0.25 s\n');
});
