// The remote driver: a ClickHouse server or cluster over HTTP, through the official client.

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client';
import { Failure } from '../../../base/errors.ts';
import type { Logger } from '../../../runtime/logger.ts';
import {
  type Database,
  type DatabaseState,
  insertPriority,
  type NativeBytes,
  type QueryOptions,
} from '../../database.ts';
import { identifier, join, print, type Sql, sql } from '../../sql/sql.ts';
import { failureFromClickHouse, isDiskFull, retryAfterMs } from '../clickhouse-failures.ts';
import { DatabaseStates } from '../database-state.ts';
import { collectJsonRows } from '../json-rows.ts';
import type { Settings } from '../statement-text.ts';
import { limitedSettings, queryTimeoutMs, StopGuard } from '../stop-guard.ts';
import { frameBody } from './native-frames.ts';

export interface RemoteSettings {
  /** `http://user:password@host:8123/database`; the database is created when missing, `clew` unless named. */
  readonly url: string;
  readonly logger: Logger;
  readonly statementsMax?: number | undefined;
  /** Requests at a time; the rest waits. */
  readonly connectionsMax?: number | undefined;
  readonly insertBytesMax?: number | undefined;
}

const statementsMaxDefault = 512;
const connectionsMaxDefault = 16;
const insertBytesMaxDefault = 256 * 1024 * 1024;
/** How often a server that did not answer is asked again. */
const pingMs = 2000;
/** An insert or a schema change that takes longer than this has lost its server. */
const requestTimeoutMs = 300_000;

interface Address {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

function parseAddress(text: string): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new Failure('config', '--clickhouse is not a URL', { cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Failure('config', `--clickhouse must be an http or https URL, got ${url.protocol}`);
  const username = decodeURIComponent(url.username) || 'default';
  const password = decodeURIComponent(url.password);
  const database = decodeURIComponent(url.pathname.slice(1)) || 'clew';
  return { url: url.origin, username, password, database };
}

/** Failures of the client and of the connection in our words. */
function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof ClickHouseError)
    return failureFromClickHouse(Number(thrown.code), thrown.message);
  return new Failure('unavailable', 'ClickHouse does not answer', { retryAfterMs, cause: thrown });
}

const readSettings: Settings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 1,
};

export class RemoteDatabase implements Database {
  readonly #settings: RemoteSettings;
  readonly #client: ClickHouseClient;
  readonly #states = new DatabaseStates();
  #statements: number = 0;
  #insertBytes: number = 0;
  #inserts: ReadonlySet<Promise<void>> = new Set();
  #ping: NodeJS.Timeout | undefined;

  private constructor(settings: RemoteSettings, client: ClickHouseClient) {
    this.#settings = settings;
    this.#client = client;
  }

  /** Creates the database when it is missing; fails with `config` when the server cannot be reached. */
  static async open(settings: RemoteSettings): Promise<RemoteDatabase> {
    const { url, username, password, database } = parseAddress(settings.url);
    const common = { url, username, password, request_timeout: requestTimeoutMs };
    const first = createClient({ ...common, log: { level: 127 } });
    try {
      await first.command({
        query: print(sql`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`),
      });
    } catch (cause) {
      throw new Failure('config', `no ClickHouse that can be used at ${url}`, { cause });
    } finally {
      await first.close();
    }
    const client = createClient({
      ...common,
      database,
      max_open_connections: settings.connectionsMax ?? connectionsMaxDefault,
      log: { level: 127 },
    });
    const remote = new RemoteDatabase(settings, client);
    remote.#states.setLife('ready');
    return remote;
  }

