// The tree as one line of text that parses to the same tree.

import { formatGoFloat } from '../../../base/float.ts';
import { printPrometheusDuration } from '../../../base/duration.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import { quoteGo } from '../../language/go-string.ts';
import {
  setOperators,
  type Aggregate,
  type AtModifier,
  type Binary,
  type DurationExpr,
  type Expr,
  type MatrixSelector,
  type Subquery,
  type VectorSelector,
} from './ast.ts';

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function printLabelName(name: string): string {
  return plainName.test(name) ? name : quoteGo(name);
}

function printLabelList(labels: readonly string[]): string {
  return `(${labels.map(printLabelName).join(', ')})`;
}

function printSeconds(seconds: number): string {
  const sign = seconds < 0 || Object.is(seconds, -0) ? '-' : '';
  return sign + printPrometheusDuration(BigInt(Math.round(Math.abs(seconds) * 1000)) * 1_000_000n);
}

export function printDuration(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'duration-number':
      return expr.units ? printSeconds(expr.seconds) : formatGoFloat(expr.seconds);
    case 'duration-paren':
      return `(${printDuration(expr.inner)})`;
    case 'duration-unary':
      return expr.operator + printDuration(expr.operand);
    case 'duration-binary':
      return `${printDuration(expr.left)} ${expr.operator} ${printDuration(expr.right)}`;
    case 'duration-call':
      return `${expr.name}(${expr.operands.map(printDuration).join(', ')})`;
  }
}

function printAt(at: AtModifier | undefined): string {
  if (at === undefined) return '';
  return at.kind === 'time' ? ` @ ${(at.ms / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}

function printOffset(offset: DurationExpr | undefined): string {
  return offset === undefined ? '' : ` offset ${printDuration(offset)}`;
}

export function printMatcher(matcher: LabelMatcher): string {
  return `${printLabelName(matcher.name)}${matcher.operator}${quoteGo(matcher.value)}`;
}

/** What follows a selector's name and matchers, or its range. */
function printModifiers(selector: VectorSelector): string {
  const extension = selector.extension === undefined ? '' : ` ${selector.extension}`;
  return `${extension}${printAt(selector.at)}${printOffset(selector.offset)}`;
}

function printBareSelector(selector: VectorSelector): string {
  const { name, matchers } = selector;
  const inBraces = name === undefined ? matchers : matchers.slice(0, -1);
  if (inBraces.length === 0) return name ?? '{}';
  return `${name ?? ''}{${inBraces.map(printMatcher).join(',')}}`;
}

export function printVectorSelector(selector: VectorSelector): string {
  return printBareSelector(selector) + printModifiers(selector);
}

export function printMatrixSelector(expr: MatrixSelector): string {
  const { selector, range } = expr;
  return `${printBareSelector(selector)}[${printDuration(range)}]${printModifiers(selector)}`;
}

/** `[5m:1m] @ 10 offset 1m`. */
export function printSubquerySuffix(expr: Subquery): string {
  const step = expr.step === undefined ? '' : printDuration(expr.step);
  return `[${printDuration(expr.range)}:${step}]${printAt(expr.at)}${printOffset(expr.offset)}`;
}

/** `sum by (job) `, without the operand. */
export function printAggregateHead(expr: Aggregate): string {
  const { without, labels } = expr.grouping;
  if (without) return `${expr.operator} without ${printLabelList(labels)} `;
  return labels.length === 0 ? expr.operator : `${expr.operator} by ${printLabelList(labels)} `;
}

/** The operator with `bool`, `on (...)`, `group_left (...)` and `fill (...)`. */
export function printOperator(expr: Binary): string {
  const { matching, operator } = expr;
  let text: string = operator;
  if (expr.returnBool) text += ' bool';
  const grouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  if (matching.labels.length > 0 || matching.on || (grouped && !setOperators.has(operator))) {
    text += ` ${matching.on ? 'on' : 'ignoring'} ${printLabelList(matching.labels)}`;
  }
  if (grouped) {
    const side = matching.cardinality === 'many-to-one' ? 'group_left' : 'group_right';
    text += ` ${side} ${printLabelList(matching.include)}`;
  }
  const { fillLeft, fillRight } = matching;
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight)) {
    return `${text} fill (${formatGoFloat(fillLeft)})`;
  }
  if (fillLeft !== undefined) text += ` fill_left (${formatGoFloat(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${formatGoFloat(fillRight)})`;
  return text;
}

/** A sign in front of a power would stand for all of it, so infinity goes without one there. */
export function printLeft(expr: Binary): string {
  const printed = printPromql(expr.left);
  return expr.operator === '^' && printed === '+Inf' ? 'Inf' : printed;
}

export function printPromql(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.isDuration ? printSeconds(expr.value) : formatGoFloat(expr.value);
    case 'string':
      return expr.written ?? quoteGo(expr.value);
    case 'vector-selector':
      return printVectorSelector(expr);
    case 'matrix-selector':
      return printMatrixSelector(expr);
    case 'subquery':
      return printPromql(expr.inner) + printSubquerySuffix(expr);
    case 'aggregate': {
      const parameter = expr.parameter === undefined ? '' : `${printPromql(expr.parameter)}, `;
      return `${printAggregateHead(expr)}(${parameter}${printPromql(expr.inner)})`;
    }
    case 'binary':
      return `${printLeft(expr)} ${printOperator(expr)} ${printPromql(expr.right)}`;
    case 'unary':
      return expr.operator + printPromql(expr.operand);
    case 'paren':
      return `(${printPromql(expr.inner)})`;
    case 'call':
      return `${expr.name}(${expr.operands.map(printPromql).join(', ')})`;
  }
}
