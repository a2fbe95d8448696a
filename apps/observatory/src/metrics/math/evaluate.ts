import { callFunction, KEYWORDS, listOf } from './functions.ts';
import { applyOperator, negated } from './operators.ts';
import { MathError, type Expression } from './syntax.ts';
import type { Timeline } from './timeline.ts';
import { sizeOf, type Series, type Value } from './value.ts';

export interface Scope {
  timeline: Timeline;
  /** The result of another query of the request; undefined when there is none of this id. */
  lookup(id: string): Value | undefined;
  /** The metrics (not expressions) of the request, in its order; with a part of their ids only those. */
  metrics(part?: string): readonly Series[];
}

/** What an expression comes to. Throws MathError. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const value = compute(expression, scope);
  scope.timeline.spend(sizeOf(value));
  return value;
}

function compute(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression.value;
    case 'name':
      return byName(expression.name, scope);
    case 'negative':
      return negated(evaluate(expression.operand, scope));
    case 'binary': {
      const { operator, left, right } = expression;
      return applyOperator(operator, evaluate(left, scope), evaluate(right, scope));
    }
    case 'list':
      return listOf(
        expression.items.map((item) => evaluate(item, scope)),
        scope.timeline,
      );
    case 'call':
      return call(expression.name, expression.args, scope);
  }
}

function byName(name: string, scope: Scope): Value {
  const value = scope.lookup(name) ?? (KEYWORDS.has(name.toUpperCase()) ? name.toUpperCase() : undefined);
  if (value === undefined) throw new MathError(`Undefined variable ${name}`);
  return value;
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  const values = args.map((arg) => evaluate(arg, scope));
  if (name !== 'METRICS') return callFunction(name, values, scope.timeline);
  const [part] = values;
  if (part !== undefined && typeof part !== 'string') throw new MathError('METRICS takes a text');
  return scope.metrics(part);
}
