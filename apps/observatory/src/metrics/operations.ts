import type { Identity } from '../aws/identity.ts';
import type { MetricStore } from '../store/metrics.ts';
import { dataOperations } from './get-data.ts';
import { statisticsOperations } from './get-statistics.ts';
import { listOperations } from './list-metrics.ts';
import type { MetricsOperations } from './protocol.ts';
import { putOperations } from './put-metric-data.ts';

/** CloudWatch metrics: what whoever sends may call, and what is for readers. */
export function metricsOperations(
  store: MetricStore,
  identity: Identity,
  now: () => number,
): { write: MetricsOperations; read: MetricsOperations } {
  return {
    write: putOperations(store, now),
    read: {
      ...listOperations(store, now),
      ...statisticsOperations(store, now),
      ...dataOperations(store, identity, now),
    },
  };
}
