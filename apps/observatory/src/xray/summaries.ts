import { setImmediate as breathe } from 'node:timers/promises';
import { fromToken, toToken } from '../aws/token.ts';
import type { InputReader } from '../aws/input.ts';
import type { Cursor, TraceRow, TraceStore } from '../store/traces.ts';
import { matches } from './filter/evaluate.ts';
import { parseFilter } from './filter/parse.ts';
import { FilterError, type Filter } from './filter/syntax.ts';
import type { Operations } from './protocol.ts';
import { summarize } from './summary.ts';
import { readWindow } from './window.ts';

/** A page ends after this many summaries, or this many traces looked at. */
const PAGE = 100;
const MOST_LOOKED_AT = 500;
const CHUNK = 25;
const RANGE_TYPES: ReadonlySet<string> = new Set(['TraceId', 'Event', 'Service']);

/** GetTraceSummaries, newest first. `TraceId` (the default) takes traces that began in the window, `Event` and `Service` those active in it. */
export function summaryOperations(store: TraceStore): Operations {
  return {
    '/TraceSummaries': async (input) => {
      const { from_us, to_us } = readWindow(input);
      const range = input.text('TimeRangeType') ?? 'TraceId';
      if (!RANGE_TYPES.has(range)) throw input.fail('TimeRangeType must be TraceId, Event or Service.');
      const filter = readFilter(input);
      const after = readCursor(input);
      const list = (limit: number, cursor: Cursor | undefined) =>
        range === 'TraceId'
          ? store.startedIn(from_us, to_us, limit, cursor)
          : store.activeIn(from_us, to_us, limit, cursor);
      const page = await readPage(store, list, filter, after);
      return {
        TraceSummaries: page.summaries,
        ApproximateTime: to_us / 1_000_000,
        TracesProcessedCount: page.looked,
        ...(page.last && { NextToken: toToken([page.last.start_us, page.last.trace_id]) }),
      };
    },
  };
}

interface Page {
  summaries: object[];
  looked: number;
  /** The last trace looked at, when there may be more. */
  last?: TraceRow;
}

async function readPage(
  store: TraceStore,
  list: (limit: number, after: Cursor | undefined) => TraceRow[],
  filter: Filter | undefined,
  after: Cursor | undefined,
): Promise<Page> {
  const summaries: object[] = [];
  let looked = 0;
  let cursor = after;
  while (looked < MOST_LOOKED_AT) {
    const rows = list(CHUNK, cursor);
    for (const row of rows) {
      looked += 1;
      const trace = store.trace(row.trace_id);
      if (trace && (!filter || matches(filter, trace))) summaries.push(summarize(trace, row.revision));
      if (summaries.length === PAGE) return { summaries, looked, last: row };
    }
    if (rows.length < CHUNK) return { summaries, looked };
    cursor = rows.at(-1);
    await breathe();
  }
  return { summaries, looked, last: cursor as TraceRow };
}

function readFilter(input: InputReader): Filter | undefined {
  const expression = input.text('FilterExpression');
  if (expression === undefined || expression.trim() === '') return undefined;
  try {
    return parseFilter(expression);
  } catch (error) {
    if (error instanceof FilterError) throw input.fail(error.message);
    throw error;
  }
}

function readCursor(input: InputReader): Cursor | undefined {
  const token = input.text('NextToken');
  if (token === undefined) return undefined;
  const [start_us, trace_id] = fromToken(token) ?? [];
  if (typeof start_us !== 'number' || typeof trace_id !== 'string') throw input.fail('NextToken is not valid.');
  return { start_us, trace_id };
}
