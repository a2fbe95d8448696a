import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleLogs, sampleSpans, traceOf } from '../testing/sample.ts';
import { logLines } from './log-lines.ts';
import { render } from './paint.ts';

const trace = traceOf(sampleSpans());
const text = (logs = sampleLogs(), width = 100): string[] =>
  logLines(trace, logs, width)
    .slice(1)
    .map((line) => render(line, width, (plain) => plain));

test('log lines tell when, how grave, who, what, and in which span', () => {
  assert.deepEqual(text(), [
    '     7.0  info  accounts   POST /sessions/check 200                   POST /sessions/check',
    '    31.0  error promotions the table is away                          POST /promotions/:code/uses',
    '    80.0  info  gateway    POST /orders 201                           POST /orders',
    '   160.0  info  tickets    rendered 2 tickets                         no span',
  ]);
});

test('a long message is cut, and one with control characters is harmless', () => {
  const [line] = sampleLogs();
  assert.ok(line);
  const [cut = ''] = text([{ ...line, message: `a\u001b[1m\n${'long '.repeat(60)}` }]);
  assert.equal(cut.length <= 100, true);
  assert.match(cut, / a \[1m long .*… {2}POST \/sessions\/check$/);
});

test('a trace without logs says so', () => {
  assert.deepEqual(text([]), ['no log line of this trace was found']);
});
