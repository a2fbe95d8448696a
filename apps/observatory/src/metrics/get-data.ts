import { setImmediate as otherWork } from 'node:timers/promises';
import { AwsError } from '../aws/error.ts';
import type { Identity } from '../aws/identity.ts';
import type { InputReader } from '../aws/input.ts';
import { fromToken, toToken } from '../aws/token.ts';
import type { MetricStore } from '../store/metrics.ts';
import { fillLabel, type LabelProperties } from './labels.ts';
import { isList, isSeries, type Series, type Value } from './math/value.ts';
import type { MetricsOperations } from './protocol.ts';
import { readQueries, type MetricQuery } from './queries.ts';
import { metricSeries, QueryScope } from './query-scope.ts';

const MOST_DATAPOINTS = 100_800;
const MOST_READ = 1_000_000;
const invalid = (message: string) => new AwsError('ValidationException', message);

interface Result {
  id: string;
  label: string;
  /** Epoch seconds and values, in the order that was asked for. */
  points: [number, number][];
}

/** GetMetricData: metrics and expressions on them. Pages follow each other result by result. */
export function dataOperations(store: MetricStore, identity: Identity, now: () => number): MetricsOperations {
  return {
    GetMetricData: async (input) => {
      const now_s = Math.floor(now() / 1000);
      const queries = readQueries(input);
      const [start, end] = [(input.time('StartTime') ?? 0) / 1000, (input.time('EndTime') ?? 0) / 1000];
      if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
      const series = new Map<string, Series>();
      let points = 0;
      for (const query of queries) {
        if (query.kind !== 'metric') continue;
        const read = metricSeries(store, query, { start, end, now_s });
        points += read.points.size;
        if (points > MOST_READ)
          throw invalid('The request reads too many data points; use longer periods or a shorter range.');
        series.set(query.id, read);
        await otherWork();
      }
      const scope = new QueryScope(queries, series, { start, end, now_s });
      const results = queries.filter(({ returned }) => returned).flatMap((query) => toResults(query, scope, identity));
      if (input.text('ScanBy') !== 'TimestampAscending') for (const { points } of results) points.reverse();
      return page(results, input);
    },
  };
}

function toResults(query: MetricQuery, scope: QueryScope, identity: Identity): Result[] {
  const properties = propertiesOf(query, identity);
  return seriesOf(query, scope.value(query)).map((series) => ({
    id: query.id,
    label: fillLabel(query.label ?? series.label, series, properties),
    points: [...series.points],
  }));
}

/** What a query returns must be a series, or several. */
function seriesOf(query: MetricQuery, value: Value): readonly Series[] {
  if (isList(value)) return value;
  if (isSeries(value)) return [query.kind === 'metric' ? value : { ...value, label: query.id }];
  throw invalid(
    `Error in expression '${query.id}': the result must be a TimeSeries or several; wrap a number as in TIME_SERIES(…), or set ReturnData to false.`,
  );
}

function propertiesOf(query: MetricQuery, { account, region }: Identity): LabelProperties {
  const general = { AccountId: account, Region: region };
  if (query.kind !== 'metric') return general;
  const dimensions = query.dimensions.map(([name, value]) => [`Dim.${name}`, value] as const);
  return {
    ...general,
    MetricName: query.name,
    Namespace: query.namespace,
    Period: String(query.period_s),
    Stat: query.stat,
    ...Object.fromEntries(dimensions),
  };
}

/** At most `MaxDatapoints` of all results' points, from the token on. A result that was told whole is not repeated. */
function page(results: readonly Result[], input: InputReader): object {
  const limit = input.integer('MaxDatapoints', 1, MOST_DATAPOINTS) ?? MOST_DATAPOINTS;
  const [skippedResults, skippedPoints] = readToken(input);
  const told: object[] = [];
  let left = limit;
  for (const [index, { id, label, points }] of results.entries()) {
    if (index < skippedResults) continue;
    const from = index === skippedResults ? skippedPoints : 0;
    const shown = points.slice(from, from + left);
    const complete = from + shown.length >= points.length;
    told.push({
      Id: id,
      Label: label,
      Timestamps: shown.map(([time]) => new Date(time * 1000)),
      Values: shown.map(([, value]) => value),
      StatusCode: complete ? 'Complete' : 'PartialData',
    });
    left -= shown.length;
    const next = complete ? [index + 1, 0] : [index, from + shown.length];
    if (left === 0 && (!complete || index + 1 < results.length)) {
      return { MetricDataResults: told, Messages: [], NextToken: toToken(next) };
    }
  }
  return { MetricDataResults: told, Messages: [] };
}

function readToken(input: InputReader): [results: number, points: number] {
  const token = input.text('NextToken');
  if (!token) return [0, 0];
  const [results, points] = fromToken(token) ?? [];
  if (typeof results !== 'number' || typeof points !== 'number' || results < 0 || points < 0) {
    throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
  }
  return [results, points];
}
