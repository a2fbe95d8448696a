import type { InputReader } from '../aws/input.ts';
import { fromToken, toToken } from '../aws/token.ts';
import type { LogEvent, LogGroup, LogPosition, LogStore, LogStream, LogWindow } from '../store/logs.ts';
import { findGroup, noSuchStream } from './names.ts';
import { parsePattern, type LogPattern } from './pattern/pattern.ts';
import { PatternError } from './pattern/scanner.ts';
import { eventId } from './position.ts';
import type { LogsOperations } from './protocol.ts';
import { MOST_EVENTS, Page, readTimes } from './window.ts';

/** A page ends after it looked at this many events or characters, or for this long, found or not; the token goes on from there. */
const MOST_LOOKED_AT = 20_000;
const MOST_CHARACTERS = 32 * 1_048_576;
const LONGEST_MS = 250;
/** Reading from the tail is supported from here on: 2024-01-01. */
const FIRST_TAIL_MS = 1_704_067_200_000;

/** FilterLogEvents: a group's events in the order of time. A pattern that holds a trace id is answered from the index. */
export function filterOperations(store: LogStore, now: () => number): LogsOperations {
  return {
    FilterLogEvents: (input) => {
      const group = findGroup(input, store);
      const pattern = readPattern(input);
      const token = readToken(input);
      const backward = token ? token.backward : !input.flag('startFromHead', true);
      if (backward && !token && (input.integer('startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0) < FIRST_TAIL_MS) {
        throw input.fail('startFromHead=false needs a startTime on or after Jan 1, 2024 00:00:00 UTC.');
      }
      const streams = readStreams(input, store, group);
      const window = { ...readTimes(input, group, now()), after: token?.position, backward };
      const events = eventsOf(store, group, streams.only, pattern, window);
      const wanted = (event: LogEvent) =>
        streams.includes(event.stream) && (!pattern || pattern.matches(event.message));
      const { page, last } = readPage(events, wanted, input.integer('limit', 1, MOST_EVENTS) ?? MOST_EVENTS);
      return {
        events: page.map(toEvent),
        searchedLogStreams: [],
        ...(last && { nextToken: toToken([backward ? 'b' : 'f', last.timestamp_ms, last.id]) }),
      };
    },
  };
}

function eventsOf(
  store: LogStore,
  group: LogGroup,
  only: LogStream | undefined,
  pattern: LogPattern | undefined,
  window: LogWindow,
): Iterable<LogEvent> {
  if (only && !pattern?.traceId) return store.streamEvents(only, window);
  return store.groupEvents(group, window, pattern?.traceId);
}

/** `last` is where the page ended before its events did. */
function readPage(
  events: Iterable<LogEvent>,
  wanted: (event: LogEvent) => boolean,
  limit: number,
): { page: LogEvent[]; last?: LogPosition } {
  const page = new Page(limit);
  const until = performance.now() + LONGEST_MS;
  let looked = 0;
  let characters = 0;
  let last: LogPosition | undefined;
  for (const event of events) {
    const enough = looked >= MOST_LOOKED_AT || characters >= MOST_CHARACTERS || performance.now() > until;
    if (last && (enough || page.events.length >= limit)) return { page: page.events, last };
    if (wanted(event) && !page.add(event)) return { page: page.events, ...(last && { last }) };
    last = event;
    looked += 1;
    characters += event.message.length;
  }
  return { page: page.events };
}

function toEvent(event: LogEvent): object {
  return {
    logStreamName: event.stream,
    timestamp: event.timestamp_ms,
    message: event.message,
    ingestionTime: event.ingested_ms,
    eventId: eventId(event),
  };
}

function readPattern(input: InputReader): LogPattern | undefined {
  try {
    return parsePattern(input.text('filterPattern') ?? '');
  } catch (error) {
    if (error instanceof PatternError) throw input.fail(error.message);
    throw error;
  }
}

interface Streams {
  includes(name: string): boolean;
  /** Set when it is one alone. */
  only?: LogStream;
}

function readStreams(input: InputReader, store: LogStore, group: LogGroup): Streams {
  const names = [...new Set(input.texts('logStreamNames'))];
  const prefix = input.text('logStreamNamePrefix');
  if (names.length > 0 && prefix !== undefined) {
    throw input.fail('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
  }
  const streams = names.map((name) => store.stream(group, name));
  if (streams.includes(undefined)) throw noSuchStream();
  const [first] = streams;
  if (!first) return { includes: (name) => name.startsWith(prefix ?? '') };
  return { includes: (name) => names.includes(name), ...(streams.length === 1 && { only: first }) };
}

function readToken(input: InputReader): { backward: boolean; position: LogPosition } | undefined {
  const token = input.text('nextToken');
  if (token === undefined) return undefined;
  const [direction, timestamp_ms, id] = fromToken(token) ?? [];
  const known = direction === 'f' || direction === 'b';
  if (!known || typeof timestamp_ms !== 'number' || typeof id !== 'number') {
    throw input.fail('The specified nextToken is invalid.');
  }
  return { backward: direction === 'b', position: { timestamp_ms, id } };
}
