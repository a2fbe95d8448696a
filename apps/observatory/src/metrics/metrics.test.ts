import assert from 'node:assert/strict';
import {
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  paginateListMetrics,
  PutMetricDataCommand,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { conforms } from '../testing/conformance.ts';
import { datum, Dimensions, HOUR, minute, Namespace, put, window } from '../testing/metric-data.ts';
import { observe, type Observed } from '../testing/observe.ts';

async function statistics({ metrics }: Observed, input: object): Promise<object[] | undefined> {
  const command = new GetMetricStatisticsCommand({
    Namespace,
    MetricName: 'duration',
    Dimensions,
    Period: 60,
    ...window(10),
    ...input,
  });
  return (await metrics.send(command)).Datapoints;
}

const SIMPLE = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const;
const error = (name: string) => ({ name });

conforms('PutMetricData', 'values, values with counts and statistic sets of a minute are joined', async (t) => {
  const observed = await observe(t);
  await put(observed, datum({ Value: 4 }), datum({ Values: [1, 2], Counts: [3, 1] }));
  await put(observed, datum({ StatisticValues: { SampleCount: 5, Sum: 50, Minimum: 8, Maximum: 12 } }));
  await put(observed, datum({ Value: 7, Timestamp: minute(1) }), datum({ Value: 9, Dimensions: [] }));
  const Statistics = [...SIMPLE];
  assert.deepEqual(await statistics(observed, { Statistics }), [
    { Timestamp: minute(0), Unit: 'None', SampleCount: 10, Sum: 59, Average: 5.9, Minimum: 1, Maximum: 12 },
    { Timestamp: minute(1), Unit: 'None', SampleCount: 1, Sum: 7, Average: 7, Minimum: 7, Maximum: 7 },
  ]);
});

conforms('PutMetricData', 'a thousand data, zipped by the client, are one request', async (t) => {
  const observed = await observe(t);
  const all = Array.from({ length: 1000 }, (_, index) => datum({ Value: index }));
  await put(observed, ...all);
  const [point] = (await statistics(observed, { ExtendedStatistics: ['p50', 'p99'] })) ?? [];
  const { p50 = 0, p99 = 0 } = (point as { ExtendedStatistics: Record<string, number> }).ExtendedStatistics;
  assert.ok(Math.abs(p50 - 499) < 2.6 && Math.abs(p99 - 989) < 5, `${p50} ${p99}`);
  await assert.rejects(put(observed, ...all, datum({ Value: 1 })), error('InvalidParameterValueException'));
});

conforms(
  'PutMetricData',
  'what is wrong is told by AWS’s error and the place; nothing of the request is kept',
  async (t) => {
    const observed = await observe(t);
    const wrong: [MetricDatum, string, RegExp][] = [
      [
        datum({ Value: Number.NaN }),
        'InvalidParameterValueException',
        /parameter MetricData.member.2.Value is no number/,
      ],
      [datum({ Value: 2 ** 361 }), 'InvalidParameterValueException', /member.2.Value is invalid/],
      [datum({}), 'MissingRequiredParameterException', /At least one of/],
      [datum({ Value: 1, Values: [1] }), 'InvalidParameterCombinationException', /mutually exclusive/],
      [datum({ Values: [1], Counts: [1, 2] }), 'InvalidParameterCombinationException', /same size/],
      [datum({ Values: [1], Counts: [0] }), 'InvalidParameterValueException', /Counts.member.1/],
      [datum({ Values: Array.from({ length: 151 }, (_, i) => i) }), 'InvalidParameterValueException', /1 to 150/],
      [datum({ Value: 1, Unit: 'Miles' as never }), 'ValidationException', /enum value set/],
      [datum({ Value: 1, StorageResolution: 7 }), 'InvalidParameterValueException', /must be 1 or 60/],
      [
        datum({ Value: 1, MetricName: undefined }),
        'MissingRequiredParameterException',
        /MetricData.member.2.MetricName is/,
      ],
      [datum({ Value: 1, Dimensions: [...Dimensions, ...Dimensions] }), 'InvalidParameterValueException', /twice/],
      [
        datum({ Value: 1, Timestamp: new Date(HOUR - 15 * 86_400_000) }),
        'InvalidParameterValueException',
        /two weeks in the past/,
      ],
      [
        datum({ Value: 1, Timestamp: new Date(HOUR + 86_400_000) }),
        'InvalidParameterValueException',
        /two hours in the future/,
      ],
      [
        datum({ StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } }),
        'InvalidParameterValueException',
        /Minimum must not be greater/,
      ],
    ];
    for (const [one, name, message] of wrong) {
      await assert.rejects(put(observed, datum({ Value: 1 }), one), { name, message });
    }
    const { metrics } = observed;
    const send = (namespace: string) =>
      metrics.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [datum({ Value: 1 })] }));
    await assert.rejects(send('AWS/EC2'), error('InvalidParameterValueException'));
    await assert.rejects(send(''), error('ValidationException'));
    assert.deepEqual((await metrics.send(new ListMetricsCommand({}))).Metrics, []);
  },
);

