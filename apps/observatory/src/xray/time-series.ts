import { crossings, isEntry, servicePlace, Tally, type Place, type Span, type Trace } from '@throughline/traces';
import type { InputReader } from '../aws/input.ts';
import type { TraceStore } from '../store/traces.ts';
import { selects } from './filter/evaluate.ts';
import { parseFilter } from './filter/parse.ts';
import { FilterError, type Filter, type Selector } from './filter/syntax.ts';
import type { Groups } from './groups.ts';
import { readToken, toPage } from './pages.ts';
import type { Operations } from './protocol.ts';
import { tracesIn } from './scan.ts';
import { toHistogram, toStatistics } from './shapes.ts';
import { readWindow } from './window.ts';

const PERIOD_S = 60;
const PAGE = 1000;

/** Which services or edges are added up: `edges` when it is calls, else nodes. */
interface Entities {
  edges: boolean;
  spansOf(trace: Trace): Span[];
}

/** GetTimeSeriesServiceStatistics: what selected services or edges did in each period of a window. */
export function timeSeriesOperations(store: TraceStore, groups: Groups): Operations {
  return {
    GetTimeSeriesServiceStatistics: async (input) => {
      const window = readWindow(input);
      const filter = groups.filterOf(input);
      const from = readToken(input);
      const entities = readEntities(input);
      const period_us = readPeriod(input) * 1_000_000;
      const first = Math.floor(window.from_us / period_us);
      const tallies = new Map<number, Tally>();
      for await (const trace of tracesIn(store, window, filter)) {
        for (const span of entities.spansOf(trace)) {
          if (span.start_us < window.from_us || span.start_us > window.to_us) continue;
          const period = Math.floor(span.start_us / period_us);
          const tally = tallies.get(period) ?? new Tally();
          tallies.set(period, tally);
          tally.add(span);
        }
      }
      const periods = Math.max(0, Math.floor(window.to_us / period_us) - first + 1);
      const { items, next } = toPage(Array.from({ length: periods }), from, PAGE);
      return {
        TimeSeriesServiceStatistics: items.map((_, index) => {
          const period = first + from + index;
          const tally = tallies.get(period) ?? new Tally();
          return {
            Timestamp: (period * period_us) / 1_000_000,
            [entities.edges ? 'EdgeSummaryStatistics' : 'ServiceSummaryStatistics']: toStatistics(tally.statistics),
            ResponseTimeHistogram: toHistogram(tally.histogram),
          };
        }),
        ContainsOldGroupVersions: false,
        ...next,
      };
    },
  };
}

function readPeriod(input: InputReader): number {
  const period = input.integer('Period', 1, 86_400);
  return period ?? PERIOD_S;
}

function readEntities(input: InputReader): Entities {
  const expression = input.text('EntitySelectorExpression');
  if (input.flag('ForecastStatistics')) throw input.fail('ForecastStatistics are not offered here; leave it out.');
  if (expression === undefined) {
    return { edges: true, spansOf: (trace) => callsOf(trace, ({ from }) => from.kind === 'client') };
  }
  const selector = readSelector(input, expression);
  if (selector.is === 'edge') {
    const { from, to } = selector;
    return {
      edges: true,
      spansOf: (trace) => callsOf(trace, (call) => selects(from, call.from) && selects(to, call.to)),
    };
  }
  return { edges: false, spansOf: (trace) => workOf(trace, selector.selector) };
}

function readSelector(input: InputReader, expression: string): Extract<Filter, { is: 'id' | 'service' | 'edge' }> {
  try {
    const filter = parseFilter(expression);
    const isSelector = filter.is === 'id' || ((filter.is === 'service' || filter.is === 'edge') && !filter.within);
    if (isSelector) return filter;
  } catch (error) {
    if (error instanceof FilterError) throw input.fail(error.message);
    throw error;
  }
  throw input.fail('EntitySelectorExpression must be one id(), service() or edge().');
}

function callsOf(trace: Trace, wanted: (call: { from: Place; to: Place }) => boolean): Span[] {
  return crossings(trace).flatMap((call) => (wanted(call) ? [call.span] : []));
}

/** The segments of the services that are meant, and the calls to those that nobody reported. */
function workOf(trace: Trace, selector: Selector): Span[] {
  const entries = [...trace.nodes.values()].filter(
    (node) => isEntry(node) && selects(selector, servicePlace(node.span)),
  );
  const inferred = callsOf(
    trace,
    ({ from, to }) => to.kind !== 'service' && from.kind !== 'client' && selects(selector, to),
  );
  return [...entries.map((node) => node.span), ...inferred];
}
