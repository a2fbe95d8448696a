import { AwsError } from '../aws/error.ts';
import type { MetricStore } from '../store/metrics.ts';
import { mergeAll } from './distribution.ts';
import { evaluate, type Scope } from './math/evaluate.ts';
import { MathError } from './math/syntax.ts';
import type { Timeline } from './math/timeline.ts';
import type { Series, Value } from './math/value.ts';
import { roundedStart, samplesByPeriod } from './periods.ts';
import type { ExpressionQuery, MetricQuery, StatQuery } from './queries.ts';
import { isSimple } from './statistic.ts';

/** Points that the expressions of one request may compute together. */
const MOST_COMPUTED = 3_000_000;

/** The request's window as it was asked for, epoch seconds. */
interface Window {
  start: number;
  end: number;
  now_s: number;
}

/** A metric's statistic by period. Data of every unit is joined where no unit is asked for. */
export function metricSeries(store: MetricStore, query: StatQuery, { start, end, now_s }: Window): Series {
  const { namespace, name, dimensions, period_s, statistic, unit, stat } = query;
  const metric = store.find(namespace, name, dimensions);
  const range = { from_s: roundedStart(start, period_s, now_s), to_s: end, period_s };
  const periods = metric
    ? samplesByPeriod(store, metric, range, { unit, withValues: !isSimple(stat) })
    : new Map<number, never>();
  const points = [...periods].flatMap(([time, units]): [number, number][] => {
    const value = statistic(mergeAll(units.values()));
    return value === undefined ? [] : [[time, value]];
  });
  return { label: name, period_s, points: new Map(points) };
}

/** The values of a request's queries; expressions are evaluated when they are asked for, each once. */
export class QueryScope {
  readonly #byId: ReadonlyMap<string, MetricQuery>;
  readonly #series: ReadonlyMap<string, Series>;
  readonly #values = new Map<string, Value>();
  readonly #open = new Set<string>();
  readonly #window: Window;
  #left = MOST_COMPUTED;

  constructor(queries: readonly MetricQuery[], series: ReadonlyMap<string, Series>, window: Window) {
    this.#byId = new Map(queries.map((query) => [query.id, query]));
    this.#series = series;
    this.#window = window;
  }

  value(query: MetricQuery): Value {
    if (query.kind === 'metric')
      return this.#series.get(query.id) ?? { label: query.name, period_s: 60, points: new Map() };
    const known = this.#values.get(query.id);
    if (known !== undefined) return known;
    const value = this.#evaluate(query);
    this.#values.set(query.id, value);
    return value;
  }

  #evaluate(query: ExpressionQuery): Value {
    try {
      if (this.#open.has(query.id)) throw new MathError('The expression refers to itself');
      this.#open.add(query.id);
      return evaluate(query.expression, this.#scope(query));
    } catch (error) {
      if (!(error instanceof MathError)) throw error;
      throw new AwsError('ValidationException', `Error in expression '${query.id}': ${error.message}.`);
    } finally {
      this.#open.delete(query.id);
    }
  }

  #scope(query: ExpressionQuery): Scope {
    return {
      timeline: this.#timeline(query),
      lookup: (id) => {
        const other = this.#byId.get(id);
        return other && this.value(other);
      },
      metrics: (part = '') => [...this.#series].filter(([id]) => id.includes(part)).map(([, series]) => series),
    };
  }

  /** An expression's own period, else the longest of the metrics'. */
  #timeline({ period_s }: ExpressionQuery): Timeline {
    const { start, end, now_s } = this.#window;
    const longest = period_s ?? Math.max(1, ...[...this.#series.values()].map((series) => series.period_s));
    return {
      from_s: roundedStart(start, longest, now_s),
      to_s: end,
      period_s: longest,
      spend: (points) => this.#spend(points),
    };
  }

  #spend(points: number): void {
    this.#left -= points;
    if (this.#left < 0) throw new MathError('The expressions of this request compute too many data points');
  }
}
