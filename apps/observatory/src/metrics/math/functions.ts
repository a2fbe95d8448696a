import { aggregate } from './aggregates.ts';
import { mapPoints } from './operators.ts';
import { MathError } from './syntax.ts';
import { choose, constant, fill, runningSum, stepwise, type Timeline } from './timeline.ts';
import { eachSeries, isList, isSeries, needNumber, needSeries, withPoints, type Series, type Value } from './value.ts';

type MathFunction = (args: readonly Value[], timeline: Timeline) => Value;

/** A function of numbers, applied to every point. */
const pointwise =
  (change: (value: number, time: number) => number): MathFunction =>
  ([value]) =>
    typeof value === 'number' ? change(value, 0) : eachSeries(value, 'The argument', (all) => mapPoints(all, change));

const ofSeries =
  (change: (series: Series) => Series): MathFunction =>
  ([value]) =>
    eachSeries(value, 'The argument', change);

/** A function of the time of each point, in UTC. */
const ofTime = (tell: (date: Date) => number): MathFunction =>
  ofSeries((series) => mapPoints(series, (_, time) => tell(new Date(time * 1000))));

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: pointwise(Math.abs),
  CEIL: pointwise(Math.ceil),
  FLOOR: pointwise(Math.floor),
  LOG: pointwise(Math.log),
  LOG10: pointwise(Math.log10),
  DIFF: ofSeries((series) => stepwise(series, (difference) => difference)),
  DIFF_TIME: ofSeries((series) => stepwise(series, (_, seconds) => seconds)),
  RATE: ofSeries((series) => stepwise(series, (difference, seconds) => difference / seconds)),
  RUNNING_SUM: ofSeries(runningSum),
  FILL: ([value, filler], timeline) =>
    eachSeries(value, "FILL's first argument", (series) => fill(series, filler, timeline)),
  IF([condition, yes, no]) {
    if (condition === undefined || yes === undefined) throw new MathError('IF takes a condition and one or two values');
    return choose(condition, yes, no);
  },
  PERIOD: ([value]) => needSeries(value, "PERIOD's argument")[0]?.period_s ?? 0,
  DATAPOINT_COUNT: ([value]) => needSeries(value, 'The argument').reduce((sum, { points }) => sum + points.size, 0),
  METRIC_COUNT: ([value]) => needSeries(value, 'The argument').length,
  FIRST: ([value]) => one(needSeries(value, 'The argument')[0]),
  LAST: ([value]) => one(needSeries(value, 'The argument').at(-1)),
  REMOVE_EMPTY: ([value]) => needSeries(value, 'The argument').filter(({ points }) => points.size > 0),
  SLICE([value, start, end]) {
    const all = needSeries(value, "SLICE's first argument");
    const from = needNumber(start, "SLICE's start");
    return all.slice(from, end === undefined ? undefined : needNumber(end, "SLICE's end"));
  },
  SORT: ([value, by, order, count]) => sort(needSeries(value, "SORT's first argument"), by, order, count),
  TIME_SERIES: ([value], timeline) => constant(needNumber(value, "TIME_SERIES' argument"), timeline),
  EPOCH: ofTime((date) => date.getTime() / 1000),
  MINUTE: ofTime((date) => date.getUTCMinutes()),
  HOUR: ofTime((date) => date.getUTCHours()),
  DAY: ofTime((date) => date.getUTCDay() || 7),
  DATE: ofTime((date) => date.getUTCDate()),
  MONTH: ofTime((date) => date.getUTCMonth() + 1),
  YEAR: ofTime((date) => date.getUTCFullYear()),
};

/** Words that stand for themselves as arguments. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'REPEAT',
  'LINEAR',
  'ASC',
  'DESC',
  'AVG',
  'MIN',
  'MAX',
  'SUM',
  'STDDEV',
]);

/** Calls a function of metric math. Throws MathError for one that there is not. */
export function callFunction(name: string, args: readonly Value[], timeline: Timeline): Value {
  const aggregated = aggregate(name, args);
  if (aggregated !== undefined) return aggregated;
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) throw new MathError(`The function ${name} is not supported`);
  if (args.length === 0) throw new MathError(`${name} needs an argument`);
  return known(args, timeline);
}

function one(series: Series | undefined): Series {
  return series ?? { label: '', period_s: 1, points: new Map() };
}

function sort(all: readonly Series[], by: Value = 'AVG', order: Value = 'ASC', count?: Value): Value {
  const direction = order === 'DESC' ? -1 : 1;
  const key = (series: Series) => {
    const value = typeof by === 'string' && series.points.size > 0 ? aggregate(by, [series]) : undefined;
    return typeof value === 'number' ? value : -Infinity;
  };
  const sorted = all
    .map((series) => ({ series, key: key(series) }))
    .toSorted((a, b) => (a.key === b.key ? 0 : (a.key < b.key ? -1 : 1) * direction));
  const most = count === undefined ? undefined : needNumber(count, "SORT's limit");
  return sorted.slice(0, most).map(({ series }) => series);
}

/** Numbers among series in brackets count as series of that number. */
export function listOf(items: readonly Value[], timeline: Timeline): Value {
  const all = items.flatMap((item): readonly Series[] => {
    if (isList(item)) return item;
    if (isSeries(item)) return [item];
    return [constant(needNumber(item, 'An item of a list'), timeline)];
  });
  return all.map((series) => withPoints(series, series.points));
}
