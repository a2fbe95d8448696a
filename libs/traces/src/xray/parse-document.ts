import { toSpanId, toTraceId } from '../ids.ts';
import { isObject, listOf, type JsonObject } from '../json.ts';

/** X-Ray takes documents up to this many bytes. */
const MAX_DOCUMENT_BYTES = 64 * 1024;
const MAX_NAME_LENGTH = 200;

/** What a store needs to know about a document; `body` is the document itself. Times are epoch microseconds. */
export interface ParsedDocument {
  trace_id: string;
  id: string;
  parent_id?: string;
  start_us: number;
  end_us?: number;
  body: JsonObject;
}

export type ParseResult = { ok: true; document: ParsedDocument } | { ok: false; code: string; id?: string };

const fail = (code: string, id?: unknown): ParseResult => ({
  ok: false,
  code,
  ...(typeof id === 'string' ? { id: id.slice(0, 64) } : {}),
});

/** Checks one document's required members: name, id, trace_id, start_time, and end_time or in_progress. Never throws. */
export function parseDocument(text: string, maxBytes = MAX_DOCUMENT_BYTES): ParseResult {
  if (Buffer.byteLength(text) > maxBytes) return fail('SizeLimitExceeded');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return fail('ParseError');
  }
  return isObject(body) ? checkDocument(body) : fail('ParseError');
}

/** As `parseDocument`, for a document that is an object already. */
export function checkDocument(body: JsonObject): ParseResult {
  const id = toSpanId(body['id']);
  if (!id) return fail(body['id'] === undefined ? 'MissingId' : 'InvalidId', body['id']);
  const trace_id = toTraceId(body['trace_id']);
  if (!trace_id) return fail(body['trace_id'] === undefined ? 'MissingTraceId' : 'InvalidTraceId', id);
  const name = body['name'];
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) return fail('InvalidName', id);
  const start_us = toMicros(body['start_time']);
  if (start_us === undefined) return fail('InvalidStartTime', id);
  const end_us = body['in_progress'] === true ? undefined : toMicros(body['end_time']);
  if (end_us === undefined && body['in_progress'] !== true) return fail('MissingEndTime', id);
  if ((body['parent_id'] ?? undefined) !== undefined && !toSpanId(body['parent_id']))
    return fail('InvalidParentId', id);
  const parent_id = toSpanId(body['parent_id']);
  if (body['type'] === 'subsegment' && !parent_id) return fail('MissingParentId', id);
  return {
    ok: true,
    document: {
      trace_id,
      id,
      start_us,
      body,
      ...(end_us !== undefined && { end_us }),
      ...(parent_id && { parent_id }),
    },
  };
}

/** Epoch seconds as X-Ray writes them, to whole epoch microseconds; undefined when it is no time. */
export function toMicros(seconds: unknown): number | undefined {
  if (typeof seconds !== 'number' || !(seconds >= 0) || seconds > 253_402_300_800) return undefined;
  return Math.round(seconds * 1_000_000);
}

/** Latest end among a document and all it embeds, in epoch microseconds. */
export function lastEnd(document: ParsedDocument): number {
  let last = document.end_us ?? document.start_us;
  const open: unknown[] = [...listOf(document.body['subsegments'])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isObject(next)) continue;
    last = Math.max(last, toMicros(next['end_time']) ?? 0);
    open.push(...listOf(next['subsegments']));
  }
  return last;
}
