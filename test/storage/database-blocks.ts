// A small table and rows for it, for tests of drivers and of what stands on them.

import type { Database } from '../../src/storage/database.ts';
import { NativeWriter } from '../../src/storage/native/native-writer.ts';
import { identifier, sql } from '../../src/storage/sql/sql.ts';

/** A block of `n UInt64, text String` for the numbers from..from + count. */
export function numbersBlock(from: number, count: number): Uint8Array {
  const writer = new NativeWriter();
  writer.beginBlock(2, count);
  writer.column('n', 'UInt64');
  for (let n = from; n < from + count; n++) writer.uint64(n);
  writer.column('text', 'String');
  for (let n = from; n < from + count; n++) writer.text(`row ${n}`);
  return writer.take();
}

export async function createNumbersTable(database: Database, table: string): Promise<void> {
  await database.execute(sql`DROP TABLE IF EXISTS ${identifier(table)}`);
  await database.execute(
    sql`CREATE TABLE ${identifier(table)} (n UInt64, text LowCardinality(String)) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  );
}

export async function countRows(database: Database, table: string): Promise<number> {
  const rows = await database.rows<{ c: string }>(
    sql`SELECT count() AS c FROM ${identifier(table)}`,
  );
  return Number(rows[0]?.c);
}
