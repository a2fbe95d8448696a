import assert from 'node:assert/strict';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateDescribeLogGroups,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { conforms } from '../testing/conformance.ts';
import { GROUP, STREAM, withLines, withStream } from '../testing/log-lines.ts';
import { observe } from '../testing/observe.ts';

const invalid = { name: 'InvalidParameterException' };
const missing = { name: 'ResourceNotFoundException' };

conforms('CreateLogGroup', 'a group has its class and tags; its name is given once, and checked', async (t) => {
  const { logs } = await observe(t);
  const create = (logGroupName: string, more = {}) => logs.send(new CreateLogGroupCommand({ logGroupName, ...more }));
  await create(GROUP, { logGroupClass: 'INFREQUENT_ACCESS' });
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  assert.equal(logGroups?.[0]?.logGroupClass, 'INFREQUENT_ACCESS');
  assert.equal(logGroups[0].arn, `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`);
  await assert.rejects(create(GROUP), { name: 'ResourceAlreadyExistsException' });
  await assert.rejects(create('a b'), /Value 'a b' at 'logGroupName' failed to satisfy constraint/);
  await assert.rejects(create(''), invalid);
  await assert.rejects(create('x'.repeat(513)), /less than or equal to 512/);
  await assert.rejects(create('x', { tags: { 'aws:x': '1' } }), invalid);
  await assert.rejects(create('x', { kmsKeyId: 'arn:aws:kms:us-east-1:1:key/x' }), invalid);
  await assert.rejects(create('x', { logGroupClass: 'CHEAP' }), /enum value set/);
});

conforms(
  'DeleteLogGroup',
  'group, streams and events are gone at once, also for a new group of its name',
  async (t) => {
    const observed = await observe(t);
    const { logs } = observed;
    await withLines(observed, ['a', 'b']);
    await withLines(observed, ['kept'], '/other');
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: GROUP })), missing);
    await assert.rejects(logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP })), missing);
    await withStream(observed);
    assert.deepEqual((await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).events, []);
    assert.equal((await logs.send(new FilterLogEventsCommand({ logGroupName: '/other' }))).events?.length, 1);
  },
);

conforms('DescribeLogGroups', 'by prefix, part, class and identifier, in the order of names', async (t) => {
  const { logs } = await observe(t);
  const create = (logGroupName: string, more = {}) => logs.send(new CreateLogGroupCommand({ logGroupName, ...more }));
  for (const name of ['/b/two', '/a/one', '/a/two']) await create(name);
  await create('cheap', { logGroupClass: 'ESSENTIALS' });
  const names = async (input: object) => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand(input));
    return logGroups?.map(({ logGroupName }) => logGroupName);
  };
  assert.deepEqual(await names({}), ['/a/one', '/a/two', '/b/two', 'cheap']);
  assert.deepEqual(await names({ logGroupNamePrefix: '/a' }), ['/a/one', '/a/two']);
  assert.deepEqual(await names({ logGroupNamePattern: 'two' }), ['/a/two', '/b/two']);
  assert.deepEqual(await names({ logGroupNamePattern: 'Two' }), []);
  const { logGroups: [found] = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'one' }));
  assert.deepEqual(Object.keys(found ?? {}).toSorted(), ['arn', 'creationTime', 'logGroupName']);
  assert.deepEqual(await names({ logGroupClass: 'INFREQUENT_ACCESS' }), ['cheap']);
  assert.deepEqual(await names({ logGroupIdentifiers: ['cheap', '/none'] }), ['cheap']);
  for (const input of [{ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }, { limit: 51 }, { nextToken: 'x' }]) {
    await assert.rejects(logs.send(new DescribeLogGroupsCommand(input)), invalid);
  }
});

