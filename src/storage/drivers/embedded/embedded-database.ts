// The embedded driver: ClickHouse (chdb) in a storage process that this file starts, watches and starts again. While
// there is none, inserts and queries fail with `unavailable` and say when to come back.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../../../base/errors.ts';
import type { Logger } from '../../../runtime/logger.ts';
import {
  type Database,
  type DatabaseState,
  insertPriority,
  type NativeBytes,
  type QueryOptions,
} from '../../database.ts';
import { identifier, join as joinSql, type Sql, sql } from '../../sql/sql.ts';
import { isDiskFull, retryAfterMs } from '../clickhouse-failures.ts';
import { DatabaseStates } from '../database-state.ts';
import { collectJsonRows } from '../json-rows.ts';
import { statementText } from '../statement-text.ts';
import { limitedSettings, queryTimeoutMs, StopGuard } from '../stop-guard.ts';
import { connectionArguments, defaultEngineLimits, type EngineLimits } from './engine-settings.ts';
import { folderInUse, FolderLock } from './folder-lock.ts';
import type { HostOptions } from './host-messages.ts';
import { type OpenProblem, StorageProcess } from './storage-process.ts';

export interface EmbeddedSettings {
  /** The data folder; created when missing. */
  readonly folder: string;
  readonly logger: Logger;
  readonly limits?: EngineLimits | undefined;
  /** Statements that wait or run; more are refused as `overloaded`. */
  readonly statementsMax?: number | undefined;
  /** Bytes of inserts that wait or run. */
  readonly insertBytesMax?: number | undefined;
}

const databaseName = 'clew';
const statementsMaxDefault = 512;
const insertBytesMaxDefault = 256 * 1024 * 1024;
const restartFirstMs = 50;
const restartMaxMs = 5000;
/** A process that lived so long died of something new: the next start is not delayed. */
const healthyMs = 30_000;
const closeWaitMs = 8000;

export class EmbeddedDatabase implements Database {
  readonly #settings: EmbeddedSettings;
  readonly #lock: FolderLock;
  readonly #options: HostOptions;
  readonly #states = new DatabaseStates();
  #process: StorageProcess | undefined;
  #nextId: number = 1;
  #statements: number = 0;
  #insertBytes: number = 0;
  #inserts: ReadonlySet<Promise<void>> = new Set();
  #restartMs: number = restartFirstMs;
  #restart: NodeJS.Timeout | undefined;
  #healthy: NodeJS.Timeout | undefined;

  private constructor(settings: EmbeddedSettings, lock: FolderLock, options: HostOptions) {
    this.#settings = settings;
    this.#lock = lock;
    this.#options = options;
  }

  /** Takes the folder and opens it; fails with `config` when it cannot be had. */
  static async open(settings: EmbeddedSettings): Promise<EmbeddedDatabase> {
    const folder = resolve(settings.folder);
    // `file()` would take these for a pattern, find no file and insert nothing, without a word.
    if (/[*?{}]/.test(folder)) {
      const shown = JSON.stringify(settings.folder);
      throw new Failure(
        'config',
        `data folder ${shown} has one of the characters * ? { } in its path`,
      );
    }
    const options: HostOptions = {
      folder: join(folder, 'clickhouse'),
      incomingFolder: join(folder, 'incoming'),
      database: databaseName,
      readersMax: (settings.limits ?? defaultEngineLimits).readersMax,
      connectionArguments: connectionArguments(settings.limits ?? defaultEngineLimits),
    };
    try {
      mkdirSync(options.folder, { recursive: true });
      mkdirSync(options.incomingFolder, { recursive: true });
    } catch (cause) {
      const message = `data folder ${JSON.stringify(settings.folder)} cannot be written`;
      throw new Failure('config', message, { cause });
    }
    const lock = await FolderLock.take(folder);
    // Files of inserts that were never acknowledged.
    for (const name of readdirSync(options.incomingFolder))
      rmSync(join(options.incomingFolder, name), { force: true });
    const database = new EmbeddedDatabase(settings, lock, options);
    const problem = await database.#start();
    if (problem === undefined) return database;
    lock.release();
    if (problem.isLocked) throw folderInUse(settings.folder, undefined);
    settings.logger.error('data folder cannot be opened', { text: problem.message });
    throw new Failure(
      'config',
      `data folder ${JSON.stringify(settings.folder)} cannot be opened by ClickHouse`,
    );
  }

  get state(): DatabaseState {
    return this.#states.state;
  }

  /** Of the storage process, while there is one: for self-telemetry and tests. */
  get storagePid(): number | undefined {
    return this.#process?.pid;
  }

  onState(listener: (state: DatabaseState) => void): () => void {
    return this.#states.onState(listener);
  }

  holdInserts(hold: boolean): void {
    this.#states.hold(hold);
  }

