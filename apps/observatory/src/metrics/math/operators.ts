import { MathError, type BinaryOperator } from './syntax.ts';
import { isList, isSeries, typeOf, withPoints, type Series, type Value } from './value.ts';

type Operate = (a: number, b: number) => number;

const OPERATE: Readonly<Record<BinaryOperator, Operate>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** Applies an operator to numbers and series; of two series where both have a point, of several to each. */
export function applyOperator(operator: BinaryOperator, left: Value, right: Value): Value {
  const operate = OPERATE[operator];
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  if (typeof left === 'string' || typeof right === 'string' || (isList(left) && isList(right))) {
    throw new MathError(`Unsupported operand type(s) for ${operator}: '[${typeOf(left)}, ${typeOf(right)}]'`);
  }
  if (isList(left)) return left.map((series) => combine(operate, series, right as number | Series));
  if (isList(right)) return right.map((series) => combine(operate, left, series));
  return combine(operate, left, right);
}

function combine(operate: Operate, left: number | Series, right: number | Series): Series {
  if (typeof left === 'number') {
    if (typeof right === 'number') throw new MathError('Two numbers are no TimeSeries');
    return mapPoints(right, (value) => operate(left, value));
  }
  if (typeof right === 'number') return mapPoints(left, (value) => operate(value, right));
  const period_s = Math.max(left.period_s, right.period_s);
  return withPoints(
    { ...left, period_s },
    [...left.points].flatMap(([time, value]) => {
      const other = right.points.get(time);
      return other === undefined ? [] : [[time, operate(value, other)] as const];
    }),
  );
}

export function mapPoints(series: Series, change: (value: number, time: number) => number): Series {
  return withPoints(
    series,
    [...series.points].map(([time, value]) => [time, change(value, time)] as const),
  );
}

export function negated(value: Value): Value {
  if (typeof value === 'number') return -value;
  if (typeof value === 'string') throw new MathError(`Unsupported operand type(s) for -: '[String]'`);
  if (isSeries(value)) return mapPoints(value, (number) => -number);
  return value.map((series) => mapPoints(series, (number) => -number));
}
