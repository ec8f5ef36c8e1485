// Pages of log rows in order of time. A wide range is read in slices from its near end, each wider than the last while
// little is found, so that the newest page of a week costs as much as that of a minute.

import type { Clock } from '../../base/clock.ts';
import { type Labels, labelsKey } from '../../model/labels.ts';
import type { LogCursor, LogRead, LogRows } from '../../query/sources.ts';
import { futureGraceMs } from '../attributes/accepted-times.ts';
import { readBlocks, timeCondition, timeValue } from '../attributes/read-blocks.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import { type Database, scanSettings } from '../database.ts';
import type { NativeBlock } from '../native/native-columns.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { findLogConditions } from './log-conditions.ts';
import {
  loadSenders,
  logRowColumns,
  LogRowsReader,
  logRowTraces,
  type StoredLogRows,
} from './log-rows.ts';

export const pageRowsMin: number = 100;
export const pageRowsDefault: number = 1000;
export const pageRowsMax: number = 5000;
/** Of a reader that goes on and on: each statement finds its place anew, which costs as much as some thousand rows. */
const pageRowsGrownMax = 20_000;
const pageGrowth = 4;

const firstSliceNs = 60_000_000_000n;
const sliceGrowth = 8n;

export interface LogReaderSettings {
  readonly database: Database;
  readonly catalog: SenderCatalog;
  readonly clock: Clock;
}

/** Strictly behind the cursor. The bound on `ts` alone is what the sort key can use. */
function behindCondition(after: LogCursor, direction: LogRead['direction']): Sql {
  const time = timeValue(after.timeNs);
  return direction === 'forward'
    ? sql`ts >= ${time} AND (ts > ${time} OR seq > ${after.seq})`
    : sql`ts <= ${time} AND (ts < ${time} OR seq < ${after.seq})`;
}

/** Rows of the cursor's very time up to it: what is behind it may have a twin among them. */
function passedStatement(
  condition: Sql,
  after: LogCursor,
  direction: LogRead['direction'],
  columns: Sql,
): Sql {
  const upTo = direction === 'forward' ? sql`seq <= ${after.seq}` : sql`seq >= ${after.seq}`;
  return sql`SELECT ${columns} FROM logs
    WHERE ${condition} AND ${timeCondition(after.timeNs, after.timeNs + 1n)} AND ${upTo}`;
}

export function logPageStatement(
  condition: Sql,
  slice: { readonly startNs: bigint; readonly endNs: bigint },
  direction: LogRead['direction'],
  after: LogCursor | undefined,
  limit: number,
  columns: Sql = logRowColumns,
): Sql {
  const behind = after === undefined ? sql`1` : behindCondition(after, direction);
  const order = direction === 'forward' ? sql`ts, seq` : sql`ts DESC, seq DESC`;
  return sql`SELECT ${columns} FROM logs
    WHERE ${condition} AND ${timeCondition(slice.startNs, slice.endNs)} AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`;
}

