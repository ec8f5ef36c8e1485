// The series selectors anywhere in a PromQL expression: exemplars of a query are those of all its selectors.

import type { LabelMatcher } from '../../query/language/matcher.ts';
import type { Expr } from '../../query/promql/syntax/ast.ts';

/** Matchers of each selector, in order of appearance. */
export function selectorsOf(expr: Expr): readonly (readonly LabelMatcher[])[] {
  const found: (readonly LabelMatcher[])[] = [];
  const pending: unknown[] = [expr];
  // The tree is plain data: whatever its shape, a selector says what it is.
  while (pending.length > 0) {
    const node = pending.shift();
    if (typeof node !== 'object' || node === null) continue;
    if ('kind' in node && node.kind === 'vector-selector' && 'matchers' in node) {
      // Nodes of this kind carry matchers by their type.
      found.push(node.matchers as readonly LabelMatcher[]);
      continue;
    }
    pending.push(...Object.values(node));
  }
  return found;
}
