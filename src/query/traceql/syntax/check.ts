// What the grammar cannot say: types of operands, aggregates that look at spans, patterns that compile, and what is not
// supported. Attributes have a type only at run time, so they fit anywhere.

import { assertNever } from '../../../base/assert.ts';
import { Failure, type TextSpan, asFailure } from '../../../base/errors.ts';
import { compileAnchoredRegex } from '../../language/regex.ts';
import type {
  Aggregate,
  BinaryField,
  FieldExpression,
  FieldOperator,
  FieldReference,
  MetricsAggregate,
  MetricsExpression,
  MetricsScalar,
  Pipeline,
  ScalarExpression,
  ScalarFilter,
  SpansetExpression,
  Stage,
  TraceqlQuery,
} from './ast.ts';
import { type ValueType, intrinsics, kindNames, statusNames } from './catalogue.ts';
import { printField, printMetricsFunction, printStage } from './print.ts';

/** `any`: an attribute, known at run time only. */
type FieldType = ValueType | 'any';

function semantics(span: TextSpan, message: string, hint?: string): Failure {
  return new Failure('semantics', message, { position: span, hint });
}

function unsupported(span: TextSpan, what: string): Failure {
  return new Failure('unsupported', `${what} is not supported yet`, { position: span });
}

function isNumeric(type: FieldType): boolean {
  return type === 'any' || type === 'int' || type === 'float' || type === 'duration';
}

function fitTogether(left: FieldType, right: FieldType, operator: FieldOperator): boolean {
  if (left === 'any' || right === 'any' || left === right) return true;
  if (left === 'nil' || right === 'nil') return operator === '=' || operator === '!=';
  return isNumeric(left) && isNumeric(right);
}

function isLegal(operator: FieldOperator, type: FieldType): boolean {
  if (type === 'any') return true;
  switch (operator) {
    case '&&':
    case '||':
      return type === 'bool';
    case '=':
    case '!=':
      return true;
    case '=~':
    case '!~':
      return type === 'string';
    case '>':
    case '>=':
    case '<':
    case '<=':
      return isNumeric(type) || type === 'string';
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return isNumeric(type);
    default:
      return assertNever(operator);
  }
}

function checkReference(reference: FieldReference): FieldType {
  if (reference.kind === 'attribute') {
    if (reference.parent) throw unsupported(reference.span, 'scope parent');
    return 'any';
  }
  if (reference.name === 'parent') throw unsupported(reference.span, 'intrinsic parent');
  return intrinsics[reference.name].type;
}

/** A field that every span has, which therefore never equals nil. */
function isAlwaysThere(expression: FieldExpression): boolean {
  if (expression.kind === 'intrinsic') return true;
  return (
    expression.kind === 'attribute' &&
    expression.scope === 'resource' &&
    expression.name === 'service.name'
  );
}

function isNil(expression: FieldExpression): boolean {
  return expression.kind === 'static' && expression.value.type === 'nil';
}

function checkPattern(expression: BinaryField): void {
  const { right } = expression;
  if (right.kind !== 'static' || right.value.type !== 'string') return;
  try {
    compileAnchoredRegex(right.value.value);
  } catch (error) {
    const { code, message } = asFailure(error);
    throw new Failure(code === 'limit' ? 'limit' : 'semantics', `invalid regex: ${message}`, {
      position: right.span,
      cause: error,
    });
  }
}

function typeOfOperation(operator: FieldOperator, left: FieldType, right: FieldType): FieldType {
  if (!'+-*/%^'.includes(operator)) return 'bool';
  if (left === 'any' || right === 'any') return 'any';
  return left === right ? left : 'float';
}

/** For a value in quotes beside a field whose values are no texts, and the other way round. */
function typeHint({ operator, left, right }: BinaryField, type: FieldType): string | undefined {
  if (right.kind !== 'static') return undefined;
  const field = printField(left);
  const { value } = right;
  if (value.type !== 'string')
    return type === 'string'
      ? `${field} is a text, which stands in quotes: ${field} ${operator} "${printField(right)}"`
      : undefined;
  if (type === 'status' && !statusNames.has(value.value))
    return `${field} is one of ${[...statusNames].join(', ')}, without quotes`;
  if (type === 'kind' && !kindNames.has(value.value))
    return `${field} is one of ${[...kindNames].join(', ')}, without quotes`;
  return `${field} is no text, so its value stands without quotes: ${field} ${operator} ${value.value.slice(0, 100)}`;
}

function checkBinary(expression: BinaryField): FieldType {
  const { operator, left, right, span } = expression;
  const leftType = checkField(left);
  const rightType = checkField(right);
  if (!fitTogether(leftType, rightType, operator)) {
    throw semantics(
      span,
      `binary operations must operate on the same type: ${printField(expression)}`,
      typeHint(expression, leftType),
    );
  }
  if (!isLegal(operator, leftType) || !isLegal(operator, rightType)) {
    throw semantics(span, `illegal operation for the given types: ${printField(expression)}`);
  }
  if (
    operator === '=' &&
    (isNil(left) ? isAlwaysThere(right) : isNil(right) && isAlwaysThere(left))
  ) {
    throw semantics(
      span,
      `${printField(expression)} is not valid because intrinsics cannot be nil`,
    );
  }
  if (operator === '=~' || operator === '!~') checkPattern(expression);
  return typeOfOperation(operator, leftType, rightType);
}

function checkField(expression: FieldExpression): FieldType {
  switch (expression.kind) {
    case 'static':
      return expression.value.type;
    case 'attribute':
    case 'intrinsic':
      return checkReference(expression);
    case 'unary': {
      const type = checkField(expression.operand);
      const legal =
        expression.operator === '-' ? isNumeric(type) : type === 'bool' || type === 'any';
      if (legal) return type;
      throw semantics(
        expression.span,
        `illegal operation for the given type: ${printField(expression)}`,
      );
    }
    case 'binary':
      return checkBinary(expression);
    default:
      return assertNever(expression);
  }
}

