import type { InputReader } from '../aws/input.ts';
import type { LogPosition, LogStore } from '../store/logs.ts';
import { findGroup, findStream } from './names.ts';
import { eventId, readEventId } from './position.ts';
import type { LogsOperations } from './protocol.ts';
import { MOST_EVENTS, Page, readTimes } from './window.ts';

/** GetLogEvents: one stream, forward or backward from a token; the end is reached when a token comes back unchanged. */
export function getOperations(store: LogStore, now: () => number): LogsOperations {
  return {
    GetLogEvents: (input) => {
      const group = findGroup(input, store);
      const stream = findStream(input, store, group);
      const { from_ms, to_ms } = readTimes(input, group, now());
      const token = readToken(input);
      const backward = token ? token.backward : !input.flag('startFromHead');
      const window = { from_ms, to_ms: to_ms - 1, after: token?.position, backward };
      const page = new Page(input.integer('limit', 1, MOST_EVENTS) ?? MOST_EVENTS);
      for (const event of store.streamEvents(stream, window)) if (!page.add(event)) break;
      const events = backward ? page.events.toReversed() : page.events;
      const here = token?.position ?? { timestamp_ms: backward ? to_ms : from_ms, id: 0 };
      return {
        events: events.map(({ timestamp_ms, message, ingested_ms }) => ({
          timestamp: timestamp_ms,
          message,
          ingestionTime: ingested_ms,
        })),
        nextForwardToken: `f/${eventId(events.at(-1) ?? here)}/s`,
        nextBackwardToken: `b/${eventId(events[0] ?? here)}/s`,
      };
    },
  };
}

const TOKEN = /^([fb])\/(\d+)\/s$/;

function readToken(input: InputReader): { backward: boolean; position: LogPosition } | undefined {
  const token = input.text('nextToken');
  if (token === undefined) return undefined;
  const [, direction, digits] = TOKEN.exec(token) ?? [];
  const position = readEventId(digits ?? '');
  if (!position) throw input.fail('The specified nextToken is invalid.');
  return { backward: direction === 'b', position };
}
