import { MathError } from './syntax.ts';
import { isList, isSeries, timesOf, withPoints, type Series, type Value } from './value.ts';

type Aggregate = (values: readonly number[]) => number;

const sum: Aggregate = (values) => values.reduce((a, b) => a + b, 0);
const mean: Aggregate = (values) => sum(values) / values.length;

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  SUM: sum,
  AVG: mean,
  MIN: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  MAX: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
  STDDEV(values) {
    const middle = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  },
};

/**
 * `SUM`, `AVG`, `MIN`, `MAX`, `STDDEV`: of one series a number, of several a series with what they have at each time. Undefined
 * when the function is another.
 */
export function aggregate(name: string, args: readonly Value[]): Value | undefined {
  const of = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
  if (!of) return undefined;
  const [only] = args;
  if (args.length === 1 && only !== undefined && isSeries(only)) return of([...only.points.values()]);
  if (args.length === 1 && only !== undefined && isList(only)) return acrossSeries(name, of, only);
  if (args.length > 0 && args.every((arg) => typeof arg === 'number')) return of(args);
  if (args.length > 1 && args.every((arg) => typeof arg === 'number' || isSeries(arg))) {
    return acrossSeries(name, of, args);
  }
  throw new MathError(`${name} takes a TimeSeries, or several`);
}

function acrossSeries(name: string, of: Aggregate, all: readonly (Series | number)[]): Series {
  const series = all.filter((item) => typeof item !== 'number');
  const numbers = all.filter((item) => typeof item === 'number');
  const points = timesOf(series).map((time) => {
    const values = series.map(({ points }) => points.get(time)).filter((value) => value !== undefined);
    return [time, of([...values, ...numbers])] as const;
  });
  const period_s = Math.max(1, ...series.map((item) => item.period_s));
  return withPoints({ label: name, period_s, points: new Map() }, points);
}
