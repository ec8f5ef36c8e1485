// The driver port: what storage asks of a ClickHouse, embedded or remote. Two drivers implement it, one suite tests
// both. Statements come as trees (`sql/sql.ts`) and are printed by the driver.

import type { Sql } from './sql/sql.ts';

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Wall time after which ClickHouse stops the query; fails with `timeout`. Default: the driver's. */
  readonly timeoutMs?: number | undefined;
  /** ClickHouse settings for this query only; names and values come from our code, never from a client. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
}

/**
 * Of ClickHouse's query priorities, where a query pauses while one with a smaller number runs: inserts go before scans, and
 * look-ups take no part. Without it a scan's threads take every core from the inserts, and acknowledgements wait.
 */
export const insertPriority = 1;

/**
 * For statements that read much of a table. A pause lasts at most so long at a time, so that a scan beside ingest at full
 * speed goes on.
 */
export const scanSettings: NonNullable<QueryOptions['settings']> = {
  priority: 2,
  low_priority_query_wait_time_ms: 100,
};

/** Blocks in Native format, in one piece or as several that follow each other. */
export type NativeBytes = Uint8Array | readonly Uint8Array[];

/** `starting`: not ready yet, or the storage process is being restarted. `read-only`: disk full; queries go on. */
export type DatabaseState = 'starting' | 'ready' | 'read-only' | 'closed';

export interface Database {
  /**
   * Rows of a result as objects (JSONEachRow); 64-bit integers and NaN or infinities come as strings. For results that
   * are small: beyond 64 MiB it fails with `limit`. Statements have no SETTINGS or FORMAT at their outermost level.
   */
  rows<Row>(statement: Sql, options?: QueryOptions): Promise<Row[]>;
  /**
   * A result as bytes in ClickHouse's Native format, whole blocks a chunk (see `native/`). Leaving the loop cancels
   * the query. Many queries may run at a time; the driver bounds them and queues the rest.
   */
  blocks(statement: Sql, options?: QueryOptions): AsyncIterable<Uint8Array>;
  /** A statement without a result: DDL, mutations. */
  execute(statement: Sql, options?: QueryOptions): Promise<void>;
  /**
   * Inserts rows in Native format. Settles when they are durable (fsync) and visible; on failure nothing or all of it
   * may have been stored, and a repeat is harmless (reads drop duplicates). Fails with `unavailable` while starting
   * or read-only, `overloaded` when too much is waiting.
   */
  insert(table: string, columns: readonly string[], native: NativeBytes): Promise<void>;
  /** Refuses inserts (`read-only`) until called with false: for whoever watches the disk. Drivers do it when an insert finds the disk full. */
  holdInserts(hold: boolean): void;
  readonly state: DatabaseState;
  /** Called at each change of `state`; returns the way to stop listening. */
  onState(listener: (state: DatabaseState) => void): () => void;
  /** Waits for running inserts, cancels queries, and lets go of the data folder. */
  close(): Promise<void>;
}

/** The same database for those whose every query is a scan. */
export function forScans(database: Database): Database {
  const asScan = (options: QueryOptions = {}): QueryOptions => ({
    ...options,
    settings: { ...scanSettings, ...options.settings },
  });
  return {
    rows: (statement, options) => database.rows(statement, asScan(options)),
    blocks: (statement, options) => database.blocks(statement, asScan(options)),
    execute: (statement, options) => database.execute(statement, options),
    insert: (table, columns, native) => database.insert(table, columns, native),
    holdInserts: (hold) => database.holdInserts(hold),
    get state() {
      return database.state;
    },
    onState: (listener) => database.onState(listener),
    close: () => database.close(),
  };
}
