import type { Metric, MetricBucket, MetricStore } from '../store/metrics.ts';
import { mergeAll, type Distribution } from './distribution.ts';

const MINUTE_S = 60;
const DAY_S = 86_400;

/** The periods of a request, in epoch seconds; `to_s` is left out. */
export interface Range {
  from_s: number;
  to_s: number;
  period_s: number;
}

export const isPeriod = (seconds: number) => [1, 5, 10, 20, 30].includes(seconds) || seconds % MINUTE_S === 0;

/**
 * The start as CloudWatch rounds it: to the period where that is less than a minute, else to a minute, beyond 15 days to five,
 * beyond 63 days to an hour.
 */
export function roundedStart(start_s: number, period_s: number, now_s: number): number {
  const age = now_s - start_s;
  const grain = age > 63 * DAY_S ? 3600 : age > 15 * DAY_S ? 300 : Math.min(period_s, MINUTE_S);
  return Math.floor(start_s / grain) * grain;
}

/** A metric's samples by period (its start) and unit. Data of a coarser grain than the period is not told. */
export function samplesByPeriod(
  store: MetricStore,
  metric: Metric,
  { from_s, to_s, period_s }: Range,
  { unit, withValues }: { unit?: string | undefined; withValues: boolean },
): Map<number, Map<string, Distribution>> {
  const periods = new Map<number, Map<string, MetricBucket[]>>();
  for (const bucket of store.buckets(metric, from_s, to_s, withValues)) {
    if (bucket.resolution_s > period_s || (unit !== undefined && bucket.unit !== unit)) continue;
    const start = from_s + Math.floor((bucket.start_s - from_s) / period_s) * period_s;
    const units = periods.get(start) ?? new Map<string, MetricBucket[]>();
    periods.set(start, units);
    const known = units.get(bucket.unit);
    if (known) known.push(bucket);
    else units.set(bucket.unit, [bucket]);
  }
  return new Map(
    [...periods].map(([start, units]) => [start, new Map([...units].map(([unit, all]) => [unit, mergeAll(all)]))]),
  );
}
