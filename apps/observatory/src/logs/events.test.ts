import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import {
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { conforms } from '../testing/conformance.ts';
import { newTraceId, xrayId } from '../testing/documents.ts';
import { GROUP, STREAM, withLines, withStream } from '../testing/log-lines.ts';
import { observe, type Observed } from '../testing/observe.ts';

const DAY_MS = 86_400_000;
const invalid = { name: 'InvalidParameterException' };
const missing = { name: 'ResourceNotFoundException' };

const putter =
  ({ logs }: Observed) =>
  (logEvents: { timestamp: number; message: string }[], more = {}) =>
    logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM, logEvents, ...more }));

async function filtered({ logs }: Observed, input: object = {}): Promise<(string | undefined)[] | undefined> {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
  return events?.map((event) => event.message);
}

conforms('PutLogEvents', 'a batch is in the order of time, within 24 hours, 1 MB and 10 000 events', async (t) => {
  const observed = await observe(t);
  const put = putter(observed);
  await withStream(observed);
  const now = Date.now();
  const at = (timestamp: number, message = 'x') => ({ timestamp, message });
  await assert.rejects(put([at(now), at(now - 1)]), /chronological order/);
  await assert.rejects(put([at(now - DAY_MS - 1), at(now)]), /cannot span more than 24 hours/);
  await assert.rejects(put([at(now, 'x'.repeat(1_048_576 - 25))]), /Upload too large: 1048577 bytes exceeds/);
  await assert.rejects(put(Array.from({ length: 10_001 }, () => at(now))), invalid);
  await assert.rejects(put([]), invalid);
  await assert.rejects(put([at(now, '')]), invalid);
  await assert.rejects(put([at(-1)]), invalid);
  assert.deepEqual(await filtered(observed), []);
  await put([at(now, 'x'.repeat(1_048_576 - 26))]);
  await put(Array.from({ length: 10_000 }, () => at(now)));
  await put([at(now - DAY_MS), at(now)]);
});

conforms('PutLogEvents', 'events too old, expired or too far ahead are rejected, the others kept', async (t) => {
  const observed = await observe(t);
  const put = putter(observed);
  await withStream(observed);
  const now = Date.now();
  const at = (ms: number) => ({ timestamp: now + ms, message: String(ms) });
  const first = await put([at(-14 * DAY_MS - 9000), at(-60_000), at(0), at(2 * 3_600_000 + 9000)]);
  assert.deepEqual(first.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 3 });
  await observed.logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }));
  const second = await put([at(-15 * DAY_MS), at(-2 * DAY_MS), at(1)]);
  assert.deepEqual(second.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 });
  const third = await put([at(-2 * DAY_MS)]);
  assert.deepEqual(third.rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 });
  assert.deepEqual(await filtered(observed), ['-60000', '0', '1']);
});

conforms('PutLogEvents', 'sequence tokens do not matter; a stream must be there', async (t) => {
  const observed = await observe(t);
  const put = putter(observed);
  const events = [{ timestamp: Date.now(), message: 'x' }];
  await assert.rejects(put(events), missing);
  await withStream(observed);
  assert.ok((await put(events, { sequenceToken: 'wrong' })).nextSequenceToken);
  assert.equal((await put(events)).rejectedLogEventsInfo, undefined);
  await assert.rejects(put(events, { logStreamName: 'none' }), missing);
  assert.deepEqual(await filtered(observed), ['x', 'x']);
});

