import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import type { MetricStore } from '../store/metrics.ts';
import { isSample, sortDimensions, type Dimensions, type MetricData } from './data.ts';
import { fromStatistics, fromValues, type Distribution } from './distribution.ts';
import type { MetricsOperations } from './protocol.ts';

/** Limits. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MOST_DATA = 1000;
const MOST_VALUES = 150;
const MOST_AGE_MS = 14 * 86_400_000;
const FARTHEST_AHEAD_MS = 2 * 3_600_000;

/** A MetricDatum, whose types the model's validation has checked. */
interface Datum {
  MetricName: string;
  Dimensions?: { Name: string; Value: string }[] | null;
  Timestamp?: number | string | null;
  Value?: number | null;
  StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number } | null;
  Values?: number[] | null;
  Counts?: number[] | null;
  Unit?: string | null;
  StorageResolution?: number | null;
}

/** PutMetricData: all of a request is kept, or nothing. Entities are refused. */
export function putOperations(store: MetricStore, now: () => number): MetricsOperations {
  return {
    PutMetricData: async (input) => {
      const namespace = input.requiredText('Namespace');
      if (namespace.startsWith('AWS/')) throw invalid('The value AWS/ for parameter Namespace is invalid.');
      if (input.list('EntityMetricData').length > 0) throw invalid('The parameter EntityMetricData is not supported.');
      const data = input.objects('MetricData') as unknown as Datum[];
      if (data.length === 0) throw missing('The parameter MetricData is required.');
      if (data.length > MOST_DATA)
        throw invalid(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
      await store.put(data.map((datum, index) => readDatum(datum, `MetricData.member.${index + 1}`, namespace, now())));
      return {};
    },
  };
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
const missing = (message: string) => new AwsError('MissingRequiredParameterException', message);
const clash = (message: string) => new AwsError('InvalidParameterCombinationException', message);

function readDatum(datum: Datum, at: string, namespace: string, now: number): MetricData {
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) throw invalid(`The parameter ${at}.StorageResolution must be 1 or 60.`);
  return {
    namespace,
    name: datum.MetricName,
    dimensions: readDimensions(datum.Dimensions ?? [], at),
    timestamp_ms: readTime(datum.Timestamp ?? undefined, at, now),
    unit: datum.Unit ?? 'None',
    resolution_s: resolution,
    samples: readSamples(datum, at),
  };
}

function readDimensions(dimensions: { Name: string; Value: string }[], at: string): Dimensions {
  const names = new Set(dimensions.map(({ Name }) => Name));
  if (names.size < dimensions.length) throw invalid(`The parameter ${at}.Dimensions names a dimension twice.`);
  return sortDimensions(dimensions.map(({ Name, Value }) => [Name, Value] as const));
}

/** Epoch milliseconds. */
function readTime(time: number | string | undefined, at: string, now: number): number {
  if (time === undefined) return now;
  const ms = typeof time === 'number' ? time * 1000 : Date.parse(time);
  if (ms < now - MOST_AGE_MS) {
    throw invalid(`The parameter ${at}.Timestamp must specify a time no more than two weeks in the past.`);
  }
  if (ms > now + FARTHEST_AHEAD_MS) {
    throw invalid(`The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`);
  }
  return ms;
}

function readSamples({ Value, Values, Counts, StatisticValues }: Datum, at: string): Distribution {
  const given = Object.entries({ Value, Values, StatisticValues }).filter(
    ([, value]) => (value ?? undefined) !== undefined,
  );
  if (given.length > 1) {
    const [first, second] = given.map(([name]) => `${at}.${name}`);
    throw clash(`The parameters ${first} and ${second} are mutually exclusive and you have specified both.`);
  }
  if (Counts && !Values) throw clash(`The parameter ${at}.Counts needs the parameter ${at}.Values.`);
  if (StatisticValues) return readStatistics(StatisticValues, `${at}.StatisticValues`);
  if (Values) return readValues(Values, Counts ?? Values.map(() => 1), at);
  if (typeof Value !== 'number') {
    throw missing(
      `At least one of the parameters ${at}.Value, ${at}.Values or ${at}.StatisticValues must be specified.`,
    );
  }
  return fromValues([[sample(Value, `${at}.Value`), 1]]);
}

function readValues(values: number[], counts: number[], at: string): Distribution {
  if (values.length === 0 || values.length > MOST_VALUES) {
    throw invalid(`The parameter ${at}.Values must have 1 to ${MOST_VALUES} values.`);
  }
  if (counts.length !== values.length) throw clash(`${at}.Values and ${at}.Counts must have the same size.`);
  return fromValues(
    values.map((value, index) => {
      const count = sample(counts[index] ?? 0, `${at}.Counts.member.${index + 1}`);
      if (count <= 0) throw invalid(`The parameter ${at}.Counts.member.${index + 1} must be greater than 0.`);
      return [sample(value, `${at}.Values.member.${index + 1}`), count] as const;
    }),
  );
}

function readStatistics(set: NonNullable<Datum['StatisticValues']>, at: string): Distribution {
  const { SampleCount, Sum, Minimum, Maximum } = set;
  for (const [name, value] of Object.entries({ SampleCount, Sum, Minimum, Maximum })) sample(value, `${at}.${name}`);
  if (SampleCount <= 0) throw invalid(`The parameter ${at}.SampleCount must be greater than 0.`);
  if (Minimum > Maximum) throw invalid(`The parameter ${at}.Minimum must not be greater than ${at}.Maximum.`);
  return fromStatistics(SampleCount, Sum, Minimum, Maximum);
}

function sample(value: number, at: string): number {
  if (!isSample(value)) throw invalid(`The value ${String(value)} for parameter ${at} is invalid.`);
  return value;
}

/** The dimensions of a metric that a reader names, in the order of their names. */
export function namedDimensions(input: InputReader): Dimensions {
  const dimensions = input.objects('Dimensions') as unknown as { Name: string; Value: string }[];
  return sortDimensions(dimensions.map(({ Name, Value }) => [Name, Value] as const));
}
