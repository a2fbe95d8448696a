import type { Story } from '../story.ts';
import { header } from './header.ts';
import { logLines } from './log-lines.ts';
import { serviceMap } from './map.ts';
import { render, type Line, type Paint } from './paint.ts';
import { waterfall } from './waterfall.ts';

const NARROWEST = 72;
const WIDEST = 200;
const USUAL = 100;

/** Columns of the terminal; 100 where there is none and COLUMNS does not say. */
export function screenWidth(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const told = (stream.isTTY ? stream.columns : 0) || Number(env['COLUMNS']) || USUAL;
  return Math.max(NARROWEST, Math.min(WIDEST, Math.floor(told)));
}

/** The view of one trace: what it is, its waterfall, its logs, its map. */
export const screenParts = (story: Story, width: number): Line[][] => [
  header(story),
  waterfall(story.trace, width),
  logLines(story.trace, story.logs, width),
  serviceMap(story.trace, width),
];

/** Parts of a screen with an empty line between them. */
export function print(parts: readonly (readonly Line[])[], width: number, paint: Paint): string {
  return `\n${parts.map((lines) => lines.map((line) => `${render(line, width, paint)}\n`).join('')).join('\n')}`;
}
