// Group commit: writers that come at the same time share one insert per table. Each insert is a file, an fsync and a
// part to be merged later, and costs milliseconds whether it carries one row or a hundred thousand.
//
// Requests are gathered in lanes, one for each table that requests end with (logs, spans, samples), so that signals do
// not wait for each other. A lane runs one insert at a time; what arrives meanwhile joins the next. A lone request
// goes at once; only a lane that inserts all the time is held to one insert in `waitMs`.

import { asFailure, Failure } from '../base/errors.ts';
import type { CommitBlocks, TableBlock } from './attributes/table-block.ts';
import type { Database } from './database.ts';

export interface GroupCommitSettings {
  readonly database: Database;
  /** The longest that a request waits for others to join. */
  readonly waitMs?: number | undefined;
  /** A group that has so many rows is worth an insert of its own and waits no longer. */
  readonly rowsEnough?: number | undefined;
  /** A group that has so many takes no more. */
  readonly rowsMax?: number | undefined;
  readonly bytesMax?: number | undefined;
  /** Bytes waiting or being inserted in a lane; beyond it requests are refused as `overloaded`. */
  readonly queueBytesMax?: number | undefined;
}

const waitMsDefault = 200;
/** What an insert costs besides its rows, 10 ms with the part's later merges, is then 2 us a row. */
const rowsEnoughDefault = 5000;
const rowsMaxDefault = 200_000;
const bytesMaxDefault = 32 * 1024 * 1024;
/** Bytes of one table that may wait; more is refused as retryable. */
export const waitingBytesMax: number = 128 * 1024 * 1024;
/** So long a request that finds the lane idle waits for others: as long as one turn of a busy event loop. */
const lingerMs = 2;
/** Inserts that a lane may do without waiting before it is held to one in `waitMs`; regained at that pace. */
const burst = 50;
const retryAfterMs = 1000;

interface Waiter {
  readonly blocks: readonly TableBlock[];
  readonly rows: number;
  readonly bytes: number;
  readonly settle: (failure: Failure | undefined) => void;
}

interface LaneLimits {
  readonly waitMs: number;
  readonly rowsEnough: number;
  readonly rowsMax: number;
  readonly bytesMax: number;
}

class Lane {
  readonly #database: Database;
  readonly #limits: LaneLimits;
  #waiting: Waiter[] = [];
  #waitingRows: number = 0;
  #waitingBytes: number = 0;
  #runningBytes: number = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #credit: number = burst;
  #refill: NodeJS.Timeout | undefined;

  constructor(database: Database, limits: LaneLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#waitingBytes + this.#runningBytes;
  }

  add(waiter: Waiter): void {
    this.#waiting.push(waiter);
    this.#waitingRows += waiter.rows;
    this.#waitingBytes += waiter.bytes;
    this.#schedule();
  }

