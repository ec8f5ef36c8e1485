// Counts of log entries inside ClickHouse: exact, or not at all. Rows that may be repeats are looked at entry by entry,
// all others are merely counted.

import type { LabelMatcher } from '../../query/language/matcher.ts';
import type { LogCountRequest, LogCountRow, TenantRange } from '../../query/sources.ts';
import {
  bucketCondition,
  dayCondition,
  tenantCondition,
  timeCondition,
  timeValue,
} from '../attributes/read-blocks.ts';
import { attributeMapsSql } from '../attributes/attribute-maps.ts';
import { type Database, scanSettings } from '../database.ts';
import { and, identifier, join, type Sql, sql } from '../sql/sql.ts';
import { type ExactField, exactField, findFieldPlaces, narrowByField } from './field-conditions.ts';
import { lineFiltersCondition, matcherCondition } from './label-conditions.ts';
import { findStreamScope, tenantLabel } from './stream-scope.ts';

/** What makes two rows of one time and stream the same entry. */
export const entryHash: Sql = sql`sipHash64(body, observed_ts, severity_number, severity_text, level, resource_id, scope_id, trace_id,
  span_id, trace_source, flags, event_name, dropped_attributes_count, ${attributeMapsSql})`;

/** A name to group by or to match, with its texts. A stream's label counts before anything else of the name. */
export interface EffectiveLabel extends ExactField {
  readonly name: string;
  /** Whether any stream of the range has such a label. */
  readonly onStreams: boolean;
}

export interface CountPlan {
  readonly tenants: readonly string[];
  readonly condition: Sql;
  readonly groups: readonly EffectiveLabel[];
}

/** Undefined when a name cannot be said exactly; `empty` when no stream fits. */
export async function planCount(
  database: Database,
  request: LogCountRequest,
  signal: AbortSignal,
): Promise<CountPlan | 'empty' | undefined> {
  const scope = await findStreamScope(database, request, request.matchers, signal);
  if (scope.isEmpty) return 'empty';
  const range = { ...request, tenants: scope.tenants };
  const names = [
    ...new Set([...request.groupBy, ...request.metadataMatchers.map(({ name }) => name)]),
  ];
  const labels = new Map<string, EffectiveLabel>();
  const places = await findFieldPlaces(database, range, names, signal);
  const onStreams = await findStreamLabels(database, range, names, signal);
  for (const name of names) {
    const place = places.get(name);
    const field = place === undefined ? undefined : exactField(place);
    if (field === undefined) return undefined;
    labels.set(name, { name, onStreams: onStreams.has(name), ...field });
  }
  const conditions: Sql[] = [tenantCondition(scope.tenants)];
  if (scope.condition !== undefined) conditions.push(scope.condition);
  for (const matcher of request.metadataMatchers) {
    const label = labels.get(matcher.name);
    const place = places.get(matcher.name);
    if (label === undefined || place === undefined) return undefined;
    conditions.push(effectiveCondition(label, range, matcher));
    // Says less, but an index can answer it.
    const isOwnAlone =
      !label.onStreams && label.scope === undefined && label.resource === undefined;
    const narrow =
      isOwnAlone && matcher.operator === '=' && matcher.value !== ''
        ? narrowByField(place, matcher.value)
        : undefined;
    if (narrow !== undefined) conditions.push(narrow);
  }
  if (request.lineFilters.length > 0) conditions.push(lineFiltersCondition(request.lineFilters));
  const groups = request.groupBy.flatMap((name) => labels.get(name) ?? []);
  return { tenants: scope.tenants, condition: and(conditions), groups };
}

function fromSenders(
  range: TenantRange,
  table: 'streams' | 'scopes' | 'resources',
  where: Sql,
): Sql {
  const id = identifier(`${table.slice(0, -1)}_id`);
  return sql`${id} IN (SELECT ${id} FROM ${identifier(table)}
    WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs + 1n)} AND ${where})`;
}

function fromStreams(range: TenantRange, where: Sql): Sql {
  return fromSenders(range, 'streams', where);
}

