// What distinguishes some traces from the others: a trace has a value when any of its spans has it. Beside the values, the
// time that spans of each name take by themselves, which tells where slow traces are slow.

import type {
  DifferenceCounts,
  OwnTime,
  SpanDifferenceRequest,
  ValueCount,
} from '../../query/difference-source.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { spanFieldPairs } from './span-difference.ts';
import { allOfParts, durationPart, groundConditions, timePart } from './span-ground.ts';
import { chooseSample } from '../overview/request-spans.ts';
import { type SurveySettings, traceFacts, traceMarginNs } from '../trace-survey/trace-facts.ts';
import {
  type CountedRow,
  mapPairs,
  resourcePairs,
  valueCountsOf,
  valueCountsStatement,
} from './value-counts.ts';

/** Names that are listed by their own time. */
const ownTimesMax = 40;

/**
 * The lot that decides which traces are looked at: the ID itself, which is random, so that those with the lowest lie together on
 * disk and few others are read with them. An ID that begins with its time (AWS X-Ray, Datadog: seconds; UUID 7: ms) is
 * hashed, for the lowest would be the earliest.
 */
const lot: Sql = sql`if(
  abs(toInt64(reinterpretAsUInt32(reverse(substring(trace_id, 1, 4)))) - toUnixTimestamp(start_ts)) < 172800
    OR abs(toInt64(reinterpretAsUInt64(reverse(substring(trace_id, 1, 6)))) - toUnixTimestamp64Milli(start_ts)) < 172800000,
  cityHash64(trace_id), reinterpretAsUInt64(reverse(substring(trace_id, 1, 8))))`;

interface SampleRow {
  readonly id: string;
  readonly is_selected: number;
  readonly service: string;
  readonly name: string;
  readonly selected: string;
  readonly everything: string;
  readonly selected_of_root: string;
  readonly of_root: string;
  readonly place: string;
  readonly place_of_root: string;
}

interface OwnTimeRow {
  readonly service: string;
  readonly name: string;
  readonly selected_ms: number;
  readonly rest_ms: number;
}

export async function traceDifference(
  settings: SurveySettings,
  request: SpanDifferenceRequest,
  signal: AbortSignal,
): Promise<DifferenceCounts> {
  const { database } = settings;
  const { selection, unitsMax } = request;
  const [[ground, selected], { oneIn }] = await Promise.all([
    groundConditions(database, request, [request.ground, request.selected], signal),
    chooseSample(database, request, settings.factSpansMax, signal),
  ]);
  const inBox = allOfParts([
    ...timePart(selection, sql`start_ts`),
    ...durationPart(selection, sql`trace_ns`),
    ...(selected === undefined ? [] : [sql`is_chosen`]),
    ...(selection.errors ? [sql`errors > 0`] : []),
  ]);
  const facts = traceFacts(request, ground, {
    oneIn,
    more: selected === undefined ? [] : [sql`countIf(${selected}) > 0 AS is_chosen`],
  });
  const sample = await readSample(database, { facts, inBox, unitsMax }, signal);
  const all = {
    selected: Number(sample[0]?.selected ?? 0) * oneIn,
    rest: (Number(sample[0]?.everything ?? 0) - Number(sample[0]?.selected ?? 0)) * oneIn,
  };
  const { chosen, others, sameRoots } = chooseSides(sample, unitsMax);
  const lookedAt = { selected: chosen.length, rest: others.length };
  const nothing = { values: [], uniqueKeys: [], ownTimes: [], aside: 0, sameRoots };
  if (all.selected === 0 || all.rest === 0) return { ...all, lookedAt, ...nothing };
  const sides = sidesTable(chosen, others);
  const [found, ownTimes] = await Promise.all([
    database.rows<CountedRow>(
      sql`WITH sides AS (${sides}) ${valueCountsStatement(spanRows(request), sql`trace_id`)}`,
      { signal },
    ),
    readOwnTimes(database, request, sides, signal),
  ]);
  const { values, uniqueKeys } = valueCountsOf(found);
  return {
    ...all,
    aside: 0,
    lookedAt,
    sameRoots,
    values: [...rootValues(sample, lookedAt), ...values],
    uniqueKeys,
    ownTimes,
  };
}

function readSample(
  database: Database,
  given: { readonly facts: Sql; readonly inBox: Sql; readonly unitsMax: number },
  signal: AbortSignal,
): Promise<SampleRow[]> {
  const { facts, inBox, unitsMax } = given;
  return database.rows<SampleRow>(
    sql`SELECT lower(hex(trace_id)) AS id, is_selected, toString(root_service) AS service, toString(root_name) AS name,
        selected, everything, selected_of_root, of_root, place, place_of_root
      FROM (
        SELECT *, ${inBox} AS is_selected, countIf(is_selected) OVER () AS selected, count() OVER () AS everything,
          countIf(is_selected) OVER (PARTITION BY root_service, root_name) AS selected_of_root,
          count() OVER (PARTITION BY root_service, root_name) AS of_root,
          row_number() OVER (PARTITION BY is_selected ORDER BY ${lot}, trace_id) AS place,
          row_number() OVER (PARTITION BY is_selected, root_service, root_name ORDER BY ${lot}, trace_id) AS place_of_root
        FROM (${facts})
      ) WHERE place <= ${unitsMax} OR NOT is_selected AND place_of_root <= ${unitsMax} * selected_of_root / selected`,
    { signal },
  );
}

/** Fewer traces that begin alike say nothing; then all others are compared. */
const sameRootsMin = 30;

