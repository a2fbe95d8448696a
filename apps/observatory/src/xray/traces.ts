import { toTraceId, toXRayTraceId } from '@throughline/traces';
import type { TraceStore } from '../store/traces.ts';
import type { Operations } from './protocol.ts';

/** BatchGetTraces takes this many ids. */
const MOST_IDS = 5;

/** BatchGetTraces: documents as they were sent, those of OTLP as the documents they translate to. */
export function traceOperations(store: TraceStore): Operations {
  return {
    '/Traces': (input) => {
      const ids = input.texts('TraceIds');
      if (ids.length > MOST_IDS) throw input.fail(`Exceeding maximum query size: ${MOST_IDS}`);
      const traces: object[] = [];
      const unprocessed: string[] = [];
      for (const id of ids) {
        const trace_id = toTraceId(id);
        const row = trace_id && store.find(trace_id);
        if (!row) {
          unprocessed.push(id);
          continue;
        }
        traces.push({
          Id: toXRayTraceId(row.trace_id),
          Duration: (row.end_us - row.start_us) / 1_000_000,
          LimitExceeded: false,
          Segments: store.documents(row.trace_id).map(({ id: Id, text }) => ({ Id, Document: text })),
        });
      }
      return { Traces: traces, UnprocessedTraceIds: unprocessed };
    },
  };
}
