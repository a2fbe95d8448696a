import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { newTraceId, xrayId } from '../testing/documents.ts';
import { observe, type Observed } from '../testing/observe.ts';

const GROUP = '/throughline/seats';
const STREAM = 'seats-1';

async function withLines({ logs }: Observed, messages: string[], logGroupName = GROUP): Promise<number> {
  const from = Date.now() - messages.length;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: STREAM }));
  const logEvents = messages.map((message, index) => ({ timestamp: from + index, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: STREAM, logEvents }));
  return from;
}

test("a trace's lines are found by either spelling of its id", async (t) => {
  const observed = await observe(t);
  const [mine, other] = [newTraceId(), newTraceId()];
  const line = (id: string, msg: string) => JSON.stringify({ trace_id: id, xray_trace_id: xrayId(id), msg });
  await withLines(observed, [line(mine, 'hold'), line(other, 'hold'), line(mine, 'release')]);
  const messagesFor = async (filterPattern: string) => {
    const { events } = await observed.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern }));
    return events?.map((event) => (JSON.parse(event.message ?? '') as { msg: string }).msg);
  };
  assert.deepEqual(await messagesFor(mine), ['hold', 'release']);
  assert.deepEqual(await messagesFor(`"${xrayId(mine)}"`), ['hold', 'release']);
  assert.deepEqual(await messagesFor(`"${xrayId(mine)}" release`), ['release']);
  assert.deepEqual(await messagesFor(newTraceId()), []);
});

test('terms, quoted terms, any-of and none-of', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['ERROR seat 7 is gone', 'WARN slow query', 'INFO seat 7 held', 'say "hi"']);
  const cases: [string, number[]][] = [
    ['', [0, 1, 2, 3]],
    ['seat', [0, 2]],
    ['Seat', []],
    ['seat ERROR', [0]],
    ['"seat 7 is"', [0]],
    ['?ERROR ?WARN', [0, 1]],
    ['seat -ERROR', [2]],
    ['-"seat 7"', [1, 3]],
    ['"\\"hi\\""', [3]],
  ];
  const { events: all } = await observed.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  for (const [filterPattern, wanted] of cases) {
    const { events } = await observed.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern }));
    assert.deepEqual(
      events?.map((event) => event.message),
      wanted.map((index) => all?.[index]?.message),
      filterPattern,
    );
  }
  for (const filterPattern of ['a-b', '"open', '{ $.x }', '[a, b', '%(%']) {
    await assert.rejects(observed.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern })), {
      name: 'InvalidParameterException',
    });
  }
});

test('filtered pages follow each other without a gap', async (t) => {
  const observed = await observe(t);
  const messages = Array.from({ length: 2500 }, (_, index) => `${index % 2 === 0 ? 'even' : 'odd'} ${index}`);
  const from = await withLines(observed, messages);
  const seen: (string | undefined)[] = [];
  const input = { logGroupName: GROUP, filterPattern: 'even', startTime: from, limit: 500 };
  for await (const page of paginateFilterLogEvents({ client: observed.logs }, input)) {
    seen.push(...(page.events ?? []).map((event) => event.message));
  }
  assert.deepEqual(
    seen,
    messages.filter((message) => message.startsWith('even')),
  );
});

test('a stream is read forward from its head and backward from its tail', async (t) => {
  const { logs, ...observed } = await observe(t);
  await withLines({ logs, ...observed }, ['a', 'b', 'c', 'd', 'e']);
  const read = async (options: object) => {
    const answer = await logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM, ...options }));
    return { ...answer, text: answer.events?.map((event) => event.message).join('') };
  };
  const head = await read({ startFromHead: true, limit: 2 });
  assert.equal(head.text, 'ab');
  const next = await read({ nextToken: head.nextForwardToken, limit: 2 });
  assert.equal(next.text, 'cd');
  assert.equal((await read({ nextToken: next.nextBackwardToken, limit: 9 })).text, 'ab');
  const last = await read({ nextToken: next.nextForwardToken });
  const end = await read({ nextToken: last.nextForwardToken });
  assert.equal(last.text, 'e');
  assert.equal(end.text, '');
  assert.equal(end.nextForwardToken, last.nextForwardToken);
  assert.equal((await read({ limit: 2 })).text, 'de');
});

test('groups and streams are listed, paged and described', async (t) => {
  const observed = await observe(t);
  const from = await withLines(observed, ['a', 'b']);
  await withLines(observed, ['a'], '/throughline/orders');
  const { logs } = observed;
  const first = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/throughline/', limit: 1 }));
  assert.equal(first.logGroups?.[0]?.logGroupName, '/throughline/orders');
  const second = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/throughline/', nextToken: first.nextToken }),
  );
  assert.deepEqual(
    second.logGroups?.map((group) => [group.logGroupName, group.storedBytes]),
    [[GROUP, 2]],
  );
  assert.equal(second.nextToken, undefined);
  const { logStreams } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName: GROUP, orderBy: 'LastEventTime', descending: true }),
  );
  assert.equal(logStreams?.[0]?.logStreamName, STREAM);
  assert.equal(logStreams[0].firstEventTimestamp, from);
  assert.equal(logStreams[0].lastEventTimestamp, from + 1);
});

test('errors are those of CloudWatch Logs', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['a']);
  const { logs, post } = observed;
  const now = Date.now();
  const put = (logEvents: { timestamp: number; message: string }[], logStreamName = STREAM) =>
    logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName, logEvents }));
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: GROUP })), {
    name: 'ResourceAlreadyExistsException',
  });
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: 'a b' })), {
    name: 'InvalidParameterException',
  });
  await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: 'nothing' })), {
    name: 'ResourceNotFoundException',
  });
  await assert.rejects(put([{ timestamp: now, message: 'x' }], 'other'), { name: 'ResourceNotFoundException' });
  await assert.rejects(put([]), { name: 'InvalidParameterException' });
  await assert.rejects(
    put([
      { timestamp: now, message: 'b' },
      { timestamp: now - 1, message: 'a' },
    ]),
    /chronological/,
  );
  await assert.rejects(put([{ timestamp: now, message: 'x'.repeat(1_048_577) }]), /too large/);
  await assert.rejects(logs.send(new StartQueryCommand({ startTime: 0, endTime: 1, queryString: 'x' })), {
    name: 'UnknownOperationException',
  });
  for (const body of ['{', '[]', 'null']) {
    const response = await post('/', body, { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as Record<string, unknown>)['__type'], 'SerializationException');
  }
});

test('events too old or too far ahead are rejected, the others kept', async (t) => {
  const observed = await observe(t, { now: () => Date.now() + 14 * 86_400_000 - 10_000 });
  await observed.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  await observed.logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: STREAM }));
  const now = Date.now();
  const logEvents = [
    { timestamp: now - 60_000, message: 'old' },
    { timestamp: now, message: 'kept' },
  ];
  const { rejectedLogEventsInfo } = await observed.logs.send(
    new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM, logEvents }),
  );
  assert.deepEqual(rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 });
  const { events } = await observed.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  assert.deepEqual(
    events?.map((event) => event.message),
    ['kept'],
  );
});
