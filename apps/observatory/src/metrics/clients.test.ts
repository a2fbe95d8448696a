import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterValueException,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { observe } from '../testing/observe.ts';

const Namespace = 'Throughline';
const Dimensions = [{ Name: 'route', Value: '/a&b<c>' }];
const Timestamp = new Date(Math.floor(Date.now() / 60_000 - 5) * 60_000);
const window = { StartTime: Timestamp, EndTime: new Date(Timestamp.getTime() + 60_000) };
const Metric = { Namespace, MetricName: 'ms', Dimensions };

for (const protocol of [AwsJson1_0Protocol, AwsSmithyRpcV2CborProtocol, AwsQueryProtocol]) {
  test(`the AWS SDK writes, lists, reads and is refused in its ${protocol.name}`, async (t) => {
    const { url } = await observe(t);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new CloudWatchClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1, protocol });
    t.after(() => client.destroy());
    const data = { MetricName: 'ms', Dimensions, Timestamp, Unit: 'Milliseconds' as const };
    const MetricData = [
      { ...data, Values: [1, 2.5], Counts: [3, 1], StorageResolution: 1 },
      { ...data, StatisticValues: { SampleCount: 2, Sum: 1e-7, Minimum: 0, Maximum: 1e-7 }, MetricName: 'set' },
    ];
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { Metrics } = await client.send(new ListMetricsCommand({ ...Metric, RecentlyActive: 'PT3H' }));
    assert.deepEqual(Metrics, [Metric]);
    const statistics = { ...Metric, ...window, Period: 60 };
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({ ...statistics, ExtendedStatistics: ['p50', 'p99'] }),
    );
    assert.deepEqual(Datapoints, [{ Timestamp, Unit: 'Milliseconds', ExtendedStatistics: { p50: 1, p99: 2.5 } }]);
    const MetricDataQueries = [
      { Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false },
      { Id: 'e', Expression: 'm / 1e9', Label: 'small' },
    ];
    const { MetricDataResults } = await client.send(new GetMetricDataCommand({ ...window, MetricDataQueries }));
    assert.deepEqual(
      MetricDataResults?.map(({ Id, Label, Timestamps, Values, StatusCode }) => ({
        Id,
        Label,
        Timestamps,
        Values,
        StatusCode,
      })),
      [{ Id: 'e', Label: 'small', Timestamps: [Timestamp], Values: [5.5e-9], StatusCode: 'Complete' }],
    );
    await assert.rejects(client.send(new DescribeAlarmsCommand({})), { name: 'InvalidAction' });
    const refused = client.send(new PutMetricDataCommand({ Namespace: 'AWS/x', MetricData }));
    await assert.rejects(refused, InvalidParameterValueException);
  });
}
