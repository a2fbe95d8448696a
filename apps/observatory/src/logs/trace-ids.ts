import { toTraceId } from '@throughline/traces';

const ID = /(?<![0-9a-z])(?:1-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-f]{32})(?![0-9a-z])/gi;

/** The trace ids in a text, in either spelling, each once, as 32 hex. */
export function traceIdsIn(text: string): Set<string> {
  const ids = new Set<string>();
  for (const [match] of text.matchAll(ID)) {
    const id = toTraceId(match);
    if (id) ids.add(id);
  }
  return ids;
}