conforms('DescribeLogGroups', 'pages of `limit`; bytes are those of the messages', async (t) => {
  const observed = await observe(t);
  for (let index = 0; index < 5; index += 1) await withLines(observed, ['abc', 'ü'], `/g${index}`);
  const pages: (string | undefined)[][] = [];
  for await (const page of paginateDescribeLogGroups({ client: observed.logs }, { limit: 2 })) {
    pages.push((page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
    assert.equal(page.logGroups?.[0]?.storedBytes, 5);
  }
  assert.deepEqual(pages, [['/g0', '/g1'], ['/g2', '/g3'], ['/g4']]);
});

conforms('PutRetentionPolicy', 'older events are not read any more; other numbers of days are refused', async (t) => {
  let days = 0;
  const observed = await observe(t, { now: () => Date.now() + days * 86_400_000 });
  const { logs } = observed;
  await withLines(observed, ['a', 'b']);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 3 }));
  assert.equal((await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays, 3);
  const count = async () => (await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).events?.length;
  assert.equal(await count(), 2);
  days = 4;
  assert.equal(await count(), 0);
  for (const retentionInDays of [0, 2, -1]) {
    await assert.rejects(logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays })), invalid);
  }
  await assert.rejects(logs.send(new PutRetentionPolicyCommand({ logGroupName: 'x', retentionInDays: 1 })), missing);
});

conforms('DeleteRetentionPolicy', 'events are kept for ever again', async (t) => {
  const observed = await observe(t, { now: () => Date.now() + 4 * 86_400_000 });
  const { logs } = observed;
  await withLines(observed, ['a']);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 3 }));
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP }));
  assert.equal((await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays, undefined);
  assert.equal((await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).events?.length, 1);
  await assert.rejects(logs.send(new DeleteRetentionPolicyCommand({ logGroupName: 'x' })), missing);
});

conforms('CreateLogStream', 'a name is given once in its group, and checked', async (t) => {
  const observed = await observe(t);
  await withStream(observed);
  const create = (logStreamName: string, logGroupName = GROUP) =>
    observed.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  await create('a b/ü[]');
  await assert.rejects(create(STREAM), { name: 'ResourceAlreadyExistsException' });
  await assert.rejects(create('a:b'), invalid);
  await assert.rejects(create('a*'), invalid);
  await assert.rejects(create('a', 'none'), missing);
});

conforms('DeleteLogStream', 'the stream and its events are gone at once', async (t) => {
  const observed = await observe(t);
  const { logs } = observed;
  await withLines(observed, ['a', 'b']);
  await withLines(observed, ['c'], GROUP, 'other');
  const input = { logGroupName: GROUP, logStreamName: STREAM };
  await logs.send(new DeleteLogStreamCommand(input));
  await assert.rejects(logs.send(new GetLogEventsCommand(input)), missing);
  await assert.rejects(logs.send(new DeleteLogStreamCommand(input)), missing);
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
  assert.deepEqual(
    events?.map((event) => event.message),
    ['c'],
  );
});

conforms('DescribeLogStreams', 'by prefix, by name or last event, up or down', async (t) => {
  const observed = await observe(t);
  const { logs } = observed;
  const from = await withLines(observed, ['a', 'b'], GROUP, 'b');
  await withLines(observed, ['later'], GROUP, 'a');
  await withStream(observed, GROUP, 'empty');
  const list = async (input: object) =>
    (await logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, ...input }))).logStreams ?? [];
  const names = async (input: object) => (await list(input)).map(({ logStreamName }) => logStreamName);
  assert.deepEqual(await names({}), ['a', 'b', 'empty']);
  assert.deepEqual(await names({ descending: true }), ['empty', 'b', 'a']);
  assert.deepEqual(await names({ logStreamNamePrefix: 'e' }), ['empty']);
  assert.deepEqual(await names({ orderBy: 'LastEventTime', descending: true, limit: 2 }), ['a', 'b']);
  const [stream] = await list({ logStreamNamePrefix: 'b' });
  assert.equal(stream?.firstEventTimestamp, from);
  assert.equal(stream.lastEventTimestamp, from + 1);
  assert.equal(stream.arn, `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:log-stream:b`);
  const byArn = { logGroupIdentifier: `arn:aws:logs:eu-west-1:123456789012:log-group:${GROUP}` };
  assert.equal((await logs.send(new DescribeLogStreamsCommand(byArn))).logStreams?.length, 3);
  for (const input of [{ logGroupName: GROUP, ...byArn }, {}]) {
    await assert.rejects(logs.send(new DescribeLogStreamsCommand(input)), invalid);
  }
  await assert.rejects(list({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }), invalid);
});
