// What may surprise about a TraceQL query that is right in form.

import { anchoredNote, type QueryNote } from '../../language/notes.ts';
import type {
  BinaryField,
  FieldExpression,
  MetricsExpression,
  MetricsScalar,
  Pipeline,
  SpansetExpression,
  Stage,
  TraceqlQuery,
} from './ast.ts';
import { intrinsics } from './catalogue.ts';
import { printField } from './print.ts';

/** Texts that are almost always meant as a value of another type. */
const numberLike = /^-?\d+(?:\.\d+)?$/;

function comparisonNote({ operator, left, right }: BinaryField): string | undefined {
  if (right.kind !== 'static') return undefined;
  const { value } = right;
  const field = printField(left);
  if (operator === '=~' || operator === '!~')
    return value.type === 'string' ? anchoredNote(field, operator, value.value) : undefined;
  if (value.type === 'string' && left.kind === 'attribute') {
    if (numberLike.test(value.value))
      return `${field} ${operator} "${value.value}" compares with a text, which a number never equals; a number is written ${field} ${operator} ${value.value}`;
    if (value.value === 'true' || value.value === 'false')
      return `${field} ${operator} "${value.value}" compares with a text, which a truth value never equals; that is written ${field} ${operator} ${value.value}`;
  }
  const isDuration = left.kind === 'intrinsic' && intrinsics[left.name].type === 'duration';
  if (isDuration && (value.type === 'int' || value.type === 'float')) {
    const number = value.type === 'int' ? value.value.toString() : String(value.value);
    return `${field} ${operator} ${number} counts nanoseconds; a duration has a unit: ${number}ms, ${number}s`;
  }
  return undefined;
}

function fieldNotes(expression: FieldExpression): readonly QueryNote[] {
  switch (expression.kind) {
    case 'static':
    case 'attribute':
    case 'intrinsic':
      return [];
    case 'unary':
      return fieldNotes(expression.operand);
    case 'binary': {
      const message = comparisonNote(expression);
      return [
        ...fieldNotes(expression.left),
        ...(message === undefined ? [] : [{ message, position: expression.span }]),
        ...fieldNotes(expression.right),
      ];
    }
  }
}

function spansetNotes(expression: SpansetExpression): readonly QueryNote[] {
  switch (expression.kind) {
    case 'filter':
      return fieldNotes(expression.expression);
    case 'operation':
      return [...spansetNotes(expression.left), ...spansetNotes(expression.right)];
    case 'wrapped':
      return pipelineNotes(expression.pipeline);
  }
}

function stageNotes(stage: Stage): readonly QueryNote[] {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      return spansetNotes(stage);
    case 'scalar-filter':
    case 'by':
    case 'coalesce':
    case 'select':
    case 'logs':
      return [];
  }
}

function pipelineNotes(pipeline: Pipeline): readonly QueryNote[] {
  return pipeline.stages.flatMap(stageNotes);
}

function metricsNotes(expression: MetricsExpression | MetricsScalar): readonly QueryNote[] {
  switch (expression.kind) {
    case 'metrics-scalar':
      return [];
    case 'metrics-pipeline': {
      const { aggregate, pipeline } = expression;
      const selection =
        aggregate.kind === 'metrics-compare' ? spansetNotes(aggregate.selection) : [];
      return [...pipelineNotes(pipeline), ...selection];
    }
    case 'metrics-rank':
    case 'metrics-filter':
      return metricsNotes(expression.input);
    case 'metrics-math':
      return [...metricsNotes(expression.left), ...metricsNotes(expression.right)];
  }
}

/** In the order of the text. */
export function traceqlNotes(query: TraceqlQuery): readonly QueryNote[] {
  return query.kind === 'metrics' ? metricsNotes(query.metrics) : pipelineNotes(query.pipeline);
}
