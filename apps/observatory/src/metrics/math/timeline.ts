import { MathError } from './syntax.ts';
import { isSeries, typeOf, withPoints, type Series, type Value } from './value.ts';

/** The window of the request, in epoch seconds; its end is left out. */
export interface Timeline {
  from_s: number;
  to_s: number;
  /** The period of what has none of its own. */
  period_s: number;
  /** Takes points from what a request may compute; throws when there is nothing left. */
  spend(points: number): void;
}

/** More steps than these are refused; a request has no more data points either. */
const MOST_STEPS = 100_800;

function steps({ from_s, to_s, spend }: Timeline, period_s: number): number[] {
  const count = Math.max(0, Math.ceil((to_s - from_s) / period_s));
  if (count > MOST_STEPS) {
    throw new MathError(`The time range has more than ${MOST_STEPS} periods; use a longer Period or a shorter range`);
  }
  spend(count);
  return Array.from({ length: count }, (_, index) => from_s + index * period_s);
}

/** A number at every step. */
export function constant(value: number, timeline: Timeline): Series {
  const points = steps(timeline, timeline.period_s).map((time) => [time, value] as const);
  return withPoints({ label: String(value), period_s: timeline.period_s, points: new Map() }, points);
}

/** `FILL`: the gaps by a number, another series, `REPEAT` (the last value) or `LINEAR`. */
export function fill(series: Series, filler: Value | undefined, timeline: Timeline): Series {
  const times = steps(timeline, series.period_s);
  const present = (time: number) => series.points.get(time);
  if (typeof filler === 'number')
    return withPoints(
      series,
      times.map((time) => [time, present(time) ?? filler]),
    );
  if (filler === 'REPEAT') {
    let last = Number.NaN;
    return withPoints(
      series,
      times.map((time) => [time, (last = present(time) ?? last)]),
    );
  }
  if (filler === 'LINEAR') return withPoints(series, interpolated([...series.points], times));
  if (filler !== undefined && isSeries(filler)) {
    return withPoints(
      series,
      times.map((time) => [time, present(time) ?? filler.points.get(time) ?? Number.NaN]),
    );
  }
  throw new MathError(`FILL cannot fill with ${filler === undefined ? 'nothing' : typeOf(filler)}`);
}

/** Before the first and after the last point there is nothing to draw a line to. */
function interpolated(points: readonly (readonly [number, number])[], times: readonly number[]): [number, number][] {
  let next = 0;
  return times.flatMap((time): [number, number][] => {
    while (next < points.length && (points[next]?.[0] ?? 0) < time) next += 1;
    const [after, before] = [points[next], points[next - 1]];
    if (after?.[0] === time) return [[time, after[1]]];
    if (!after || !before) return [];
    const part = (time - before[0]) / (after[0] - before[0]);
    return [[time, before[1] + (after[1] - before[1]) * part]];
  });
}

/** `RATE`, `DIFF`, `DIFF_TIME`: each point against the one before it. */
export function stepwise(series: Series, change: (difference: number, seconds: number) => number): Series {
  const points = [...series.points];
  return withPoints(
    series,
    points.slice(1).map(([time, value], index) => {
      const [timeBefore, before] = points[index] as readonly [number, number];
      return [time, change(value - before, time - timeBefore)] as const;
    }),
  );
}

export function runningSum(series: Series): Series {
  let sum = 0;
  return withPoints(
    series,
    [...series.points].map(([time, value]) => [time, (sum += value)] as const),
  );
}

/** `IF`: where the condition has a point, what is not zero takes `yes`, zero takes `no` (none: no point). */
export function choose(condition: Value, yes: Value, no: Value | undefined): Value {
  if (typeof condition === 'number') {
    const chosen = condition === 0 ? no : yes;
    if (chosen === undefined) throw new MathError('IF has no value for a condition that is not met');
    return chosen;
  }
  if (!isSeries(condition)) throw new MathError(`IF cannot decide by ${typeOf(condition)}`);
  const at = (value: Value | undefined, time: number): number => {
    if (value === undefined) return Number.NaN;
    if (typeof value === 'number') return value;
    if (isSeries(value)) return value.points.get(time) ?? Number.NaN;
    throw new MathError(`IF cannot choose ${typeOf(value)}`);
  };
  const points = [...condition.points].map(([time, met]) => [time, at(met === 0 ? no : yes, time)] as const);
  return withPoints(condition, points);
}
