import assert from 'node:assert/strict';
import {
  GetMetricDataCommand,
  paginateGetMetricData,
  type GetMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { conforms } from '../testing/conformance.ts';
import { datum, Dimensions, minute, Namespace, put, window } from '../testing/metric-data.ts';
import { observe, type Observed } from '../testing/observe.ts';

const stat = (Id: string, more: object = {}, MetricName = 'duration') => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: 'Sum', ...more },
});

async function data({ metrics }: Observed, queries: object[], more: Partial<GetMetricDataCommandInput> = {}) {
  const input = { ...window(10), ScanBy: 'TimestampAscending' as const, ...more };
  const command = new GetMetricDataCommand({ ...input, MetricDataQueries: queries as never });
  const { MetricDataResults = [] } = await metrics.send(command);
  return MetricDataResults.map(({ Id, Label, Values }) => [Id, Label, Values]);
}

const error = (name: string) => ({ name });

conforms('GetMetricData', 'statistics and percentiles, newest first unless asked, with labels', async (t) => {
  const observed = await observe(t);
  await put(observed, ...[1, 2, 3].map((at) => datum({ Value: at * 10, Timestamp: minute(at) })));
  const labelled = {
    ...stat('m2', { Stat: 'p90' }),
    Label: "${PROP('MetricName')} of ${PROP('Dim.service')} ≤ ${MAX}",
  };
  assert.deepEqual(await data(observed, [stat('m1'), labelled, stat('m3', {}, 'none')], { ScanBy: undefined }), [
    ['m1', 'duration', [30, 20, 10]],
    ['m2', 'duration of seats ≤ 30', [30, 20, 10]],
    ['m3', 'none', []],
  ]);
  assert.deepEqual(await data(observed, [stat('m1', { Period: 300, Stat: 'Average' })]), [['m1', 'duration', [20]]]);
  assert.deepEqual(await data(observed, [stat('m1', { Unit: 'Count' })]), [['m1', 'duration', []]]);
});

conforms('GetMetricData', 'math on metrics: arithmetic, SUM, AVG, IF, FILL, RATE, METRICS', async (t) => {
  const observed = await observe(t);
  const values = (MetricName: string, all: number[]) =>
    all.map((Value, at) => datum({ MetricName, Value, Timestamp: minute(at) }));
  await put(observed, ...values('requests', [100, 200, 300]), ...values('errors', [1, 50]));
  const metrics = [stat('r', {}, 'requests'), stat('e', {}, 'errors')].map((query) => ({
    ...query,
    ReturnData: false,
  }));
  const math = async (Expression: string) => {
    const results = await data(observed, [...metrics, { Id: 'x', Expression }], window(3));
    return results.map(([, , values]) => values);
  };
  assert.deepEqual(await math('100 * e / r'), [[1, 25]]);
  assert.deepEqual(await math('-e + 2 ^ 3'), [[7, -42]]);
  assert.deepEqual(await math('FILL(e, 0) / r'), [[0.01, 0.25, 0]]);
  assert.deepEqual(await math('SUM([r, e])'), [[101, 250, 300]]);
  assert.deepEqual(await math('AVG(METRICS())'), [[50.5, 125, 300]]);
  assert.deepEqual(await math('METRICS("r") / SUM(r)'), [[1 / 6, 2 / 6, 3 / 6]]);
  assert.deepEqual(await math('r - AVG(r)'), [[-100, 0, 100]]);
  assert.deepEqual(await math('MAX([r, e]) - MIN([r, e])'), [[99, 150, 0]]);
  assert.deepEqual(await math('IF(r > 150 AND r < 250, r, 0)'), [[0, 200, 0]]);
  assert.deepEqual(await math('IF(r > 150, r)'), [[200, 300]]);
  assert.deepEqual(await math('RATE(r) * PERIOD(r)'), [[100, 100]]);
  assert.deepEqual(await math('r / (e - 1)'), [[200 / 49]]);
  assert.deepEqual(await math('[r, e]'), [
    [100, 200, 300],
    [1, 50],
  ]);
  assert.deepEqual(await math('TIME_SERIES(SUM(e))'), [[51, 51, 51]]);
});

conforms('GetMetricData', 'expressions on expressions in any order; what cannot be read is told', async (t) => {
  const observed = await observe(t);
  await put(observed, datum({ Value: 5 }));
  const queries = [{ Id: 'b', Expression: 'a * 2' }, { Id: 'a', Expression: 'm + 1', ReturnData: false }, stat('m')];
  assert.deepEqual(await data(observed, queries), [
    ['b', 'b', [12]],
    ['m', 'duration', [5]],
  ]);
  const refused = (...queries: object[]) => assert.rejects(data(observed, queries), error('ValidationException'));
  await refused({ Id: 'x', Expression: 'y + 1' });
  await refused({ Id: 'x', Expression: 'x + 1' });
  await refused({ Id: 'x', Expression: '1 + 1' });
  await refused({ Id: 'x', Expression: 'm +' }, stat('m'));
  await refused({ Id: 'x', Expression: 'FOO(m)' }, stat('m'));
  await refused({ Id: 'x', Expression: 'SELECT AVG(a) FROM b' });
  await refused({ ...stat('m'), Expression: 'm' });
  await refused(stat('m'), stat('m'));
  await refused(stat('M'));
  await refused(stat('m', { Stat: 'Median' }));
  await refused(stat('m', { Period: 61 }));
  await refused({ Id: 'x' });
  await refused();
});

conforms('GetMetricData', 'pages of MaxDatapoints go through the results one after the other', async (t) => {
  const observed = await observe(t);
  await put(observed, ...[0, 1, 2, 3, 4].map((at) => datum({ Value: at, Timestamp: minute(at) })));
  const queries = [stat('a'), stat('b', { Stat: 'Maximum' })];
  const input = { ...window(10), MaxDatapoints: 3, MetricDataQueries: queries as never };
  const pages: unknown[] = [];
  for await (const { MetricDataResults } of paginateGetMetricData({ client: observed.metrics }, input)) {
    pages.push(MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]));
  }
  assert.deepEqual(pages, [
    [['a', [4, 3, 2], 'PartialData']],
    [
      ['a', [1, 0], 'Complete'],
      ['b', [4], 'PartialData'],
    ],
    [['b', [3, 2, 1], 'PartialData']],
    [['b', [0], 'Complete']],
  ]);
  await assert.rejects(data(observed, queries, { NextToken: 'x' }), error('InvalidNextToken'));
});
