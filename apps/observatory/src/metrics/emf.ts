import { isSample, sortDimensions, UNITS, type MetricData } from './data.ts';
import { fromStatistics, fromValues, type Distribution } from './distribution.ts';

const MOST_AGE_MS = 14 * 86_400_000;
const FARTHEST_AHEAD_MS = 2 * 3_600_000;
const MOST_DIMENSIONS = 30;
const MOST_METRICS = 100;
const MOST_SETS = 100;
const MOST_VALUES = 150;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1024;

type Members = Record<string, unknown>;

/**
 * The metrics in a log message of CloudWatch's embedded metric format; none for any other message. What is malformed is left out,
 * as CloudWatch does: the log event stands all the same.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmf(message: string, timestamp_ms: number, now_ms: number): MetricData[] {
  if (!message.includes('"_aws"')) return [];
  const root = parse(message);
  const aws = members(root?.['_aws']);
  if (!root || !aws) return [];
  const time = typeof aws['Timestamp'] === 'number' && aws['Timestamp'] >= 0 ? aws['Timestamp'] : timestamp_ms;
  if (time < now_ms - MOST_AGE_MS || time > now_ms + FARTHEST_AHEAD_MS) return [];
  return list(aws['CloudWatchMetrics']).flatMap((directive) => readDirective(members(directive), root, time));
}

function readDirective(directive: Members | undefined, root: Members, timestamp_ms: number): MetricData[] {
  const namespace = directive?.['Namespace'];
  if (!directive || !isName(namespace)) return [];
  const sets = directive['Dimensions'] === undefined ? [[]] : list(directive['Dimensions']).slice(0, MOST_SETS);
  const dimensionSets = sets.flatMap((names) => {
    const dimensions = readDimensions(names, root);
    return dimensions ? [dimensions] : [];
  });
  return list(directive['Metrics'])
    .slice(0, MOST_METRICS)
    .flatMap((definition) => {
      const { Name: name, Unit: unit, StorageResolution: resolution } = members(definition) ?? {};
      const samples = isName(name) && Object.hasOwn(root, name) ? readSamples(root[name]) : undefined;
      if (!isName(name) || !samples) return [];
      const data = {
        namespace,
        name,
        timestamp_ms,
        unit: typeof unit === 'string' && UNITS.has(unit) ? unit : 'None',
        resolution_s: resolution === 1 ? (1 as const) : (60 as const),
        samples,
      };
      return dimensionSets.map((dimensions) => ({ ...data, dimensions }));
    });
}

/** A set of dimensions by their names; undefined when the message does not give each its value. */
function readDimensions(names: unknown, root: Members): MetricData['dimensions'] | undefined {
  if (!Array.isArray(names) || names.length > MOST_DIMENSIONS) return undefined;
  const dimensions = new Map<string, string>();
  for (const name of names) {
    const value = isName(name) && Object.hasOwn(root, name) ? root[name] : undefined;
    if (!isName(name) || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')) {
      return undefined;
    }
    if (value === '') return undefined;
    dimensions.set(name, String(value).slice(0, LONGEST_VALUE));
  }
  return sortDimensions(dimensions);
}

/** A number, a list of numbers, or what OpenTelemetry's exporter writes: `{Values, Counts}` or `{Count, Sum, Min, Max}`. */
function readSamples(value: unknown): Distribution | undefined {
  if (isSample(value)) return fromValues([[value, 1]]);
  if (Array.isArray(value)) {
    const values = value.slice(0, MOST_VALUES);
    return values.length > 0 && values.every(isSample) ? fromValues(values.map((item) => [item, 1])) : undefined;
  }
  const { Values: values, Counts: counts = [], Count: count, Sum: sum, Min: min, Max: max } = members(value) ?? {};
  const exact = isSample(count) && isSample(sum) && isSample(min) && isSample(max) && count > 0 && min <= max;
  const whole = exact ? fromStatistics(count, sum, min, max) : undefined;
  if (!Array.isArray(values) || !Array.isArray(counts) || values.length === 0) return whole;
  const all = values.map((item: unknown, index): [unknown, unknown] => [item, counts[index] ?? 1]);
  const pairs = all.filter(([, times]) => times !== 0);
  if (pairs.length === 0 || !pairs.every(isPair)) return whole;
  const { values: kept, ...read } = fromValues(pairs);
  return whole ? { ...whole, values: kept } : { ...read, values: kept };
}

const isPair = (pair: [unknown, unknown]): pair is [number, number] =>
  isSample(pair[0]) && isSample(pair[1]) && pair[1] > 0;

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NAME;
}

function parse(message: string): Members | undefined {
  try {
    return members(JSON.parse(message));
  } catch {
    return undefined;
  }
}

function members(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
