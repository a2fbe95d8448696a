import { MathError } from './syntax.ts';

/** A time series: values by epoch seconds, in the order of time. */
export interface Series {
  label: string;
  period_s: number;
  points: ReadonlyMap<number, number>;
}

/** What an expression can be: a number, a text, one series or several. */
export type Value = number | string | Series | readonly Series[];

export const isList = (value: Value): value is readonly Series[] => Array.isArray(value);
export const isSeries = (value: Value): value is Series => typeof value === 'object' && !isList(value);

/** In the words of CloudWatch's errors. */
export function typeOf(value: Value): string {
  if (typeof value === 'number') return 'Scalar';
  if (typeof value === 'string') return 'String';
  return isList(value) ? 'TimeSeries[]' : 'TimeSeries';
}

export function needNumber(value: Value | undefined, what: string): number {
  if (typeof value === 'number') return value;
  throw new MathError(`${what} must be a Scalar`);
}

/** The series of a value, one or several. */
export function needSeries(value: Value | undefined, what: string): readonly Series[] {
  if (value !== undefined && isList(value)) return value;
  if (value !== undefined && isSeries(value)) return [value];
  throw new MathError(`${what} must be a TimeSeries`);
}

/** Changes every series of a value alike. */
export function eachSeries(value: Value | undefined, what: string, change: (series: Series) => Series): Value {
  const all = needSeries(value, what).map(change);
  return value !== undefined && isList(value) ? all : (all[0] as Series);
}

/** A series with other points; what is no finite number is no point. */
export function withPoints(series: Series, points: Iterable<readonly [number, number]>): Series {
  return { ...series, points: new Map([...points].filter(([, value]) => Number.isFinite(value))) };
}

/** How many points a value has in all. */
export function sizeOf(value: Value): number {
  if (typeof value !== 'object') return 0;
  return isList(value) ? value.reduce((sum, { points }) => sum + points.size, 0) : value.points.size;
}

/** All times of the series, in their order. */
export function timesOf(all: readonly Series[]): number[] {
  const [only] = all;
  if (all.length === 1 && only) return [...only.points.keys()];
  return [...new Set(all.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
}
