import type { Store } from './store.ts';

const EVERY_MS = 15_000;
const PAUSE_MS = 20;

/** Sweeps the store from time to time, in small steps while there is something to take out. */
export function startSweeper(store: Store, now: () => number): { close(): Promise<void> } {
  let closed = false;
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    if (!closed) timer = setTimeout(sweep, ms).unref();
  };
  const sweep = () => {
    store.sweep(now()).then(
      (more) => wait(more ? PAUSE_MS : EVERY_MS),
      () => wait(EVERY_MS),
    );
  };
  wait(EVERY_MS);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