conforms('PutMetricData', 'a metric of high resolution is kept by the second', async (t) => {
  const observed = await observe(t);
  const at = (seconds: number) => new Date(HOUR + seconds * 1000);
  const values = [0, 1, 11].map((seconds) => datum({ Value: seconds, Timestamp: at(seconds), StorageResolution: 1 }));
  await put(observed, ...values, datum({ Value: 100, MetricName: 'coarse' }));
  const byTen = await statistics(observed, { Period: 10, Statistics: ['Sum'] });
  assert.deepEqual(byTen, [
    { Timestamp: at(0), Sum: 1, Unit: 'None' },
    { Timestamp: at(10), Sum: 11, Unit: 'None' },
  ]);
  assert.deepEqual(await statistics(observed, { Period: 10, Statistics: ['Sum'], MetricName: 'coarse' }), []);
});

conforms('GetMetricStatistics', 'units are told apart, or one is chosen; another finds nothing', async (t) => {
  const observed = await observe(t);
  await put(observed, datum({ Value: 1, Unit: 'Seconds' }), datum({ Value: 900, Unit: 'Milliseconds' }));
  const sums = async (input: object) =>
    (await statistics(observed, { Statistics: ['Sum'], ...input }))?.map((point) => Object.values(point).slice(1));
  assert.deepEqual((await sums({}))?.sort(), [
    [1, 'Seconds'],
    [900, 'Milliseconds'],
  ]);
  assert.deepEqual(await sums({ Unit: 'Seconds' }), [[1, 'Seconds']]);
  assert.deepEqual(await sums({ Unit: 'Count' }), []);
  assert.deepEqual(await sums({ Dimensions: [] }), []);
});

conforms('GetMetricStatistics', 'periods begin at the start, rounded down; the end is left out', async (t) => {
  const observed = await observe(t);
  await put(observed, ...[0, 1, 2, 3, 4, 5].map((at) => datum({ Value: at, Timestamp: minute(at) })));
  const StartTime = new Date(minute(1).getTime() + 32_000);
  const points = await statistics(observed, { StartTime, EndTime: minute(5), Period: 120, Statistics: ['Sum'] });
  assert.deepEqual(points, [
    { Timestamp: minute(1), Sum: 3, Unit: 'None' },
    { Timestamp: minute(3), Sum: 7, Unit: 'None' },
  ]);
});

