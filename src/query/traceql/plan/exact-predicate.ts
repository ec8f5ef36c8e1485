// The predicate that says exactly what a search's filter says, when one does: then an aggregate over spans can be made
// where the spans are stored, and nobody has to look at each of them again.

import { assertNever } from '../../../base/assert.ts';
import type { SpanPredicate } from '../../sources.ts';
import type { FieldExpression, Pipeline, SpansetExpression } from '../syntax/ast.ts';
import { anySpan, conjunction, disjunction, noSpan, predicateOf } from './predicates.ts';

const comparisons: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~', '>', '>=', '<', '<=']);

function isPlainField(expression: FieldExpression): boolean {
  return expression.kind === 'intrinsic' || (expression.kind === 'attribute' && !expression.parent);
}

/** Undefined when no predicate says as much as the expression. */
function exactOf(expression: FieldExpression): SpanPredicate | undefined {
  switch (expression.kind) {
    case 'static':
      return expression.value.type === 'bool' && expression.value.value ? anySpan : noSpan;
    case 'attribute':
    case 'intrinsic':
      return isPlainField(expression) ? predicateOf(expression) : undefined;
    case 'unary':
      return expression.operator === '!' && isPlainField(expression.operand)
        ? predicateOf(expression)
        : undefined;
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === '&&' || operator === '||') {
        const a = exactOf(left);
        const b = exactOf(right);
        if (a === undefined || b === undefined) return undefined;
        return operator === '&&' ? conjunction([a, b]) : disjunction([a, b]);
      }
      if (!comparisons.has(operator)) return undefined;
      const isSimple =
        (isPlainField(left) && right.kind === 'static') ||
        (isPlainField(right) && left.kind === 'static' && !operator.endsWith('~'));
      return isSimple ? predicateOf(expression) : undefined;
    }
    default:
      return assertNever(expression);
  }
}

export interface ExactFilter {
  /** Holds for exactly the spans of the answer, in traces that have all of the following. */
  readonly predicate: SpanPredicate;
  /** For each of these the trace has a span that starts in the range. */
  readonly traceHas: readonly SpanPredicate[];
}

function exactSpansets(expression: SpansetExpression): ExactFilter | undefined {
  if (expression.kind === 'filter') {
    const predicate = exactOf(expression.expression);
    return predicate === undefined ? undefined : { predicate, traceHas: [] };
  }
  if (expression.kind === 'wrapped') return exactFilterOf(expression.pipeline);
  const isOr = expression.operator === '||';
  if (expression.operator !== '&&' && !isOr) return undefined;
  const left = exactSpansets(expression.left);
  const right = exactSpansets(expression.right);
  if (left === undefined || right === undefined) return undefined;
  const predicate = disjunction([left.predicate, right.predicate]);
  if (isOr)
    return left.traceHas.length + right.traceHas.length > 0
      ? undefined
      : { predicate, traceHas: [] };
  const needed = ({ predicate: own, traceHas }: ExactFilter): readonly SpanPredicate[] =>
    traceHas.length > 0 ? traceHas : [own];
  return { predicate, traceHas: [...needed(left), ...needed(right)] };
}

/**
 * Of a checked search of filters, on their own or joined by `&&` and `||`, which select spans and read them on. Undefined for
 * any other.
 */
export function exactFilterOf(pipeline: Pipeline): ExactFilter | undefined {
  let exact: ExactFilter | undefined;
  for (const stage of pipeline.stages) {
    if (stage.kind === 'select' || stage.kind === 'coalesce') continue;
    if (stage.kind !== 'filter' && stage.kind !== 'operation' && stage.kind !== 'wrapped')
      return undefined;
    const next = exactSpansets(stage);
    if (next === undefined) return undefined;
    // Behind a first stage `&&` asks of the spans that are left, not of the trace.
    if (exact !== undefined && next.traceHas.length > 0) return undefined;
    exact =
      exact === undefined
        ? next
        : {
            predicate: conjunction([exact.predicate, next.predicate]),
            traceHas: exact.traceHas,
          };
  }
  return exact;
}
