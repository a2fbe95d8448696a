import { fromToken, toToken } from '../aws/token.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogEvent, LogPosition, LogStore } from '../store/logs.ts';
import { findGroup, findStream } from './names.ts';
import type { LogsOperations } from './protocol.ts';

export const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const FAR_AHEAD_MS = Number.MAX_SAFE_INTEGER;

/** GetLogEvents: one stream, forward or backward from a token; the end is reached when a token comes back unchanged. */
export function getOperations(store: LogStore): LogsOperations {
  return {
    GetLogEvents: (input) => {
      const stream = findStream(input, store, findGroup(input, store));
      const limit = input.integer('limit', 1, MOST_EVENTS) ?? MOST_EVENTS;
      const from_ms = input.integer('startTime', 0, FAR_AHEAD_MS) ?? 0;
      const to_ms = (input.integer('endTime', 0, FAR_AHEAD_MS) ?? FAR_AHEAD_MS) - 1;
      const token = readToken(input);
      const forward = token ? token.forward : input.flag('startFromHead');
      const window = { from_ms, to_ms, limit, ...(token && { after: token.position }) };
      const events = forward
        ? fitting(store.streamForward(stream, window))
        : fitting(store.streamBackward(stream, window).toReversed()).toReversed();
      const here = token?.position ?? { timestamp_ms: forward ? 0 : from_ms, id: 0 };
      return {
        events: events.map(({ timestamp_ms, message, ingested_ms }) => ({
          timestamp: timestamp_ms,
          message,
          ingestionTime: ingested_ms,
        })),
        nextForwardToken: `f/${toToken(placeOf(events.at(-1) ?? here))}`,
        nextBackwardToken: `b/${toToken(placeOf(events[0] ?? here))}`,
      };
    },
  };
}

/** As many of the events, from the first on, as fit in one answer. */
export function fitting(events: LogEvent[]): LogEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }, index) => (bytes += Buffer.byteLength(message)) > MOST_BYTES && index > 0);
  return end < 0 ? events : events.slice(0, end);
}

const placeOf = ({ timestamp_ms, id }: LogPosition) => [timestamp_ms, id];

function readToken(input: InputReader): { forward: boolean; position: LogPosition } | undefined {
  const token = input.text('nextToken');
  if (token === undefined) return undefined;
  const [timestamp_ms, id] = /^[fb]\//.test(token) ? (fromToken(token.slice(2)) ?? []) : [];
  if (typeof timestamp_ms !== 'number' || typeof id !== 'number')
    throw input.fail('The specified nextToken is invalid.');
  return { forward: token.startsWith('f/'), position: { timestamp_ms, id } };
}
