// The predicate that says exactly what a search's filter says, when one does: then an aggregate over spans can be made
// where the spans are stored, and nobody has to look at each of them again.

import { assertNever } from '../../../base/assert.ts';
import type { SpanPredicate } from '../../sources.ts';
import type { FieldExpression, Pipeline } from '../syntax/ast.ts';
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

/**
 * Of a checked search whose stages all look at each span by itself: holds for exactly the spans that it answers with.
 * Undefined for any other.
 */
export function exactPredicateOf(pipeline: Pipeline): SpanPredicate | undefined {
  const parts: SpanPredicate[] = [];
  for (const stage of pipeline.stages) {
    if (stage.kind === 'select' || stage.kind === 'coalesce') continue;
    if (stage.kind !== 'filter') return undefined;
    const part = exactOf(stage.expression);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return conjunction(parts);
}