conforms('PutLogEvents', 'a zipped body is read; what is no JSON, or of other types, cannot be read', async (t) => {
  const observed = await observe(t);
  await withStream(observed);
  const headers = { 'x-amz-target': 'Logs_20140328.PutLogEvents', 'content-type': 'application/x-amz-json-1.1' };
  const logEvents = [{ timestamp: Date.now(), message: 'zipped \0 ü 🎫' }];
  const body = { logGroupName: GROUP, logStreamName: STREAM, logEvents };
  const zipped = gzipSync(JSON.stringify(body));
  const answer = await observed.post('/', zipped, { ...headers, 'content-encoding': 'gzip' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/x-amz-json-1.1');
  assert.deepEqual(await filtered(observed), ['zipped \0 ü 🎫']);
  const wrong = [
    { ...body, logGroupName: 7 },
    { ...body, logEvents: [{ timestamp: 'x', message: 'x' }] },
  ];
  for (const text of ['{', '[]', 'null', ...wrong.map((one) => JSON.stringify(one))]) {
    const refused = await observed.post('/', text, headers);
    assert.equal(refused.status, 400);
    assert.equal(((await refused.json()) as Record<string, unknown>)['__type'], 'SerializationException', text);
  }
});

conforms('GetLogEvents', 'forward and backward by tokens; the end is where a token comes back', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['a', 'b', 'c', 'd', 'e']);
  const read = async (options: object) => {
    const input = { logGroupName: GROUP, logStreamName: STREAM, ...options };
    const answer = await observed.logs.send(new GetLogEventsCommand(input));
    return { ...answer, text: answer.events?.map((event) => event.message).join('') };
  };
  const head = await read({ startFromHead: true, limit: 2 });
  const next = await read({ nextToken: head.nextForwardToken, limit: 2 });
  const back = await read({ nextToken: next.nextBackwardToken, limit: 9 });
  const last = await read({ nextToken: next.nextForwardToken });
  const end = await read({ nextToken: last.nextForwardToken });
  const start = await read({ nextToken: back.nextBackwardToken });
  assert.deepEqual(
    [head, next, back, last, end, start].map(({ text }) => text),
    ['ab', 'cd', 'ab', 'e', '', ''],
  );
  assert.equal(end.nextForwardToken, last.nextForwardToken);
  assert.equal(start.nextBackwardToken, back.nextBackwardToken);
  assert.match(head.nextForwardToken ?? '', /^f\/\d{56}\/s$/);
  assert.match(head.nextBackwardToken ?? '', /^b\/\d{56}\/s$/);
  assert.equal((await read({ limit: 2 })).text, 'de');
  await putter(observed)([{ timestamp: Date.now(), message: 'f' }]);
  assert.equal((await read({ nextToken: end.nextForwardToken })).text, 'f');
  await assert.rejects(read({ nextToken: 'f/1/s' }), invalid);
  await assert.rejects(read({ limit: 10_001 }), invalid);
  await assert.rejects(read({ logStreamName: 'none' }), missing);
});

conforms('GetLogEvents', 'from the start time on, up to the end time, which is left out', async (t) => {
  const observed = await observe(t);
  const from = await withLines(observed, ['a', 'b', 'c', 'd']);
  const input = { logGroupName: GROUP, logStreamName: STREAM, startTime: from + 1, endTime: from + 3 };
  for (const startFromHead of [true, false]) {
    const { events } = await observed.logs.send(new GetLogEventsCommand({ ...input, startFromHead }));
    assert.deepEqual(
      events?.map((event) => [event.message, event.timestamp]),
      [
        ['b', from + 1],
        ['c', from + 2],
      ],
    );
  }
});

conforms('FilterLogEvents', "a trace's lines are found by either spelling of its id", async (t) => {
  const observed = await observe(t);
  const [mine, other] = [newTraceId(), newTraceId()];
  const line = (id: string, msg: string) => JSON.stringify({ trace_id: id, xray_trace_id: xrayId(id), msg });
  await withLines(observed, [line(mine, 'hold'), line(other, 'hold'), line(mine, 'release')]);
  const found = async (filterPattern: string) =>
    (await filtered(observed, { filterPattern }))?.map((text) => (JSON.parse(text ?? '') as { msg: string }).msg);
  assert.deepEqual(await found(mine), ['hold', 'release']);
  assert.deepEqual(await found(`"${xrayId(mine)}"`), ['hold', 'release']);
  assert.deepEqual(await found(`"${xrayId(mine)}" release`), ['release']);
  assert.deepEqual(await found(`{ $.trace_id = "${mine}" && $.msg = r* }`), ['release']);
  assert.deepEqual(await found(newTraceId()), []);
});

