import { FilterError } from './syntax.ts';

export interface Token {
  kind: 'word' | 'string' | 'number' | 'sign' | 'json' | 'end';
  text: string;
  at: number;
}

const LONGEST = 8192;
const SPACE = /\s+/y;
const WORD = /[A-Za-z_][\w.-]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SIGN = /!=|<=|>=|[=<>!(){}[\],:]/y;
const STRING = /"((?:[^"\\]|\\.)*)"/sy;

/** Splits a filter expression; the last token is always `end`. Throws FilterError. */
export function tokenize(expression: string): Token[] {
  if (expression.length > LONGEST) throw new FilterError(`it is longer than ${LONGEST} characters`, LONGEST);
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(expression);
  };
  while (at < expression.length) {
    const space = take(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = next(take, at, expression);
    tokens.push(token.token);
    at += token.length;
  }
  return [...tokens, { kind: 'end', text: 'the end', at }];
}

function next(
  take: (pattern: RegExp) => RegExpExecArray | null,
  at: number,
  expression: string,
): { token: Token; length: number } {
  if (expression[at] === '#') {
    const text = jsonAt(expression, at + 1);
    return { token: { kind: 'json', text, at }, length: text.length + 1 };
  }
  const string = take(STRING);
  if (string) {
    const text = (string[1] ?? '').replaceAll(/\\(.)/gs, '$1');
    return { token: { kind: 'string', text, at }, length: string[0].length };
  }
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', WORD],
    ['sign', SIGN],
  ] as const) {
    const found = take(pattern);
    if (found) return { token: { kind, text: found[0], at }, length: found[0].length };
  }
  throw new FilterError(expression[at] === '"' ? 'this string has no end' : `unexpected ${expression[at]}`, at);
}

/** The JSON list or object that begins at a place, up to its closing bracket. */
function jsonAt(expression: string, from: number): string {
  let depth = 0;
  for (let at = from; at < expression.length; at += 1) {
    const sign = expression[at];
    if (sign === '"') {
      STRING.lastIndex = at;
      at += (STRING.exec(expression)?.[0].length ?? expression.length) - 1;
    } else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth === 0 && (sign === ']' || sign === '}')) return expression.slice(from, at + 1);
    if (depth === 0 && sign?.trim()) break;
  }
  throw new FilterError('expected a whole JSON list or object after #', from - 1);
}
