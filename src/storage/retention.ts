// Keeps the store within its time and its disk. Every table with telemetry has daily partitions: days that are past
// retention are dropped whole, and the oldest days go first when the disk budget is exceeded. The newest day is never
// dropped, it is cut: rows from its beginning are deleted. Watches the free space too: below a reserve inserts are
// refused as retryable, and taken again by themselves.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Database } from './database.ts';
import { identifier, sql } from './sql/sql.ts';

export interface RetentionSettings {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retentionMs: number;
  /** Bytes that all tables together may have on disk. */
  readonly diskBytesMax: number;
  /** Free bytes that are left alone: merges need some to make more. */
  readonly diskReserveBytes?: number | undefined;
  /** Called when days have gone. */
  readonly onDropped?: (() => void) | undefined;
}

export interface StoreProblem {
  readonly code: string;
  readonly message: string;
}

export interface TableFigures {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of the rows themselves; null where they have no time, or there is none. */
  readonly oldestNs: string | null;
  readonly newestNs: string | null;
}

export interface StoreFigures {
  readonly tables: readonly TableFigures[];
  readonly bytes: number;
  readonly freeBytes: number;
}

interface Partition {
  readonly table: string;
  /** `2026-06-15`. */
  readonly day: string;
  readonly id: string;
  readonly rows: number;
  readonly bytes: number;
}

interface TimeBounds {
  readonly first: string;
  readonly last: string;
}

const msPerDay = 86_400_000;
const diskReserveDefault = 256 * 1024 * 1024;
/** Inserts are taken again when so much more than the reserve is free, so that the state does not flicker. */
const resumeFactor = 1.25;
/** Cutting the newest day is dear, so it cuts to below the budget. */
const cutToShare = 0.9;

function dayStartMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** `1,234 MiB`. */
function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1_048_576).toLocaleString('en-US')} MiB`;
}

function sumBytes(partitions: readonly Partition[]): number {
  return partitions.reduce((sum, { bytes }) => sum + bytes, 0);
}

export class Retention {
  readonly #settings: RetentionSettings;
  #figures: StoreFigures = { tables: [], bytes: 0, freeBytes: 0 };
  #problems: ReadonlyMap<string, StoreProblem> = new Map();
  /** Older rows were dropped for the disk's sake. */
  #keptSinceMs: number = 0;

  constructor(settings: RetentionSettings) {
    this.#settings = settings;
  }

  /** As of the last check. */
  get figures(): StoreFigures {
    return this.#figures;
  }

  get problems(): readonly StoreProblem[] {
    return [...this.#problems.values()];
  }

  /** The oldest time of which rows may still be there. */
  retainedSinceNs(): bigint {
    const { clock, retentionMs } = this.#settings;
    const sinceMs = Math.max(clock.nowMs() - retentionMs, this.#keptSinceMs);
    return BigInt(Math.floor(sinceMs)) * 1_000_000n;
  }

  /** Whether there is room; cheap. */
  async checkSpace(): Promise<void> {
    const { database, logger } = this.#settings;
    const reserve = this.#settings.diskReserveBytes ?? diskReserveDefault;
    const [row] = await database.rows<{ free: string }>(
      sql`SELECT min(free_space) AS free FROM system.disks`,
    );
    const freeBytes = Number(row?.free ?? 0);
    this.#figures = { ...this.#figures, freeBytes };
    const isHeld = database.state === 'read-only';
    const isFull = freeBytes < (isHeld ? reserve * resumeFactor : reserve);
    this.#setProblem(
      'disk-full',
      isFull
        ? `the disk is full (${mebibytes(freeBytes)} free, ${mebibytes(reserve)} are kept in reserve): nothing is taken in until there is room`
        : undefined,
    );
    if (isFull === isHeld) return;
    if (isFull) logger.error('disk is full, ingest is refused', { freeBytes, reserve });
    else logger.info('disk has room again, ingest resumes', { freeBytes });
    database.holdInserts(isFull);
  }

  /** Drops what is past retention or over the budget. */
  async checkPartitions(): Promise<void> {
    let partitions = await this.#readPartitions();
    const cutoffMs = this.#settings.clock.nowMs() - this.#settings.retentionMs;
    const past = partitions.filter(({ day }) => dayStartMs(day) + msPerDay <= cutoffMs);
    if (past.length > 0) await this.#drop(past, 'past retention');
    partitions = partitions.filter((partition) => !past.includes(partition));
    partitions = await this.#fitBudget(partitions);
    this.#note(partitions, await this.#readBounds());
  }

  async #fitBudget(partitions: readonly Partition[]): Promise<Partition[]> {
    const { diskBytesMax } = this.#settings;
    let kept = [...partitions];
    const days = [...new Set(kept.map(({ day }) => day))].toSorted();
    for (const day of days.slice(0, -1)) {
      if (sumBytes(kept) <= diskBytesMax) break;
      await this.#drop(
        kept.filter((partition) => partition.day === day),
        'over the disk budget',
      );
      kept = kept.filter((partition) => partition.day !== day);
      this.#keptSinceMs = Math.max(this.#keptSinceMs, dayStartMs(day) + msPerDay);
    }
    const bytes = sumBytes(kept);
    const newest = days.at(-1);
    const isOver = bytes > diskBytesMax && newest !== undefined;
    this.#setProblem(
      'disk-budget',
      isOver
        ? `one day of telemetry takes ${mebibytes(bytes)}, more than the disk budget of ${mebibytes(diskBytesMax)}: less than a day is kept`
        : undefined,
    );
    if (isOver) await this.#cutDay(newest, 1 - (diskBytesMax * cutToShare) / bytes);
    return kept;
  }

  /** Deletes the first `share` of a day's time with rows from all tables that have times. */
  async #cutDay(day: string, share: number): Promise<void> {
    const { database, logger } = this.#settings;
    const tables = await this.#tablesWithTimes();
    const bounds = await Promise.all(
      tables.map(async ({ owner }) => {
        const [row] = await database.rows<{ first: string; last: string; c: string }>(
          sql`SELECT toUnixTimestamp64Milli(toDateTime64(min(ts), 3)) AS first,
              toUnixTimestamp64Milli(toDateTime64(max(ts), 3)) AS last, count() AS c
            FROM ${identifier(owner)} WHERE toDate(ts) = ${day}`,
        );
        return row;
      }),
    );
    const filled = bounds.filter((row) => Number(row?.c ?? 0) > 0);
    if (filled.length === 0) return;
    const first = Math.min(...filled.map((row) => Number(row?.first)));
    const last = Math.max(...filled.map((row) => Number(row?.last)));
    const cutMs = Math.floor(first + (last - first) * share);
    logger.warn('day is over the disk budget, its beginning is deleted', {
      day,
      before: new Date(cutMs).toISOString(),
    });
    for (const { owner } of tables) {
      await database.execute(
        sql`ALTER TABLE ${identifier(owner)} DELETE WHERE toDate(ts) = ${day}
          AND ts < fromUnixTimestamp64Milli(toInt64(${cutMs}), 'UTC')`,
      );
    }
    this.#keptSinceMs = Math.max(this.#keptSinceMs, cutMs);
  }

  #tablesWithTimes(): Promise<readonly { readonly owner: string }[]> {
    return this.#settings.database.rows<{ owner: string }>(
      sql`SELECT table AS owner FROM system.columns
        WHERE database = currentDatabase() AND name = 'ts' AND table IN
          (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')`,
    );
  }

  /** The oldest and the newest row of each table. Days are partitions by this column, so no row is read for it. */
  async #readBounds(): Promise<ReadonlyMap<string, TimeBounds>> {
    const { database } = this.#settings;
    const found = new Map<string, TimeBounds>();
    for (const { owner } of await this.#tablesWithTimes()) {
      const [row] = await database.rows<{ first: string; last: string; c: string }>(
        sql`SELECT toUnixTimestamp64Nano(toDateTime64(min(ts), 9)) AS first,
            toUnixTimestamp64Nano(toDateTime64(max(ts), 9)) AS last, count() AS c
          FROM ${identifier(owner)}`,
      );
      if (row !== undefined && Number(row.c) > 0) found.set(owner, row);
    }
    return found;
  }

  async #drop(partitions: readonly Partition[], reason: string): Promise<void> {
    const { database, logger } = this.#settings;
    for (const { table, id } of partitions)
      await database.execute(sql`ALTER TABLE ${identifier(table)} DROP PARTITION ID ${id}`);
    this.#settings.onDropped?.();
    logger.info('dropped days', {
      reason,
      days: [...new Set(partitions.map(({ day }) => day))].join(' '),
      bytes: sumBytes(partitions),
    });
  }

  async #readPartitions(): Promise<Partition[]> {
    const rows = await this.#settings.database.rows<{
      table: string;
      day: string;
      id: string;
      rows: string;
      bytes: string;
    }>(
      sql`SELECT table, partition AS day, partition_id AS id, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
        FROM system.parts WHERE database = currentDatabase() AND active
        GROUP BY table, partition, partition_id ORDER BY partition, table`,
    );
    return rows
      .filter(({ day }) => /^\d{4}-\d{2}-\d{2}$/.test(day))
      .map((row) => ({ ...row, rows: Number(row.rows), bytes: Number(row.bytes) }));
  }

  #note(partitions: readonly Partition[], bounds: ReadonlyMap<string, TimeBounds>): void {
    const tables = new Map<string, TableFigures>();
    for (const { table, rows, bytes } of partitions) {
      const known = tables.get(table) ?? { rows: 0, bytes: 0 };
      const { first = null, last = null } = bounds.get(table) ?? {};
      tables.set(table, {
        table,
        rows: known.rows + rows,
        bytes: known.bytes + bytes,
        oldestNs: first,
        newestNs: last,
      });
    }
    this.#figures = {
      ...this.#figures,
      tables: [...tables.values()],
      bytes: sumBytes(partitions),
    };
  }

  #setProblem(code: string, message: string | undefined): void {
    const problems = new Map(this.#problems);
    if (message === undefined) problems.delete(code);
    else problems.set(code, { code, message });
    this.#problems = problems;
  }
}
