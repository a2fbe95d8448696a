import { toTraceId, toXRayTraceId } from '@throughline/traces';
import type { TraceStore } from '../store/traces.ts';
import type { Operations } from './protocol.ts';

/** BatchGetTraces and GetTraceGraph take this many ids. */
export const MOST_IDS = 5;

/** BatchGetTraces: documents as they were sent, those of OTLP as the documents they translate to. */
export function traceOperations(store: TraceStore): Operations {
  return {
    BatchGetTraces: (input) => {
      const ids = input.texts('TraceIds');
      if (ids.length > MOST_IDS) throw input.fail(`Exceeding maximum query size: ${MOST_IDS}`);
      if (input.text('NextToken')) throw input.fail('NextToken is not valid.');
      const traces: object[] = [];
      const unprocessed: string[] = [];
      for (const id of new Set(ids)) {
        const trace_id = toTraceId(id);
        const trace = trace_id === undefined ? undefined : store.trace(trace_id);
        if (!trace) {
          unprocessed.push(id);
          continue;
        }
        traces.push({
          Id: toXRayTraceId(trace.trace_id),
          Duration: trace.duration_us / 1_000_000,
          LimitExceeded: false,
          Segments: store.documents(trace.trace_id).map(({ id: Id, text }) => ({ Id, Document: text })),
        });
      }
      return { Traces: traces, UnprocessedTraceIds: unprocessed };
    },
  };
}
