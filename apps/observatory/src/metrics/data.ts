import type { Distribution } from './distribution.ts';

/** Name and value of each dimension, in the order of names. */
export type Dimensions = readonly (readonly [name: string, value: string])[];

const SIZES = [
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
];

export const UNITS: ReadonlySet<string> = new Set(
  ['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'].concat(
    SIZES.flatMap((size) => [size, `${size}/Second`]),
  ),
);

/** Samples of one metric at one time. */
export interface MetricData {
  namespace: string;
  name: string;
  dimensions: Dimensions;
  timestamp_ms: number;
  unit: string;
  /** High-resolution metrics are kept by the second, others by the minute. */
  resolution_s: 1 | 60;
  samples: Distribution;
}

/** Values beyond this are refused. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const LARGEST = 2 ** 360;

export const isSample = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= LARGEST;

export function sortDimensions(dimensions: Iterable<readonly [string, string]>): Dimensions {
  return [...dimensions].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
