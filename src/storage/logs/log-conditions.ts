// A selection of log rows as one SQL condition, after the streams and fields that it names have been looked up.

import type { LabelMatcher } from '../../query/language/matcher.ts';
import type { LogSelection } from '../../query/sources.ts';
import { tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { and, or, type Sql, sql } from '../sql/sql.ts';
import { namingCondition, traceNames } from '../correlate/naming-logs.ts';
import { findFieldPlaces, narrowByField } from './field-conditions.ts';
import { lineFiltersCondition } from './label-conditions.ts';
import { findStreamScope, splitTenantMatchers, streamsCondition } from './stream-scope.ts';

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
  const { tenants } = splitTenantMatchers(selection.tenants, selection.matchers);
  // Each look-up is a statement of some milliseconds: side by side they cost as much as one.
  const [scope, byField, byText] = await Promise.all([
    findStreamScope(database, selection, selection.matchers, signal),
    tenants.length === 0 ? [] : metadataConditions(database, { ...selection, tenants }, signal),
    tenants.length === 0 ? [] : parsedConditions(database, { ...selection, tenants }, signal),
  ]);
  if (scope.isEmpty)
    return { tenants: scope.tenants, condition: sql`0`, isEmpty: true, isNeedle: false };
  const conditions: Sql[] = [tenantCondition(scope.tenants)];
  if (scope.condition !== undefined) conditions.push(scope.condition);
  conditions.push(...byField, ...byText);
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
  const names = usable.map(({ name }) => name);
  const [places, ...streamCounts] = await Promise.all([
    findFieldPlaces(database, selection, names, signal),
    ...usable.map((matcher) => countStreams(database, selection, matcher, signal)),
  ]);
  return usable.flatMap((matcher, at) => {
    const place = places.get(matcher.name);
    const narrow = place === undefined ? undefined : narrowByField(place, matcher.value);
    if (narrow === undefined) return [];
    // The name may be a stream's label as well; only when one has this value do its rows count too.
    const streams = streamsCondition(selection, [matcher]);
    return streamCounts[at] === 0
      ? [narrow]
      : [or([narrow, sql`stream_id IN (SELECT stream_id FROM streams WHERE ${streams})`])];
  });
}

/**
 * Lines in which a parser cannot find the text are left out: it stands there as it is, or behind a backslash, or the record
 * has the field without any parser.
 */
async function parsedConditions(
  database: Database,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<Sql[]> {
  const { parsedFields = [] } = selection;
  if (parsedFields.length === 0) return [];
  const names = parsedFields.map(({ name }) => name);
  const [places, ...streamCounts] = await Promise.all([
    findFieldPlaces(database, selection, names, signal),
    ...parsedFields.map(({ name, value }) =>
      countStreams(database, selection, { name, operator: '=', value }, signal),
    ),
  ]);
  return parsedFields.flatMap(({ name, value }, at) => {
    const place = places.get(name);
    const onRecord = place === undefined ? undefined : narrowByField(place, value);
    // What a stream or a sender says is not in the rows.
    if (onRecord === undefined || streamCounts[at] !== 0) return [];
    const inText = sql`position(body, ${value}) > 0`;
    return [or([inText, sql`position(body, ${'\\'}) > 0`, onRecord])];
  });
}

async function countStreams(
  database: Database,
  selection: LogSelection,
  matcher: LabelMatcher,
  signal: AbortSignal,
): Promise<number> {
  const [known] = await database.rows<{ count: string }>(
    sql`SELECT count() AS count FROM streams WHERE ${streamsCondition(selection, [matcher])}`,
    { signal },
  );
  return Number(known?.count ?? 0);
}
