// From a checked query to what is asked of storage and what the answer shows. `explainPlan` prints it for people.

import { assertNever } from '../../../base/assert.ts';
import type { EmbeddedQuery } from '../../language/embedded.ts';
import type { SpanPredicate, SpanStatic } from '../../sources.ts';
import type {
  BinaryField,
  FieldExpression,
  FieldReference,
  MetricsPipeline,
  Pipeline,
  ScalarExpression,
  SpansetExpression,
  Stage,
} from '../syntax/ast.ts';
import { intrinsics } from '../syntax/catalogue.ts';
import { printPipeline, printReference } from '../syntax/print.ts';
import { conjunction, predicateOf, requiredOfPipeline } from './predicates.ts';

export interface SearchPlan {
  readonly pipeline: Pipeline;
  readonly required: readonly SpanPredicate[];
  /** A trace stays when a line of each query's names it. */
  readonly logs: readonly EmbeddedQuery[];
  /** Fields that the query mentions or selects, once each. */
  readonly fields: readonly FieldReference[];
}

export interface MetricsPlan {
  readonly source: MetricsPipeline;
  /** `spans`: each span decides for itself. `traces`: it takes whole traces to decide. */
  readonly reads: 'spans' | 'traces';
  /** For `spans`: holds for every span that counts. */
  readonly predicate: SpanPredicate;
  /** For `traces`. */
  readonly required: readonly SpanPredicate[];
  /** Fields that the query looks at, once each. */
  readonly fields: readonly FieldReference[];
  /** Whether it looks at nothing but spans' own fields and their senders. */
  readonly looksAtOutlines: boolean;
}

/** `asksForRoot`: all that is asked of the field is whether the span is a root. */
type Visit = (field: FieldReference, asksForRoot?: boolean) => unknown;

/** `nestedSetParent < 0`, however it is written: roots are at -1, every other span at 0 or above. */
function isRootTest({ operator, left, right }: BinaryField): boolean {
  const isFlipped = left.kind === 'static';
  const [field, given] = isFlipped ? [right, left] : [left, right];
  if (field.kind !== 'intrinsic' || field.name !== 'nestedSetParent') return false;
  if (given.kind !== 'static' || given.value.type !== 'int') return false;
  const value = given.value.value;
  switch (operator) {
    case '=':
    case '!=':
      return value < 0n;
    case '<':
    case '>=':
      return isFlipped ? value < 0n : value <= 0n;
    case '>':
    case '<=':
      return isFlipped ? value <= 0n : value < 0n;
    default:
      return false;
  }
}

function visitField(expression: FieldExpression, visit: Visit): void {
  switch (expression.kind) {
    case 'static':
      return;
    case 'attribute':
    case 'intrinsic':
      visit(expression);
      return;
    case 'unary':
      visitField(expression.operand, visit);
      return;
    case 'binary':
      if (isRootTest(expression)) {
        const { left, right } = expression;
        for (const side of [left, right]) if (side.kind === 'intrinsic') visit(side, true);
        return;
      }
      visitField(expression.left, visit);
      visitField(expression.right, visit);
      return;
    default:
      assertNever(expression);
  }
}

function visitSpansets(expression: SpansetExpression, visit: Visit): void {
  switch (expression.kind) {
    case 'filter':
      visitField(expression.expression, visit);
      return;
    case 'operation':
      visitSpansets(expression.left, visit);
      visitSpansets(expression.right, visit);
      return;
    case 'wrapped':
      visitPipeline(expression.pipeline, visit);
      return;
    default:
      assertNever(expression);
  }
}

function visitScalar(expression: ScalarExpression, visit: Visit): void {
  switch (expression.kind) {
    case 'scalar':
      return;
    case 'aggregate':
      if (expression.argument !== undefined) visitField(expression.argument, visit);
      return;
    case 'scalar-operation':
      visitScalar(expression.left, visit);
      visitScalar(expression.right, visit);
      return;
    case 'scalar-pipeline':
      visitPipeline(expression.pipeline, visit);
      visitScalar(expression.result, visit);
      return;
    default:
      assertNever(expression);
  }
}

