// The result of a statement as decoded blocks.

import type { Database, QueryOptions } from '../database.ts';
import type { NativeBlock } from '../native/native-columns.ts';
import { decodeNative } from '../native/native-reader.ts';
import { type Sql, sql } from '../sql/sql.ts';

/**
 * For statements whose index leads to a few rows: splitting them among threads costs more than it gains, all the more when
 * several of them run side by side.
 */
export const needleSettings: NonNullable<QueryOptions['settings']> = { max_threads: 1 };

/** Blocks that have rows; leaving the loop cancels the query. */
export async function* readBlocks(
  database: Database,
  statement: Sql,
  options: QueryOptions,
): AsyncGenerator<NativeBlock> {
  for await (const bytes of database.blocks(statement, options)) yield* decodeNative(bytes);
}

/** The year 2100: nothing is stored behind the clock, and ClickHouse's dates and stretches of minutes end soon after. */
const timeMaxNs = 4_102_444_800_000_000_000n;

/** A time in nanoseconds as ClickHouse compares it; outside of what it can say the nearest it can. */
export function timeValue(ns: bigint): Sql {
  const clamped = ns < 0n ? 0n : ns > timeMaxNs ? timeMaxNs : ns;
  return sql`fromUnixTimestamp64Nano(${clamped}, 'UTC')`;
}

/**
 * Rows of `logs` or `spans` in [startNs, endNs). Says it twice: the tables are sorted by stretches of ten minutes before
 * anything finer, and ClickHouse does not see by itself that a bound on `ts` bounds these too.
 */
export function timeCondition(startNs: bigint, endNs: bigint): Sql {
  const start = timeValue(startNs);
  const end = timeValue(endNs);
  return sql`ts >= ${start} AND ts < ${end} AND ${bucketCondition(start, end)}`;
}

/** The stretches that two times, both inclusive, lie in or between. */
export function bucketCondition(start: Sql, end: Sql): Sql {
  return sql`toStartOfTenMinutes(ts) >= toStartOfTenMinutes(${start})
    AND toStartOfTenMinutes(ts) <= toStartOfTenMinutes(${end})`;
}

/** Days (UTC) that a range of nanoseconds touches, as a condition on a `day` column. `endNs` is exclusive. */
export function dayCondition(startNs: bigint, endNs: bigint): Sql {
  return sql`day >= toDate(${timeValue(startNs)}) AND day <= toDate(${timeValue(endNs > startNs ? endNs - 1n : endNs)})`;
}

export function tenantCondition(tenants: readonly string[]): Sql {
  const [only] = tenants;
  return tenants.length === 1 && only !== undefined
    ? sql`tenant = ${only}`
    : sql`tenant IN (${tenants.length === 0 ? [''] : tenants})`;
}
