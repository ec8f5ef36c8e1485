// The log records of a trace, found by index over everything that is kept: no time range is needed, and no shift can
// miss one.

import type { LogRecord } from '../../model/log-record.ts';
import type { LogCursor } from '../../query/sources.ts';
import {
  needleSettings,
  readBlocks,
  tenantCondition,
  timeValue,
} from '../attributes/read-blocks.ts';
import { entryHash } from '../logs/count-logs.ts';
import { loadSenders, logRowColumns, readLogRecords } from '../logs/log-rows.ts';
import type { Database } from '../database.ts';
import { sql } from '../sql/sql.ts';
import type { LogRecordReader } from './log-records.ts';
import { namingCondition, traceNames } from './naming-logs.ts';

export interface LogsOfTraceRequest {
  readonly tenants: readonly string[];
  readonly traceId: string;
  readonly limit: number;
  readonly after?: LogCursor | undefined;
}

export async function logsOfTrace(
  { database, catalog }: LogRecordReader,
  { tenants, traceId, limit, after }: LogsOfTraceRequest,
  signal: AbortSignal,
): Promise<{ readonly records: readonly LogRecord[]; readonly total: number }> {
  const names = traceNames([traceId]);
  if (names.spellings.length === 0) return { records: [], total: 0 };
  const where = sql`${tenantCondition(tenants)} AND (${namingCondition(names)})`;
  const behind =
    after === undefined
      ? sql`1`
      : sql`ts >= ${timeValue(after.timeNs)} AND (ts > ${timeValue(after.timeNs)} OR seq > ${after.seq})`;
  // An identical entry that was sent twice is one; the total is of all pages.
  const statement = sql`SELECT ${logRowColumns}, total FROM (
      SELECT *, count() OVER () AS total FROM (
        SELECT ${logRowColumns} FROM logs WHERE ${where} ORDER BY seq LIMIT 1 BY stream_id, ts, ${entryHash}))
    WHERE ${behind} ORDER BY ts, seq LIMIT ${limit}`;
  const records: LogRecord[] = [];
  let total: bigint | undefined;
  for await (const block of readBlocks(database, statement, { signal, settings: needleSettings })) {
    await loadSenders(catalog, tenants, block, signal);
    records.push(...readLogRecords(catalog, block));
    total ??= block.unsigned64('total')[0];
  }
  // Behind the last page there is no row to say it.
  if (total === undefined && after !== undefined) {
    const [counted] = await database.rows<{ total: string }>(
      sql`SELECT uniqExact(stream_id, ts, ${entryHash}) AS total FROM logs WHERE ${where}`,
      { signal },
    );
    total = BigInt(counted?.total ?? 0);
  }
  return { records, total: Number(total ?? 0n) };
}

/** Without the records that name no span. */
export async function countLogsBySpan(
  database: Database,
  tenants: readonly string[],
  traceId: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const names = traceNames([traceId]);
  if (names.spellings.length === 0) return new Map();
  const rows = await database.rows<{ id: string; logs: string }>(
    sql`SELECT lower(hex(span_id)) AS id, uniqExact(stream_id, ts, ${entryHash}) AS logs
      FROM logs WHERE ${tenantCondition(tenants)} AND (${namingCondition(names)})
        AND span_id != toFixedString('', 8)
      GROUP BY span_id`,
    { signal, settings: needleSettings },
  );
  return new Map(rows.map(({ id, logs }) => [id, Number(logs)]));
}