function visitStage(stage: Stage, visit: Visit): void {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      visitSpansets(stage, visit);
      return;
    case 'scalar-filter':
      visitScalar(stage.left, visit);
      visitScalar(stage.right, visit);
      return;
    case 'by':
      visitField(stage.expression, visit);
      return;
    case 'coalesce':
    case 'logs':
      return;
    case 'select':
      stage.fields.forEach((field) => visit(field));
      return;
    default:
      assertNever(stage);
  }
}

function visitPipeline(pipeline: Pipeline, visit: Visit): void {
  for (const stage of pipeline.stages) visitStage(stage, visit);
}

export function planSearch(pipeline: Pipeline): SearchPlan {
  const fields = new Map<string, FieldReference>();
  visitPipeline(pipeline, (field) => {
    const key = printReference(field);
    if (!fields.has(key)) fields.set(key, field);
  });
  const logs = pipeline.stages.flatMap((stage) => (stage.kind === 'logs' ? [stage.query] : []));
  return { pipeline, required: requiredOfPipeline(pipeline), logs, fields: [...fields.values()] };
}

function isOfTrace(field: FieldReference): boolean {
  return field.kind === 'intrinsic' && intrinsics[field.name].ofTrace;
}

export function planMetrics(source: MetricsPipeline): MetricsPlan {
  const { pipeline, aggregate } = source;
  const fields = new Map<string, FieldReference>();
  let ofTrace = false;
  const visit: Visit = (field, asksForRoot = false) => {
    fields.set(printReference(field), field);
    ofTrace ||= !asksForRoot && isOfTrace(field);
  };
  visitPipeline(pipeline, visit);
  if (aggregate.kind === 'metrics-compare') visitSpansets(aggregate.selection, visit);
  else
    [...aggregate.by, ...(aggregate.field === undefined ? [] : [aggregate.field])].forEach(
      (field) => visit(field),
    );
  const filters = pipeline.stages.flatMap((stage) => (stage.kind === 'filter' ? [stage] : []));
  const alone = pipeline.stages.every(({ kind }) => kind === 'filter' || kind === 'select');
  return {
    source,
    reads: alone && !ofTrace ? 'spans' : 'traces',
    predicate: alone
      ? conjunction(filters.map(({ expression }) => predicateOf(expression)))
      : { kind: 'true' },
    required: requiredOfPipeline(pipeline),
    fields: [...fields.values()],
    looksAtOutlines:
      aggregate.kind !== 'metrics-compare' && [...fields.values()].every(isOfOutline),
  };
}

function isOfOutline(field: FieldReference): boolean {
  return field.kind === 'intrinsic' || (!field.parent && field.scope === 'resource');
}

function printValue(value: SpanStatic): string {
  switch (value.kind) {
    case 'nil':
      return 'nil';
    case 'duration':
      return `${value.valueNs}ns`;
    case 'string':
      return JSON.stringify(value.value);
    default:
      return String(value.value);
  }
}

export function printPredicate(predicate: SpanPredicate): string {
  switch (predicate.kind) {
    case 'true':
      return 'true';
    case 'and':
    case 'or':
      return predicate.operands.length === 0
        ? 'false'
        : `(${predicate.operands.map(printPredicate).join(` ${predicate.kind} `)})`;
    case 'condition': {
      const { scope, name, operator, value } = predicate;
      const place = scope === 'intrinsic' ? name : `${scope} ${JSON.stringify(name)}`;
      return `${place} ${operator} ${printValue(value)}`;
    }
    default:
      return assertNever(predicate);
  }
}

/** One line a step, innermost last. */
export function explainPlan(plan: SearchPlan): string {
  return [
    `search  ${printPipeline(plan.pipeline)}`,
    `show    ${plan.fields.map(printReference).join(', ') || 'nothing'}`,
    ...plan.required.map((predicate) => `storage has a span with ${printPredicate(predicate)}`),
    ...plan.logs.map(({ text }) => `clew    only traces of lines that LogQL finds: ${text.trim()}`),
  ].join('\n');
}