function referencesSpan(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'static':
      return false;
    case 'attribute':
    case 'intrinsic':
      return true;
    case 'unary':
      return referencesSpan(expression.operand);
    case 'binary':
      return referencesSpan(expression.left) || referencesSpan(expression.right);
    default:
      return assertNever(expression);
  }
}

function checkSpansets(expression: SpansetExpression): void {
  switch (expression.kind) {
    case 'filter': {
      const type = checkField(expression.expression);
      if (type === 'bool' || type === 'any') return;
      throw semantics(
        expression.span,
        `span filter field expressions must resolve to a boolean: ${printStage(expression)}`,
      );
    }
    case 'operation':
      checkSpansets(expression.left);
      checkSpansets(expression.right);
      return;
    case 'wrapped':
      checkInnerPipeline(expression.pipeline);
      return;
    default:
      assertNever(expression);
  }
}

function checkAggregate({ argument, span }: Aggregate): void {
  if (argument === undefined) return;
  const type = checkField(argument);
  if (!isNumeric(type)) {
    throw semantics(
      span,
      `aggregate field expressions must resolve to a number type: ${printField(argument)}`,
    );
  }
  if (!referencesSpan(argument)) {
    throw semantics(
      span,
      `aggregate field expressions must reference the span: ${printField(argument)}`,
    );
  }
}

function checkScalar(expression: ScalarExpression): void {
  switch (expression.kind) {
    case 'scalar':
      return;
    case 'aggregate':
      checkAggregate(expression);
      return;
    case 'scalar-operation':
      checkScalar(expression.left);
      checkScalar(expression.right);
      return;
    case 'scalar-pipeline':
      checkInnerPipeline(expression.pipeline);
      checkScalar(expression.result);
      return;
    default:
      assertNever(expression);
  }
}

function checkScalarFilter({ left, right, span }: ScalarFilter): void {
  checkScalar(left);
  checkScalar(right);
  if (left.kind === 'scalar-pipeline' || right.kind === 'scalar-pipeline')
    throw unsupported(span, 'a comparison of pipelines');
  if (left.kind !== 'aggregate' || right.kind !== 'scalar') {
    throw unsupported(span, 'a scalar filter other than an aggregate compared with a number');
  }
}

function checkStage(stage: Stage): void {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      checkSpansets(stage);
      return;
    case 'scalar-filter':
      checkScalarFilter(stage);
      return;
    case 'by':
      checkField(stage.expression);
      if (referencesSpan(stage.expression)) return;
      throw semantics(
        stage.span,
        `grouping field expressions must reference the span: ${printField(stage.expression)}`,
      );
    case 'coalesce':
    case 'logs':
      return;
    case 'select':
      stage.fields.forEach(checkReference);
      return;
    default:
      assertNever(stage);
  }
}

function checkPipeline(pipeline: Pipeline): void {
  pipeline.stages.forEach(checkStage);
}

/** A pipeline that is not the whole query: what decides about traces has no place in it. */
function checkInnerPipeline(pipeline: Pipeline): void {
  const logs = pipeline.stages.find(({ kind }) => kind === 'logs');
  if (logs !== undefined)
    throw semantics(
      logs.span,
      'logs(…) decides about whole traces: it is a stage of a search, outside of parentheses and metrics',
    );
  checkPipeline(pipeline);
}

function checkMetricsAggregate(aggregate: MetricsAggregate): void {
  const { field, quantiles, by, span } = aggregate;
  by.forEach(checkReference);
  if (field !== undefined && !isNumeric(checkReference(field))) {
    throw semantics(
      span,
      `aggregate field expressions must resolve to a number type: ${printMetricsFunction(aggregate)}`,
    );
  }
  const bad = quantiles.find((quantile) => !(quantile >= 0 && quantile <= 1));
  if (bad !== undefined) throw semantics(span, `quantile must be between 0 and 1: ${bad}`);
}

function isCompare(expression: MetricsExpression | MetricsScalar): boolean {
  return expression.kind === 'metrics-pipeline' && expression.aggregate.kind === 'metrics-compare';
}

function checkNotCompare(expression: MetricsExpression | MetricsScalar): void {
  if (isCompare(expression)) {
    throw semantics(expression.span, '`compare()` cannot be used with second stage functions');
  }
}

function checkMetrics(expression: MetricsExpression | MetricsScalar): void {
  switch (expression.kind) {
    case 'metrics-scalar':
      return;
    case 'metrics-pipeline': {
      checkInnerPipeline(expression.pipeline);
      const { aggregate } = expression;
      if (aggregate.kind === 'metrics-aggregate') checkMetricsAggregate(aggregate);
      else checkSpansets(aggregate.selection);
      return;
    }
    case 'metrics-rank':
      checkMetrics(expression.input);
      checkNotCompare(expression.input);
      if (expression.limit <= 0) throw semantics(expression.span, 'limit must be greater than 0');
      return;
    case 'metrics-filter':
      checkMetrics(expression.input);
      checkNotCompare(expression.input);
      return;
    case 'metrics-math':
      checkMetrics(expression.left);
      checkMetrics(expression.right);
      checkNotCompare(expression.left);
      checkNotCompare(expression.right);
      return;
    default:
      assertNever(expression);
  }
}

/** Fails with `semantics` or `unsupported` and the place; a query that passes can be executed. */
export function checkTraceql(query: TraceqlQuery): void {
  if (query.kind === 'metrics') checkMetrics(query.metrics);
  else checkPipeline(query.pipeline);
}
