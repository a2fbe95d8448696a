import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GROUP, STREAM, withLines, withStream } from '../testing/log-lines.ts';
import { observe } from '../testing/observe.ts';
import { readEmf } from './emf.ts';

const NOW = 1_790_000_000_000;

function emf(metrics: object, members: object, Dimensions: unknown = [['service']]): string {
  const Metrics = Object.entries(metrics).map(([Name, more]) => ({ Name, ...more }));
  const CloudWatchMetrics = [{ Namespace: 'Throughline', Dimensions, Metrics }];
  return JSON.stringify({ _aws: { Timestamp: NOW, CloudWatchMetrics }, service: 'seats', ...members });
}

const read = (message: string) =>
  readEmf(message, NOW, NOW).map(({ name, dimensions, unit, resolution_s, samples }) => {
    const { count, sum, min, max } = samples;
    return [name, dimensions, unit, resolution_s, [count, sum, min, max], [...samples.values]];
  });

test('numbers, lists, values with counts and statistic sets, for each set of dimensions', () => {
  const message = emf(
    { ms: { Unit: 'Milliseconds', StorageResolution: 1 }, all: {}, histogram: { Unit: 'Furlong' }, set: {} },
    {
      ms: 12.5,
      all: [1, 2, 2],
      histogram: { Values: [1, 5], Counts: [3, 0], Count: 3, Sum: 3, Min: 1, Max: 1 },
      set: { Count: 4, Sum: 10, Min: 1, Max: 4 },
      route: '/holds',
    },
    [[], ['route', 'service']],
  );
  const byRoute = [
    ['route', '/holds'],
    ['service', 'seats'],
  ];
  assert.deepEqual(
    read(message),
    [
      ['ms', 'Milliseconds', 1, [1, 12.5, 12.5, 12.5], [[12.5, 1]]],
      [
        'all',
        'None',
        60,
        [3, 5, 1, 2],
        [
          [1, 1],
          [2, 2],
        ],
      ],
      ['histogram', 'None', 60, [3, 3, 1, 1], [[1, 3]]],
      ['set', 'None', 60, [4, 10, 1, 4], []],
    ].flatMap(([name, ...rest]) => [
      [name, [], ...rest],
      [name, byRoute, ...rest],
    ]),
  );
});

test('what is malformed, far away in time or no EMF gives no metrics', () => {
  for (const message of [
    'x "_aws"',
    '{"_aws":1}',
    '{"_aws":{}}',
    '{"_aws":{"CloudWatchMetrics":[null,{"Namespace":""},{"Namespace":"n","Metrics":[null,{"Name":"m"}]}]},"m":1}',
    emf({ m: {} }, {}),
    emf({ m: {} }, { m: 'text' }),
    emf({ m: {} }, { m: null }),
    emf({ m: {} }, { m: [] }),
    emf({ m: {} }, { m: [1, 'x'] }),
    emf({ m: {} }, { m: 1e300 }),
    emf({ m: {} }, { m: 1 }, [['missing']]),
    emf({ m: {} }, { m: 1 }, [Array.from({ length: 31 }, () => 'service')]),
    emf({ constructor: {} }, {}),
  ]) {
    if (message.includes('"Metrics":[null')) assert.equal(readEmf(message, NOW, NOW).length, 1);
    else assert.deepEqual(readEmf(message, NOW, NOW), [], message);
  }
  const message = emf({ m: {} }, { m: 1 });
  assert.equal(readEmf(message, NOW, NOW).length, 1);
  assert.equal(readEmf(message, NOW, NOW + 15 * 86_400_000).length, 0);
  assert.equal(readEmf(message, NOW, NOW - 3 * 3_600_000).length, 0);
});

test('log events in the embedded metric format become metrics, and stay log events', async (t) => {
  const observed = await observe(t, { now: () => NOW + 1000 });
  const { logs, metrics, post } = observed;
  await withStream(observed);
  const line = (ms: number) => ({ timestamp: NOW, message: emf({ ms: { Unit: 'Milliseconds' } }, { ms }) });
  const input = { logGroupName: GROUP, logStreamName: STREAM, logEvents: [line(1), line(2), line(30)] };
  await logs.send(new PutLogEventsCommand(input));
  for (const body of [{ stringValue: line(40).message }, { kvlistValue: keyValues(JSON.parse(line(50).message)) }]) {
    const logRecords = [{ timeUnixNano: `${NOW}000000`, body }];
    const answer = await post('/v1/logs', { resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] });
    assert.equal(answer.status, 200);
  }
  const { Metrics = [] } = await metrics.send(new ListMetricsCommand({}));
  assert.equal(Metrics.length, 1);
  const MetricDataQueries = ['Sum', 'p50'].map((Stat, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric: Metrics[0], Period: 60, Stat },
  }));
  const window = { StartTime: new Date(NOW - 60_000), EndTime: new Date(NOW + 60_000) };
  const { MetricDataResults } = await metrics.send(new GetMetricDataCommand({ ...window, MetricDataQueries }));
  assert.deepEqual(
    MetricDataResults?.map(({ Values }) => Values),
    [[123], [30]],
  );
});

/** A JSON value as OTLP's JSON writes it. */
function keyValues(value: object): { values: object[] } {
  return { values: Object.entries(value).map(([key, item]) => ({ key, value: anyValue(item) })) };
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: keyValues(value as object) };
}

test('a line that is no metric makes none', async (t) => {
  const observed = await observe(t);
  await withLines(observed, ['"_aws"', '{"_aws":{"CloudWatchMetrics":[]}}']);
  assert.deepEqual((await observed.metrics.send(new ListMetricsCommand({}))).Metrics, []);
});
