import { setImmediate as breathe } from 'node:timers/promises';
import { isEntry, type Trace } from '@throughline/traces';
import { fromToken, toToken } from '../aws/token.ts';
import type { InputReader } from '../aws/input.ts';
import type { Cursor, TraceRow, TraceStore } from '../store/traces.ts';
import { matches } from './filter/evaluate.ts';
import type { FindGroup } from './filter/groups.ts';
import { readFilter } from './groups.ts';
import type { Operations } from './protocol.ts';
import { readSampling, type Sampling } from './summary-sampling.ts';
import { summarize } from './summary.ts';
import { readWindow } from './window.ts';

/** A page ends after this many summaries, or this many traces looked at. */
const PAGE = 100;
const MOST_LOOKED_AT = 500;
const CHUNK = 25;

interface Query {
  /** The time of what makes a trace belong to the window; undefined when it does not. */
  matched(trace: Trace): number | undefined;
  list(limit: number, after: Cursor | undefined): TraceRow[];
  passes(trace: Trace): boolean;
}

/**
 * GetTraceSummaries, newest first. `TraceId` (the default) takes traces that began in the window, `Event` those of which anything
 * happened in it, `Service` those of which a segment ended in it.
 */
export function summaryOperations(store: TraceStore, findGroup: FindGroup): Operations {
  return {
    GetTraceSummaries: async (input) => {
      const sampling = readSampling(input);
      const window = sampling.narrow(readWindow(input));
      const page = await readPage(store, readQuery(input, store, window, sampling, findGroup), readCursor(input));
      return {
        TraceSummaries: page.summaries,
        ApproximateTime: (page.summaries.length > 0 ? page.newest_us : window.to_us) / 1_000_000,
        TracesProcessedCount: page.looked,
        ...(page.last && { NextToken: toToken([page.last.start_us, page.last.trace_id]) }),
      };
    },
  };
}

function readQuery(
  input: InputReader,
  store: TraceStore,
  { from_us, to_us }: { from_us: number; to_us: number },
  sampling: Sampling,
  findGroup: FindGroup,
): Query {
  const filter = readFilter(input, input.text('FilterExpression') ?? '', findGroup);
  const range = input.text('TimeRangeType') ?? 'TraceId';
  const passes = (trace: Trace) => sampling.takes(trace.trace_id) && (!filter || matches(filter, trace));
  if (range === 'TraceId') {
    const list = (limit: number, after: Cursor | undefined) => store.startedIn(from_us, to_us, limit, after);
    return { list, passes, matched: (trace) => trace.end_us };
  }
  const within = (time_us: number) => time_us >= from_us && time_us <= to_us;
  return {
    list: (limit, after) => store.activeIn(from_us, to_us, limit, after),
    passes,
    matched: (trace) => (range === 'Event' ? Math.min(trace.end_us, to_us) : segmentEnds(trace).findLast(within)),
  };
}

function segmentEnds(trace: Trace): number[] {
  return [...trace.nodes.values()]
    .flatMap((node) => (isEntry(node) ? (node.span.end_us ?? []) : []))
    .toSorted((a, b) => a - b);
}

interface Page {
  summaries: object[];
  looked: number;
  newest_us: number;
  /** The last trace looked at, when there may be more. */
  last?: TraceRow;
}

async function readPage(store: TraceStore, query: Query, after: Cursor | undefined): Promise<Page> {
  const page: Page = { summaries: [], looked: 0, newest_us: 0 };
  let cursor = after;
  while (page.looked < MOST_LOOKED_AT) {
    const rows = query.list(CHUNK, cursor);
    for (const row of rows) {
      page.looked += 1;
      const trace = store.trace(row.trace_id);
      const matched_us = trace && query.matched(trace);
      if (trace && matched_us !== undefined && query.passes(trace)) {
        page.summaries.push(summarize(trace, row.revision, matched_us));
        page.newest_us = Math.max(page.newest_us, trace.start_us);
      }
      if (page.summaries.length === PAGE) return { ...page, last: row };
    }
    const last = rows.at(-1);
    if (rows.length < CHUNK || !last) return page;
    cursor = last;
    await breathe();
  }
  return { ...page, ...(cursor && { last: cursor as TraceRow }) };
}

function readCursor(input: InputReader): Cursor | undefined {
  const token = input.text('NextToken');
  if (!token) return undefined;
  const [start_us, trace_id] = fromToken(token) ?? [];
  if (typeof start_us !== 'number' || typeof trace_id !== 'string') throw input.fail('NextToken is not valid.');
  return { start_us, trace_id };
}
