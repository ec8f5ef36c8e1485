// Single log records by their cursors.

import { Failure } from '../../base/errors.ts';
import type { LogRecord } from '../../model/log-record.ts';
import type { LogCursor } from '../../query/sources.ts';
import { readBlocks, tenantCondition, timeValue } from '../attributes/read-blocks.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import type { Database } from '../database.ts';
import { loadSenders, logRowColumns, readLogRecords as decodeRecords } from '../logs/log-rows.ts';
import { join, sql } from '../sql/sql.ts';

/** Cursors that one call may ask for. */
export const logCursorsMax: number = 5000;

/** Cursors a statement: more would make it longer than ClickHouse reads. */
const cursorsPerStatement = 1000;

export interface LogRecordReader {
  readonly database: Database;
  readonly catalog: SenderCatalog;
}

export async function readLogRecords(
  { database, catalog }: LogRecordReader,
  tenants: readonly string[],
  cursors: readonly LogCursor[],
  signal: AbortSignal,
): Promise<readonly LogRecord[]> {
  if (cursors.length > logCursorsMax)
    throw new Failure('limit', `more than ${logCursorsMax} log records asked for at a time`);
  const found = new Map<string, LogRecord>();
  for (let from = 0; from < cursors.length; from += cursorsPerStatement) {
    const some = cursors.slice(from, from + cursorsPerStatement);
    const times = [...new Set(some.map(({ timeNs }) => timeNs))];
    const statement = sql`SELECT ${logRowColumns} FROM logs
      WHERE ${tenantCondition(tenants)} AND ts IN (${join(times.map(timeValue), ', ')})
        AND seq IN (${some.map(({ seq }) => seq)})`;
    for await (const block of readBlocks(database, statement, { signal })) {
      await loadSenders(catalog, tenants, block, signal);
      for (const record of decodeRecords(catalog, block))
        found.set(`${record.timeNs} ${record.seq}`, record);
    }
  }
  return cursors.flatMap(({ timeNs, seq }) => found.get(`${timeNs} ${seq}`) ?? []);
}

export async function readLogRecord(
  reader: LogRecordReader,
  tenants: readonly string[],
  cursor: LogCursor,
  signal: AbortSignal,
): Promise<LogRecord | undefined> {
  const [record] = await readLogRecords(reader, tenants, [cursor], signal);
  return record;
}
