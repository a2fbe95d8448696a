import { AwsError } from '../aws/error.ts';
import { fromToken, toToken } from '../aws/token.ts';
import type { InputReader } from '../aws/input.ts';
import type { Metric, MetricStore } from '../store/metrics.ts';
import type { Dimensions } from './data.ts';
import type { MetricsOperations } from './protocol.ts';

const PAGE = 500;
/** Metrics without new data for so long are not listed. */
const LISTED_S = 14 * 86_400;
const RECENTLY_S = 3 * 3600;

/** ListMetrics: by namespace, name and dimensions (a name alone takes every value), in the order in which they first came. */
export function listOperations(store: MetricStore, now: () => number): MetricsOperations {
  return {
    ListMetrics: (input) => {
      const since_s = Math.floor(now() / 1000) - (input.text('RecentlyActive') ? RECENTLY_S : LISTED_S);
      const filter = { namespace: input.text('Namespace'), name: input.text('MetricName'), since_s };
      const matches = readFilter(input);
      const found: Metric[] = [];
      for (const metric of store.list(filter, readToken(input))) {
        if (!matches(metric.dimensions)) continue;
        if (found.length === PAGE) return { Metrics: found.map(toMetric), NextToken: toToken([found.at(-1)?.id ?? 0]) };
        found.push(metric);
      }
      return { Metrics: found.map(toMetric) };
    },
  };
}

/** A metric in the words of CloudWatch. */
function toMetric({ namespace, name, dimensions }: Omit<Metric, 'id'>): object {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
  };
}

function readFilter(input: InputReader): (dimensions: Dimensions) => boolean {
  const wanted = input.objects('Dimensions') as unknown as { Name: string; Value?: string | null }[];
  return (dimensions) =>
    wanted.every(({ Name, Value }) =>
      dimensions.some(([name, value]) => name === Name && ((Value ?? undefined) === undefined || value === Value)),
    );
}

function readToken(input: InputReader): number {
  const token = input.text('NextToken');
  if (!token) return 0;
  const [id] = fromToken(token) ?? [];
  if (typeof id !== 'number') throw new AwsError('InvalidParameterValueException', 'The NextToken is invalid.');
  return id;
}
