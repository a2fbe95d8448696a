import { FilterError } from './syntax.ts';

export interface Token {
  kind: 'word' | 'string' | 'number' | 'sign' | 'end';
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
