// What an operand outside of braces can be, and what an operator makes of two of them: spansets combine into spansets,
// numbers fold, aggregates compare, metrics calculate. Everything else is a syntax error.

import type { TextSpan } from '../../../base/errors.ts';
import type {
  ArithmeticOperator,
  MetricsExpression,
  MetricsMathOperator,
  MetricsScalar,
  NumberComparison,
  ScalarExpression,
  ScalarFilter,
  ScalarStatic,
  SpansetExpression,
  SpansetOperator,
} from './ast.ts';
import { foldArithmetic } from './fold.ts';

export type Operand =
  | { readonly kind: 'spanset'; readonly value: SpansetExpression }
  /** A number; `durations`: it was calculated from at least one duration. */
  | { readonly kind: 'constant'; readonly value: ScalarStatic; readonly durations: boolean }
  | { readonly kind: 'scalar'; readonly value: ScalarExpression }
  | { readonly kind: 'scalar-filter'; readonly value: ScalarFilter }
  | { readonly kind: 'metrics'; readonly value: MetricsExpression };

const comparisons: ReadonlySet<string> = new Set<NumberComparison>([
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
]);
const arithmetic: ReadonlySet<string> = new Set<ArithmeticOperator>(['+', '-', '*', '/', '%', '^']);
const metricsMath: ReadonlySet<string> = new Set<MetricsMathOperator>(['+', '-', '*', '/']);
const spansetOperators: ReadonlySet<string> = new Set<SpansetOperator>([
  ...(['&&', '||', '>', '<', '>>', '<<', '~'] as const),
  ...(['!>', '!<', '!>>', '!<<', '!~', '&>', '&<', '&>>', '&<<', '&~'] as const),
]);

export function isComparison(mark: string | undefined): mark is NumberComparison {
  return mark !== undefined && comparisons.has(mark);
}

function isArithmetic(mark: string): mark is ArithmeticOperator {
  return arithmetic.has(mark);
}

function isMetricsMath(mark: string): mark is MetricsMathOperator {
  return metricsMath.has(mark);
}

function isSpansetOperator(mark: string): mark is SpansetOperator {
  return spansetOperators.has(mark);
}

/** 0 for what is no operator here. Higher binds tighter. */
export function precedenceOf(mark: string): number {
  if (mark === '&&' || mark === '||') return 1;
  if (isSpansetOperator(mark) || isComparison(mark)) return 2;
  if (mark === '+' || mark === '-') return 3;
  if (mark === '*' || mark === '/' || mark === '%') return 4;
  return mark === '^' ? 5 : 0;
}

function hasDurations(constant: Extract<Operand, { kind: 'constant' }>): boolean {
  return constant.durations || constant.value.value.type === 'duration';
}

function metricsOperand(operand: Operand): MetricsExpression | MetricsScalar | undefined {
  if (operand.kind === 'metrics') return operand.value;
  if (operand.kind !== 'constant' || hasDurations(operand)) return undefined;
  return { kind: 'metrics-scalar', value: operand.value.value, span: operand.value.span };
}

function combineMetrics(
  operator: string,
  left: Operand,
  right: Operand,
  span: TextSpan,
): MetricsExpression | undefined {
  if (isComparison(operator)) {
    if (left.kind !== 'metrics' || right.kind !== 'constant') return undefined;
    // Arithmetic on durations has no unit that a series could be compared with.
    if (right.durations) return undefined;
    const { value } = right.value;
    return { kind: 'metrics-filter', operator, value, input: left.value, span };
  }
  const a = metricsOperand(left);
  const b = metricsOperand(right);
  if (!isMetricsMath(operator) || a === undefined || b === undefined) return undefined;
  return { kind: 'metrics-math', operator, left: a, right: b, span };
}

function combineScalars(
  operator: string,
  left: Operand,
  right: Operand,
  span: TextSpan,
): Operand | undefined {
  const numbers = left.kind === 'constant' && right.kind === 'constant';
  if (
    (left.kind !== 'constant' && left.kind !== 'scalar') ||
    (right.kind !== 'constant' && right.kind !== 'scalar')
  )
    return undefined;
  if (isComparison(operator)) {
    if (numbers) return undefined;
    return {
      kind: 'scalar-filter',
      value: { kind: 'scalar-filter', operator, left: left.value, right: right.value, span },
    };
  }
  if (!isArithmetic(operator)) return undefined;
  if (left.kind === 'constant' && right.kind === 'constant') {
    const value = foldArithmetic(operator, left.value.value, right.value.value);
    if (value === undefined) return undefined;
    const durations = hasDurations(left) || hasDurations(right);
    return { kind: 'constant', value: { kind: 'scalar', value, span }, durations };
  }
  return {
    kind: 'scalar',
    value: { kind: 'scalar-operation', operator, left: left.value, right: right.value, span },
  };
}

/** Undefined when the two cannot be combined so. */
export function combineOperands(
  operator: string,
  left: Operand,
  right: Operand,
): Operand | undefined {
  const span = { start: left.value.span.start, end: right.value.span.end };
  if (left.kind === 'spanset' && right.kind === 'spanset') {
    if (!isSpansetOperator(operator)) return undefined;
    return {
      kind: 'spanset',
      value: { kind: 'operation', operator, left: left.value, right: right.value, span },
    };
  }
  if (left.kind === 'metrics' || right.kind === 'metrics') {
    const value = combineMetrics(operator, left, right, span);
    return value === undefined ? undefined : { kind: 'metrics', value };
  }
  return combineScalars(operator, left, right, span);
}
