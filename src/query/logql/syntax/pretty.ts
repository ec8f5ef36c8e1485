// A tree as LogQL over several lines, two spaces a level: what does not fit on one line is broken at its stages,
// arguments and operators. Serves `format_query` and the editor.

import { formatGoFloat } from '../../../base/float.ts';
import type { Expr, LogExpr, LogRange } from './ast.ts';
import {
  needsParentheses,
  printGrouping,
  printLogql,
  printLogRange,
  printOperator,
  printRangeSuffix,
  printSelector,
  printStages,
  unwrapParts,
} from './print.ts';
import { quoteGo } from '../../language/go-string.ts';

const lineMax = 100;

function indent(level: number): string {
  return '  '.repeat(level);
}

function prettyLog(log: LogExpr, level: number): string {
  const stages = printStages(log.stages).map((stage) => `\n${indent(level + 1)}${stage}`);
  return indent(level) + printSelector(log.matchers) + stages.join('');
}

function prettyRange(range: LogRange, level: number): string {
  const line = indent(level) + printLogRange(range);
  if (line.length <= lineMax) return line;
  const unwrap = range.unwrap === undefined ? [] : unwrapParts(range.unwrap);
  const parts = unwrap.map((part) => `\n${indent(level + 1)}${part}`);
  return `${prettyLog(range.log, level)}${parts.join('')} ${printRangeSuffix(range)}`;
}

function prettyAt(expr: Expr, level: number): string {
  const line = indent(level) + printLogql(expr);
  if (line.length <= lineMax) return line;
  const open = indent(level);
  const inner = indent(level + 1);
  switch (expr.kind) {
    case 'log':
      return prettyLog(expr, level);
    case 'literal':
    case 'vector':
      return line;
    case 'range-aggregation': {
      const parameter =
        expr.parameter === undefined ? '' : `${inner}${formatGoFloat(expr.parameter)},\n`;
      const body = prettyRange(expr.range, level + 1);
      return `${open}${expr.operation}(\n${parameter}${body}\n${open})${printGrouping(expr.grouping)}`;
    }
    case 'vector-aggregation': {
      const grouping = expr.grouping === undefined ? '' : `${printGrouping(expr.grouping)} `;
      const parameter =
        expr.parameter === undefined ? '' : `${inner}${formatGoFloat(expr.parameter)},\n`;
      const body = prettyAt(expr.operand, level + 1);
      return `${open}${expr.operation}${grouping}(\n${parameter}${body}\n${open})`;
    }
    case 'binary': {
      const side = (which: 'left' | 'right'): string => {
        const operand = which === 'left' ? expr.left : expr.right;
        if (!needsParentheses(expr, which)) return prettyAt(operand, level + 1);
        return `${inner}(\n${prettyAt(operand, level + 2)}\n${inner})`;
      };
      return `${side('left')}\n${open}${printOperator(expr)}\n${side('right')}`;
    }
    case 'label-replace': {
      const texts = [expr.target, expr.replacement, expr.source, expr.pattern]
        .map((text) => `${inner}${quoteGo(text)}`)
        .join(',\n');
      return `${open}label_replace(\n${prettyAt(expr.operand, level + 1)},\n${texts}\n${open})`;
    }
  }
}

export function prettyLogql(expr: Expr): string {
  return prettyAt(expr, 0);
}
