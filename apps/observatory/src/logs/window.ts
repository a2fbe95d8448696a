import type { InputReader } from '../aws/input.ts';
import type { LogEvent, LogGroup } from '../store/logs.ts';

export const DAY_MS = 86_400_000;
export const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
/** Later than any event, and exact as a double with one added. */
const FAR_AHEAD_MS = 2 ** 52;

/** `startTime` and `endTime`; what the group's retention has outlived is not read, swept or not. */
export function readTimes(input: InputReader, group: LogGroup, now: number): { from_ms: number; to_ms: number } {
  const start = input.integer('startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const end = input.integer('endTime', 0, Number.MAX_SAFE_INTEGER) ?? FAR_AHEAD_MS;
  const oldest = group.retention_days === null ? 0 : now - group.retention_days * DAY_MS;
  return { from_ms: Math.min(Math.max(start, oldest), FAR_AHEAD_MS), to_ms: Math.min(end, FAR_AHEAD_MS) };
}

/** Collects events until there are `limit` of them or they fill an answer; `full` when it had to stop. */
export class Page {
  readonly events: LogEvent[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the event does not fit any more; an answer holds one event at least. */
  add(event: LogEvent): boolean {
    const bytes = this.#bytes + Buffer.byteLength(event.message);
    if (this.events.length >= this.#limit || (bytes > MOST_BYTES && this.events.length > 0)) return false;
    this.#bytes = bytes;
    this.events.push(event);
    return true;
  }
}
