import { setTimeout as sleep } from 'node:timers/promises';

interface RetryOptions {
  /** First wait, in ms, doubled up to `maxMs`. */
  readonly firstMs?: number;
  readonly maxMs?: number;
  /** Gives up after this time, in ms, with the last error. */
  readonly forMs: number;
  /** An error that no retry mends ends it at once. */
  readonly while?: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
}

/** Tries until it works, with growing waits. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { firstMs = 50, maxMs = 1_000, forMs, while: mendable = () => true, signal } = options;
  const deadline = Date.now() + forMs;
  for (let wait = firstMs; ; wait = Math.min(wait * 2, maxMs)) {
    try {
      return await work();
    } catch (error) {
      if (!mendable(error) || Date.now() + wait > deadline) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}
