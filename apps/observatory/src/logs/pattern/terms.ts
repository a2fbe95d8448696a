import { toTraceId } from '@throughline/traces';
import { readQuoted, readRegex } from './operand.ts';
import type { LogPattern } from './pattern.ts';
import { PatternError, type Scanner } from './scanner.ts';

type Term = (message: string) => boolean;

const WORD = /[^\s"%]+/y;
const PLAIN = /^[\p{L}\p{N}_]+$/u;

/**
 * Terms: all of the plain ones, none of the `-` ones, any of the `?` ones (which count only where no plain one is). A term is
 * found anywhere in the message, in its own case.
 */
export function readTerms(scanner: Scanner): LogPattern {
  const required: Term[] = [];
  const optional: Term[] = [];
  const excluded: Term[] = [];
  let traceId: string | undefined;
  while (!scanner.skipSpace().done) {
    const list = scanner.take('?') ? optional : scanner.take('-') ? excluded : required;
    const text = readText(scanner);
    list.push(typeof text === 'string' ? (message) => message.includes(text) : text);
    if (list === required && typeof text === 'string') traceId ??= toTraceId(text);
    if (!scanner.done && !/\s/.test(scanner.text.charAt(scanner.at))) throw scanner.error('expected a space');
  }
  return {
    matches(message) {
      if (excluded.some((term) => term(message))) return false;
      if (required.length > 0) return required.every((term) => term(message));
      return optional.length === 0 || optional.some((term) => term(message));
    },
    ...(traceId && { traceId }),
  };
}

function readText(scanner: Scanner): string | Term {
  const quoted = readQuoted(scanner);
  if (quoted !== undefined) return quoted;
  const regex = readRegex(scanner);
  if (regex) return (message) => regex.matches(message);
  const word = scanner.match(WORD)?.[0];
  if (word === undefined) throw scanner.error('expected a term');
  if (!PLAIN.test(word)) {
    throw new PatternError(
      `Invalid character(s) in term '${word}': put a term that is not all letters, digits and underscores in double quotes.`,
    );
  }
  return word;
}
