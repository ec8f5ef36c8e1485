// Arithmetic and comparison of two numbers as LogQL defines them: division by zero has no value.

import type { ArithmeticOperator, BinaryOperator, ComparisonOperator } from '../syntax/ast.ts';

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return ['==', '!=', '>', '>=', '<', '<='].includes(operator);
}

export function calculate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? Number.NaN : left / right;
    case '%':
      return right === 0 ? Number.NaN : left % right;
    case '^':
      return left ** right;
  }
}

export function compares(operator: ComparisonOperator, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}

/** Two constants as one; undefined for set operators, which have no numbers. */
export function foldBinary(
  operator: BinaryOperator,
  left: number,
  right: number,
): number | undefined {
  if (operator === 'and' || operator === 'or' || operator === 'unless') return undefined;
  if (isComparison(operator)) return compares(operator, left, right) ? 1 : 0;
  return calculate(operator, left, right);
}
