// What distinguishes some log records from the others: labels, fields, attributes of the record and of its sender.

import type { DifferenceCounts, LogDifferenceRequest } from '../../query/difference-source.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { planCount } from '../logs/count-logs.ts';
import { and, type Sql, sql } from '../sql/sql.ts';
import { sampleBound } from './span-difference.ts';
import { allOfParts, timePart } from './span-ground.ts';
import {
  type CountedRow,
  fieldPairs,
  mapPairs,
  resourcePairs,
  valueCountsOf,
  valueCountsStatement,
} from './value-counts.ts';

const recordFieldPairs: Sql = fieldPairs([
  ['service', 'string', sql`toString(service)`],
  ['level', 'string', sql`toString(level)`],
  ['event_name', 'string', sql`toString(event_name)`],
]);

interface SideCounts {
  readonly selected: string;
  readonly rest: string;
}

const errorLevels = ['error', 'fatal', 'critical'];

/** Everything but the time; undefined when SQL cannot say it exactly. */
async function lineCondition(
  database: Database,
  { tenants, startNs, endNs }: LogDifferenceRequest,
  lines: LogDifferenceRequest['ground'],
  signal: AbortSignal,
): Promise<Sql | undefined> {
  const plan = await planCount(
    database,
    { tenants, startNs, endNs, ...lines, groupBy: [], stepNs: undefined, measure: 'lines' },
    signal,
  );
  return plan === undefined ? undefined : plan === 'empty' ? sql`0` : plan.condition;
}

export async function logDifference(
  database: Database,
  request: LogDifferenceRequest,
  signal: AbortSignal,
): Promise<DifferenceCounts | undefined> {
  const { tenants, startNs, endNs, selection, unitsMax } = request;
  const [ground, selected] = await Promise.all([
    lineCondition(database, request, request.ground, signal),
    lineCondition(database, request, request.selected, signal),
  ]);
  if (ground === undefined || selected === undefined) return undefined;
  const where = and([tenantCondition(tenants), timeCondition(startNs, endNs), ground]);
  const inBox = allOfParts([
    ...timePart(selection, sql`ts`),
    ...(selection.errors ? [sql`level IN (${errorLevels})`] : []),
    selected,
  ]);
  const [counts] = await database.rows<SideCounts>(
    sql`SELECT countIf(in_box) AS selected, countIf(NOT in_box) AS rest
      FROM (SELECT ${inBox} AS in_box FROM logs WHERE ${where})`,
    { signal },
  );
  const all = { selected: Number(counts?.selected ?? 0), rest: Number(counts?.rest ?? 0) };
  const days = dayCondition(startNs, endNs);
  const isSampled = sql`toUInt64(toUInt32(intHash64(seq)))
    < if(${inBox}, ${sampleBound(unitsMax, all.selected)}, ${sampleBound(unitsMax, all.rest)})`;
  const rows = sql`SELECT is_selected, arrayConcat(own_pairs, label_pairs, resource_pairs) AS pairs FROM (
      SELECT ${inBox} AS is_selected, stream_id, resource_id, arrayConcat(${recordFieldPairs}, ${mapPairs('log')}) AS own_pairs
      FROM logs WHERE ${where} AND ${isSampled}
    ) AS looked_at
    LEFT ANY JOIN (
      SELECT stream_id, arrayMap((k, v) -> ('label', 'string', toString(k), v), mapKeys(labels), mapValues(labels)) AS label_pairs
      FROM streams WHERE ${tenantCondition(tenants)} AND ${days} LIMIT 1 BY stream_id
    ) AS known_streams USING (stream_id)
    LEFT ANY JOIN (${resourcePairs(tenants, days)}) AS senders USING (resource_id)`;
  if (all.selected === 0 || all.rest === 0)
    return { ...all, aside: 0, lookedAt: all, values: [], uniqueKeys: [], ownTimes: [] };
  const [found, looked] = await Promise.all([
    database.rows<CountedRow>(valueCountsStatement(rows, undefined), { signal }),
    all.selected <= unitsMax && all.rest <= unitsMax
      ? []
      : database.rows<SideCounts>(
          sql`SELECT countIf(in_box) AS selected, countIf(NOT in_box) AS rest
            FROM (SELECT ${inBox} AS in_box FROM logs WHERE ${where} AND ${isSampled})`,
          { signal },
        ),
  ]);
  const [counted] = looked;
  const lookedAt =
    counted === undefined
      ? all
      : { selected: Number(counted.selected), rest: Number(counted.rest) };
  return { ...all, aside: 0, lookedAt, ...valueCountsOf(found), ownTimes: [] };
}
