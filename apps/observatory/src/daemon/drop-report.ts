const QUIET_MS = 10_000;

/** Counts what was dropped and reports it at most every ten seconds, the first at once, so that a flood cannot fill the log. */
export function dropReport(
  now: () => number,
  report: (count: number, reason: string) => void,
): (reason: string) => void {
  let count = 0;
  let quietUntil = 0;
  return (reason) => {
    count += 1;
    if (now() < quietUntil) return;
    report(count, reason);
    count = 0;
    quietUntil = now() + QUIET_MS;
  };
}
