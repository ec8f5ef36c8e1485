// Whole traces: one by its ID, or several that a search has found, in one statement. The trace index says in which
// stretch of time to look, so that the sort key leads to the rows.

import { Failure } from '../../base/errors.ts';
import { decodeHexInto } from '../../base/hex.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import {
  bucketCondition,
  needleSettings,
  readBlocks,
  tenantCondition,
} from '../attributes/read-blocks.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import type { Database } from '../database.ts';
import { type Sql, sql } from '../sql/sql.ts';
import {
  outlineColumns,
  readSpanRecords,
  settleTrace,
  spanColumns,
  type StoredSpan,
} from './span-rows.ts';

/** Spans of one trace that are read; a larger trace fails. */
export const traceSpansMax: number = 200_000;
/** Spans of all the traces of one statement. */
const spansPerReadMax = 500_000;

export interface SpanReaderSettings {
  readonly database: Database;
  readonly catalog: SenderCatalog;
  /** Spans without their attributes, which are most of a large trace's bytes. */
  readonly readsOutlines?: boolean;
}

/** The bytes of an ID of 32 hex digits; undefined when it is none. */
export function traceIdBytes(traceId: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16);
  return decodeHexInto(traceId, bytes, 0, 16) ? bytes : undefined;
}

/** Rows of the index by whole IDs, by its sort key. */
export function indexCondition(tenants: readonly string[], ids: readonly Uint8Array[]): Sql {
  return sql`${tenantCondition(tenants)} AND trace_low IN (${ids.map((id) => id.subarray(8))}) AND trace_id IN (${ids})`;
}

/** Rows of `spans` that belong to the traces. */
export function tracesCondition(tenants: readonly string[], ids: readonly Uint8Array[]): Sql {
  const known = indexCondition(tenants, ids);
  // One tuple, for each subquery is a query of its own; ClickHouse runs it once however often it stands there.
  const bounds = sql`(SELECT (min(start_ts), max(end_ts)) FROM trace_index WHERE ${known})`;
  const start = sql`tupleElement(${bounds}, 1)`;
  const end = sql`tupleElement(${bounds}, 2)`;
  return sql`${tenantCondition(tenants)} AND trace_id IN (${ids})
    AND ts >= ${start} AND ts <= ${end} AND ${bucketCondition(start, end)}`;
}

/** Spans of each trace, one per (span, kind), by (start, arrival); a trace that is not stored is left out. */
export async function readTraces(
  settings: SpanReaderSettings,
  tenants: readonly string[],
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, SpanRecord[]>> {
  const ids = traceIds.flatMap((traceId) => traceIdBytes(traceId) ?? []);
  const traces = new Map<string, SpanRecord[]>();
  if (ids.length === 0) return traces;
  const stored = new Map<string, StoredSpan[]>();
  let total = 0;
  const columns = settings.readsOutlines === true ? outlineColumns : spanColumns;
  const statement = sql`SELECT ${columns} FROM spans WHERE ${tracesCondition(tenants, ids)}
    LIMIT ${spansPerReadMax + 1}`;
  const options = traceIds.length === 1 ? { signal, settings: needleSettings } : { signal };
  for await (const block of readBlocks(settings.database, statement, options)) {
    total += block.rows;
    for (const item of await readSpanRecords(settings.catalog, tenants, block, signal)) {
      const spans = stored.get(item.span.traceId);
      if (spans === undefined) stored.set(item.span.traceId, [item]);
      else spans.push(item);
    }
  }
  if (total > spansPerReadMax)
    throw new Failure('limit', `the traces hold more than ${spansPerReadMax} spans`);
  for (const [traceId, spans] of stored) {
    if (spans.length > traceSpansMax)
      throw new Failure('limit', `trace ${traceId} holds more than ${traceSpansMax} spans`);
    traces.set(traceId, settleTrace(spans));
  }
  return traces;
}
