// Pipelines as functions from spansets to spansets, one trace at a time.

import { assertNever } from '../../../base/assert.ts';
import { Failure } from '../../../base/errors.ts';
import type { TraceqlAttribute } from '../engine.ts';
import type {
  Aggregate,
  Grouping,
  Pipeline,
  ScalarFilter,
  SpansetExpression,
  SpansetOperation,
  Stage,
  StaticValue,
  StructuralRelation,
} from '../syntax/ast.ts';
import { foldArithmetic, numberOf } from '../syntax/fold.ts';
import { printScalar, printStage } from '../syntax/print.ts';
import { fieldReader, spanFilter } from './fields.ts';
import { inverseRelations, spansRelatedTo } from './structural.ts';
import type { SpanView } from './trace-view.ts';
import { type SpanValue, answerOf, compareValues, elementsOf, keyOf } from './values.ts';

export interface WorkingSpanset {
  /** In the trace's order, never empty. */
  readonly spans: readonly SpanView[];
  /** What `by` and scalar filters found. */
  readonly attributes: readonly TraceqlAttribute[];
}

type SpanSelector = (spans: readonly SpanView[]) => readonly SpanView[];
type StageRunner = (spansets: readonly WorkingSpanset[]) => readonly WorkingSpanset[];

function operationSelector(operation: SpansetOperation): SpanSelector {
  const left = spansetSelector(operation.left);
  const right = spansetSelector(operation.right);
  const { operator } = operation;
  if (operator === '&&' || operator === '||') {
    return (spans) => {
      const a = left(spans);
      const b = right(spans);
      if (operator === '&&' && (a.length === 0 || b.length === 0)) return [];
      const either = new Set([...a, ...b]);
      return spans.filter((span) => either.has(span));
    };
  }
  const mode = operator.startsWith('!') ? 'none' : operator.startsWith('&') ? 'both' : 'right';
  // What is left without its mode is a relation, by the type of the operator.
  const relation = (mode === 'right' ? operator : operator.slice(1)) as StructuralRelation;
  return (spans) => {
    const a = new Set(left(spans));
    const b = new Set(right(spans));
    const related = spansRelatedTo(relation, a);
    if (mode === 'none') return spans.filter((span) => b.has(span) && !related.has(span));
    if (mode === 'right') return spans.filter((span) => b.has(span) && related.has(span));
    const back = spansRelatedTo(inverseRelations[relation], b);
    return spans.filter(
      (span) => (b.has(span) && related.has(span)) || (a.has(span) && back.has(span)),
    );
  };
}

function spansetSelector(expression: SpansetExpression): SpanSelector {
  switch (expression.kind) {
    case 'filter': {
      const filter = spanFilter(expression.expression);
      return (spans) => spans.filter(filter);
    }
    case 'operation':
      return operationSelector(expression);
    case 'wrapped': {
      const run = pipelineRunner(expression.pipeline);
      return (spans) => {
        const kept = new Set(run(spans).flatMap((spanset) => spanset.spans));
        return spans.filter((span) => kept.has(span));
      };
    }
    default:
      return assertNever(expression);
  }
}

function sumOf(values: readonly StaticValue[]): StaticValue | undefined {
  let sum = values[0];
  for (const value of values.slice(1)) sum = sum && foldArithmetic('+', sum, value);
  return sum;
}

function extremeOf(values: readonly StaticValue[], operator: '<' | '>'): StaticValue | undefined {
  let best = values[0];
  for (const value of values) {
    if (best !== undefined && compareValues(operator, value, best)) best = value;
  }
  return best;
}

function meanOf(values: readonly StaticValue[]): StaticValue | undefined {
  const sum = sumOf(values);
  if (sum === undefined) return undefined;
  const mean = (numberOf(sum) ?? Number.NaN) / values.length;
  return sum.type === 'duration'
    ? { type: 'duration', valueNs: BigInt(Math.round(mean)) }
    : { type: 'float', value: mean };
}

