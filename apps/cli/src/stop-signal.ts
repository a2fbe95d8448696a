/** npm and a launcher pass on the signal that the terminal has sent us already. */
const echoMs = 500;

/**
 * An abort signal for Ctrl-C, SIGTERM and a closed terminal. A second Ctrl-C ends the process at once, and with it the parts of
 * the fleet, which watch for that.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = performance.now();
      stop.abort(new Error(`stopped by ${signal}`));
    } else if (signal !== 'SIGHUP' && performance.now() - first > echoMs) {
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return stop.signal;
}
