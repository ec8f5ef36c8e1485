// The `CorrelationSource` on ClickHouse: what ties signals together, by the trace index and by the rows themselves.

import type { Clock } from '../../base/clock.ts';
import { decodeHexInto } from '../../base/hex.ts';
import type {
  CorrelationSource,
  ServiceLogEvidence,
  TenantRange,
  TraceIndexEntry,
} from '../../query/sources.ts';
import {
  dayCondition,
  tenantCondition,
  timeCondition,
  timeValue,
} from '../attributes/read-blocks.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import type { Database } from '../database.ts';
import { sql } from '../sql/sql.ts';
import { countExemplars, countTraces } from './count-traces.ts';
import { readLogRecord, readLogRecords } from './log-records.ts';
import { countLogsBySpan, logsOfTrace } from './logs-of-trace.ts';

export interface CorrelationSettings {
  readonly database: Database;
  readonly catalog: SenderCatalog;
  readonly clock: Clock;
  readonly retentionMs: number;
  /** Oldest time that is still kept, when more than the retention has been dropped (a disk budget). */
  readonly retainedSinceNs?: (() => bigint) | undefined;
}

/** Traces that one look-up of a span's ID or of a 64-bit ID returns. */
const tracesFoundMax = 100;

function hexBytes(hex: string, width: number): Uint8Array | undefined {
  const bytes = new Uint8Array(width);
  return decodeHexInto(hex, bytes, 0, width) ? bytes : undefined;
}

async function findTraces(
  database: Database,
  tenants: readonly string[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly TraceIndexEntry[]> {
  const whole = ids.flatMap((id) => (id.length === 32 ? (hexBytes(id, 16) ?? []) : []));
  const halves = ids.flatMap((id) => (id.length === 16 ? (hexBytes(id, 8) ?? []) : []));
  if (whole.length + halves.length === 0) return [];
  const lows = [...whole.map((id) => id.subarray(8)), ...halves];
  const byWhole = whole.length === 0 ? sql`0` : sql`trace_id IN (${whole})`;
  const byHalf = halves.length === 0 ? sql`0` : sql`trace_low IN (${halves})`;
  const rows = await database.rows<{
    id: string;
    start_ns: string;
    end_ns: string;
    services: string[];
  }>(
    sql`SELECT lower(hex(trace_id)) AS id, toString(toUnixTimestamp64Nano(min(start_ts))) AS start_ns,
        toString(toUnixTimestamp64Nano(max(end_ts))) AS end_ns,
        arraySort(groupUniqArrayArray(trace_index.services)) AS services
      FROM trace_index
      WHERE ${tenantCondition(tenants)} AND trace_low IN (${lows}) AND (${byWhole} OR ${byHalf})
      GROUP BY trace_id ORDER BY min(start_ts) DESC LIMIT ${tracesFoundMax + whole.length}`,
    { signal },
  );
  return rows.map((row) => ({
    traceId: row.id,
    startNs: BigInt(row.start_ns),
    endNs: BigInt(row.end_ns),
    services: row.services,
  }));
}

async function findSpan(
  database: Database,
  tenants: readonly string[],
  spanId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const bytes = hexBytes(spanId, 8);
  if (bytes === undefined) return [];
  const rows = await database.rows<{ id: string }>(
    sql`SELECT lower(hex(trace_id)) AS id FROM spans
      WHERE ${tenantCondition(tenants)} AND span_id = ${bytes}
      GROUP BY trace_id ORDER BY max(ts) DESC LIMIT ${tracesFoundMax}`,
    { signal },
  );
  return rows.map(({ id }) => id);
}

/** An ID that only stands in a text counts when such a trace is known. */
async function serviceLogEvidence(
  database: Database,
  range: TenantRange,
  services: readonly string[],
  signal: AbortSignal,
): Promise<readonly ServiceLogEvidence[]> {
  if (services.length === 0) return [];
  const tenant = tenantCondition(range.tenants);
  const start = timeValue(range.startNs);
  const end = timeValue(range.endNs);
  const rows = await database.rows<{
    name: string;
    version: string;
    records: string;
    named: string;
    last_ns: string;
  }>(
    sql`SELECT name, version, sum(records) AS records, sum(named) AS named,
        toString(toUnixTimestamp64Nano(max(last))) AS last_ns
      FROM (
        SELECT toString(service) AS name, resource_id, count() AS records,
          countIf(trace_source IN (1, 2, 3) OR (trace_source = 4 AND trace_id IN (
            SELECT trace_id FROM trace_index WHERE ${tenant} AND start_ts < ${end} AND end_ts >= ${start}))) AS named,
          max(ts) AS last
        FROM logs WHERE ${tenant} AND ${timeCondition(range.startNs, range.endNs)} AND service IN (${services})
        GROUP BY service, resource_id) AS seen
      LEFT ANY JOIN (SELECT resource_id, attributes_string['service.version'] AS version FROM resources
        WHERE ${tenant} AND ${dayCondition(range.startNs, range.endNs)} LIMIT 1 BY resource_id
      ) AS known USING (resource_id)
      GROUP BY name, version ORDER BY name, version`,
    { signal },
  );
  return services.map((service) => {
    const own = rows.filter(({ name }) => name === service);
    const versions = own.map(({ version, records, named }) => ({
      version,
      records: Number(records),
      recordsWithTraceId: Number(named),
    }));
    const lastNs = own.map(({ last_ns }) => BigInt(last_ns));
    return {
      service,
      records: sumOf(versions.map(({ records }) => records)),
      recordsWithTraceId: sumOf(versions.map(({ recordsWithTraceId }) => recordsWithTraceId)),
      lastRecordNs: lastNs.reduce<bigint | undefined>(
        (last, ns) => (last === undefined || ns > last ? ns : last),
        undefined,
      ),
      versions: versions.filter(({ version }) => version !== ''),
    };
  });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

export function createCorrelationSource(settings: CorrelationSettings): CorrelationSource {
  const { database, catalog, clock, retentionMs } = settings;
  const reader = { database, catalog };
  return {
    findTraces: (tenants, ids, signal) => findTraces(database, tenants, ids, signal),
    countTraces: (tenants, traceIds, signal) => countTraces(database, tenants, traceIds, signal),
    countExemplars: (tenants, traceId, signal) =>
      countExemplars(database, tenants, traceId, signal),
    findSpan: (tenants, spanId, signal) => findSpan(database, tenants, spanId, signal),
    logsOfTrace: (request, signal) => logsOfTrace(reader, request, signal),
    countLogsBySpan: (tenants, traceId, signal) =>
      countLogsBySpan(database, tenants, traceId, signal),
    logRecord: (tenants, cursor, signal) => readLogRecord(reader, tenants, cursor, signal),
    logRecords: (tenants, cursors, signal) => readLogRecords(reader, tenants, cursors, signal),
    serviceLogEvidence: (range, services, signal) =>
      serviceLogEvidence(database, range, services, signal),
    retainedSinceNs: () => {
      const byTime = clock.nowNs() - BigInt(Math.round(retentionMs)) * 1_000_000n;
      const byDisk = settings.retainedSinceNs?.() ?? byTime;
      return byDisk > byTime ? byDisk : byTime;
    },
  };
}
