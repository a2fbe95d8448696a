import { readOperand, type Operand } from './operand.ts';
import type { Scanner } from './scanner.ts';

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface Comparison {
  operator: Operator;
  operand: Operand;
}

const OPERATOR = /!=|<=|>=|[=<>]/y;

/** Reads an operator and what it compares with. Only numbers are less or greater. */
export function readComparison(scanner: Scanner, word: RegExp): Comparison {
  const operator = scanner.skipSpace().match(OPERATOR)?.[0] as Operator | undefined;
  if (!operator) throw scanner.error('expected an operator');
  const operand = readOperand(scanner.skipSpace(), word);
  if (operator !== '=' && operator !== '!=' && operand.number === undefined) {
    throw scanner.error(`${operator} needs a number`);
  }
  return { operator, operand };
}

/** Whether a string, number or boolean stands in the relation to the operand. */
export function compares({ operator, operand }: Comparison, value: string | number | boolean): boolean {
  if (operator === '=') return equals(operand, value);
  if (operator === '!=') return !equals(operand, value);
  const left = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const right = operand.number;
  if (typeof left !== 'number' || right === undefined) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function equals(operand: Operand, value: string | number | boolean): boolean {
  if (typeof value === 'number' && operand.number !== undefined) return value === operand.number;
  return operand.matches(String(value));
}

/** A condition on a subject: comparisons joined by `&&`, `||` and parentheses. */
export type Condition<T> = { kind: 'and' | 'or'; parts: Condition<T>[] } | { kind: 'test'; test: T };

const DEEPEST = 50;

/** Reads `a && (b || c)`; `&&` binds closer. */
export function readCondition<T>(scanner: Scanner, readTest: (scanner: Scanner) => T, depth = 0): Condition<T> {
  if (depth > DEEPEST) throw scanner.error('parentheses are nested too deep');
  const all = () =>
    joined('and', '&&', scanner, () => {
      if (!scanner.skipSpace().take('(')) return { kind: 'test', test: readTest(scanner) };
      const inner = readCondition(scanner, readTest, depth + 1);
      scanner.skipSpace().need(')');
      return inner;
    });
  return joined('or', '||', scanner, all);
}

function joined<T>(kind: 'and' | 'or', operator: string, scanner: Scanner, read: () => Condition<T>): Condition<T> {
  const first = read();
  const parts = [first];
  while (scanner.skipSpace().take(operator)) parts.push(read());
  return parts.length === 1 ? first : { kind, parts };
}

export function holds<T>(condition: Condition<T>, test: (test: T) => boolean): boolean {
  if (condition.kind === 'test') return test(condition.test);
  const { kind, parts } = condition;
  return kind === 'and' ? parts.every((part) => holds(part, test)) : parts.some((part) => holds(part, test));
}
