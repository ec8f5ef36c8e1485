// The log records of a trace, found by index over everything that is kept: no time range is needed, and no shift can
// miss one.

import type { LogRecord } from '../../model/log-record.ts';
import type { LogCursor } from '../../query/sources.ts';
import { readBlocks, tenantCondition, timeValue } from '../attributes/read-blocks.ts';
import { entryHash } from '../logs/count-logs.ts';
import { loadSenders, logRowColumns, readLogRecords } from '../logs/log-rows.ts';
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
  const statement = sql`SELECT ${logRowColumns} FROM (
      SELECT ${logRowColumns} FROM logs WHERE ${where} ORDER BY seq LIMIT 1 BY stream_id, ts, ${entryHash})
    WHERE ${behind} ORDER BY ts, seq LIMIT ${limit}`;
  const counting = database.rows<{ total: string }>(
    sql`SELECT uniqExact(stream_id, ts, ${entryHash}) AS total FROM logs WHERE ${where}`,
    { signal },
  );
  // Awaited below; a failure of the other statement must not leave this one without anybody to hear it.
  counting.catch(() => undefined);
  const records: LogRecord[] = [];
  for await (const block of readBlocks(database, statement, { signal })) {
    await loadSenders(catalog, tenants, block, signal);
    records.push(...readLogRecords(catalog, block));
  }
  const [counted] = await counting;
  return { records, total: Number(counted?.total ?? 0) };
}
