// What distinguishes some traces from the others: a trace has a value when any of its spans has it. Beside the values, the
// time that spans of each name take by themselves, which tells where slow traces are slow.

import type {
  DifferenceCounts,
  OwnTime,
  SpanDifferenceRequest,
} from '../../query/difference-source.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { sampleBound, spanFieldPairs } from './span-difference.ts';
import { allOfParts, durationPart, groundConditions, timePart } from './span-ground.ts';
import { traceFacts, traceMarginNs } from '../trace-survey/trace-facts.ts';
import {
  type CountedRow,
  fieldPairs,
  mapPairs,
  resourcePairs,
  valueCountsOf,
  valueCountsStatement,
} from './value-counts.ts';

/** Names that are listed by their own time. */
const ownTimesMax = 40;

interface SideCounts {
  readonly selected: string;
  readonly rest: string;
}

interface OwnTimeRow {
  readonly service: string;
  readonly name: string;
  readonly selected_ms: number;
  readonly rest_ms: number;
}

export async function traceDifference(
  database: Database,
  request: SpanDifferenceRequest,
  signal: AbortSignal,
): Promise<DifferenceCounts> {
  const { selection, unitsMax } = request;
  const [ground, selected] = await groundConditions(
    database,
    request,
    [request.ground, request.selected],
    signal,
  );
  const inBox = allOfParts([
    ...timePart(selection, sql`start_ts`),
    ...durationPart(selection, sql`trace_ns`),
    ...(selected === undefined ? [] : [sql`is_chosen`]),
    ...(selection.errors ? [sql`errors > 0`] : []),
  ]);
  const facts = traceFacts(
    request,
    ground,
    selected === undefined ? [] : [sql`countIf(${selected}) > 0 AS is_chosen`],
  );
  const [counts] = await database.rows<SideCounts>(
    sql`SELECT countIf(is_selected) AS selected, countIf(NOT is_selected) AS rest
      FROM (SELECT ${inBox} AS is_selected FROM (${facts}))`,
    { signal },
  );
  const all = { selected: Number(counts?.selected ?? 0), rest: Number(counts?.rest ?? 0) };
  const nothing = { values: [], uniqueKeys: [], ownTimes: [], aside: 0 };
  if (all.selected === 0 || all.rest === 0) return { ...all, lookedAt: all, ...nothing };
  const sample = sampledTraces(facts, inBox, all, unitsMax);
  const [looked, found, ownTimes] = await Promise.all([
    database.rows<SideCounts>(
      sql`SELECT countIf(is_selected) AS selected, countIf(NOT is_selected) AS rest FROM (${sample})`,
      { signal },
    ),
    database.rows<CountedRow>(valueCountsStatement(spanRows(request, sample), sql`trace_id`), {
      signal,
    }),
    readOwnTimes(database, request, sample, signal),
  ]);
  const lookedAt = {
    selected: Number(looked[0]?.selected ?? 0),
    rest: Number(looked[0]?.rest ?? 0),
  };
  return { ...all, aside: 0, lookedAt, ...valueCountsOf(found), ownTimes };
}

function sampledTraces(
  facts: Sql,
  inBox: Sql,
  all: { readonly selected: number; readonly rest: number },
  unitsMax: number,
): Sql {
  return sql`SELECT trace_id, is_selected, root_service, root_name FROM (
      SELECT *, ${inBox} AS is_selected FROM (${facts})
    ) WHERE toUInt64(toUInt32(cityHash64(trace_id)))
      < if(is_selected, ${sampleBound(unitsMax, all.selected)}, ${sampleBound(unitsMax, all.rest)})`;
}

function spansOf({ tenants, startNs, endNs }: SpanDifferenceRequest, sample: Sql): Sql {
  return sql`${tenantCondition(tenants)} AND ${timeCondition(startNs - traceMarginNs, endNs + traceMarginNs)}
    AND trace_id IN (SELECT trace_id FROM (${sample}))`;
}

const rootPairs: Sql = fieldPairs([
  ['rootServiceName', 'string', sql`toString(root_service)`],
  ['rootName', 'string', sql`toString(root_name)`],
]);

function spanRows(request: SpanDifferenceRequest, sample: Sql): Sql {
  const days = dayCondition(request.startNs - traceMarginNs, request.endNs + traceMarginNs);
  return sql`SELECT trace_id, is_selected, arrayConcat(own_pairs, resource_pairs, ${rootPairs}) AS pairs FROM (
      SELECT trace_id, resource_id, arrayConcat(${spanFieldPairs}, ${mapPairs('span')}) AS own_pairs
      FROM spans WHERE ${spansOf(request, sample)}
    ) AS looked_at
    INNER JOIN (${sample}) AS sides USING (trace_id)
    LEFT ANY JOIN (${resourcePairs(request.tenants, days)}) AS senders USING (resource_id)`;
}

/**
 * Children are taken off up to the whole of their parent: those that go on behind it, as behind a queue, are no part of
 * its time. The rest is weighted so that it has the selection's mix of roots: a box full of checkouts is compared with
 * checkouts, and only what they have in common with each other can stand out.
 */
async function readOwnTimes(
  database: Database,
  request: SpanDifferenceRequest,
  sample: Sql,
  signal: AbortSignal,
): Promise<readonly OwnTime[]> {
  const spans = spansOf(request, sample);
  const weighted = sql`SELECT trace_id, is_selected,
      countIf(is_selected) OVER (PARTITION BY root_service, root_name) AS selected_of_root,
      countIf(NOT is_selected) OVER (PARTITION BY root_service, root_name) AS rest_of_root,
      countIf(is_selected) OVER () AS all_selected,
      if(is_selected, 1, selected_of_root / greatest(rest_of_root, 1)) / greatest(all_selected, 1) AS weight
    FROM (${sample})`;
  const rows = await database.rows<OwnTimeRow>(
    sql`SELECT service, name, sumIf(own_ns * weight, is_selected) / 1e6 AS selected_ms,
        sumIf(own_ns * weight, NOT is_selected) / 1e6 AS rest_ms
      FROM (
        SELECT trace_id, service, name, greatest(duration_ns - least(children_ns, duration_ns), 0) AS own_ns FROM (
          SELECT trace_id, span_id, toString(service) AS service, toString(name) AS name, greatest(duration_ns, 0) AS duration_ns
          FROM spans WHERE ${spans}
        ) AS parents
        LEFT ANY JOIN (
          SELECT trace_id, parent_span_id AS span_id, sum(greatest(duration_ns, 0)) AS children_ns
          FROM spans WHERE ${spans} GROUP BY trace_id, parent_span_id
        ) AS children USING (trace_id, span_id)
      ) AS own
      INNER JOIN (${weighted}) AS weights USING (trace_id)
      GROUP BY service, name
      ORDER BY abs(selected_ms - rest_ms) DESC, service, name LIMIT ${ownTimesMax}`,
    { signal },
  );
  return rows.map(({ service, name, selected_ms, rest_ms }) => ({
    service,
    name,
    selectedMs: selected_ms,
    restMs: rest_ms,
  }));
}
