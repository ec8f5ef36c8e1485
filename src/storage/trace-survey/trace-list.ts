// Lists of traces and the dots of their scatter plot, from one set of facts a trace.

import type {
  ListedTrace,
  TraceFact,
  TraceList,
  TraceOrder,
  TracePoints,
  TraceSurveyRequest,
} from '../../query/trace-survey-source.ts';
import { tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import {
  allOfParts,
  durationPart,
  groundConditions,
  timePart,
  traceIdsCondition,
} from '../difference/span-ground.ts';
import { chooseSample } from '../overview/request-spans.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { type SurveySettings, traceFacts, traceMarginNs } from './trace-facts.ts';

/** Texts of a fact, for `factOf`. */
export const factColumns: Sql = sql`lower(hex(trace_id)) AS id, toString(toUnixTimestamp64Nano(start_ts)) AS start_ns,
  toString(trace_ns) AS duration_ns, toString(extent_ns) AS extent_ns_text, has_root,
  if(has_root, root_service, first_service) AS service, root_name AS name, spans, errors`;

export interface FactRow {
  readonly id: string;
  readonly start_ns: string;
  readonly duration_ns: string;
  readonly extent_ns_text: string;
  readonly has_root: number;
  readonly service: string;
  readonly name: string;
  readonly spans: string;
  readonly errors: string;
}

export function factOf(row: FactRow): TraceFact {
  return {
    traceId: row.id,
    startNs: BigInt(row.start_ns),
    durationNs: BigInt(row.duration_ns),
    extentNs: BigInt(row.extent_ns_text),
    hasRoot: Number(row.has_root) === 1,
    rootService: row.service,
    rootName: row.name,
    spans: Number(row.spans),
    errorSpans: Number(row.errors),
  };
}

export interface SelectedFacts {
  readonly facts: Sql;
  /** More than 1: every n-th trace, by the hash of its ID. */
  readonly oneIn: number;
}

/** The facts of the traces that are asked for. */
export async function selectedFacts(
  settings: SurveySettings,
  request: TraceSurveyRequest,
  signal: AbortSignal,
): Promise<SelectedFacts> {
  const { database } = settings;
  const { selection } = request;
  const [[ground], { oneIn }] = await Promise.all([
    groundConditions(database, request, [request.ground], signal),
    chooseSample(database, request, settings.factSpansMax, signal),
  ]);
  const inBox = allOfParts([
    ...timePart(selection, sql`start_ts`),
    ...durationPart(selection, sql`trace_ns`),
    ...(selection.errors ? [sql`errors > 0`] : []),
  ]);
  const facts = traceFacts(request, ground, { oneIn });
  return { facts: sql`SELECT * FROM (${facts}) WHERE ${inBox}`, oneIn };
}

/** In turn the slowest trace, the newest failed one, the second slowest, … */
const interestingRank: Sql = sql`least(
  row_number() OVER (ORDER BY trace_ns DESC, trace_id) * 2,
  if(errors > 0, row_number() OVER (PARTITION BY errors > 0 ORDER BY start_ts DESC, trace_id) * 2 + 1, 4294967295))`;

function orderSql(order: TraceOrder): Sql {
  switch (order) {
    case 'interesting':
      return sql`interest`;
    case 'newest':
      return sql`start_ts DESC`;
    case 'oldest':
      return sql`start_ts`;
    case 'slowest':
      return sql`trace_ns DESC`;
    case 'fastest':
      return sql`trace_ns`;
    case 'errors':
      return sql`errors DESC, trace_ns DESC`;
    case 'spans':
      return sql`spans DESC`;
    case 'services':
      return sql`service_count DESC, spans DESC`;
    case 'name':
      return sql`root_name, root_service, trace_ns DESC`;
  }
}

export async function listTraces(
  settings: SurveySettings,
  request: TraceSurveyRequest & { readonly order: TraceOrder; readonly limit: number },
  signal: AbortSignal,
): Promise<TraceList> {
  const { database } = settings;
  const { order, limit } = request;
  const { facts, oneIn } = await selectedFacts(settings, request, signal);
  const interest = order === 'interesting' ? sql`, ${interestingRank} AS interest` : sql``;
  const rows = await database.rows<FactRow & { readonly total: string }>(
    sql`SELECT ${factColumns}, total FROM (
        SELECT *, count() OVER () AS total${interest} FROM (${facts})
      ) ORDER BY ${orderSql(order)}, trace_id LIMIT ${limit}`,
    { signal },
  );
  const traces = rows.map(factOf);
  const services = await readServices(database, request, traces, signal);
  return {
    traces: traces.map((trace) => ({ ...trace, services: services.get(trace.traceId) ?? [] })),
    total: Number(rows[0]?.total ?? 0) * oneIn,
    lookedAtOneIn: oneIn,
  };
}

async function readServices(
  database: Database,
  { tenants, startNs, endNs }: TraceSurveyRequest,
  traces: readonly TraceFact[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedTrace['services']>> {
  const found = new Map<string, { service: string; spans: number; errorSpans: number }[]>();
  if (traces.length === 0) return found;
  const rows = await database.rows<{ id: string; service: string; spans: string; errors: string }>(
    sql`SELECT lower(hex(trace_id)) AS id, toString(service) AS service, count() AS spans, countIf(status_code = 2) AS errors
      FROM spans WHERE ${tenantCondition(tenants)} AND ${timeCondition(startNs - traceMarginNs, endNs + traceMarginNs)}
        AND ${traceIdsCondition(traces.map(({ traceId }) => traceId))}
      GROUP BY trace_id, service ORDER BY spans DESC, service`,
    { signal },
  );
  for (const { id, service, spans, errors } of rows) {
    const services = found.get(id) ?? [];
    services.push({ service, spans: Number(spans), errorSpans: Number(errors) });
    found.set(id, services);
  }
  return found;
}

/** Dots that are always there: of the slowest, and of the newest failed traces. */
const slowestKept = 300;
const failedKept = 1000;

export async function tracePoints(
  settings: SurveySettings,
  request: TraceSurveyRequest & { readonly limit: number },
  signal: AbortSignal,
): Promise<TracePoints> {
  const { database } = settings;
  const { limit } = request;
  const { facts, oneIn } = await selectedFacts(settings, request, signal);
  // A fair dot is one whose hash is among the lowest: which traces are drawn does not depend on what they are.
  const rows = await database.rows<FactRow & { readonly total: string; readonly failed: string }>(
    sql`SELECT ${factColumns}, total, failed FROM (
        SELECT *, count() OVER () AS total, countIf(errors > 0) OVER () AS failed,
          row_number() OVER (ORDER BY cityHash64(trace_id), trace_id) AS by_hash,
          row_number() OVER (ORDER BY trace_ns DESC, trace_id) AS by_duration,
          if(errors > 0, row_number() OVER (PARTITION BY errors > 0 ORDER BY start_ts DESC, trace_id), 4294967295) AS by_failure
        FROM (${facts})
      ) WHERE by_hash <= ${limit} OR total > ${limit} AND (by_duration <= ${slowestKept} OR by_failure <= ${failedKept})
      ORDER BY start_ts, trace_id`,
    { signal },
  );
  const total = Number(rows[0]?.total ?? 0);
  return {
    points: rows.map(factOf),
    total: total * oneIn,
    failed: Number(rows[0]?.failed ?? 0) * oneIn,
    oneIn: (total <= limit ? 1 : total / limit) * oneIn,
    lookedAtOneIn: oneIn,
  };
}
