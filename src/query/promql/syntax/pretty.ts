// The tree over several lines: whatever fits within a hundred columns stays on one line, everything else is
// broken at its operands and indented by two spaces.

import type { Expr } from './ast.ts';
import {
  printAggregateHead,
  printLeft,
  printOperator,
  printPromql,
  printSubquerySuffix,
} from './print.ts';

/** Characters of an expression, indentation not counted, that may stay on one line. */
export const prettyLineMax = 100;

function block(head: string, operands: readonly Expr[], level: number): string {
  const indent = '  '.repeat(level);
  const inner = operands.map((operand) => indented(operand, level + 1)).join(',\n');
  return `${head}(\n${inner}\n${indent})`;
}

function indented(expr: Expr, level: number): string {
  return '  '.repeat(level) + pretty(expr, level);
}

/** Without the indentation of the first line. */
function pretty(expr: Expr, level: number): string {
  const line = printPromql(expr);
  if (line.length <= prettyLineMax) return line;
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector-selector':
    case 'matrix-selector':
      return line;
    case 'subquery':
      return pretty(expr.inner, level) + printSubquerySuffix(expr);
    case 'aggregate': {
      const operands = expr.parameter === undefined ? [expr.inner] : [expr.parameter, expr.inner];
      return block(printAggregateHead(expr), operands, level);
    }
    case 'call':
      return block(expr.name, expr.operands, level);
    case 'paren':
      return block('', [expr.inner], level);
    case 'unary':
      return expr.operator + pretty(expr.operand, level);
    case 'binary': {
      const indent = '  '.repeat(level);
      const left = expr.left.kind === 'number' ? printLeft(expr) : pretty(expr.left, level + 1);
      const right = pretty(expr.right, level + 1);
      return `  ${left}\n${indent}${printOperator(expr)}\n${indent}  ${right}`;
    }
  }
}

export function prettyPromql(expr: Expr): string {
  return pretty(expr, 0);
}
