// How often each attribute value occurs on the two sides, from sampled rows with their attributes in typed maps. Values
// of one row are made one list of (scope, type, key, value), which ClickHouse unrolls and counts.

import type { ValueCount } from '../../query/difference-source.ts';
import { tenantCondition } from '../attributes/read-blocks.ts';
import { identifier, join, type Sql, sql } from '../sql/sql.ts';

/** Values that are counted of one key; what many keys have in common would else crowd out the others. */
const valuesPerKey = 20;
const countedMax = 4000;
/** Longer texts are no values that somebody filters by: statements, stack traces, bodies. */
const valueLengthMax = 300;
/** A key is as good as unique when its values are more than these and more than this share of its units. */
const uniqueValuesMin = 20;
const uniqueShareMin = 0.3;

const texts: readonly (readonly [ValueCount['type'], Sql])[] = [
  ['string', sql`v`],
  ['int', sql`toString(v)`],
  ['double', sql`toString(v)`],
  ['bool', sql`if(v, 'true', 'false')`],
];

/** The maps of a row as lists; JSON (lists, nested maps) is left out: its elements are values of their own. */
export function mapPairs(scope: ValueCount['scope']): Sql {
  const lists = texts.map(([type, text]) => {
    const map = identifier(`attributes_${type}`);
    return sql`arrayMap((k, v) -> (${scope}, ${type}, toString(k), ${text}), mapKeys(${map}), mapValues(${map}))`;
  });
  return sql`arrayConcat(${join(lists, ', ')})`;
}

/** A list of fields of a row as values. */
export function fieldPairs(
  fields: readonly (readonly [key: string, type: ValueCount['type'], text: Sql])[],
): Sql {
  const pairs = fields.map(([key, type, text]) => sql`('intrinsic', ${type}, ${key}, ${text})`);
  return sql`arrayFilter(pair -> pair.4 != '', [${join(pairs, ', ')}])`;
}

/** Attributes of whoever sent a row, by its number, as `resource_pairs`. */
export function resourcePairs(tenants: readonly string[], days: Sql): Sql {
  return sql`SELECT resource_id, ${mapPairs('resource')} AS resource_pairs FROM resources
    WHERE ${tenantCondition(tenants)} AND ${days} LIMIT 1 BY resource_id`;
}

export interface CountedRow {
  readonly scope: ValueCount['scope'];
  readonly type: ValueCount['type'];
  readonly key: string;
  readonly value: string;
  readonly selected: string;
  readonly rest: string;
  readonly is_unique: number;
}

/**
 * `rows` has `is_selected` and `pairs`; with `unit` each unit counts once a value. Ordered by how far the shares of the
 * two sides lie apart, on a scale (the root of the share) on which rare values have a chance.
 */
export function valueCountsStatement(rows: Sql, unit: Sql | undefined): Sql {
  const counted =
    unit === undefined
      ? sql`countIf(is_selected) AS selected, countIf(NOT is_selected) AS rest`
      : sql`uniqExactIf(${unit}, is_selected) AS selected, uniqExactIf(${unit}, NOT is_selected) AS rest`;
  return sql`SELECT scope, type, key, value, selected, rest, is_unique FROM (
      SELECT *, values_of_key > ${uniqueValuesMin} AND values_of_key > ${uniqueShareMin} * units_of_key AS is_unique,
        row_number() OVER (PARTITION BY scope, type, key ORDER BY apart DESC, value) AS place
      FROM (
        SELECT *, count() OVER (PARTITION BY scope, type, key) AS values_of_key,
          sum(selected + rest) OVER (PARTITION BY scope, type, key) AS units_of_key,
          sum(selected) OVER () + 1 AS all_selected, sum(rest) OVER () + 1 AS all_rest,
          abs(sqrt(selected / all_selected) - sqrt(rest / all_rest)) AS apart
        FROM (
          SELECT pair.1 AS scope, pair.2 AS type, pair.3 AS key, pair.4 AS value, ${counted}
          FROM (${rows}) ARRAY JOIN pairs AS pair
          WHERE length(pair.4) <= ${valueLengthMax}
          GROUP BY scope, type, key, value
        )
      )
    )
    WHERE if(is_unique, place = 1, place <= ${valuesPerKey})
    ORDER BY is_unique DESC, apart DESC LIMIT ${countedMax}`;
}

export function valueCountsOf(rows: readonly CountedRow[]): {
  readonly values: readonly ValueCount[];
  readonly uniqueKeys: readonly string[];
} {
  return {
    values: rows
      .filter((row) => Number(row.is_unique) === 0)
      .map(({ scope, type, key, value, selected, rest }) => ({
        scope,
        type,
        key,
        value,
        selected: Number(selected),
        rest: Number(rest),
      })),
    uniqueKeys: [
      ...new Set(rows.filter((row) => Number(row.is_unique) === 1).map(({ key }) => key)),
    ].sort(),
  };
}
