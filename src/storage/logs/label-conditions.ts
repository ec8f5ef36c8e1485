// Matchers and line filters as SQL. Each says exactly what LogQL means by it.

import { assertNever } from '../../base/assert.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import type { LineFilter } from '../../query/sources.ts';
import { and, or, type Sql, sql } from '../sql/sql.ts';

/** A matcher on a text that is empty when the label is absent. */
export function matcherCondition(
  text: Sql,
  matcher: Pick<LabelMatcher, 'operator' | 'value'>,
): Sql {
  // Label patterns are anchored, and their dot matches a newline.
  const anchored = `^(?s:${matcher.value})$`;
  switch (matcher.operator) {
    case '=':
      return sql`${text} = ${matcher.value}`;
    case '!=':
      return sql`${text} != ${matcher.value}`;
    case '=~':
      return sql`match(${text}, ${anchored})`;
    case '!~':
      return sql`NOT match(${text}, ${anchored})`;
    default:
      return assertNever(matcher.operator);
  }
}

/** On the `labels` of the `streams` table. */
export function labelMatchersCondition(matchers: readonly LabelMatcher[]): Sql {
  return and(matchers.map((matcher) => matcherCondition(sql`labels[${matcher.name}]`, matcher)));
}

function lineFilterCondition(filter: LineFilter): Sql {
  // ClickHouse lets the dot match a newline unless told otherwise; a line filter's does not.
  const found =
    filter.kind === 'contains'
      ? sql`position(body, ${filter.text}) > 0`
      : sql`match(body, ${`(?-s)${filter.pattern}`})`;
  return filter.negated ? sql`NOT (${found})` : found;
}

/** Each inner list is a disjunction; an empty one lets nothing pass. */
export function lineFiltersCondition(filters: readonly (readonly LineFilter[])[]): Sql {
  return and(filters.map((either) => or(either.map(lineFilterCondition))));
}
