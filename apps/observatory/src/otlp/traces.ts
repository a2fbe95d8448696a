import { checkDocument, lastEnd, otlpToDocuments } from '@throughline/traces';
import type { NewDocument, TraceStore } from '../store/traces.ts';
import type { Signal } from './protocol.ts';

/** OTLP spans, kept as the segment documents that they translate to. */
export function tracesSignal(store: TraceStore): Signal {
  return {
    message: 'ExportTraceServiceRequest',
    rejectedField: 'rejectedSpans',
    async store(decoded) {
      const { documents, rejected } = otlpToDocuments(decoded);
      const rows: NewDocument[] = [];
      for (const document of documents) {
        const checked = checkDocument({ ...document });
        if (!checked.ok) continue;
        const { trace_id, id, start_us, end_us } = checked.document;
        const last_us = lastEnd(checked.document);
        rows.push({
          trace_id,
          id,
          start_us,
          last_us,
          text: JSON.stringify(document),
          ...(end_us !== undefined && { end_us }),
        });
      }
      await store.put(rows);
      const missing = rejected + documents.length - rows.length;
      return { rejected: missing, reason: missing > 0 ? 'Spans without a valid trace id, span id or start time.' : '' };
    },
  };
}
