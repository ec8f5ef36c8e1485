// A selection of log rows as one SQL condition, after the streams and fields that it names have been looked up.

import type { LogSelection } from '../../query/sources.ts';
import { tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { and, or, type Sql, sql } from '../sql/sql.ts';
import { namingCondition, traceNames } from '../correlate/naming-logs.ts';
import { findFieldPlaces, narrowByField } from './field-conditions.ts';
import { lineFiltersCondition } from './label-conditions.ts';
import { findStreamScope, streamsCondition } from './stream-scope.ts';

export interface LogConditions {
  readonly tenants: readonly string[];
  /** Everything but the time. */
  readonly condition: Sql;
  readonly isEmpty: boolean;
  /** An index leads to the few rows: to read a wide range in slices would only ask it several times. */
  readonly isNeedle: boolean;
}

/** Of more traces the bloom filters let too much through for one reading of the whole range. */
const needleTracesMax = 20;

/** Holds for every wanted row; metadata matchers only narrow down. */
export async function findLogConditions(
  database: Database,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<LogConditions> {
  const scope = await findStreamScope(database, selection, selection.matchers, signal);
  if (scope.isEmpty)
    return { tenants: scope.tenants, condition: sql`0`, isEmpty: true, isNeedle: false };
  const conditions: Sql[] = [tenantCondition(scope.tenants)];
  if (scope.condition !== undefined) conditions.push(scope.condition);
  conditions.push(
    ...(await metadataConditions(database, { ...selection, tenants: scope.tenants }, signal)),
  );
  if (selection.lineFilters.length > 0)
    conditions.push(lineFiltersCondition(selection.lineFilters));
  const { traceIds } = selection;
  if (traceIds !== undefined) conditions.push(sql`(${namingCondition(traceNames(traceIds))})`);
  const namesTrace = selection.metadataMatchers.some(
    ({ name, operator, value }) =>
      operator === '=' && (name === 'trace_id' || name === 'span_id') && value !== '',
  );
  const isNeedle = namesTrace || (traceIds !== undefined && traceIds.length <= needleTracesMax);
  return { tenants: scope.tenants, condition: and(conditions), isEmpty: false, isNeedle };
}

async function metadataConditions(
  database: Database,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<Sql[]> {
  const usable = selection.metadataMatchers.filter(
    ({ operator, value }) => operator === '=' && value !== '',
  );
  if (usable.length === 0) return [];
  const places = await findFieldPlaces(
    database,
    selection,
    usable.map(({ name }) => name),
    signal,
  );
  const conditions: Sql[] = [];
  for (const matcher of usable) {
    const place = places.get(matcher.name);
    const narrow = place === undefined ? undefined : narrowByField(place, matcher.value);
    if (narrow === undefined) continue;
    // The name may be a stream's label as well; only when one has this value do its rows count too.
    const streams = streamsCondition(selection, [{ ...matcher, operator: '=' }]);
    const [known] = await database.rows<{ count: string }>(
      sql`SELECT count() AS count FROM streams WHERE ${streams}`,
      { signal },
    );
    conditions.push(
      Number(known?.count ?? 0) === 0
        ? narrow
        : or([narrow, sql`stream_id IN (SELECT stream_id FROM streams WHERE ${streams})`]),
    );
  }
  return conditions;
}
