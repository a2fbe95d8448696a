import { setTimeout as sleep } from 'node:timers/promises';

type Answer<T> = Exclude<T, undefined | null | false>;

/** Polls until the answer is neither undefined nor false; the error says what was awaited. */
export async function until<T>(what: string, ask: () => T | Promise<T>, ms = 30_000): Promise<Answer<T>> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer as Answer<T>;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(10);
  }
}