export async function* readLogs(
  settings: LogReaderSettings,
  request: LogRead,
  signal: AbortSignal,
): AsyncGenerator<LogRows> {
  const { database, catalog, clock } = settings;
  const { tenants, condition, isEmpty, isNeedle } = await findLogConditions(
    database,
    request,
    signal,
  );
  if (isEmpty) return;
  let limit = Math.min(Math.max(request.rowsWanted ?? pageRowsDefault, pageRowsMin), pageRowsMax);
  const forward = request.direction === 'forward';
  // Nothing is stored beyond the grace; without this the first slices of a far end would be empty.
  const lastNs = clock.nowNs() + BigInt(futureGraceMs) * 1_000_000n + 1n;
  let startNs = request.startNs < 0n ? 0n : request.startNs;
  let endNs = request.endNs < lastNs ? request.endNs : lastNs;
  let { after } = request;
  if (after !== undefined) {
    if (forward && after.timeNs > startNs) startNs = after.timeNs;
    if (!forward && after.timeNs < endNs) endNs = after.timeNs + 1n;
  }
  let width = isNeedle ? endNs - startNs : firstSliceNs;
  const { direction, withTraceIds = false } = request;
  const reader = new LogRowsReader(catalog, request.tenants.length > 1, withTraceIds);
  const columns = withTraceIds ? sql`${logRowColumns}, ${logRowTraces}` : logRowColumns;
  const twins = new TwinFilter();
  let resumed = request.after;
  while (startNs < endNs) {
    const slice = forward
      ? { startNs, endNs: smaller(startNs + width, endNs) }
      : { startNs: larger(endNs - width, startNs), endNs };
    let found = 0;
    let isBetweenTwins = false;
    const isScan = !isNeedle && slice.endNs - slice.startNs > firstSliceNs;
    const options = isScan ? { signal, settings: scanSettings } : { signal };
    const statement = logPageStatement(condition, slice, direction, after, limit, columns);
    for await (const block of readBlocks(database, statement, options)) {
      found += block.rows;
      after = lastCursor(block);
      await loadSenders(catalog, tenants, block, signal);
      const read = reader.read(block);
      if (resumed !== undefined && read.timeNs[0] === resumed.timeNs) {
        isBetweenTwins = true;
        break;
      }
      resumed = undefined;
      const rows = twins.filter(read);
      if (rows.length > 0) yield rows;
    }
    if (isBetweenTwins && resumed !== undefined) {
      // Seldom: whoever goes on behind a row is mostly at another time by then. The page is read anew after them.
      const passed = passedStatement(condition, resumed, direction, columns);
      for await (const block of readBlocks(database, passed, { signal })) {
        await loadSenders(catalog, tenants, block, signal);
        twins.filter(reader.read(block));
      }
      after = resumed;
      resumed = undefined;
      continue;
    }
    if (found >= limit && after !== undefined) {
      if (forward) startNs = after.timeNs;
      else endNs = after.timeNs + 1n;
      limit = Math.min(limit * pageGrowth, pageRowsGrownMax);
      continue;
    }
    if (forward) startNs = slice.endNs;
    else endNs = slice.startNs;
    width *= sliceFactor(found, limit);
  }
}

/** As much wider as it takes to find a page, as far as the last slice can tell. */
function sliceFactor(found: number, limit: number): bigint {
  const factor = BigInt(Math.floor(limit / Math.max(found, 1)));
  return larger(1n, smaller(factor, sliceGrowth));
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function lastCursor(block: NativeBlock): LogCursor {
  return {
    timeNs: block.signed64('ts')[block.rows - 1] ?? 0n,
    seq: block.unsigned64('seq')[block.rows - 1] ?? 0n,
  };
}

/** Drops entries of which an identical one (time, labels, line, metadata) has passed. Rows must come in order of time. */
export class TwinFilter {
  #timeNs: bigint | undefined;
  /** The first row of the present time; its key is made only when a second one comes. */
  #first: (() => string) | undefined;
  readonly #keys: Set<string> = new Set();

  #isTwin(timeNs: bigint, key: () => string): boolean {
    if (timeNs !== this.#timeNs) {
      this.#timeNs = timeNs;
      this.#first = key;
      this.#keys.clear();
      return false;
    }
    if (this.#first !== undefined) {
      this.#keys.add(this.#first());
      this.#first = undefined;
    }
    const text = key();
    if (this.#keys.has(text)) return true;
    this.#keys.add(text);
    return false;
  }

  filter(rows: StoredLogRows): LogRows {
    const kept: number[] = [];
    for (let row = 0; row < rows.length; row++) {
      const key = (): string => entryKey(rows, row);
      if (!this.#isTwin(rows.timeNs[row] ?? 0n, key)) kept.push(row);
    }
    if (kept.length === rows.length) return rows;
    return {
      length: kept.length,
      streams: rows.streams,
      stream: Uint32Array.from(kept, (row) => rows.stream[row] ?? 0),
      timeNs: BigInt64Array.from(kept, (row) => rows.timeNs[row] ?? 0n),
      seq: BigUint64Array.from(kept, (row) => rows.seq[row] ?? 0n),
      lines: kept.map((row) => rows.lines[row] ?? ''),
      metadata: kept.map((row) => rows.metadata[row] ?? []),
      traceIds: rows.traceIds && kept.map((row) => rows.traceIds?.[row] ?? []),
    };
  }
}

function entryKey(rows: StoredLogRows, row: number): string {
  const labels: Labels = rows.streams[rows.stream[row] ?? 0] ?? [];
  const metadata: Labels = rows.metadata[row] ?? [];
  return [
    labelsKey(labels),
    labelsKey(metadata),
    rows.emptyNames[row] ?? '',
    rows.lines[row] ?? '',
  ].join('\u0002');
}
