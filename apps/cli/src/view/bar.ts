export interface Scale {
  readonly start_us: number;
  readonly duration_us: number;
  /** Columns. */
  readonly width: number;
}

const EIGHTHS = ' ▏▎▍▌▋▊▉█';

/** Where a time stands on the scale, in eighths of a column. */
function eighth({ start_us, duration_us, width }: Scale, time_us: number): number {
  const share = duration_us > 0 ? (time_us - start_us) / duration_us : 0;
  return Math.round(Math.min(1, Math.max(0, share)) * width * 8);
}

/**
 * A bar: solid between `from` and `to`, `thin` elsewhere from `outer.from` on to `outer.to`. Ends are exact to an eighth of a
 * column, beginnings to a half: there are no characters for more. The shortest bar is still seen.
 */
export function bar(
  scale: Scale,
  solid: { from_us: number; to_us: number },
  outer: { from_us: number; to_us: number } = solid,
  thin = '╌',
): { text: string; solid: boolean }[] {
  const from = Math.min(eighth(scale, solid.from_us), scale.width * 8 - 1);
  const to = Math.max(eighth(scale, solid.to_us), from + 1);
  const first = Math.floor(from / 8);
  const last = Math.ceil(to / 8);
  const outerFrom = Math.min(Math.floor(eighth(scale, outer.from_us) / 8), first);
  const outerTo = Math.max(Math.ceil(eighth(scale, outer.to_us) / 8), last);
  const cells = Array.from({ length: last - first }, (_, index) => cell(from, to, (first + index) * 8));
  return [
    { text: ' '.repeat(outerFrom), solid: false },
    { text: thin.repeat(first - outerFrom), solid: false },
    { text: cells.join(''), solid: true },
    { text: thin.repeat(outerTo - last), solid: false },
    { text: ' '.repeat(scale.width - outerTo), solid: false },
  ].filter(({ text }) => text !== '');
}

/** One column that begins at the eighth `at`, of a bar between two eighths. */
function cell(from: number, to: number, at: number): string {
  const begin = Math.max(0, from - at);
  const end = Math.min(8, to - at);
  if (begin === 0) return EIGHTHS.charAt(end);
  if (end === 8) return begin < 2 ? '█' : begin < 6 ? '▐' : '▕';
  return begin < 4 ? EIGHTHS.charAt(end - begin) : end - begin > 2 ? '▐' : '▕';
}
