/** Microseconds as milliseconds for a table: one decimal, none from 1000 ms on. */
export function inMs(us: number): string {
  const ms = us / 1000;
  return Math.abs(ms) < 999.95 ? ms.toFixed(1) : ms.toFixed(0);
}

/** Microseconds for a sentence: "0.4 ms", "87 ms", "1.32 s", "4 min 10 s". */
export function inWords(us: number): string {
  const ms = us / 1000;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
