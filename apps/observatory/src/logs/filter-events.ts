import { fromToken, toToken } from '../aws/token.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogEvent, LogPosition, LogStore, LogWindow } from '../store/logs.ts';
import { fitting, MOST_EVENTS } from './get-events.ts';
import { findGroup } from './names.ts';
import { matchesPattern, parsePattern, PatternError, requiredTraceId, type TermPattern } from './pattern.ts';
import type { LogsOperations } from './protocol.ts';

/** A page ends after this many events were looked at, found or not; the token goes on from there. */
const MOST_LOOKED_AT = 20_000;
const CHUNK = 1000;
const FAR_AHEAD_MS = Number.MAX_SAFE_INTEGER;

/** FilterLogEvents: a group's events in the order of time. A pattern that holds a trace id is answered from the index. */
export function filterOperations(store: LogStore): LogsOperations {
  return {
    FilterLogEvents: (input) => {
      const group = findGroup(input, store);
      const pattern = readPattern(input);
      const limit = input.integer('limit', 1, MOST_EVENTS) ?? MOST_EVENTS;
      const from_ms = input.integer('startTime', 0, FAR_AHEAD_MS) ?? 0;
      const to_ms = input.integer('endTime', 0, FAR_AHEAD_MS) ?? FAR_AHEAD_MS;
      const onStream = readStreams(input);
      const trace_id = requiredTraceId(pattern);
      const list = (window: LogWindow) =>
        trace_id ? store.traceEvents(group, trace_id, window) : store.groupEvents(group, window);
      const wanted = (event: LogEvent) =>
        onStream(event.stream) && (!pattern || matchesPattern(pattern, event.message));
      const page = readPage(list, wanted, { from_ms, to_ms, limit, after: readToken(input) });
      return {
        events: page.events.map(toEvent),
        searchedLogStreams: [],
        ...(page.last && { nextToken: toToken([page.last.timestamp_ms, page.last.id]) }),
      };
    },
  };
}

interface Range {
  from_ms: number;
  to_ms: number;
  limit: number;
  after: LogPosition | undefined;
}

function readPage(
  list: (window: LogWindow) => LogEvent[],
  wanted: (event: LogEvent) => boolean,
  { from_ms, to_ms, limit, after }: Range,
): { events: LogEvent[]; last?: LogPosition } {
  const found: LogEvent[] = [];
  let cursor = after;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += CHUNK) {
    const rows = list({ from_ms, to_ms, limit: CHUNK, ...(cursor && { after: cursor }) });
    found.push(...rows.filter(wanted));
    const events = fitting(found.slice(0, limit));
    const last = events.at(-1);
    if (last && (events.length < found.length || events.length === limit)) return { events, last };
    if (rows.length < CHUNK) return { events };
    cursor = rows.at(-1);
  }
  return cursor ? { events: found, last: cursor } : { events: found };
}

function toEvent({ id, stream, timestamp_ms, ingested_ms, message }: LogEvent): object {
  return {
    logStreamName: stream,
    timestamp: timestamp_ms,
    message,
    ingestionTime: ingested_ms,
    eventId: String(id).padStart(56, '0'),
  };
}

function readPattern(input: InputReader): TermPattern | undefined {
  try {
    return parsePattern(input.text('filterPattern') ?? '');
  } catch (error) {
    if (error instanceof PatternError) throw input.fail(error.message);
    throw error;
  }
}

function readStreams(input: InputReader): (name: string) => boolean {
  const names = new Set(input.texts('logStreamNames'));
  const prefix = input.text('logStreamNamePrefix');
  if (names.size > 0 && prefix) throw input.fail('Give logStreamNames or logStreamNamePrefix, not both.');
  if (names.size > 0) return (name) => names.has(name);
  return (name) => name.startsWith(prefix ?? '');
}

function readToken(input: InputReader): LogPosition | undefined {
  const token = input.text('nextToken');
  if (token === undefined) return undefined;
  const [timestamp_ms, id] = fromToken(token) ?? [];
  if (typeof timestamp_ms !== 'number' || typeof id !== 'number')
    throw input.fail('The specified nextToken is invalid.');
  return { timestamp_ms, id };
}
