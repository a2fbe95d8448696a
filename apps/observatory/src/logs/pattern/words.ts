import { compares, holds, readComparison, readCondition, type Comparison, type Condition } from './comparison.ts';
import type { LogPattern } from './pattern.ts';
import type { Scanner } from './scanner.ts';

interface WordTest extends Comparison {
  name: string;
}

const NAME = /[\p{L}\p{N}_$-]+/uy;
/** A bare value ends where a field, a condition or the pattern ends. */
const VALUE = /(?:(?!&&|\|\|)[^\s,\])"%])+/y;

/** `[ip, user, ..., status = 4* && status != 403, bytes > 1000]`: a message of space-delimited words, taken word by word. */
export function readWords(scanner: Scanner): LogPattern {
  scanner.need('[');
  const names: string[] = [];
  const conditions: Condition<WordTest>[] = [];
  let ellipsis: number | undefined;
  do {
    scanner.skipSpace();
    if (scanner.take('...')) {
      if (ellipsis !== undefined) throw scanner.error('a second ...');
      ellipsis = names.length;
    } else {
      names.push(readField(scanner, conditions) ?? '');
    }
  } while (scanner.skipSpace().take(','));
  scanner.need(']');
  if (!scanner.skipSpace().done) throw scanner.error('expected the end');
  const places = new Map(names.map((name, index) => [name, index]));
  for (const name of conditions.flatMap(namesIn)) {
    if (!places.has(name)) throw scanner.error(`there is no field ${name}`);
  }
  return {
    matches(message) {
      const words = aligned(splitWords(message), names.length, ellipsis);
      if (!words) return false;
      return conditions.every((condition) =>
        holds(condition, (test) => compares(test, words[places.get(test.name) ?? 0] ?? '')),
      );
    },
  };
}

/** A field's name; what it must be is added to the conditions. */
function readField(scanner: Scanner, conditions: Condition<WordTest>[]): string | undefined {
  if (scanner.peek(',') || scanner.peek(']')) return undefined;
  const start = scanner.at;
  const name = scanner.match(NAME)?.[0];
  scanner.skipSpace();
  if (name !== undefined && (scanner.peek(',') || scanner.peek(']'))) return name;
  scanner.at = start;
  const condition = readCondition(scanner, readTest);
  conditions.push(condition);
  return namesIn(condition)[0];
}

function readTest(scanner: Scanner): WordTest {
  const name = scanner.skipSpace().match(NAME)?.[0];
  if (name === undefined) throw scanner.error("expected a field's name");
  return { name, ...readComparison(scanner, VALUE) };
}

function namesIn(condition: Condition<WordTest>): string[] {
  return condition.kind === 'test' ? [condition.test.name] : condition.parts.flatMap(namesIn);
}

/** Words in place of the fields; undefined when there are too few, or too many where no `...` takes the rest. */
function aligned(words: string[], fields: number, ellipsis: number | undefined): string[] | undefined {
  if (words.length < fields) return undefined;
  if (ellipsis !== undefined) return [...words.slice(0, ellipsis), ...words.slice(words.length - fields + ellipsis)];
  return words.length === fields ? words : undefined;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '[': ']' };

/** Words are what spaces part; `"…"` and `[…]` are one word each, without their quotes or brackets. */
function splitWords(message: string): string[] {
  const words: string[] = [];
  const never = new Set<string>();
  for (let at = 0; at < message.length;) {
    const start = message.charAt(at);
    if (/\s/.test(start)) {
      at += 1;
      continue;
    }
    const closing = CLOSING[start];
    const close = closing && !never.has(closing) ? message.indexOf(closing, at + 1) : -1;
    if (closing && close >= 0) {
      words.push(message.slice(at + 1, close));
      at = close + 1;
      continue;
    }
    if (closing) never.add(closing);
    const end = endOfWord(message, at);
    words.push(message.slice(at, end));
    at = end;
  }
  return words;
}

function endOfWord(message: string, from: number): number {
  SPACE.lastIndex = from;
  return SPACE.test(message) ? SPACE.lastIndex - 1 : message.length;
}

const SPACE = /\s/g;
