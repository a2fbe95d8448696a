import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import type { MetricStore } from '../store/metrics.ts';
import type { Distribution } from './distribution.ts';
import { isPeriod, roundedStart, samplesByPeriod, type Range } from './periods.ts';
import type { MetricsOperations } from './protocol.ts';
import { namedDimensions } from './put-metric-data.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

const MOST_DATAPOINTS = 1440;

/** GetMetricStatistics: one metric's statistics by period, for each unit that its data came in. */
export function statisticsOperations(store: MetricStore, now: () => number): MetricsOperations {
  return {
    GetMetricStatistics: (input) => {
      const range = readRange(input, Math.floor(now() / 1000));
      const { simple, extended } = readStatistics(input);
      const name = input.requiredText('MetricName');
      const metric = store.find(input.requiredText('Namespace'), name, namedDimensions(input));
      const options = { unit: input.text('Unit'), withValues: extended.length > 0 };
      const periods = metric ? samplesByPeriod(store, metric, range, options) : new Map<number, never>();
      return {
        Label: name,
        Datapoints: [...periods].flatMap(([start, units]) =>
          [...units].map(([Unit, samples]) => ({
            Timestamp: new Date(start * 1000),
            ...tell(samples, simple, extended),
            Unit,
          })),
        ),
      };
    },
  };
}

type Named = readonly (readonly [name: string, statistic: Statistic])[];

function tell(samples: Distribution, simple: Named, extended: Named): object {
  const told = (statistics: Named) =>
    statistics.flatMap(([name, statistic]) => {
      const value = statistic(samples);
      return value === undefined ? [] : [[name, value] as const];
    });
  const percentiles = told(extended);
  return {
    ...Object.fromEntries(told(simple)),
    ...(percentiles.length > 0 && { ExtendedStatistics: new Map(percentiles) }),
  };
}

function readRange(input: InputReader, now_s: number): Range {
  const [start, end] = [(input.time('StartTime') ?? 0) / 1000, (input.time('EndTime') ?? 0) / 1000];
  const period_s = input.integer('Period', 1, Number.MAX_SAFE_INTEGER) ?? 60;
  if (start >= end) throw input.fail('The parameter StartTime must be less than the parameter EndTime.');
  if (!isPeriod(period_s)) throw input.fail('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
  const range = { from_s: roundedStart(start, period_s, now_s), to_s: end, period_s };
  const datapoints = Math.ceil((end - range.from_s) / period_s);
  if (datapoints > MOST_DATAPOINTS) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `You have requested up to ${datapoints} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  return range;
}

function readStatistics(input: InputReader): { simple: Named; extended: Named } {
  const [simple, extended] = [input.texts('Statistics'), input.texts('ExtendedStatistics')];
  if (simple.length === 0 && extended.length === 0) {
    throw new AwsError(
      'MissingRequiredParameterException',
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    );
  }
  if (simple.length > 0 && extended.length > 0) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
    );
  }
  const named = (names: string[], member: string) =>
    names.map((name) => {
      const statistic = parseStatistic(name);
      if (!statistic) throw input.fail(`The value ${name} for parameter ${member} is not supported.`);
      return [name, statistic] as const;
    });
  return { simple: named(simple, 'Statistics'), extended: named(extended, 'ExtendedStatistics') };
}