conforms(
  'GetMetricStatistics',
  'percentiles come from the values, not from statistic sets nor values below 0',
  async (t) => {
    const observed = await observe(t);
    const Values = Array.from({ length: 100 }, (_, index) => index + 1);
    await put(observed, datum({ Values }), datum({ Values: [-1, 1], Timestamp: minute(1) }));
    const StatisticValues = { SampleCount: 5, Sum: 50, Minimum: 8, Maximum: 12 };
    await put(observed, datum({ StatisticValues, Timestamp: minute(2) }));
    const ExtendedStatistics = ['p0', 'p50', 'p95.5', 'p100', 'tm90', 'TM(10%:90%)', 'PR(:25)', 'TC(0:10)', 'IQM'];
    const points = await statistics(observed, { ExtendedStatistics });
    const told = (points ?? []).map((point) => (point as { ExtendedStatistics?: object }).ExtendedStatistics);
    assert.deepEqual(told, [
      {
        p0: 1,
        p50: 50,
        'p95.5': 96,
        p100: 100,
        tm90: 45.5,
        'TM(10%:90%)': 50.5,
        'PR(:25)': 25,
        'TC(0:10)': 10,
        IQM: 50.5,
      },
      undefined,
      undefined,
    ]);
  },
);

conforms('GetMetricStatistics', 'errors are those of CloudWatch', async (t) => {
  const observed = await observe(t);
  const Statistics = ['Sum'];
  const wrong: [object, string][] = [
    [{}, 'MissingRequiredParameterException'],
    [{ Statistics, ExtendedStatistics: ['p50'] }, 'InvalidParameterCombinationException'],
    [{ Statistics: ['Median'] }, 'ValidationException'],
    [{ ExtendedStatistics: ['p101'] }, 'InvalidParameterValueException'],
    [{ Statistics, Period: 7 }, 'InvalidParameterValueException'],
    [{ Statistics, Period: 0 }, 'ValidationException'],
    [{ Statistics, StartTime: minute(9), EndTime: minute(9) }, 'InvalidParameterValueException'],
    [{ Statistics, StartTime: minute(-24 * 60 - 1), EndTime: minute(1) }, 'InvalidParameterCombinationException'],
    [{ Statistics, Unit: 'Miles' }, 'ValidationException'],
    [{ Statistics, MetricName: undefined }, 'MissingRequiredParameterException'],
  ];
  for (const [input, name] of wrong) await assert.rejects(statistics(observed, input), { name }, JSON.stringify(input));
});

conforms('ListMetrics', 'by namespace, name and dimensions, recently active or not, 500 a page', async (t) => {
  let later = 0;
  const observed = await observe(t, { now: () => Date.now() + later });
  const many = Array.from({ length: 501 }, (_, index) => datum({ Value: 1, MetricName: `m${index}`, Dimensions: [] }));
  await put(observed, ...many);
  const both = [...Dimensions, { Name: 'route', Value: '/x' }];
  await put(observed, datum({ Value: 1, Dimensions: both }), datum({ Value: 1 }));
  const list = async (input: object) => {
    const sizes: number[] = [];
    for await (const page of paginateListMetrics({ client: observed.metrics }, input))
      sizes.push(page.Metrics?.length ?? 0);
    return sizes;
  };
  assert.deepEqual(await list({}), [500, 3]);
  assert.deepEqual(await list({ Namespace: 'Other' }), [0]);
  assert.deepEqual(await list({ Namespace, MetricName: 'm7' }), [1]);
  assert.deepEqual(await list({ Dimensions: [{ Name: 'service' }] }), [2]);
  assert.deepEqual(await list({ Dimensions: both }), [1]);
  assert.deepEqual(await list({ Dimensions: [{ Name: 'service', Value: 'x' }] }), [0]);
  const { Metrics } = await observed.metrics.send(new ListMetricsCommand({ Dimensions: both }));
  assert.deepEqual(Metrics, [{ Namespace, MetricName: 'duration', Dimensions: both.toReversed() }]);
  later = 4 * 3_600_000;
  assert.deepEqual([await list({ RecentlyActive: 'PT3H' }), await list({})], [[0], [500, 3]]);
  later = 15 * 86_400_000;
  assert.deepEqual(await list({}), [0]);
  await assert.rejects(list({ RecentlyActive: 'PT4H' }), error('ValidationException'));
  await assert.rejects(
    observed.metrics.send(new ListMetricsCommand({ NextToken: 'x' })),
    error('InvalidParameterValueException'),
  );
});
