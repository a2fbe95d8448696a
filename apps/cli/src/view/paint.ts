import { styleText } from 'node:util';
import { columns, cut } from './text.ts';

type Format = Parameters<typeof styleText>[0];

/** A piece of a line, and how it is painted where the terminal has colours. */
export type Piece = readonly [text: string, format?: Format];
export type Line = readonly Piece[];
export type Paint = (text: string, format: Format) => string;

/** Paints for a stream; NO_COLOR, FORCE_COLOR and whether it is a terminal decide. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (text, format) =>
    styleText(format, text, { stream });

/** A line as text, without spaces at its end and cut where it is wider than the terminal. */
export function render(line: Line, width: number, paint: Paint): string {
  let left = width;
  const pieces: Piece[] = [];
  for (const [text, format] of line) {
    const short = cut(text, left);
    left -= columns(short);
    pieces.push([short, format]);
    if (short !== text) break;
  }
  while (pieces.at(-1)?.[0].trim() === '') pieces.pop();
  const [last, format] = pieces.pop() ?? [''];
  pieces.push([last.trimEnd(), format]);
  return pieces.map(([text, of]) => (of && text !== '' ? paint(text, of) : text)).join('');
}

/** A title with a rule to the end of the screen. */
export const title = (text: string, width: number): Line => [
  [text, 'bold'],
  [` ${'─'.repeat(Math.max(0, width - columns(text) - 1))}`, 'dim'],
];
