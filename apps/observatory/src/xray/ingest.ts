import { lastEnd, parseDocument } from '@throughline/traces';
import type { NewDocument, TraceStore } from '../store/traces.ts';
import type { Operations } from './protocol.ts';

interface Unprocessed {
  Id?: string;
  ErrorCode: string;
  Message: string;
}

type Read = { row: NewDocument } | { unprocessed: Unprocessed };

/** A document ready to be stored, or why X-Ray would not take it. */
export function readForStore(text: string): Read {
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

/** What one entry of TraceSegmentDocuments holds: a segment, a subsegment, or a list of subsegments. */
function readEntry(text: string): Read[] {
  if (!text.trimStart().startsWith('[')) return [readForStore(text)];
  try {
    const list = JSON.parse(text) as unknown[];
    return list.length === 0 ? [readForStore('{}')] : list.map((one) => readForStore(JSON.stringify(one)));
  } catch {
    return [readForStore(text)];
  }
}

/** PutTraceSegments and PutTelemetryRecords. */
export function ingestOperations(store: TraceStore): Operations {
  return {
    PutTraceSegments: async (input) => {
      const read = input.texts('TraceSegmentDocuments').flatMap(readEntry);
      await store.put(read.flatMap((result) => ('row' in result ? [result.row] : [])));
      return {
        UnprocessedTraceSegments: read.flatMap((result) => ('unprocessed' in result ? [result.unprocessed] : [])),
      };
    },
    // The daemon's own health, of which X-Ray's API gives nothing back: checked and let go.
    PutTelemetryRecords: () => ({}),
  };
}
