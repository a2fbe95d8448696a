import { AsyncLocalStorage } from 'node:async_hooks';

type Fetch = typeof globalThis.fetch;

/**
 * Lets a capture of `fetch` keep the caller's signal. aws-xray-sdk-fetch sends a clone of a Request of its own, and
 * such a clone no longer hears its signal once the garbage collector ran (github.com/nodejs/undici/issues/4068): a
 * timeout would never come. So the signal goes around the capture and is given to the real `fetch` again.
 */
export function keepSignals(fetch: Fetch, capture: (fetch: Fetch) => Fetch): Fetch {
  const signals = new AsyncLocalStorage<AbortSignal | undefined>();
  const captured = capture((input, init) => {
    const signal = signals.getStore();
    return fetch(input, signal ? { ...init, signal } : init);
  });
  return (input, init) => signals.run(init?.signal ?? undefined, () => captured(input, init));
}
