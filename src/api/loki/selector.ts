// Stream selectors in parameters (`query` of labels, volume and stats; `match[]` of series): a log query of which only the
// matchers count.

import { Failure } from '../../base/errors.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';

/** `{}` and the empty text match every stream. Fails with `syntax` or `semantics` as LogQL does. */
export function parseStreamMatchers(text: string): readonly LabelMatcher[] {
  if (/^\s*(?:\{\s*\})?\s*$/.test(text)) return [];
  const expr = parseLogql(text);
  if (expr.kind !== 'log') {
    throw new Failure(
      'semantics',
      `only label matchers are supported here, got ${JSON.stringify(text.slice(0, 100))}`,
    );
  }
  return expr.matchers;
}
