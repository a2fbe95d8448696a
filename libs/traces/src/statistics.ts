import type { Span } from './span.ts';

/** Counts and times of a node or an edge, as X-Ray keeps them. */
export interface Statistics {
  ok: number;
  error: number;
  throttle: number;
  fault: number;
  total: number;
  /** Sum, in whole microseconds so that the order of adding is without effect. */
  total_us: number;
}

/** How often each duration (seconds, to two significant digits) came, shortest first. */
export type Histogram = { value: number; count: number }[];

/** Counts durations; the order of adding is without effect. */
export class HistogramTally {
  readonly #counts = new Map<number, number>();

  add(duration_us: number): void {
    const value = Number((duration_us / 1_000_000).toPrecision(2));
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  entries(): Histogram {
    return [...this.#counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
  }
}

/** Collects spans into statistics and a histogram. Spans in progress count nowhere. */
export class Tally {
  readonly statistics: Statistics = { ok: 0, error: 0, throttle: 0, fault: 0, total: 0, total_us: 0 };
  readonly #histogram = new HistogramTally();
  start_us = Infinity;
  end_us = 0;

  add(span: Span): void {
    this.start_us = Math.min(this.start_us, span.start_us);
    this.end_us = Math.max(this.end_us, span.end_us ?? span.start_us);
    if (span.end_us === undefined) return;
    const duration_us = span.end_us - span.start_us;
    this.statistics[span.status] += 1;
    this.statistics.total += 1;
    this.statistics.total_us += duration_us;
    this.#histogram.add(duration_us);
  }

  get histogram(): Histogram {
    return this.#histogram.entries();
  }
}
