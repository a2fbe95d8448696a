import type { Distribution } from './distribution.ts';

/** A statistic of a distribution; undefined where it cannot be told. */
export type Statistic = (distribution: Distribution) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  IQM: (distribution) => trimmed(distribution, { low: 25, high: 75, percent: true })?.mean,
};

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;
const SHORT = /^(tm|wm|tc|ts)(\d{1,2}(?:\.\d{1,10})?|100)$/;
const RANGE = /^(TM|WM|TC|TS|PR)\(\s*(-?[\d.]+)?(%?)\s*:\s*(-?[\d.]+)?(%?)\s*\)$/i;

interface Bounds {
  low: number | undefined;
  high: number | undefined;
  percent: boolean;
}

/**
 * Reads `Average`, `p99.9`, `tm90`, `TM(2%:98%)`, `PR(:100)` …; undefined for what is no statistic. Percentiles and their kin
 * need the samples' values: not those of statistic sets, and none below 0.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function parseStatistic(name: string): Statistic | undefined {
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name];
  const percent = PERCENTILE.exec(name)?.[1];
  if (percent !== undefined) return (distribution) => percentile(distribution, Number(percent));
  const [, short, upTo] = SHORT.exec(name) ?? [];
  if (short) return trimming(short, { low: undefined, high: Number(upTo), percent: true });
  const [, kind, low, lowUnit, high, highUnit] = RANGE.exec(name) ?? [];
  if (!kind || (low === undefined && high === undefined)) return undefined;
  const unit = low === undefined ? highUnit : lowUnit;
  if (low !== undefined && high !== undefined && lowUnit !== highUnit) return undefined;
  const bounds = { low: toNumber(low), high: toNumber(high), percent: unit === '%' };
  if (Number.isNaN(bounds.low) || Number.isNaN(bounds.high)) return undefined;
  return trimming(kind.toLowerCase(), bounds);
}

export const isSimple = (name: string) => name !== 'IQM' && Object.hasOwn(SIMPLE, name);

const toNumber = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** Values in their order, each with its count; undefined where they are not known, or not all positive. */
function sorted({ values, count, min }: Distribution): [value: number, count: number][] | undefined {
  let known = 0;
  for (const times of values.values()) known += times;
  if (min < 0 || known < count * (1 - 1e-9)) return undefined;
  return [...values].toSorted(([a], [b]) => a - b);
}

/** The smallest value that `percent` of all samples do not exceed. */
function percentile(distribution: Distribution, percent: number): number | undefined {
  const values = sorted(distribution);
  if (!values) return undefined;
  const rank = (percent / 100) * distribution.count * (1 - 1e-12);
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    if (seen >= rank) return Math.min(Math.max(value, distribution.min), distribution.max);
  }
  return distribution.max;
}

function trimming(kind: string, bounds: Bounds): Statistic {
  return (distribution) => {
    if (kind === 'wm') return winsorized(distribution, bounds);
    const kept = trimmed(distribution, bounds);
    if (!kept) return undefined;
    if (kind === 'tm') return kept.mean;
    if (kind === 'tc') return kept.count;
    return kind === 'ts' ? kept.sum : (kept.count / distribution.count) * 100;
  };
}

/** What is left of the samples between the bounds; a value at the edge of a percentage counts with the part that is inside. */
function trimmed(
  distribution: Distribution,
  bounds: Bounds,
): { count: number; sum: number; mean?: number } | undefined {
  const values = sorted(distribution);
  if (!values) return undefined;
  const from = ((bounds.low ?? 0) / 100) * distribution.count;
  const to = ((bounds.high ?? 100) / 100) * distribution.count;
  let [seen, count, sum] = [0, 0, 0];
  for (const [value, times] of values) {
    const inside = bounds.percent
      ? Math.max(0, Math.min(seen + times, to) - Math.max(seen, from))
      : value > (bounds.low ?? -Infinity) && value <= (bounds.high ?? Infinity)
        ? times
        : 0;
    seen += times;
    count += inside;
    sum += inside * value;
  }
  return { count, sum, ...(count > 0 && { mean: sum / count }) };
}

/** The mean with the values beyond the bounds taken for the bounds. */
function winsorized(distribution: Distribution, { low, high, percent }: Bounds): number | undefined {
  const values = sorted(distribution);
  if (!values) return undefined;
  const edge = (at: number | undefined, otherwise: number) =>
    at === undefined ? otherwise : percent ? (percentile(distribution, at) ?? otherwise) : at;
  const [bottom, top] = [edge(low, -Infinity), edge(high, Infinity)];
  const sum = values.reduce((sum, [value, count]) => sum + Math.min(Math.max(value, bottom), top) * count, 0);
  return sum / distribution.count;
}
