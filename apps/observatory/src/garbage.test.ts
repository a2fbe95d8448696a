import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { BatchGetTracesCommand } from '@aws-sdk/client-xray';
import fc from 'fast-check';
import { newTraceId, segment, xrayId } from './testing/documents.ts';
import { eventually, observe } from './testing/observe.ts';

test('datagrams that are none are dropped and reported, the next one is kept', async (t) => {
  const dropped: string[] = [];
  const { datagram, xray } = await observe(t, { onDropped: (reason) => dropped.push(reason) });
  const header = '{"format":"json","version":1}';
  const good = segment({ name: 'x', trace_id: newTraceId() });
  for (const text of [
    '',
    'x',
    '\n',
    header,
    `${header}\n`,
    `${header}\n{`,
    `${header}\n[]`,
    `{"format":"json","version":2}\n${JSON.stringify(good)}`,
  ]) {
    await datagram(text);
  }
  await datagram(`${header}\n${JSON.stringify(good)}`);
  await eventually(async () => {
    const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [good.trace_id] }));
    return Traces?.length === 1 ? true : undefined;
  });
  assert.equal(dropped.length, 8);
});

test('a full datagram is kept whole', async (t) => {
  const { datagram, xray } = await observe(t);
  const document = segment({
    name: 'x',
    trace_id: newTraceId(),
    metadata: { default: { filler: 'x'.repeat(64_500) } },
  });
  await datagram(`{"format":"json","version":1}\n${JSON.stringify(document)}`);
  await eventually(async () => {
    const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [document.trace_id] }));
    return Traces?.[0]?.Segments?.[0]?.Document === JSON.stringify(document) ? true : undefined;
  });
});

test('bytes that are no HTTP close the connection and nothing else', async (t) => {
  const { observatory, url } = await observe(t);
  for (const port of [observatory.port, observatory.daemonPort ?? 0]) {
    const socket = connect(port, '127.0.0.1');
    const { promise, resolve } = Promise.withResolvers<string>();
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.end('\0\x01garbage\r\n\r\n');
    assert.match(await promise, /^HTTP\/1\.1 400/);
  }
  assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { status: 'ok' });
});

test("any JSON on any path gets the protocol's answer, never a 5xx", async (t) => {
  const { post, url } = await observe(t);
  const paths = [
    '/TraceSegments',
    '/TelemetryRecords',
    '/Traces',
    '/TraceSummaries',
    '/ServiceGraph',
    '/TraceGraph',
    '/GetSamplingRules',
    '/SamplingTargets',
    '/v1/traces',
    '/v1/logs',
    '/',
  ];
  const operations = [
    'CreateLogGroup',
    'CreateLogStream',
    'PutLogEvents',
    'FilterLogEvents',
    'GetLogEvents',
    'DescribeLogGroups',
    'DescribeLogStreams',
    'No',
  ];
  const members = fc.constantFrom(
    'TraceIds',
    'StartTime',
    'EndTime',
    'FilterExpression',
    'NextToken',
    'TraceSegmentDocuments',
    'TelemetryRecords',
    'SamplingStatisticsDocuments',
    'TimeRangeType',
    'resourceSpans',
    'resourceLogs',
    'logGroupName',
    'logStreamName',
    'logEvents',
    'filterPattern',
    'nextToken',
    'limit',
    'startTime',
    'endTime',
  );
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(1_790_000_000, 'x', ['x'], [{}], [null], -1, 1e300, ''));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom(...operations),
      fc.dictionary(members, values),
      async (path, operation, body) => {
        const headers: Record<string, string> = path === '/' ? { 'x-amz-target': `Logs_20140328.${operation}` } : {};
        const response = await post(path, body, headers);
        assert.ok(response.status < 500, `${path} ${response.status}`);
        const answer = (await response.json()) as Record<string, unknown>;
        if (response.status === 200) return;
        if (path === '/') assert.equal(typeof answer['__type'], 'string');
        else if (path.startsWith('/v1/')) assert.equal(typeof answer['code'], 'number');
        else assert.ok(response.headers.get('x-amzn-errortype'));
      },
    ),
    { numRuns: 100 },
  );
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('SigV4 headers are accepted and ignored', async (t) => {
  const { post } = await observe(t);
  const response = await post(
    '/Traces',
    { TraceIds: [xrayId(newTraceId())] },
    { authorization: 'AWS4-HMAC-SHA256 nonsense', 'x-amz-date': 'never' },
  );
  assert.equal(response.status, 200);
});
