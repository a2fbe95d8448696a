import { setImmediate as breathe } from 'node:timers/promises';
import type { Trace } from '@throughline/traces';
import type { TraceRow, TraceStore } from '../store/traces.ts';
import { matches } from './filter/evaluate.ts';
import type { Filter } from './filter/syntax.ts';

/** Traces read between two breaths of the event loop. */
const CHUNK = 50;

/** Every trace that was active in the window and passes the filter, newest first; others get their turn in between. */
export async function* tracesIn(
  store: TraceStore,
  { from_us, to_us }: { from_us: number; to_us: number },
  filter?: Filter,
): AsyncGenerator<Trace> {
  let rows: TraceRow[] = [];
  do {
    rows = store.activeIn(from_us, to_us, CHUNK, rows.at(-1));
    for (const { trace_id } of rows) {
      const trace = store.trace(trace_id);
      if (trace && (!filter || matches(filter, trace))) yield trace;
    }
    await breathe();
  } while (rows.length === CHUNK);
}
