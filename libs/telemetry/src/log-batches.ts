import { setTimeout as sleep } from 'node:timers/promises';

export interface LogEvent {
  readonly message: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

export type LogSink = (events: LogEvent[]) => Promise<void>;

interface Options {
  readonly sink: LogSink;
  /** Longest wait for company, in ms. */
  readonly flushMs: number;
  /** The line that tells how many were dropped, once the sink works again. */
  readonly droppedLine: (count: number) => string;
  /** Events kept at most while the sink is away; the oldest go first. */
  readonly maxEvents?: number;
  /** Bytes kept at most (a lower bound: characters are counted), whatever their number. */
  readonly maxBytes?: number;
  /** Wait after a failure, in ms, doubled up to ten times of it. */
  readonly retryMs?: number;
  /** Longest time that `close` tries, in ms. */
  readonly closeMs?: number;
}

/** PutLogEvents takes at most 10,000 events, 1 MB and 24 hours a call; a quarter of the first two is plenty. */
const BATCH_EVENTS = 2_500;
const BATCH_BYTES = 256 * 1024;
const BATCH_MS = 24 * 60 * 60 * 1000;

/** PutLogEvents counts 26 bytes beside each message. */
const sizeOf = ({ message }: LogEvent): number => message.length + 26;

/** Collects log events and hands them on in order and in batches; a sink that is away costs bounded memory and no error. */
export class LogBatches {
  readonly #options: Required<Options>;
  #events: LogEvent[] = [];
  #bytes = 0;
  #inFlight: LogEvent[] = [];
  #latest = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: Options) {
    this.#options = { maxEvents: 10_000, maxBytes: 8 * 1024 * 1024, retryMs: 500, closeMs: 2_000, ...options };
  }

  /** A line that would fill a batch alone is dropped: PutLogEvents would refuse it for ever, and all that follow with it. */
  add(message: string, timestamp: number): void {
    // PutLogEvents takes events in the order of their time only, and a clock may be set back.
    this.#latest = Math.max(this.#latest, timestamp);
    const event = { message, timestamp: this.#latest };
    if (sizeOf(event) > BATCH_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#events.push(event);
    this.#bytes += sizeOf(event);
    this.#trim();
    this.#schedule(this.#options.flushMs);
  }

  /** Events that are not known to have arrived. */
  get held(): number {
    return this.#events.length + this.#inFlight.length;
  }

  /** Tries once more to send all that is held, for `closeMs` at most. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const giveUp = new AbortController();
    const drain = async (): Promise<void> => {
      await this.#sending;
      do await this.#send();
      while (this.#events.length > 0 && this.#failures === 0 && !giveUp.signal.aborted);
    };
    const late = sleep(this.#options.closeMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([drain(), late]);
    giveUp.abort();
  }

  #schedule(ms: number): void {
    if (this.#timer || this.#sending || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#events.length > 0) this.#schedule(this.#wait());
      });
    }, ms).unref();
  }

  #wait(): number {
    return this.#failures === 0
      ? this.#options.flushMs
      : this.#options.retryMs * Math.min(2 ** (this.#failures - 1), 10);
  }

  async #send(): Promise<void> {
    this.#inFlight = this.#takeBatch();
    if (this.#inFlight.length === 0) return;
    try {
      await this.#options.sink(this.#inFlight);
      this.#inFlight = [];
      this.#failures = 0;
      this.#reportDropped();
    } catch {
      this.#failures += 1;
      this.#events.unshift(...this.#inFlight);
      for (const event of this.#inFlight) this.#bytes += sizeOf(event);
      this.#inFlight = [];
      this.#trim();
    }
  }

  #takeBatch(): LogEvent[] {
    const until = (this.#events[0]?.timestamp ?? 0) + BATCH_MS;
    let bytes = 0;
    let count = 0;
    for (const event of this.#events) {
      if (count === BATCH_EVENTS || bytes + sizeOf(event) > BATCH_BYTES || event.timestamp >= until) break;
      bytes += sizeOf(event);
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#events.splice(0, count);
  }

  #trim(): void {
    const { maxEvents, maxBytes } = this.#options;
    let excess = 0;
    while (this.#events.length - excess > maxEvents || this.#bytes > maxBytes) {
      this.#bytes -= sizeOf(this.#events[excess] as LogEvent);
      excess += 1;
    }
    this.#events.splice(0, excess);
    this.#dropped += excess;
  }

  #reportDropped(): void {
    if (this.#dropped === 0 || this.#events.length >= this.#options.maxEvents) return;
    const line = this.#options.droppedLine(this.#dropped);
    this.#dropped = 0;
    this.add(line, Date.now());
  }
}
