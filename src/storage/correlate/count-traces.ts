// How much there is of a trace, counted from rows: what was stored twice counts once.

import type { TraceCounts } from '../../query/sources.ts';
import { needleSettings, tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { entryHash } from '../logs/count-logs.ts';
import { sql } from '../sql/sql.ts';
import { traceIdBytes, tracesCondition } from '../spans/read-traces.ts';
import { namedTraces, namingCondition, traceNames } from './naming-logs.ts';

interface SpanCount {
  readonly id: string;
  readonly spans: string;
  readonly errors: string;
}

interface ExemplarCount {
  readonly id: string;
  readonly exemplars: string;
}

interface LogCount {
  readonly id: string;
  readonly logs: string;
  readonly doubtful: string;
}

/** By whole entry only where a row may be a repeat: reading it all costs more than the rest together. */
async function countLogsOf(
  database: Database,
  tenants: readonly string[],
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const names = traceNames(traceIds);
  if (names.spellings.length === 0) return counts;
  const where = sql`${tenantCondition(tenants)} AND (${namingCondition(names)})`;
  const rows = await database.rows<LogCount>(
    sql`SELECT arrayJoin(${namedTraces(names)}) AS id, count() AS logs, countIf(repeated) AS doubtful
      FROM logs WHERE ${where} GROUP BY id`,
    { signal },
  );
  for (const row of rows) counts.set(row.id, Number(row.logs));
  const doubtful = rows.filter((row) => row.doubtful !== '0').map(({ id }) => id);
  if (doubtful.length === 0) return counts;
  const again = traceNames(doubtful);
  const exact = await database.rows<LogCount>(
    sql`SELECT arrayJoin(${namedTraces(again)}) AS id, uniqExact(stream_id, ts, ${entryHash}) AS logs
      FROM logs WHERE ${tenantCondition(tenants)} AND (${namingCondition(again)}) GROUP BY id`,
    { signal },
  );
  for (const row of exact) counts.set(row.id, Number(row.logs));
  return counts;
}

/** By trace ID in hex; a trace without any is left out. */
async function countExemplarsOf(
  database: Database,
  tenants: readonly string[],
  ids: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const rows = await database.rows<ExemplarCount>(
    sql`SELECT lower(hex(trace_id)) AS id, uniqExact(series_id, ts, value) AS exemplars
      FROM exemplars WHERE ${tenantCondition(tenants)} AND trace_id IN (${ids}) GROUP BY trace_id`,
    { signal, settings: needleSettings },
  );
  return new Map(rows.map((row) => [row.id, Number(row.exemplars)]));
}

export async function countExemplars(
  database: Database,
  tenants: readonly string[],
  traceId: string,
  signal: AbortSignal,
): Promise<number> {
  const id = traceIdBytes(traceId);
  if (id === undefined) return 0;
  return (await countExemplarsOf(database, tenants, [id], signal)).get(traceId) ?? 0;
}

export async function countTraces(
  database: Database,
  tenants: readonly string[],
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TraceCounts[]> {
  const ids = traceIds.flatMap((traceId) => traceIdBytes(traceId) ?? []);
  if (ids.length === 0)
    return traceIds.map((traceId) => ({ traceId, spans: 0, errorSpans: 0, logs: 0, exemplars: 0 }));
  const [spans, logs, exemplars] = await Promise.all([
    database.rows<SpanCount>(
      sql`SELECT lower(hex(trace_id)) AS id, uniqExact(span_id, kind) AS spans,
          uniqExactIf((span_id, kind), status_code = 2) AS errors
        FROM spans WHERE ${tracesCondition(tenants, ids)} GROUP BY trace_id`,
      { signal },
    ),
    countLogsOf(database, tenants, traceIds, signal),
    countExemplarsOf(database, tenants, ids, signal),
  ]);
  const spansOf = new Map(spans.map((row) => [row.id, row]));
  return traceIds.map((traceId) => ({
    traceId,
    spans: Number(spansOf.get(traceId)?.spans ?? 0),
    errorSpans: Number(spansOf.get(traceId)?.errors ?? 0),
    logs: logs.get(traceId) ?? 0,
    exemplars: exemplars.get(traceId) ?? 0,
  }));
}
