import { RE2JS, RE2JSException } from 're2js';
import type { Scanner } from './scanner.ts';

/** What a value is compared with: text in which `*` stands for anything, or a regular expression; a number where it reads as one. */
export interface Operand {
  /** The text without quotes; undefined for a regular expression. */
  text?: string;
  number?: number;
  matches(value: string): boolean;
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const REGEX = /%((?:[^%\\]|\\.)+)%/sy;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const MOST_REGEXES = 2;
/** Half a second at worst; an expression of ordinary size reads a message of 1 MB to its end. */
const MOST_STEPS = 30_000_000;

/** Reads `"text"`, `%regex%` or a bare word that ends where `word` ends. */
export function readOperand(scanner: Scanner, word: RegExp): Operand {
  const quoted = scanner.match(QUOTED)?.[1];
  if (quoted !== undefined) return textOperand(unescape(quoted));
  const regex = readRegex(scanner);
  if (regex) return regex;
  const bare = scanner.match(word)?.[0];
  if (!bare) throw scanner.error('expected a value');
  return NUMBER.test(bare) ? { ...textOperand(bare), number: Number(bare) } : textOperand(bare);
}

/**
 * Reads `%regex%`, which RE2 runs: its time is at most the expression's size times the text's length. Of a text so long that this
 * would be felt only the beginning is searched.
 */
export function readRegex(scanner: Scanner): Operand | undefined {
  const source = scanner.match(REGEX)?.[1];
  if (source === undefined) return undefined;
  const count = scanner.text.slice(0, scanner.at).match(/(?<!\\)%/g)?.length ?? 0;
  if (count > MOST_REGEXES * 2) throw scanner.error(`more than ${MOST_REGEXES} regular expressions`);
  try {
    const regex = RE2JS.compile(source.replaceAll('\\%', '%'));
    const longest = Math.floor(MOST_STEPS / regex.programSize());
    return { matches: (value) => regex.test(value.length > longest ? value.slice(0, longest) : value) };
  } catch (cause) {
    if (cause instanceof RE2JSException) throw scanner.error(`%${source}% is no regular expression (${cause.message})`);
    throw cause;
  }
}

/** The quoted text that is next, without its quotes. */
export function readQuoted(scanner: Scanner): string | undefined {
  const quoted = scanner.match(QUOTED)?.[1];
  return quoted === undefined ? undefined : unescape(quoted);
}

const unescape = (text: string) => text.replaceAll(/\\(.)/gs, '$1');

function textOperand(text: string): Operand {
  const parts = text.split('*');
  return { text, matches: parts.length === 1 ? (value) => value === text : (value) => matchesWildcard(parts, value) };
}

/** The parts in their order, the first at the start and the last at the end. */
function matchesWildcard(parts: readonly string[], value: string): boolean {
  const [first = '', ...middle] = parts;
  const last = middle.pop() ?? '';
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of middle) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
