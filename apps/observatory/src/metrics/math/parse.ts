import { MathError, type BinaryOperator, type Expression } from './syntax.ts';

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|"([^"]*)"|'([^']*)'|(<=|>=|==|!=|&&|\|\||[-+*/^<>()[\],]))/y;

interface Token {
  kind: 'number' | 'word' | 'text' | 'sign' | 'end';
  text: string;
  at: number;
}

/** What binds looser comes first; within a level from left to right. */
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { OR: 'OR', '||': 'OR' },
  { AND: 'AND', '&&': 'AND' },
  { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '==', '!=': '!=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/' },
  { '^': '^' },
];

const DEEPEST = 50;

/**
 * Reads a metric math expression. Throws MathError.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function parseMath(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;
  let depth = 0;
  const peek = () => tokens[at] ?? { kind: 'end', text: '', at: text.length };
  const isSign = (sign: string) => peek().kind === 'sign' && peek().text === sign;
  const take = (sign: string) => {
    if (!isSign(sign)) return false;
    at += 1;
    return true;
  };
  const need = (sign: string) => {
    if (!take(sign)) throw unexpected(peek(), `expected ${sign}`);
  };

  const binary = (level: number): Expression => {
    const operators = LEVELS[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const { kind, text } = peek();
      const operator = kind === 'sign' || kind === 'word' ? operators[text.toUpperCase()] : undefined;
      if (!operator) return left;
      at += 1;
      left = { kind: 'binary', operator, left, right: binary(level + 1) };
    }
  };
  const nested = <T>(read: () => T): T => {
    depth += 1;
    if (depth > DEEPEST) throw new MathError('The expression is nested too deep');
    const result = read();
    depth -= 1;
    return result;
  };
  const unary = (): Expression =>
    nested(() => {
      if (take('-')) return { kind: 'negative', operand: unary() };
      if (take('+')) return unary();
      return primary();
    });
  const listUntil = (sign: string): Expression[] => {
    const items: Expression[] = [];
    if (take(sign)) return items;
    do items.push(binary(0));
    while (take(','));
    need(sign);
    return items;
  };
  const primary = (): Expression => {
    const token = peek();
    at += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'word') {
      return take('(')
        ? { kind: 'call', name: token.text.toUpperCase(), args: listUntil(')') }
        : { kind: 'name', name: token.text };
    }
    if (token.text === '[') return { kind: 'list', items: listUntil(']') };
    if (token.text !== '(') throw unexpected(token, 'expected a value');
    const inner = binary(0);
    need(')');
    return inner;
  };

  const expression = binary(0);
  if (peek().kind !== 'end') throw unexpected(peek(), 'expected the end');
  return expression;
}

function unexpected({ at, text }: Token, wanted: string): MathError {
  return new MathError(`Unexpected ${text === '' ? 'end' : `'${text}'`} at character ${at + 1}: ${wanted}`);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new MathError(`Unexpected character at ${from + 1}`);
    const [, number, word, double, single, sign] = found;
    const value = number ?? word ?? double ?? single ?? sign ?? '';
    const kind = number !== undefined ? 'number' : word !== undefined ? 'word' : sign !== undefined ? 'sign' : 'text';
    tokens.push({ kind, text: value, at: TOKEN.lastIndex - value.length });
  }
  return tokens;
}
