import assert from 'node:assert/strict';
import {
  GetTimeSeriesServiceStatisticsCommand,
  paginateGetTimeSeriesServiceStatistics,
  type GetTimeSeriesServiceStatisticsCommandInput,
} from '@aws-sdk/client-xray';
import { conforms } from '../testing/conformance.ts';
import { newId, newTraceId, segment } from '../testing/documents.ts';
import { observe, type Observed } from '../testing/observe.ts';
import { put, refused } from '../testing/traces.ts';

const T0 = Math.floor(Date.now() / 60_000) * 60 - 600;
const window = { StartTime: new Date(T0 * 1000), EndTime: new Date((T0 + 180) * 1000) };

/** A call of gateway, through checkout, to a table; each `seconds` after T0. */
async function calls(observed: Observed, ...times: [seconds: number, fault: boolean][]): Promise<void> {
  const documents = times.flatMap(([seconds, fault]) => {
    const trace_id = newTraceId();
    const call = newId();
    const at = (length: number) => ({ start_time: T0 + seconds, end_time: T0 + seconds + length });
    const http = { request: { method: 'GET', url: 'http://shop/' } };
    const table = { id: newId(), name: 'DynamoDB', namespace: 'aws', aws: { table_name: 'sagas' }, ...at(0.1) };
    return [
      segment({
        name: 'gateway',
        trace_id,
        http,
        fault,
        ...at(0.5),
        subsegments: [{ id: call, name: 'checkout', namespace: 'remote', ...at(0.4) }],
      }),
      segment({ name: 'checkout', trace_id, parent_id: call, http, ...at(0.3), subsegments: [table] }),
    ];
  });
  await put(observed, ...documents);
}

const series = async ({ xray }: Observed, input: Partial<GetTimeSeriesServiceStatisticsCommandInput> = {}) => {
  const answer = await xray.send(new GetTimeSeriesServiceStatisticsCommand({ ...window, ...input }));
  return answer.TimeSeriesServiceStatistics ?? [];
};

conforms('GetTimeSeriesServiceStatistics', 'adds up the calls of clients by period', async (t) => {
  const observed = await observe(t);
  await calls(observed, [1, false], [59, true], [61, false]);
  const points = await series(observed);
  assert.deepEqual(
    points.map((point) => [
      (point.Timestamp?.getTime() ?? 0) / 1000 - T0,
      point.EdgeSummaryStatistics?.TotalCount,
      point.EdgeSummaryStatistics?.FaultStatistics?.TotalCount,
      point.ResponseTimeHistogram,
      point.ServiceSummaryStatistics,
    ]),
    [
      [0, 2, 1, [{ Value: 0.5, Count: 2 }], undefined],
      [60, 1, 0, [{ Value: 0.5, Count: 1 }], undefined],
      [120, 0, 0, [], undefined],
    ],
  );
});

conforms('GetTimeSeriesServiceStatistics', 'selects by id(), service() and edge()', async (t) => {
  const observed = await observe(t);
  await calls(observed, [1, true], [2, false]);
  const first = async (EntitySelectorExpression: string, Period = 180) => {
    const [point] = await series(observed, { EntitySelectorExpression, Period });
    return [
      point?.ServiceSummaryStatistics?.TotalCount,
      point?.EdgeSummaryStatistics?.TotalCount,
      point?.ResponseTimeHistogram?.[0]?.Value,
    ];
  };
  assert.deepEqual(await first('service("checkout")'), [2, undefined, 0.3]);
  assert.deepEqual(await first('id(name: "sagas", type: "AWS::DynamoDB::Table")'), [2, undefined, 0.1]);
  assert.deepEqual(await first('edge("gateway", "checkout")'), [undefined, 2, 0.4]);
  assert.deepEqual(await first('edge("checkout", "gateway")'), [undefined, 0, undefined]);
  const [byGroup] = await series(observed, { GroupName: 'Default', Period: 300 });
  assert.equal(byGroup?.EdgeSummaryStatistics?.TotalCount, 2);
});

conforms('GetTimeSeriesServiceStatistics', 'comes in pages, and refuses what it does not know', async (t) => {
  const observed = await observe(t);
  const input = { StartTime: new Date(T0 * 1000), EndTime: new Date((T0 + 1500) * 1000), Period: 1 };
  let points = 0;
  for await (const page of paginateGetTimeSeriesServiceStatistics({ client: observed.xray }, input)) {
    points += page.TimeSeriesServiceStatistics?.length ?? 0;
  }
  assert.equal(points, 1500);
  const refusal = (given: Partial<GetTimeSeriesServiceStatisticsCommandInput>, message: RegExp) =>
    refused(series(observed, given), 'InvalidRequestException', message);
  await refusal({ EntitySelectorExpression: 'fault' }, /one id\(\), service\(\) or edge\(\)/);
  await refusal({ EntitySelectorExpression: 'service("a"' }, /position 12/);
  await refusal({ EntitySelectorExpression: '' }, /length greater than or equal to 1/);
  await refusal({ EntitySelectorExpression: `service("${'x'.repeat(500)}")` }, /less than or equal to 500/);
  await refusal({ Period: 0 }, /Period/);
  await refusal({ ForecastStatistics: true }, /ForecastStatistics/);
  await refusal({ GroupName: 'none' }, /Group not found/);
});
