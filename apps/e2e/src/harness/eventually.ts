import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until nothing is wrong any more; fails with what is wrong at the deadline. An error of asking is a wrong too. */
export async function eventuallyNothing(wrongs: () => Promise<readonly string[]>, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await wrongs().catch((error: unknown) => [String(error)]);
    if (found.length === 0) return;
    if (Date.now() > deadline) assert.fail(`after ${ms} ms still:\n${found.slice(0, 20).join('\n')}`);
    await sleep(200);
  }
}
