// What distinguishes some spans from the others, span by span: one statement counts both sides, a second one the values of
// all of them or of a sample.

import type { DifferenceCounts, SpanDifferenceRequest } from '../../query/difference-source.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { and, type Sql, sql } from '../sql/sql.ts';
import {
  allOfParts,
  durationPart,
  failedThroughChild,
  groundConditions,
  timePart,
} from './span-ground.ts';
import {
  type CountedRow,
  fieldPairs,
  mapPairs,
  resourcePairs,
  valueCountsOf,
  valueCountsStatement,
} from './value-counts.ts';

export const spanFieldPairs: Sql = fieldPairs([
  ['service', 'string', sql`toString(service)`],
  ['name', 'string', sql`toString(name)`],
  ['status', 'keyword', sql`arrayElement(${spanStatuses}, status_code + 1)`],
  ['kind', 'keyword', sql`arrayElement(${spanKinds}, kind + 1)`],
  ['statusMessage', 'string', sql`status_message`],
]);

/** Of 2^32: rows whose hash lies below are looked at. */
export function sampleBound(wanted: number, all: number): number {
  return all <= wanted ? 2 ** 32 : Math.floor((wanted / all) * 2 ** 32);
}

interface SideCounts {
  readonly selected: string;
  readonly aside: string;
  readonly everything: string;
}

export async function spanDifference(
  database: Database,
  request: SpanDifferenceRequest,
  signal: AbortSignal,
): Promise<DifferenceCounts> {
  const { tenants, startNs, endNs, selection, unitsMax } = request;
  const [ground, selected] = await groundConditions(
    database,
    request,
    [request.ground, request.selected],
    signal,
  );
  const where = and([
    tenantCondition(tenants),
    timeCondition(startNs, endNs),
    ...(ground === undefined ? [] : [ground]),
  ]);
  const inBox = allOfParts([
    ...timePart(selection, sql`ts`),
    ...durationPart(selection, sql`duration_ns`),
    ...(selected === undefined ? [] : [selected]),
    ...(selection.errors ? [sql`status_code = 2`] : []),
  ]);
  const isAside = selection.errors
    ? sql`(${inBox}) AND ${failedThroughChild(request, selection)}`
    : sql`0`;
  const [counts] = await database.rows<SideCounts>(
    sql`SELECT countIf(in_box AND NOT is_aside) AS selected, countIf(is_aside) AS aside, count() AS everything
      FROM (SELECT ${inBox} AS in_box, ${isAside} AS is_aside FROM spans WHERE ${where})`,
    { signal },
  );
  const all = {
    selected: Number(counts?.selected ?? 0),
    aside: Number(counts?.aside ?? 0),
    everything: Number(counts?.everything ?? 0),
  };
  const rest = all.everything - all.selected - all.aside;
  const hash = sql`toUInt64(toUInt32(cityHash64(span_id)))`;
  const rows = sql`SELECT is_selected, arrayConcat(own_pairs, resource_pairs) AS pairs FROM (
      SELECT ${inBox} AS is_selected, resource_id, arrayConcat(${spanFieldPairs}, ${mapPairs('span')}) AS own_pairs
      FROM spans WHERE ${where} AND NOT (${isAside})
        AND ${hash} < if(${inBox}, ${sampleBound(unitsMax, all.selected)}, ${sampleBound(unitsMax, rest)})
    ) AS looked_at
    LEFT ANY JOIN (${resourcePairs(tenants, dayCondition(startNs, endNs))}) AS senders USING (resource_id)`;
  const isEmpty = all.selected === 0 || rest === 0;
  const found = isEmpty
    ? []
    : await database.rows<CountedRow>(valueCountsStatement(rows, undefined), { signal });
  const { values, uniqueKeys } = valueCountsOf(found);
  // Every span has a name: the counts of one field tell how many were looked at.
  const services = values.filter(({ key, scope }) => scope === 'intrinsic' && key === 'kind');
  const lookedAt = {
    selected: services.reduce((sum, count) => sum + count.selected, 0),
    rest: services.reduce((sum, count) => sum + count.rest, 0),
  };
  return {
    selected: all.selected,
    rest,
    aside: all.aside,
    lookedAt,
    values,
    uniqueKeys,
    ownTimes: [],
  };
}
