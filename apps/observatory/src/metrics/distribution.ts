/** The samples of a period: what can be said of all of them exactly, and how often each value came. */
export interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Value → how often. Fewer than `count` where only a statistic set is known of some samples. */
  values: ReadonlyMap<number, number>;
}

/** Up to this many values are kept as they are; more are put into bins, until they are few enough. */
const MOST_EXACT = 150;
const MOST_VALUES = 1000;

/** Each value with its count. At least one of them; counts above 0. */
export function fromValues(pairs: Iterable<readonly [value: number, count: number]>): Distribution {
  const values = new Map<number, number>();
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const [value, times] of pairs) {
    values.set(value, (values.get(value) ?? 0) + times);
    count += times;
    sum += value * times;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { count, sum, min, max, values: bounded(values) };
}

/** A statistic set; its samples are known where they are one, or all alike. */
export function fromStatistics(count: number, sum: number, min: number, max: number): Distribution {
  const known = count === 1 || min === max;
  return { count, sum, min, max, values: new Map(known ? [[min, count]] : []) };
}

export const merge = (a: Distribution, b: Distribution): Distribution => mergeAll([a, b]);

/** One distribution of all samples. At least one of them. */
export function mergeAll(all: Iterable<Distribution>): Distribution {
  let values = new Map<number, number>();
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const one of all) {
    for (const [value, times] of one.values) values.set(value, (values.get(value) ?? 0) + times);
    if (values.size > MOST_VALUES * 4) values = bounded(values);
    count += one.count;
    sum += one.sum;
    min = Math.min(min, one.min);
    max = Math.max(max, one.max);
  }
  return { count, sum, min, max, values: bounded(values) };
}

/** Values that are too many fall into bins one percent wide, or of two percent, four …: half of that is the error of a percentile. */
function bounded(values: Map<number, number>): Map<number, number> {
  if (values.size <= MOST_EXACT) return values;
  let binned = values;
  for (let width = 1; width === 1 || binned.size > MOST_VALUES; width *= 2) {
    const next = new Map<number, number>();
    for (const [value, count] of binned) {
      const bin = binOf(value, width);
      next.set(bin, (next.get(bin) ?? 0) + count);
    }
    binned = next;
  }
  return binned;
}

const LOG_BASE = Math.log(1.01);

function binOf(value: number, width: number): number {
  if (value === 0) return 0;
  const power = Math.round(Math.log(Math.abs(value)) / LOG_BASE / width) * width;
  return Math.sign(value) * Number(Math.exp(power * LOG_BASE).toPrecision(7));
}

export function encodeValues(values: ReadonlyMap<number, number>): string {
  return JSON.stringify([...values].flat());
}

export function decodeValues(text: string): Map<number, number> {
  const flat = JSON.parse(text) as number[];
  const values = new Map<number, number>();
  for (let index = 0; index + 1 < flat.length; index += 2) values.set(flat[index] ?? 0, flat[index + 1] ?? 0);
  return values;
}