/** Which of the names are labels of any stream. */
async function findStreamLabels(
  database: Database,
  range: TenantRange,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const counts = names.map(
    (name, at) => sql`countIf(labels[${name}] != '') AS ${identifier(`streams${at}`)}`,
  );
  const [row] = await database.rows<Record<string, string>>(
    sql`SELECT ${join(counts, ', ')} FROM streams
      WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs + 1n)}`,
    { signal },
  );
  return new Set(names.filter((_, at) => Number(row?.[`streams${at}`] ?? 0) > 0));
}

/** The matcher on the first text of the name that is not empty. */
function effectiveCondition(label: EffectiveLabel, range: TenantRange, matcher: LabelMatcher): Sql {
  const { own, scope, resource } = label;
  const branches: Sql[] = [];
  if (label.onStreams) {
    const onStream = sql`labels[${matcher.name}]`;
    branches.push(fromStreams(range, sql`${onStream} != ''`));
    branches.push(fromStreams(range, matcherCondition(onStream, matcher)));
  }
  if (own !== undefined) branches.push(sql`${own} != ''`, matcherCondition(own, matcher));
  if (scope !== undefined) {
    branches.push(fromSenders(range, 'scopes', sql`${scope} != ''`));
    branches.push(fromSenders(range, 'scopes', matcherCondition(scope, matcher)));
  }
  const otherwise =
    resource === undefined
      ? matcherCondition(sql`''`, matcher)
      : fromSenders(range, 'resources', matcherCondition(resource, matcher));
  return branches.length === 0 ? otherwise : sql`multiIf(${join([...branches, otherwise], ', ')})`;
}

/** As a plain column, the alias under which a group's own value leaves the inner select. */
function ownAlias(at: number): Sql {
  return identifier(`own${at}`);
}

function bucketExpression(request: LogCountRequest): Sql {
  return request.stepNs === undefined
    ? sql`toInt64(0)`
    : sql`intDiv(toUnixTimestamp64Nano(ts) - ${request.startNs} - 1, ${request.stepNs})`;
}

function rangeCondition(request: LogCountRequest): Sql {
  if (request.stepNs === undefined) return timeCondition(request.startNs, request.endNs);
  const start = timeValue(request.startNs);
  const end = timeValue(request.endNs);
  return sql`ts > ${start} AND ts <= ${end} AND ${bucketCondition(start, end)}`;
}

/** Which numbers of senders the rows must be grouped by, to find the texts of the groups afterwards. */
function senderTables(groups: readonly EffectiveLabel[]): ('streams' | 'scopes' | 'resources')[] {
  const named = groups.filter(({ name }) => name !== tenantLabel);
  const tables: ('streams' | 'scopes' | 'resources')[] = [];
  if (named.some(({ onStreams }) => onStreams)) tables.push('streams');
  if (named.some(({ scope }) => scope !== undefined)) tables.push('scopes');
  if (named.some(({ resource }) => resource !== undefined)) tables.push('resources');
  return tables;
}

/** The texts that a sender gives to each group: `streams0`, `resources1`, … */
function senderText(table: string, at: number): Sql {
  return identifier(`${table}${at}`);
}

function senderJoin(
  plan: CountPlan,
  request: LogCountRequest,
  table: 'streams' | 'scopes' | 'resources',
): Sql {
  const id = identifier(`${table.slice(0, -1)}_id`);
  const texts = plan.groups.map((group, at) => {
    const text =
      table === 'streams'
        ? sql`labels[${group.name}]`
        : table === 'scopes'
          ? group.scope
          : group.resource;
    return sql`${text ?? sql`''`} AS ${senderText(table, at)}`;
  });
  return sql`LEFT ANY JOIN (SELECT ${join([id, ...texts], ', ')} FROM ${identifier(table)}
    WHERE ${tenantCondition(plan.tenants)} AND ${dayCondition(request.startNs, request.endNs + 1n)}
    LIMIT 1 BY ${id}) AS ${identifier(`known_${table}`)} USING (${id})`;
}

