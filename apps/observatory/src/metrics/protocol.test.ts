import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeCbor, encodeCbor } from '../aws/cbor.ts';
import { conforms } from '../testing/conformance.ts';
import { observe, type Observed } from '../testing/observe.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const CBOR = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };
const now = () => Math.floor(Date.now() / 1000);

async function query({ post }: Observed, members: Record<string, string | number>, headers = {}) {
  const entries = Object.entries(members).map(([key, value]): [string, string] => [key, String(value)]);
  const body = new URLSearchParams([...entries, ['Version', '2010-08-01']]).toString();
  const response = await post('/', body, { ...FORM, ...headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function cbor({ post }: Observed, operation: string, input: object, headers = {}) {
  const path = `/service/GraniteServiceVersion20100801/operation/${operation}`;
  const response = await post(path, encodeCbor(input), { ...CBOR, ...headers });
  const body = decodeCbor(Buffer.from(await response.arrayBuffer())) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

async function json({ post }: Observed, operation: string, input: object, headers = {}) {
  const target = { 'x-amz-target': `GraniteServiceVersion20100801.${operation}` };
  const response = await post('/', input, { ...JSON_1_0, ...target, ...headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const DATUM = {
  Action: 'PutMetricData',
  Namespace: 'n & <m>',
  'MetricData.member.1.MetricName': 'm',
  'MetricData.member.1.Dimensions.member.1.Name': 'd',
  'MetricData.member.1.Dimensions.member.1.Value': 'a<b&c',
  'MetricData.member.1.Values.member.1': '1.5',
  'MetricData.member.1.Values.member.2': '2e1',
  'MetricData.member.1.Counts.member.1': 3,
  'MetricData.member.1.Counts.member.2': 1,
  'MetricData.member.10.MetricName': 'ten',
  'MetricData.member.10.Value': '10',
  'MetricData.member.2.MetricName': 'two',
  'MetricData.member.2.Value': '2',
};

conforms('PutMetricData', 'the query protocol takes it as a form, zipped or not', async (t) => {
  const observed = await observe(t);
  const { status, type, text } = await query(observed, DATUM);
  assert.deepEqual([status, type], [200, 'text/xml']);
  assert.match(
    text,
    /^<PutMetricDataResponse xmlns="http:\/\/monitoring.amazonaws.com\/doc\/2010-08-01\/"><ResponseMetadata><RequestId>[\w-]+<\/RequestId>/,
  );
  const zipped = gzipSync(new URLSearchParams({ ...DATUM, Namespace: 'z' } as never).toString());
  assert.equal((await observed.post('/', zipped, { ...FORM, 'content-encoding': 'gzip' })).status, 200);
  const { body } = await json(observed, 'ListMetrics', {});
  assert.deepEqual(
    (body['Metrics'] as { Namespace: string; MetricName: string }[]).map((metric) => [
      metric.Namespace,
      metric.MetricName,
    ]),
    ['n & <m>', 'z'].flatMap((namespace) => ['m', 'two', 'ten'].map((name) => [namespace, name])),
  );
});

conforms('ListMetrics', 'the query protocol tells it in XML, also to a GET', async (t) => {
  const observed = await observe(t);
  await query(observed, DATUM);
  const metric =
    '<member><Namespace>n &amp; &lt;m&gt;</Namespace><MetricName>m</MetricName><Dimensions><member><Name>d</Name><Value>a&lt;b&amp;c</Value></member></Dimensions></member>';
  const { text } = await query(observed, { Action: 'ListMetrics', MetricName: 'm' });
  assert.ok(text.includes(`<ListMetricsResult><Metrics>${metric}</Metrics></ListMetricsResult>`), text);
  const got = await fetch(`${observed.url}/?Action=ListMetrics&MetricName=m`);
  assert.ok((await got.text()).includes(metric));
});

conforms('GetMetricStatistics', 'all three protocols tell the same', async (t) => {
  const observed = await observe(t);
  await query(observed, DATUM);
  const [from, to] = [now() - 300, now() + 60];
  const input = { Namespace: 'n & <m>', MetricName: 'm', Dimensions: [{ Name: 'd', Value: 'a<b&c' }], Period: 3600 };
  const times = { StartTime: from, EndTime: to };
  const ask = { ...input, ...times, ExtendedStatistics: ['p50', 'p99'] };
  const byJson = await json(observed, 'GetMetricStatistics', ask);
  const byCbor = await cbor(observed, 'GetMetricStatistics', ask);
  const byQuery = await query(observed, {
    Action: 'GetMetricStatistics',
    Namespace: input.Namespace,
    MetricName: 'm',
    'Dimensions.member.1.Name': 'd',
    'Dimensions.member.1.Value': 'a<b&c',
    Period: 3600,
    StartTime: new Date(from * 1000).toISOString(),
    EndTime: new Date(to * 1000).toISOString(),
    'ExtendedStatistics.member.1': 'p50',
    'ExtendedStatistics.member.2': 'p99',
  });
  const start = from - (from % 60);
  const told = {
    Label: 'm',
    Datapoints: [{ Timestamp: start, ExtendedStatistics: { p50: 1.5, p99: 20 }, Unit: 'None' }],
  };
  assert.deepEqual(byJson.body, told);
  assert.deepEqual(byCbor.body, told);
  assert.ok(
    byQuery.text.includes(
      `<GetMetricStatisticsResult><Label>m</Label><Datapoints><member><Timestamp>${new Date(start * 1000).toISOString()}</Timestamp><ExtendedStatistics><entry><key>p50</key><value>1.5</value></entry><entry><key>p99</key><value>20</value></entry></ExtendedStatistics><Unit>None</Unit></member></Datapoints></GetMetricStatisticsResult>`,
    ),
    byQuery.text,
  );
});

conforms('GetMetricData', 'all three protocols tell the same', async (t) => {
  const observed = await observe(t);
  await query(observed, DATUM);
  const Metric = { Namespace: 'n & <m>', MetricName: 'two' };
  const times = { StartTime: now() - 600, EndTime: now() + 60 };
  const MetricDataQueries = [{ Id: 'm', MetricStat: { Metric, Period: 3600, Stat: 'Sum' } }];
  const byJson = await json(observed, 'GetMetricData', { ...times, MetricDataQueries });
  const byCbor = await cbor(observed, 'GetMetricData', { ...times, MetricDataQueries });
  const { text } = await query(observed, {
    Action: 'GetMetricData',
    ...times,
    StartTime: new Date(times.StartTime * 1000).toISOString(),
    EndTime: new Date(times.EndTime * 1000).toISOString(),
    'MetricDataQueries.member.1.Id': 'm',
    'MetricDataQueries.member.1.MetricStat.Metric.Namespace': Metric.Namespace,
    'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'two',
    'MetricDataQueries.member.1.MetricStat.Period': 3600,
    'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
    'MetricDataQueries.member.1.ReturnData': 'true',
  });
  const [result] = byJson.body['MetricDataResults'] as { Values: number[] }[];
  assert.deepEqual(result?.Values, [2]);
  assert.deepEqual(byCbor.body, byJson.body);
  assert.match(text, /<Values><member>2<\/member><\/Values><StatusCode>Complete<\/StatusCode>/);
});

test('errors are told in the shape of each protocol', async (t) => {
  const observed = await observe(t);
  const byQuery = await query(observed, { Action: 'PutMetricData', Namespace: 'AWS/x' });
  assert.equal(byQuery.status, 400);
  assert.match(
    byQuery.text,
    /^<ErrorResponse xmlns="[^"]+"><Error><Type>Sender<\/Type><Code>InvalidParameterValue<\/Code><Message>The value AWS\/ for parameter Namespace is invalid.<\/Message><\/Error><RequestId>[\w-]+<\/RequestId><\/ErrorResponse>$/,
  );
  for (const ask of [json, cbor]) {
    const { status, body, headers } = await ask(
      observed,
      'PutMetricData',
      { Namespace: 'AWS/x' },
      { 'x-amzn-query-mode': 'true' },
    );
    assert.equal(status, 400);
    assert.equal(body['__type'], 'com.amazonaws.cloudwatch#InvalidParameterValueException');
    assert.equal(headers.get('x-amzn-query-error'), 'InvalidParameterValue;Sender');
    assert.match(headers.get('x-amzn-requestid') ?? '', /^[\w-]{36}$/);
  }
  const cborHeaders = (await cbor(observed, 'ListMetrics', {})).headers;
  assert.equal(cborHeaders.get('smithy-protocol'), 'rpc-v2-cbor');
  assert.equal(cborHeaders.get('content-type'), 'application/cbor');
});

test('bodies that cannot be read are refused, large ones too', async (t) => {
  const observed = await observe(t);
  const code = async (path: string, body: Uint8Array | string, headers: Record<string, string>) => {
    const response = await observed.post(path, body, headers);
    return [response.status, /(\w+)Exception/.exec(await response.text())?.[1]];
  };
  const path = '/service/GraniteServiceVersion20100801/operation/ListMetrics';
  for (const body of [Uint8Array.of(0xff), Uint8Array.of(0x9f), Uint8Array.of(0x80), Uint8Array.of(0xa1, 0x61)]) {
    assert.deepEqual(await code(path, body, CBOR), [400, 'Serialization']);
  }
  const deep = new Uint8Array(100_000).fill(0x81);
  assert.deepEqual(await code(path, deep, CBOR), [400, 'Serialization']);
  assert.deepEqual(await code(path, Buffer.from('x'), { ...CBOR, 'content-encoding': 'gzip' }), [400, 'Serialization']);
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  assert.deepEqual(await code(path, bomb, { ...CBOR, 'content-encoding': 'gzip' }), [413, 'RequestEntityTooLarge']);
  assert.equal((await observed.post('/', 'Action=', FORM)).status, 400);
});