interface Sides {
  readonly chosen: readonly SampleRow[];
  readonly others: readonly SampleRow[];
  readonly sameRoots: boolean;
}

/**
 * Slow checkouts are compared with other checkouts: against whatever else there is, everything that a checkout does would stand
 * out and hide what these have in common. The rest has the selection's mix of roots, as far as there are enough of them.
 */
function chooseSides(sample: readonly SampleRow[], unitsMax: number): Sides {
  const isSelected = (row: SampleRow): boolean => Number(row.is_selected) === 1;
  const isAmong = (row: SampleRow): boolean => Number(row.place) <= unitsMax;
  const chosen = sample.filter((row) => isSelected(row) && isAmong(row));
  const alike = sample.filter(
    (row) =>
      !isSelected(row) &&
      Number(row.place_of_root) <=
        (unitsMax * Number(row.selected_of_root)) / Math.max(1, Number(row.selected)),
  );
  return alike.length >= sameRootsMin
    ? { chosen, others: alike, sameRoots: true }
    : {
        chosen,
        others: sample.filter((row) => !isSelected(row) && isAmong(row)),
        sameRoots: false,
      };
}

function rootOf({ service, name }: SampleRow): string {
  return `${service}\u0000${name}`;
}

/** Of all traces, whichever are looked at, in the proportions of those that are. */
function rootValues(
  sample: readonly SampleRow[],
  lookedAt: { readonly selected: number; readonly rest: number },
): readonly ValueCount[] {
  const roots = [...new Map(sample.map((row) => [rootOf(row), row])).values()];
  const countsBy = (
    key: 'rootName' | 'rootServiceName',
    textOf: (row: SampleRow) => string,
  ): ValueCount[] => {
    const counts = new Map<string, { selected: number; rest: number }>();
    for (const row of roots) {
      const text = textOf(row);
      if (text === '') continue;
      const before = counts.get(text) ?? { selected: 0, rest: 0 };
      const selected = Number(row.selected_of_root);
      counts.set(text, {
        selected: before.selected + selected,
        rest: before.rest + Number(row.of_root) - selected,
      });
    }
    const [first] = sample;
    const allSelected = Math.max(1, Number(first?.selected ?? 0));
    const allRest = Math.max(1, Number(first?.everything ?? 0) - Number(first?.selected ?? 0));
    return [...counts].map(([value, count]) => ({
      scope: 'intrinsic',
      key,
      type: 'string',
      value,
      selected: Math.round((count.selected / allSelected) * lookedAt.selected),
      rest: Math.round((count.rest / allRest) * lookedAt.rest),
    }));
  };
  return [
    ...countsBy('rootName', ({ name }) => name),
    ...countsBy('rootServiceName', ({ service }) => service),
  ];
}

/**
 * The sample as a table of the statement: making it again inside of each statement costs more than sending it. A trace of the
 * rest weighs so much that together they have the selection's mix of roots; weights are per selected trace.
 */
function sidesTable(chosen: readonly SampleRow[], others: readonly SampleRow[]): Sql {
  const inOrder = [...chosen, ...others];
  const countRoots = (rows: readonly SampleRow[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(rootOf(row), (counts.get(rootOf(row)) ?? 0) + 1);
    return counts;
  };
  const ofSelection = countRoots(chosen);
  const ofRest = countRoots(others);
  const roots = [...new Set(inOrder.map(rootOf))];
  const placeOfRoot = new Map(roots.map((root, at) => [root, at + 1]));
  const weights = roots.map(
    (root) => (ofSelection.get(root) ?? 0) / (ofRest.get(root) ?? 1) / Math.max(1, chosen.length),
  );
  const ids = inOrder.map(({ id }) => id).join('');
  return sql`SELECT toFixedString(substring(unhex(${ids}), at * 16 + 1, 16), 16) AS trace_id,
      at < ${chosen.length} AS is_selected,
      arrayElement(${inOrder.map((row) => placeOfRoot.get(rootOf(row)) ?? 1)}, at + 1) AS root,
      if(is_selected, ${1 / Math.max(1, chosen.length)}, arrayElement(${weights}, root)) AS weight
    FROM (SELECT arrayJoin(range(${inOrder.length})) AS at)`;
}

/** Behind `WITH sides AS (…)`. */
function spansOf({ tenants, startNs, endNs }: SpanDifferenceRequest): Sql {
  return sql`${tenantCondition(tenants)} AND ${timeCondition(startNs - traceMarginNs, endNs + traceMarginNs)}
    AND trace_id IN (SELECT trace_id FROM sides)`;
}

function spanRows(request: SpanDifferenceRequest): Sql {
  const days = dayCondition(request.startNs - traceMarginNs, request.endNs + traceMarginNs);
  return sql`SELECT trace_id, is_selected, arrayConcat(own_pairs, resource_pairs) AS pairs FROM (
      SELECT trace_id, resource_id, arrayConcat(${spanFieldPairs}, ${mapPairs('span')}) AS own_pairs
      FROM spans WHERE ${spansOf(request)}
    ) AS looked_at
    INNER JOIN sides USING (trace_id)
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
  sides: Sql,
  signal: AbortSignal,
): Promise<readonly OwnTime[]> {
  const spans = spansOf(request);
  const rows = await database.rows<OwnTimeRow>(
    sql`WITH sides AS (${sides}) SELECT service, name, sumIf(own_ns * weight, is_selected) / 1e6 AS selected_ms,
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
      INNER JOIN sides USING (trace_id)
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
