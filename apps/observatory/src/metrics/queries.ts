import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import { sortDimensions, type Dimensions } from './data.ts';
import { parseMath } from './math/parse.ts';
import { MathError, type Expression } from './math/syntax.ts';
import { isPeriod } from './periods.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

interface Common {
  id: string;
  label: string | undefined;
  returned: boolean;
}

export interface StatQuery extends Common {
  kind: 'metric';
  namespace: string;
  name: string;
  dimensions: Dimensions;
  period_s: number;
  stat: string;
  statistic: Statistic;
  unit: string | undefined;
}

export interface ExpressionQuery extends Common {
  kind: 'expression';
  expression: Expression;
  period_s: number | undefined;
}

/** One of GetMetricData's queries: a metric's statistic, or an expression on others. */
export type MetricQuery = StatQuery | ExpressionQuery;

/** A MetricDataQuery, whose types the model's validation has checked. */
interface Given {
  Id: string;
  MetricStat?: {
    Metric: {
      Namespace?: string | null;
      MetricName?: string | null;
      Dimensions?: { Name: string; Value: string }[] | null;
    };
    Period: number;
    Stat: string;
    Unit?: string | null;
  } | null;
  Expression?: string | null;
  Label?: string | null;
  ReturnData?: boolean | null;
  Period?: number | null;
}

const MOST_QUERIES = 500;
const ID = /^[a-z]\w*$/;

const invalid = (message: string) => new AwsError('ValidationException', message);

export function readQueries(input: InputReader): MetricQuery[] {
  const given = input.objects('MetricDataQueries') as unknown as Given[];
  if (given.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (given.length > MOST_QUERIES) {
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  }
  if (new Set(given.map(({ Id }) => Id)).size < given.length) {
    throw invalid('The values for parameter Id in MetricDataQueries are not unique.');
  }
  return given.map(readQuery);
}

function readQuery(given: Given): MetricQuery {
  const {
    Id: id,
    MetricStat: stat,
    Expression: expression,
    Label: label,
    ReturnData: returned,
    Period: period,
  } = given;
  if (!ID.test(id)) {
    throw invalid(
      `The value ${id} for parameter MetricDataQueries.Id must begin with a lowercase letter and have letters, digits and underscores only.`,
    );
  }
  if (Boolean(stat) === Boolean(expression)) {
    throw invalid(`Exactly one of the parameters MetricStat and Expression must be specified for ${id}.`);
  }
  const common = { id, label: label ?? undefined, returned: returned ?? true };
  if (stat) return { ...common, kind: 'metric', ...readStat(stat) };
  if (typeof period === 'number' && !isPeriod(period)) throw invalidPeriod(id);
  return {
    ...common,
    kind: 'expression',
    period_s: period ?? undefined,
    expression: readExpression(id, expression ?? ''),
  };
}

function readStat({ Metric, Period, Stat, Unit }: NonNullable<Given['MetricStat']>) {
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = Metric;
  if (!namespace || !name) throw invalid('The parameters Metric.Namespace and Metric.MetricName are required.');
  const statistic = parseStatistic(Stat);
  if (!statistic) throw invalid(`The value ${Stat} for parameter MetricStat.Stat is not supported.`);
  if (!isPeriod(Period)) throw invalidPeriod(name);
  return {
    namespace,
    name,
    dimensions: sortDimensions((dimensions ?? []).map(({ Name, Value }) => [Name, Value] as const)),
    period_s: Period,
    stat: Stat,
    statistic,
    unit: Unit ?? undefined,
  };
}

const invalidPeriod = (of: string) => invalid(`The Period of ${of} must be 1, 5, 10, 20, 30 or a multiple of 60.`);

function readExpression(id: string, text: string): Expression {
  if (/^\s*SELECT\s/i.test(text))
    throw invalid(`Error in expression '${id}': Metrics Insights queries are not supported.`);
  try {
    return parseMath(text);
  } catch (error) {
    if (error instanceof MathError) throw invalid(`Error in expression '${id}': ${error.message}.`);
    throw error;
  }
}