  get state(): DatabaseState {
    return this.#states.state;
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
    this.#states.checkReadable();
    this.#enter();
    const guard = new StopGuard(options.signal, options.timeoutMs);
    const queryId = randomUUID();
    const controller = new AbortController();
    let stopped: Failure | undefined;
    guard.onStop((failure) => {
      stopped = failure;
      this.#kill(queryId);
      controller.abort();
    });
    try {
      if (stopped === undefined) {
        await this.#client.command({
          query: print(statement),
          query_id: queryId,
          abort_signal: controller.signal,
          clickhouse_settings: { ...options.settings },
        });
      }
    } catch (thrown) {
      throw stopped ?? this.#note(thrown);
    } finally {
      this.#statements--;
      guard.dispose();
    }
    if (stopped !== undefined) throw stopped;
  }

  async insert(table: string, columns: readonly string[], native: NativeBytes): Promise<void> {
    this.#states.checkWritable();
    const pieces = native instanceof Uint8Array ? [native] : native;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (bytes === 0) return;
    const bytesMax = this.#settings.insertBytesMax ?? insertBytesMaxDefault;
    if (this.#insertBytes > 0 && this.#insertBytes + bytes > bytesMax)
      throw new Failure('overloaded', 'too much is waiting to be stored', { retryAfterMs });
    this.#insertBytes += bytes;
    const insert = this.#insert(table, columns, pieces);
    this.#inserts = new Set(this.#inserts).add(insert);
    try {
      await insert;
    } finally {
      const left = new Set(this.#inserts);
      left.delete(insert);
      this.#inserts = left;
      this.#insertBytes -= bytes;
    }
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return;
    await Promise.allSettled(this.#inserts);
    this.#states.setLife('closed');
    clearTimeout(this.#ping);
    await this.#client.close();
  }

  async #insert(
    table: string,
    columns: readonly string[],
    pieces: readonly Uint8Array[],
  ): Promise<void> {
    const list = join(columns.map(identifier), ', ');
    try {
      const { stream } = await this.#client.exec({
        query: print(sql`INSERT INTO ${identifier(table)} (${list}) FORMAT Native`),
        values: Readable.from(
          pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.length)),
        ),
        clickhouse_settings: {
          max_partitions_per_insert_block: '0',
          priority: String(insertPriority),
        },
      });
      for await (const _ of stream);
    } catch (thrown) {
      const failure = this.#note(thrown);
      if (failure.cause instanceof Error && isDiskFull(failure.cause.message))
        this.#states.hold(true);
      throw failure;
    }
  }

  async *#stream(
    statement: Sql,
    format: 'JSONEachRow' | 'Native',
    options: QueryOptions,
  ): AsyncGenerator<Uint8Array, void> {
    this.#states.checkReadable();
    this.#enter();
    const guard = new StopGuard(options.signal, options.timeoutMs ?? queryTimeoutMs);
    const queryId = randomUUID();
    const controller = new AbortController();
    let stopped: Failure | undefined;
    let isDone = false;
    guard.onStop((failure) => {
      stopped = failure;
      this.#kill(queryId);
      controller.abort();
    });
    try {
      if (stopped !== undefined) throw stopped;
      const { stream, response_headers: headers } = await this.#client.exec({
        query: print(statement),
        query_id: queryId,
        abort_signal: controller.signal,
        clickhouse_settings: {
          ...readSettings,
          ...limitedSettings(options),
          // Taken from the URL like any setting, and leaves the statement alone.
          default_format: format,
        } as Record<string, string | number>,
      });
      const tag = headers['x-clickhouse-exception-tag'];
      yield* frameBody(stream, format === 'Native', typeof tag === 'string' ? tag : undefined);
      isDone = true;
    } catch (thrown) {
      isDone = thrown instanceof ClickHouseError;
      throw stopped ?? this.#note(thrown);
    } finally {
      this.#statements--;
      guard.dispose();
      if (!isDone && stopped === undefined) {
        this.#kill(queryId);
        controller.abort();
      }
    }
  }

  /** Closing the connection does not stop a query that has nothing to send yet. */
  #kill(queryId: string): void {
    this.#client
      .command({ query: print(sql`KILL QUERY WHERE query_id = ${queryId} ASYNC`) })
      .catch(() => undefined);
  }

  #enter(): void {
    if (this.#statements >= (this.#settings.statementsMax ?? statementsMaxDefault))
      throw new Failure('overloaded', 'too many queries are waiting', { retryAfterMs });
    this.#statements++;
  }

  /** A server that does not answer makes the state `starting` until it does. */
  #note(thrown: unknown): Failure {
    const failure = failureOf(thrown);
    if (failure.code === 'internal' && thrown instanceof ClickHouseError)
      this.#settings.logger.error('statement refused', { text: thrown.message.slice(0, 1000) });
    const isLost = failure.code === 'unavailable' && !(thrown instanceof ClickHouseError);
    if (isLost && this.state !== 'closed') {
      this.#states.setLife('starting');
      this.#pingLater();
    }
    return failure;
  }

  #pingLater(): void {
    this.#ping ??= setTimeout(() => {
      this.#ping = undefined;
      void this.#client.ping().then(({ success }) => {
        if (this.state === 'closed') return;
        if (success) this.#states.setLife('ready');
        else this.#pingLater();
      });
    }, pingMs);
  }
}