/** Undefined when no span has a number. */
function aggregateReader({
  name,
  argument,
}: Aggregate): (spans: readonly SpanView[]) => StaticValue | undefined {
  if (argument === undefined) return (spans) => ({ type: 'int', value: BigInt(spans.length) });
  const read = fieldReader(argument);
  return (spans) => {
    const values = spans
      .flatMap((span) => elementsOf(read(span)))
      .filter((value) => numberOf(value) !== undefined);
    switch (name) {
      case 'count':
        return { type: 'int', value: BigInt(spans.length) };
      case 'sum':
        return sumOf(values);
      case 'min':
        return extremeOf(values, '<');
      case 'max':
        return extremeOf(values, '>');
      case 'avg':
        return meanOf(values);
      default:
        return assertNever(name);
    }
  };
}

function scalarFilterRunner({ operator, left, right }: ScalarFilter): StageRunner {
  if (left.kind !== 'aggregate' || right.kind !== 'scalar') {
    throw new Failure('unsupported', 'this scalar filter is not supported yet');
  }
  const key = printScalar(left);
  const aggregate = aggregateReader(left);
  return (spansets) =>
    spansets.flatMap(({ spans, attributes }) => {
      const value = aggregate(spans);
      if (value === undefined || !compareValues(operator, value, right.value)) return [];
      return [{ spans, attributes: [...attributes, { key, value: answerOf(value) }] }];
    });
}

function groupingRunner(stage: Grouping): StageRunner {
  const key = printStage(stage);
  const read = fieldReader(stage.expression);
  return (spansets) =>
    spansets.flatMap(({ spans, attributes }) => {
      const groups = new Map<string, { readonly value: SpanValue; readonly spans: SpanView[] }>();
      for (const span of spans) {
        const value = read(span);
        const group = groups.get(keyOf(value));
        if (group === undefined) groups.set(keyOf(value), { value, spans: [span] });
        else group.spans.push(span);
      }
      return [...groups.values()].map((group) => ({
        spans: group.spans,
        attributes: [...attributes, { key, value: answerOf(group.value) }],
      }));
    });
}

function coalesce(spansets: readonly WorkingSpanset[]): readonly WorkingSpanset[] {
  const [first] = spansets;
  if (first === undefined || spansets.length === 1) return spansets;
  const kept = new Set(spansets.flatMap(({ spans }) => spans));
  const all = first.spans[0]?.trace.spans ?? [];
  return [{ spans: all.filter((span) => kept.has(span)), attributes: [] }];
}

function stageRunner(stage: Stage): StageRunner {
  switch (stage.kind) {
    case 'filter':
    case 'operation': {
      const select = spansetSelector(stage);
      return (spansets) =>
        spansets.flatMap(({ spans, attributes }) => {
          const kept = select(spans);
          return kept.length === 0 ? [] : [{ spans: kept, attributes }];
        });
    }
    case 'wrapped': {
      const run = pipelineRunner(stage.pipeline);
      return (spansets) =>
        spansets.flatMap(({ spans, attributes }) =>
          run(spans).map((inner) => ({
            spans: inner.spans,
            attributes: [...attributes, ...inner.attributes],
          })),
        );
    }
    case 'scalar-filter':
      return scalarFilterRunner(stage);
    case 'by':
      return groupingRunner(stage);
    case 'coalesce':
      return coalesce;
    case 'select':
    // About whole traces, decided by `log-filter.ts`.
    case 'logs':
      return (spansets) => spansets;
    default:
      return assertNever(stage);
  }
}

/** A checked pipeline as a function from the spans of a trace to its spansets; none means no match. */
export function pipelineRunner(
  pipeline: Pipeline,
): (spans: readonly SpanView[]) => readonly WorkingSpanset[] {
  const stages = pipeline.stages.map(stageRunner);
  return (spans) => {
    let spansets: readonly WorkingSpanset[] = spans.length === 0 ? [] : [{ spans, attributes: [] }];
    for (const run of stages) {
      if (spansets.length === 0) break;
      spansets = run(spansets);
    }
    return spansets;
  };
}