/** Rows counted by what they hold themselves: the groups' own texts and the senders' numbers. */
function countedRows(
  plan: CountPlan,
  request: LogCountRequest,
  keyColumns: readonly Sql[],
  withRepeated: boolean,
): Sql {
  const owns = plan.groups.map(({ own }, at) => sql`${own ?? sql`''`} AS ${ownAlias(at)}`);
  const selected = [sql`${bucketExpression(request)} AS bucket`, ...owns, ...keyColumns];
  const keys = [sql`bucket`, ...plan.groups.map((_, at) => ownAlias(at)), ...keyColumns];
  const where = sql`${plan.condition} AND ${rangeCondition(request)}`;
  const measure = request.measure === 'lines' ? sql`count()` : sql`sum(length(body))`;
  const counted = sql`SELECT ${join(selected, ', ')}, ${measure} AS amount FROM logs
    WHERE ${where} AND NOT repeated GROUP BY ${join(keys, ', ')}`;
  if (!withRepeated) return counted;
  // An entry all of whose copies are marked has not been counted yet, and counts once.
  const once = request.measure === 'lines' ? sql`1` : sql`any(length(body))`;
  return sql`${counted} UNION ALL
    SELECT ${join(keys, ', ')}, sum(once) AS amount FROM (
      SELECT ${join(selected, ', ')}, ${once} AS once FROM logs
      WHERE ${where} AND (stream_id, ts) IN (SELECT stream_id, ts FROM logs WHERE ${where} AND repeated)
      GROUP BY ${join(keys, ', ')}, logs.tenant, logs.stream_id, logs.ts, ${entryHash}
      HAVING min(repeated)
    ) GROUP BY ${join(keys, ', ')}`;
}

export function countStatement(
  plan: CountPlan,
  request: LogCountRequest,
  withRepeated: boolean,
): Sql {
  const { groups } = plan;
  const byTenant = request.groupBy.includes(tenantLabel) && request.tenants.length > 1;
  const tables = senderTables(groups);
  const keyColumns = tables.map((table) => identifier(`${table.slice(0, -1)}_id`));
  if (byTenant) keyColumns.push(sql`tenant`);
  const values = groups.map(({ name }, at) => {
    const alias = identifier(`group${at}`);
    if (name === tenantLabel && byTenant) return sql`toString(tenant) AS ${alias}`;
    const texts: Sql[] = [];
    if (tables.includes('streams')) texts.push(senderText('streams', at));
    texts.push(ownAlias(at));
    if (tables.includes('scopes')) texts.push(senderText('scopes', at));
    if (tables.includes('resources')) texts.push(senderText('resources', at));
    const text = texts.reduceRight(
      (rest, first) => sql`if(${first} != '', ${first}, ${rest})`,
      sql`''`,
    );
    return sql`${text} AS ${alias}`;
  });
  const joins = tables.map((table) => senderJoin(plan, request, table));
  const outerKeys = [sql`bucket`, ...groups.map((_, at) => identifier(`group${at}`))];
  return sql`SELECT bucket, ${join([...values, sql`sum(amount) AS total`], ', ')}
    FROM (${countedRows(plan, request, keyColumns, withRepeated)}) AS counted ${join(joins, ' ')}
    GROUP BY ${join(outerKeys, ', ')}`;
}

/** Whether any row in the range may be a repeat: the column is nearly always zero and costs next to nothing to read. */
async function hasRepeated(
  database: Database,
  plan: CountPlan,
  request: LogCountRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await database.rows<{ one: number }>(
    sql`SELECT 1 AS one FROM logs WHERE ${tenantCondition(plan.tenants)} AND ${rangeCondition(request)} AND repeated LIMIT 1`,
    { signal },
  );
  return found.length > 0;
}

export async function countLogs(
  database: Database,
  request: LogCountRequest,
  signal: AbortSignal,
): Promise<readonly LogCountRow[] | undefined> {
  const plan = await planCount(database, request, signal);
  if (plan === undefined) return undefined;
  if (plan === 'empty') return [];
  const withRepeated = await hasRepeated(database, plan, request, signal);
  const rows = await database.rows<Record<string, string | number>>(
    countStatement(plan, request, withRepeated),
    { signal, settings: scanSettings },
  );
  return rows.flatMap((row) => {
    const value = Number(row['total']);
    if (value === 0) return [];
    const labels = plan.groups
      .map(({ name }, at) => ({ name, value: String(row[`group${at}`] ?? '') }))
      .filter((label) => label.value !== '')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return [{ labels, bucket: Number(row['bucket']), value }];
  });
}
