import { lastEnd, parseDocument } from '@throughline/traces';
import type { NewDocument, TraceStore } from '../store/traces.ts';
import type { Operations } from './protocol.ts';

interface Unprocessed {
  Id?: string;
  ErrorCode: string;
  Message: string;
}

/** A document ready to be stored, or why X-Ray would not take it. */
export function readForStore(text: string): { row: NewDocument } | { unprocessed: Unprocessed } {
  const parsed = parseDocument(text);
  if (!parsed.ok) {
    const { code: ErrorCode, id } = parsed;
    return {
      unprocessed: {
        ...(id !== undefined && { Id: id }),
        ErrorCode,
        Message: `Invalid segment. ErrorCode: ${ErrorCode}`,
      },
    };
  }
  const { trace_id, id, start_us, end_us } = parsed.document;
  const last_us = lastEnd(parsed.document);
  return { row: { trace_id, id, start_us, last_us, text, ...(end_us !== undefined && { end_us }) } };
}

/** PutTraceSegments and PutTelemetryRecords. */
export function ingestOperations(store: TraceStore): Operations {
  return {
    '/TraceSegments': async (input) => {
      const read = input.texts('TraceSegmentDocuments').map(readForStore);
      await store.put(read.flatMap((result) => ('row' in result ? [result.row] : [])));
      return {
        UnprocessedTraceSegments: read.flatMap((result) => ('unprocessed' in result ? [result.unprocessed] : [])),
      };
    },
    '/TelemetryRecords': (input) => {
      input.objects('TelemetryRecords');
      return {};
    },
  };
}
