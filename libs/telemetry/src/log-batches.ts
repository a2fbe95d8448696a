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
  /** Events kept at most while the sink is away; the oldest go first. */
  readonly maxEvents?: number;
  /** Wait after a failure, in ms, doubled up to ten times of it. */
  readonly retryMs?: number;
  /** Longest time that `close` tries, in ms. */
  readonly closeMs?: number;
}

/** PutLogEvents takes at most 10,000 events and 1 MB a call; a quarter of either is plenty. */
const BATCH_EVENTS = 2_500;
const BATCH_BYTES = 256 * 1024;

/** Collects log events and hands them on in order and in batches; a sink that is away costs bounded memory and no error. */
export class LogBatches {
  readonly #options: Required<Options>;
  #events: LogEvent[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;

  constructor(options: Options) {
    this.#options = { maxEvents: 10_000, retryMs: 500, closeMs: 2_000, ...options };
  }

  add(message: string, timestamp: number): void {
    this.#events.push({ message, timestamp });
    if (this.#events.length > this.#options.maxEvents) {
      this.#events.shift();
      this.#dropped += 1;
    }
    this.#schedule(this.#options.flushMs);
  }

  get held(): number {
    return this.#events.length;
  }

  async close(): Promise<void> {
    const deadline = Date.now() + this.#options.closeMs;
    clearTimeout(this.#timer);
    await this.#sending;
    while (this.#events.length > 0 && this.#failures === 0 && Date.now() < deadline) await this.#send();
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#timer || this.#sending) return;
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
    const batch = this.#nextBatch();
    try {
      await this.#options.sink(batch);
      const sent = new Set(batch);
      this.#events = this.#events.filter((event) => !sent.has(event));
      this.#failures = 0;
      this.#reportDropped();
    } catch {
      this.#failures += 1;
    }
  }

  #nextBatch(): LogEvent[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.#events) {
      bytes += message.length + 26;
      if (count > 0 && (count === BATCH_EVENTS || bytes > BATCH_BYTES)) break;
      count += 1;
    }
    return this.#events.slice(0, count);
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const dropped = { level: 'warn', event: 'log_lines_dropped', count: this.#dropped };
    this.#dropped = 0;
    this.add(JSON.stringify(dropped), Date.now());
  }
}
