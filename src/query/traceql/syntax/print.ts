// Tree to text, in one canonical form that reads back as the same tree: operands that are operations stand in brackets.

import { assertNever } from '../../../base/assert.ts';
import type {
  FieldExpression,
  FieldReference,
  MetricsAggregate,
  MetricsCompare,
  MetricsExpression,
  MetricsScalar,
  Pipeline,
  ScalarExpression,
  SpansetExpression,
  Stage,
  TraceqlQuery,
} from './ast.ts';
import { printFloat, printStatic } from './print-static.ts';

const plainName = /^[^\s{}()=~!<>&|^,"]+$/;

function printName(name: string): string {
  return plainName.test(name) ? name : `"${name.replace(/[\\"]/g, '\\$&')}"`;
}

export function printReference(reference: FieldReference): string {
  if (reference.kind === 'intrinsic') return reference.name;
  const parent = reference.parent ? 'parent.' : '';
  const scope = reference.scope === 'none' ? '' : `${reference.scope}.`;
  const prefix = `${parent}${scope}`;
  const name = printName(reference.name);
  // `.5` is a number.
  if (prefix === '') return /^\d/.test(name) ? `."${name}"` : `.${name}`;
  // `parent.` of an attribute named `span.x` must not read as a scope.
  const clash = reference.parent && scope === '' && /^(?:resource|span)\./.test(name);
  return clash ? `${prefix}"${name}"` : `${prefix}${name}`;
}

function printFieldOperand(expression: FieldExpression, side: 'left' | 'right'): string {
  const text = printField(expression);
  // On the left, a negative number would take the operator along: `-1 * 2` is `-(1 * 2)`.
  const bare =
    expression.kind !== 'binary' &&
    expression.kind !== 'unary' &&
    (side === 'right' || !text.startsWith('-'));
  return bare ? text : `(${text})`;
}

export function printField(expression: FieldExpression): string {
  switch (expression.kind) {
    case 'static':
      return printStatic(expression.value);
    case 'attribute':
    case 'intrinsic':
      return printReference(expression);
    case 'unary':
      // Brackets keep `-(1)` apart from the number -1.
      return expression.operand.kind === 'attribute' || expression.operand.kind === 'intrinsic'
        ? `${expression.operator}${printField(expression.operand)}`
        : `${expression.operator}(${printField(expression.operand)})`;
    case 'binary':
      return `${printFieldOperand(expression.left, 'left')} ${expression.operator} ${printFieldOperand(expression.right, 'right')}`;
    default:
      return assertNever(expression);
  }
}

function printSpansetOperand(expression: SpansetExpression): string {
  const text = printSpansets(expression);
  return expression.kind === 'operation' ? `(${text})` : text;
}

export function printSpansets(expression: SpansetExpression): string {
  switch (expression.kind) {
    case 'filter':
      return `{ ${printField(expression.expression)} }`;
    case 'wrapped':
      return `(${printPipeline(expression.pipeline)})`;
    case 'operation':
      return `${printSpansetOperand(expression.left)} ${expression.operator} ${printSpansetOperand(expression.right)}`;
    default:
      return assertNever(expression);
  }
}

function printScalarOperand(expression: ScalarExpression): string {
  const text = printScalar(expression);
  return expression.kind === 'scalar-operation' ? `(${text})` : text;
}

export function printScalar(expression: ScalarExpression): string {
  switch (expression.kind) {
    case 'aggregate':
      return `${expression.name}(${expression.argument === undefined ? '' : printField(expression.argument)})`;
    case 'scalar':
      return printStatic(expression.value);
    case 'scalar-operation':
      return `${printScalarOperand(expression.left)} ${expression.operator} ${printScalarOperand(expression.right)}`;
    case 'scalar-pipeline':
      return `(${printPipeline(expression.pipeline)} | ${printScalar(expression.result)})`;
    default:
      return assertNever(expression);
  }
}

export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      return printSpansets(stage);
    case 'scalar-filter':
      return `${printScalar(stage.left)} ${stage.operator} ${printScalar(stage.right)}`;
    case 'by':
      return `by(${printField(stage.expression)})`;
    case 'coalesce':
      return 'coalesce()';
    case 'logs':
      return `logs(${stage.query.text})`;
    case 'select':
      return `select(${stage.fields.map(printReference).join(', ')})`;
    default:
      return assertNever(stage);
  }
}

export function printPipeline(pipeline: Pipeline): string {
  return pipeline.stages.map(printStage).join(' | ');
}

export function printMetricsFunction(aggregate: MetricsAggregate | MetricsCompare): string {
  if (aggregate.kind === 'metrics-compare') {
    const { selection, topN, startNs, endNs } = aggregate;
    const window = startNs === 0n && endNs === 0n ? '' : `, ${startNs}, ${endNs}`;
    return `compare(${printSpansets(selection)}, ${topN}${window})`;
  }
  const { name, field, quantiles, by } = aggregate;
  const fields = field === undefined ? [] : [printReference(field)];
  const list = [...fields, ...quantiles.map(printFloat)].join(', ');
  const grouping = by.length === 0 ? '' : ` by(${by.map(printReference).join(', ')})`;
  return `${name}(${list})${grouping}`;
}

function printMetricsOperand(expression: MetricsExpression | MetricsScalar): string {
  return expression.kind === 'metrics-scalar'
    ? printStatic(expression.value)
    : `(${printMetrics(expression)})`;
}

export function printMetrics(expression: MetricsExpression): string {
  switch (expression.kind) {
    case 'metrics-pipeline':
      return `${printPipeline(expression.pipeline)} | ${printMetricsFunction(expression.aggregate)}`;
    case 'metrics-rank':
      return `${printMetrics(expression.input)} | ${expression.name}(${expression.limit})`;
    case 'metrics-filter':
      return `${printMetrics(expression.input)} ${expression.operator} ${printStatic(expression.value)}`;
    case 'metrics-math':
      return `${printMetricsOperand(expression.left)} ${expression.operator} ${printMetricsOperand(expression.right)}`;
    default:
      return assertNever(expression);
  }
}

/** `with(…)`, empty when there are no hints. */
export function printHints({ hints }: TraceqlQuery): string {
  if (hints.length === 0) return '';
  return `with(${hints.map(({ name, value }) => `${name}=${printStatic(value)}`).join(', ')})`;
}

export function printTraceql(query: TraceqlQuery): string {
  const text =
    query.kind === 'metrics' ? printMetrics(query.metrics) : printPipeline(query.pipeline);
  const hints = printHints(query);
  return hints === '' ? text : `${text} ${hints}`;
}
