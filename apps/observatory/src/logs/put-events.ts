import type { InputReader } from '../aws/input.ts';
import type { LogStore, NewLogEvent } from '../store/logs.ts';
import { SEQUENCE_TOKEN } from './groups.ts';
import { findGroup, findStream } from './names.ts';
import type { LogsOperations } from './protocol.ts';

/** PutLogEvents' limits. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** PutLogEvents: a batch in the order of time, at most 24 hours wide; events too old or too far ahead are rejected one by one. */
export function putOperations(store: LogStore, now: () => number): LogsOperations {
  return {
    PutLogEvents: async (input) => {
      const group = findGroup(input, store);
      const stream = findStream(input, store, group);
      const events = readEvents(input);
      const time = now();
      const oldest = time - Math.min(group.retention_days ?? 14, 14) * DAY_MS;
      const tooOld = events.findLastIndex((event) => event.timestamp_ms < oldest) + 1;
      const tooNew = events.findIndex((event) => event.timestamp_ms > time + 2 * HOUR_MS);
      await store.put(group, stream, events.slice(tooOld, tooNew < 0 ? undefined : tooNew), time);
      const rejected = {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      };
      return {
        nextSequenceToken: SEQUENCE_TOKEN,
        ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
      };
    },
  };
}

function readEvents(input: InputReader): NewLogEvent[] {
  const events = input.objects('logEvents').map(({ timestamp, message }) => {
    if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
      throw input.fail('Each log event needs a timestamp in epoch milliseconds.');
    }
    if (typeof message !== 'string' || message === '') throw input.fail('Each log event needs a message.');
    return { timestamp_ms: timestamp, message };
  });
  if (events.length === 0 || events.length > MOST_EVENTS)
    throw input.fail(`A batch has 1 to ${MOST_EVENTS} log events.`);
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
  if (bytes > MOST_BYTES) throw input.fail(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  const times = events.map((event) => event.timestamp_ms);
  if (times.some((time, index) => time < (times[index - 1] ?? 0))) {
    throw input.fail('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > DAY_MS) {
    throw input.fail('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  return events;
}
