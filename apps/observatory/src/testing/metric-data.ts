import { PutMetricDataCommand, type MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Observed } from './observe.ts';

const MINUTE_MS = 60_000;
export const Namespace = 'Throughline';
export const Dimensions = [{ Name: 'service', Value: 'seats' }];

/** Minutes after a whole hour that is an hour or two ago. */
export const HOUR = Math.floor(Date.now() / 3_600_000 - 1) * 3_600_000;
export const minute = (count: number) => new Date(HOUR + count * MINUTE_MS);
export const window = (minutes: number) => ({ StartTime: minute(0), EndTime: minute(minutes) });

export const put = ({ metrics }: Observed, ...MetricData: MetricDatum[]) =>
  metrics.send(new PutMetricDataCommand({ Namespace, MetricData }));

export const datum = (more: Partial<MetricDatum>): MetricDatum => ({
  MetricName: 'duration',
  Dimensions,
  Timestamp: minute(0),
  ...more,
});