conforms('FilterLogEvents', 'every kind of pattern; one that cannot be read is refused with its place', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['ERROR seat 7', '{"level":"error","ms":12}', 'INFO x']);
  assert.deepEqual(await filtered(observed, { filterPattern: 'seat -INFO' }), ['ERROR seat 7']);
  assert.deepEqual(await filtered(observed, { filterPattern: '{ $.ms > 10 }' }), ['{"level":"error","ms":12}']);
  assert.deepEqual(await filtered(observed, { filterPattern: '[level = ERROR, ...]' }), ['ERROR seat 7']);
  assert.deepEqual(await filtered(observed, { filterPattern: '%^[A-Z]+ x$%' }), ['INFO x']);
  for (const filterPattern of ['a-b', '"open', '{ $.x }', '[a, b', '%(%', 'x'.repeat(1025)]) {
    await assert.rejects(filtered(observed, { filterPattern }), invalid);
  }
});

conforms('FilterLogEvents', 'pages follow each other without a gap, oldest or newest first', async (t) => {
  const observed = await observe(t);
  const messages = Array.from({ length: 2500 }, (_, index) => `${index % 2 === 0 ? 'even' : 'odd'} ${index}`);
  const from = await withLines(observed, messages);
  const even = messages.filter((message) => message.startsWith('even'));
  for (const startFromHead of [true, false]) {
    const seen: (string | undefined)[] = [];
    const input = { logGroupName: GROUP, filterPattern: 'even', startTime: from, limit: 500, startFromHead };
    for await (const page of paginateFilterLogEvents({ client: observed.logs }, input)) {
      assert.ok((page.events?.length ?? 0) <= 500);
      seen.push(...(page.events ?? []).map((event) => event.message));
    }
    assert.deepEqual(seen, startFromHead ? even : even.toReversed());
  }
  await assert.rejects(filtered(observed, { startFromHead: false, startTime: 1 }), invalid);
  await assert.rejects(filtered(observed, { nextToken: 'x' }), invalid);
});

conforms('FilterLogEvents', 'a page holds 1 MB, and an event at least', async (t) => {
  const observed = await observe(t);
  const put = putter(observed);
  await withStream(observed);
  const big = 'x'.repeat(700_000);
  for (let index = 0; index < 3; index += 1) await put([{ timestamp: Date.now(), message: `${index}${big}` }]);
  const counts: (number | undefined)[] = [];
  for await (const page of paginateFilterLogEvents({ client: observed.logs }, { logGroupName: GROUP })) {
    counts.push(page.events?.length);
  }
  assert.deepEqual(counts, [1, 1, 1]);
});

conforms('FilterLogEvents', 'streams are interleaved, or chosen by name or prefix', async (t) => {
  const observed = await observe(t);
  const time = Date.now() - 1000;
  for (const [logStreamName, offset] of [
    ['a-1', 0],
    ['a-2', 1],
    ['b', 2],
  ] as const) {
    await withStream(observed, GROUP, logStreamName);
    const events = [0, 3].map((ms) => ({ timestamp: time + ms + offset, message: `${logStreamName} ${ms + offset}` }));
    await putter(observed)(events, { logStreamName });
  }
  const all = ['a-1 0', 'a-2 1', 'b 2', 'a-1 3', 'a-2 4', 'b 5'];
  const only = (...streams: string[]) => all.filter((line) => streams.some((name) => line.startsWith(name)));
  assert.deepEqual(await filtered(observed, { interleaved: true }), all);
  assert.deepEqual(await filtered(observed, { logStreamNames: ['b'] }), only('b'));
  assert.deepEqual(await filtered(observed, { logStreamNames: ['b', 'a-1'] }), only('a-1', 'b'));
  assert.deepEqual(await filtered(observed, { logStreamNamePrefix: 'a' }), only('a'));
  assert.deepEqual(await filtered(observed, { startTime: time + 1, endTime: time + 3 }), all.slice(1, 4));
  await assert.rejects(filtered(observed, { logStreamNames: ['none'] }), missing);
  await assert.rejects(filtered(observed, { logStreamNames: ['b'], logStreamNamePrefix: 'a' }), invalid);
});

conforms('DeleteLogStream', 'a stream of the same name begins anew', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['old']);
  const stream = { logGroupName: GROUP, logStreamName: STREAM };
  await observed.logs.send(new DeleteLogStreamCommand(stream));
  await observed.logs.send(new CreateLogStreamCommand(stream));
  assert.deepEqual(await filtered(observed), []);
  const { logStreams } = await observed.logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }));
  assert.equal(logStreams?.[0]?.lastEventTimestamp, undefined);
});