  rows<Row>(statement: Sql, options: QueryOptions = {}): Promise<Row[]> {
    return collectJsonRows(this.#stream(statement, 'JSONEachRow', options));
  }

  blocks(statement: Sql, options: QueryOptions = {}): AsyncIterable<Uint8Array> {
    return this.#stream(statement, 'Native', options);
  }

  async execute(statement: Sql, options: QueryOptions = {}): Promise<void> {
    const storage = this.#readable();
    const guard = new StopGuard(options.signal, options.timeoutMs);
    const id = this.#enter();
    try {
      await storage.run(id, statementText(id, statement, options.settings), 'statement', guard);
    } finally {
      this.#statements--;
      guard.dispose();
    }
  }

  async insert(table: string, columns: readonly string[], native: NativeBytes): Promise<void> {
    this.#states.checkWritable();
    const bytes = native instanceof Uint8Array ? native : Buffer.concat(native);
    if (bytes.length === 0) return;
    const bytesMax = this.#settings.insertBytesMax ?? insertBytesMaxDefault;
    if (this.#insertBytes > 0 && this.#insertBytes + bytes.length > bytesMax)
      throw new Failure('overloaded', 'too much is waiting to be stored', { retryAfterMs });
    this.#insertBytes += bytes.length;
    const insert = this.#insert(table, columns, bytes);
    const running = new Set(this.#inserts).add(insert);
    this.#inserts = running;
    try {
      await insert;
    } finally {
      const left = new Set(this.#inserts);
      left.delete(insert);
      this.#inserts = left;
      this.#insertBytes -= bytes.length;
    }
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return;
    await Promise.allSettled(this.#inserts);
    this.#states.setLife('closed');
    clearTimeout(this.#restart);
    clearTimeout(this.#healthy);
    await this.#process?.close(closeWaitMs);
    this.#process = undefined;
    this.#lock.release();
  }

  async #insert(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void> {
    const storage = this.#readable();
    const id = String(this.#nextId++);
    const name = `${id}.native`;
    const path = join(this.#options.incomingFolder, name);
    try {
      // chdb takes binary formats from files only.
      await writeFile(path, bytes);
      const list = joinSql(columns.map(identifier), ', ');
      const statement = sql`INSERT INTO ${identifier(table)} (${list}) SELECT ${list} FROM file(${name}, 'Native')`;
      const text = statementText(id, statement, { priority: insertPriority });
      await storage.run(id, text, 'insert', undefined);
    } catch (thrown) {
      throw this.#insertFailure(thrown);
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  #insertFailure(thrown: unknown): unknown {
    const message =
      thrown instanceof Failure && thrown.cause instanceof Error
        ? thrown.cause.message
        : String(thrown);
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code !== 'ENOSPC' && code !== 'EDQUOT' && !isDiskFull(message)) return thrown;
    this.#states.hold(true);
    return thrown instanceof Failure
      ? thrown
      : new Failure('unavailable', 'the disk is full', { retryAfterMs, cause: thrown });
  }

  async *#stream(
    statement: Sql,
    format: string,
    options: QueryOptions,
  ): AsyncGenerator<Uint8Array, void> {
    const storage = this.#readable();
    const guard = new StopGuard(options.signal, options.timeoutMs ?? queryTimeoutMs);
    const id = this.#enter();
    try {
      const text = statementText(id, statement, limitedSettings(options));
      yield* storage.stream(id, text, format, guard);
    } finally {
      this.#statements--;
      guard.dispose();
    }
  }

  #readable(): StorageProcess {
    this.#states.checkReadable();
    if (this.#process === undefined)
      throw new Failure('unavailable', 'the storage is starting', { retryAfterMs });
    return this.#process;
  }

  #enter(): string {
    if (this.#statements >= (this.#settings.statementsMax ?? statementsMaxDefault))
      throw new Failure('overloaded', 'too many queries are waiting', { retryAfterMs });
    this.#statements++;
    return String(this.#nextId++);
  }

  /** Undefined once the folder is open. */
  async #start(): Promise<OpenProblem | undefined> {
    const started = await StorageProcess.start(
      this.#options,
      this.#settings.logger,
      { onExit: () => this.#onExit() },
      (pid) => this.#lock.setStorage(pid),
    );
    if (!(started instanceof StorageProcess)) return started;
    if (this.state === 'closed') {
      await started.kill();
      return undefined;
    }
    this.#process = started;
    this.#healthy = setTimeout(() => {
      this.#restartMs = restartFirstMs;
    }, healthyMs).unref();
    this.#states.setLife('ready');
    return undefined;
  }

  #onExit(): void {
    this.#process = undefined;
    clearTimeout(this.#healthy);
    this.#states.setLife('starting');
    if (this.state !== 'closed') this.#startAgain();
  }

  #startAgain(): void {
    this.#restart = setTimeout(() => {
      void this.#start().then((problem) => {
        if (problem === undefined || this.state === 'closed') return;
        this.#settings.logger.error('storage does not start', { text: problem.message });
        this.#startAgain();
      });
    }, this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, restartMaxMs);
  }
}
