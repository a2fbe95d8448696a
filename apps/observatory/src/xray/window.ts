import type { InputReader } from '../aws/input.ts';

/** X-Ray reads at most this span of time at once. */
const LONGEST_MS = 6 * 60 * 60 * 1000;

/** StartTime and EndTime in epoch microseconds, both included; X-Ray's window is open at its end. */
export function readWindow(input: InputReader): { from_us: number; to_us: number } {
  const from = input.time('StartTime');
  const to = input.time('EndTime');
  if (from === undefined || to === undefined) throw input.fail('StartTime and EndTime are required.');
  if (from > to) throw input.fail('StartTime must not be later than EndTime.');
  if (to - from > LONGEST_MS) throw input.fail('Time range cannot be longer than 6 hours.');
  return { from_us: Math.max(0, Math.floor(from * 1000)), to_us: Math.ceil(to * 1000) - 1 };
}
