import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogStore, NewLogEvent } from '../store/logs.ts';
import { findGroup, findStream, noSuchStream } from './names.ts';
import type { LogsOperations } from './protocol.ts';
import { SEQUENCE_TOKEN } from './streams.ts';
import { DAY_MS, MOST_EVENTS } from './window.ts';

/** PutLogEvents' limits. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MOST_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const OLDEST_DAYS = 14;
const FARTHEST_AHEAD_MS = 2 * 3_600_000;

/** PutLogEvents: a batch in the order of time, at most 24 hours wide; events too old or too far ahead are rejected one by one. */
export function putOperations(store: LogStore, now: () => number): LogsOperations {
  return {
    PutLogEvents: async (input) => {
      const events = readEvents(input);
      const group = findGroup(input, store);
      const stream = findStream(input, store, group);
      const time = now();
      const before = (days: number) => countBefore(events, time - days * DAY_MS);
      const tooOld = before(OLDEST_DAYS);
      const expired = before(Math.min(group.retention_days ?? OLDEST_DAYS, OLDEST_DAYS));
      const tooNew = countBefore(events, time + FARTHEST_AHEAD_MS + 1);
      const valid = events.slice(expired, tooNew);
      checkSpan(input, valid);
      if (!(await store.put(group, stream, valid, time))) throw noSuchStream();
      const rejected = {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
        ...(tooNew < events.length && { tooNewLogEventStartIndex: tooNew }),
      };
      return {
        nextSequenceToken: SEQUENCE_TOKEN,
        ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
      };
    },
  };
}

/** Events are in the order of time. */
function countBefore(events: readonly NewLogEvent[], time_ms: number): number {
  const index = events.findIndex((event) => event.timestamp_ms >= time_ms);
  return index < 0 ? events.length : index;
}

function readEvents(input: InputReader): NewLogEvent[] {
  const list = input.list('logEvents');
  if (list.length === 0 || list.length > MOST_EVENTS) {
    throw input.fail(`1 validation error detected: Value at 'logEvents' must have 1 to ${MOST_EVENTS} members`);
  }
  let bytes = 0;
  let latest = 0;
  const events = list.map((item) => {
    const event = readEvent(input, item);
    if (event.timestamp_ms < latest) {
      throw input.fail('Log events in a single PutLogEvents request must be in chronological order.');
    }
    latest = event.timestamp_ms;
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    return event;
  });
  if (bytes > MOST_BYTES) throw input.fail(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  return events;
}

function readEvent(input: InputReader, item: unknown): NewLogEvent {
  if (typeof item !== 'object' || item === null) throw unreadable('Each of logEvents must be a structure.');
  const { timestamp, message } = item as Record<string, unknown>;
  if (typeof (timestamp ?? 0) !== 'number') throw unreadable('A timestamp must be a number.');
  if (typeof (message ?? '') !== 'string') throw unreadable('A message must be a string.');
  if (!Number.isSafeInteger(timestamp) || Number(timestamp) < 0) {
    throw input.fail('Each log event needs a timestamp in epoch milliseconds.');
  }
  if (typeof message !== 'string' || message === '') {
    throw input.fail('Each log event needs a message of at least 1 character.');
  }
  return { timestamp_ms: Number(timestamp), message };
}

const unreadable = (message: string) => new AwsError('SerializationException', message);

function checkSpan(input: InputReader, events: readonly NewLogEvent[]): void {
  if ((events.at(-1)?.timestamp_ms ?? 0) - (events[0]?.timestamp_ms ?? 0) > DAY_MS) {
    throw input.fail('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}
