import { toTraceId } from '@throughline/traces';
import { compares, holds, readComparison, readCondition, type Comparison, type Condition } from './comparison.ts';
import type { LogPattern } from './pattern.ts';
import { readSelector, select, type Selector } from './selector.ts';
import type { Scanner } from './scanner.ts';

type Check = { kind: 'compare'; comparison: Comparison } | { kind: 'is'; value: null | boolean } | { kind: 'absent' };

interface JsonTest {
  selector: Selector;
  check: Check;
}

/** A bare value ends where a condition or the pattern ends. */
const VALUE = /(?:(?!&&|\|\|)[^\s)}"%])+/y;
const KEYWORD = /(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)(?![\w.])/iy;

/** `{ ($.status = 4* || $.fault IS TRUE) && $.user NOT EXISTS }`: a message that is JSON, by its members. */
export function readJson(scanner: Scanner): LogPattern {
  scanner.need('{');
  const condition = readCondition(scanner, readTest);
  scanner.skipSpace().need('}');
  if (!scanner.skipSpace().done) throw scanner.error('expected the end');
  const traceId = requiredTraceId(condition);
  return {
    matches(message) {
      const root = parse(message);
      return root !== undefined && holds(condition, (test) => passes(test, root));
    },
    ...(traceId && { traceId }),
  };
}

function readTest(scanner: Scanner): JsonTest {
  const selector = readSelector(scanner.skipSpace());
  const keyword = scanner.skipSpace().match(KEYWORD)?.[0].toUpperCase().split(/\s+/).join(' ');
  if (keyword === undefined)
    return { selector, check: { kind: 'compare', comparison: readComparison(scanner, VALUE) } };
  if (keyword === 'NOT EXISTS') return { selector, check: { kind: 'absent' } };
  return { selector, check: { kind: 'is', value: keyword === 'IS NULL' ? null : keyword === 'IS TRUE' } };
}

function passes({ selector, check }: JsonTest, root: object): boolean {
  const found = select(root, selector);
  if (check.kind === 'absent') return found.length === 0;
  if (check.kind === 'is') return found.includes(check.value);
  return found.some((value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return compares(check.comparison, value);
    }
    const { operator, operand } = check.comparison;
    return operator === '!=' || (operator === '=' && operand.text === '*');
  });
}

function parse(message: string): object | undefined {
  if (!/^\s*[[{]/.test(message)) return undefined;
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The trace id that a member must be, so that no other message can match. */
function requiredTraceId(condition: Condition<JsonTest>): string | undefined {
  if (condition.kind === 'and') return condition.parts.map(requiredTraceId).find((id) => id !== undefined);
  if (condition.kind !== 'test' || condition.test.check.kind !== 'compare') return undefined;
  const { operator, operand } = condition.test.check.comparison;
  return operator === '=' ? toTraceId(operand.text ?? '') : undefined;
}