  /** Inserts what waits; settles when nothing waits or runs. */
  async drain(): Promise<void> {
    while (this.#running !== undefined || this.#waiting.length > 0) {
      if (this.#running === undefined) this.#start();
      await this.#running;
    }
    clearTimeout(this.#refill);
  }

  #schedule(): void {
    if (this.#running !== undefined || this.#waiting.length === 0) return;
    const { rowsEnough, bytesMax } = this.#limits;
    if (this.#waitingRows >= rowsEnough || this.#waitingBytes >= bytesMax) {
      this.#start();
      return;
    }
    this.#timer ??= setTimeout(
      () => this.#start(),
      this.#credit > 0 ? Math.min(lingerMs, this.#limits.waitMs) : this.#limits.waitMs,
    );
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running !== undefined) return;
    this.#spend();
    const group = this.#take();
    this.#running = this.#insert(group).finally(() => {
      this.#runningBytes = 0;
      this.#running = undefined;
      this.#schedule();
    });
  }

  #spend(): void {
    if (this.#credit > 0) this.#credit--;
    this.#refill ??= setInterval(() => {
      this.#credit++;
      if (this.#credit < burst) return;
      clearInterval(this.#refill);
      this.#refill = undefined;
    }, this.#limits.waitMs).unref();
  }

  /** From the front of the queue as much as one insert may hold, at least one request. */
  #take(): Waiter[] {
    let count = 0;
    let rows = 0;
    let bytes = 0;
    for (const waiter of this.#waiting) {
      if (count > 0 && (rows >= this.#limits.rowsMax || bytes >= this.#limits.bytesMax)) break;
      count++;
      rows += waiter.rows;
      bytes += waiter.bytes;
    }
    this.#waitingRows -= rows;
    this.#waitingBytes -= bytes;
    this.#runningBytes = bytes;
    return this.#waiting.splice(0, count);
  }

  async #insert(group: readonly Waiter[]): Promise<void> {
    const failures = await insertGroup(this.#database, group);
    for (const [at, waiter] of group.entries()) {
      let failure = failures[at];
      // Not the storage's state but somebody's rows: find out whose, so that the neighbours are stored.
      if (failure?.code === 'internal' && group.length > 1)
        [failure] = await insertGroup(this.#database, [waiter]);
      waiter.settle(failure);
    }
  }
}

/**
 * All tables but the last of each request first, then the last ones: what is referred to is there before what refers
 * to it. Answers, for each request, the failure of an insert that held a block of it.
 */
async function insertGroup(
  database: Database,
  group: readonly Waiter[],
): Promise<(Failure | undefined)[]> {
  const failures: (Failure | undefined)[] = group.map(() => undefined);
  for (const isLast of [false, true]) {
    const tables = new Map<
      string,
      { readonly columns: readonly string[]; readonly at: number[] }
    >();
    const native = new Map<string, Uint8Array[]>();
    for (const [at, { blocks }] of group.entries()) {
      if (failures[at] !== undefined) continue;
      for (const block of isLast ? blocks.slice(-1) : blocks.slice(0, -1)) {
        const key = `${block.table} ${block.columns.join()}`;
        const table = tables.get(key) ?? { columns: block.columns, at: [] };
        table.at.push(at);
        tables.set(key, table);
        const pieces = native.get(key) ?? [];
        pieces.push(block.native);
        native.set(key, pieces);
      }
    }
    await Promise.all(
      [...tables].map(async ([key, { columns, at }]) => {
        const table = key.slice(0, key.indexOf(' '));
        try {
          await database.insert(table, columns, native.get(key) ?? []);
        } catch (thrown) {
          for (const waiter of at) failures[waiter] = asFailure(thrown);
        }
      }),
    );
  }
  return failures;
}

export class GroupCommit {
  readonly #settings: GroupCommitSettings;
  readonly #lanes = new Map<string, Lane>();
  #isClosed: boolean = false;

  constructor(settings: GroupCommitSettings) {
    this.#settings = settings;
  }

  /** Bytes that wait or are being inserted: for self-telemetry. */
  get bytes(): number {
    let bytes = 0;
    for (const lane of this.#lanes.values()) bytes += lane.bytes;
    return bytes;
  }

  readonly commit: CommitBlocks = (blocks) => {
    const last = blocks.at(-1);
    if (last === undefined) return Promise.resolve();
    if (this.#isClosed) return Promise.reject(new Failure('unavailable', 'the storage is closed'));
    const lane = this.#lane(last.table);
    let rows = 0;
    let bytes = 0;
    for (const block of blocks) {
      rows += block.rows;
      bytes += block.native.length;
    }
    const queueBytesMax = this.#settings.queueBytesMax ?? waitingBytesMax;
    if (lane.bytes > 0 && lane.bytes + bytes > queueBytesMax) {
      const failure = new Failure('overloaded', 'too much is waiting to be stored', {
        retryAfterMs,
      });
      return Promise.reject(failure);
    }
    return new Promise((resolve, reject) => {
      const settle = (failure: Failure | undefined): void =>
        failure === undefined ? resolve() : reject(failure);
      lane.add({ blocks, rows, bytes, settle });
    });
  };

  /** Stores what waits; requests that come later are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.drain()));
  }

  #lane(table: string): Lane {
    const known = this.#lanes.get(table);
    if (known !== undefined) return known;
    const rowsMax = this.#settings.rowsMax ?? rowsMaxDefault;
    const lane = new Lane(this.#settings.database, {
      waitMs: this.#settings.waitMs ?? waitMsDefault,
      rowsEnough: Math.min(rowsMax, this.#settings.rowsEnough ?? rowsEnoughDefault),
      rowsMax,
      bytesMax: this.#settings.bytesMax ?? bytesMaxDefault,
    });
    this.#lanes.set(table, lane);
    return lane;
  }
}
