// Arithmetic on constants: ints stay ints (64 bits, division truncates), durations keep their type where that has a
// meaning, everything else is a float. The same rules hold for the values of spans.

import { Failure } from '../../../base/errors.ts';
import type { ArithmeticOperator, StaticValue } from './ast.ts';

/** An int, float or duration as a number; durations in nanoseconds. Undefined for any other type. */
export function numberOf(value: StaticValue): number | undefined {
  switch (value.type) {
    case 'int':
      return Number(value.value);
    case 'float':
      return value.value;
    case 'duration':
      return Number(value.valueNs);
    default:
      return undefined;
  }
}

function wrap(value: bigint): StaticValue {
  return { type: 'int', value: BigInt.asIntN(64, value) };
}

function intArithmetic(operator: ArithmeticOperator, a: bigint, b: bigint): StaticValue {
  if ((operator === '/' || operator === '%') && b === 0n) {
    throw new Failure('execution', 'integer division by zero');
  }
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
      return wrap(a / b);
    case '%':
      return wrap(a % b);
    case '^': {
      // A power that leaves 64 bits, or has a negative exponent, is a float.
      const power = Number(a) ** Number(b);
      if (b < 0n || Math.abs(power) >= 2 ** 53) return { type: 'float', value: power };
      return wrap(a ** b);
    }
  }
}

function floatArithmetic(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
  }
}

/** Whether the result is a duration: sums of two, and multiples of one. */
function staysDuration(operator: ArithmeticOperator, a: StaticValue, b: StaticValue): boolean {
  const both = a.type === 'duration' && b.type === 'duration';
  if (operator === '+' || operator === '-' || operator === '%') return both;
  if (operator === '*') return a.type === 'duration' ? !both : b.type === 'duration';
  return operator === '/' && a.type === 'duration' && !both;
}

/** Undefined when one of them is no number. Integer division by zero fails with `execution`. */
export function foldArithmetic(
  operator: ArithmeticOperator,
  a: StaticValue,
  b: StaticValue,
): StaticValue | undefined {
  if (a.type === 'int' && b.type === 'int') return intArithmetic(operator, a.value, b.value);
  const x = numberOf(a);
  const y = numberOf(b);
  if (x === undefined || y === undefined) return undefined;
  const value = floatArithmetic(operator, x, y);
  if (!staysDuration(operator, a, b) || !Number.isFinite(value)) return { type: 'float', value };
  return { type: 'duration', valueNs: BigInt(Math.round(value)) };
}
