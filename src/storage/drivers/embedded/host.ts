// The storage process: ClickHouse in a process of its own, so that its memory, its crashes and its long work are not
// Clew's. Serves its parent over the IPC channel and never outlives it: when the channel closes, it is gone at once.
// That loses nothing, for what was acknowledged is on disk.

import { drainPending, Session } from 'chdb';
import { clickHouseCode } from '../clickhouse-failures.ts';
import { statementMark } from '../statement-text.ts';
import type { HostOptions, HostReply, HostRequest, RunLane } from './host-messages.ts';
import { ReaderPool } from './reader-pool.ts';

/** Sessions of each lane, hence statements that run side by side. */
const laneSessions: Readonly<Record<RunLane, number>> = { insert: 2, statement: 1 };
/**
 * A kill that hits a query between its planning and its first step is lost for good: ClickHouse notes it, and no
 * executor looks. So readers are told first and look once when planning is done, and the kill comes after that.
 * It is repeated until the query is gone, for before the query has begun there is nothing to kill.
 */
const killAfterMs = 25;
/** Memory that a query has used goes back to the system when nothing has run for so long. */
const idleMs = 2000;
/** Half a minute of work without a pause: then it is given back beside the work. */
const busyTicksMax = 15;

type RunRequest = HostRequest & { readonly kind: 'run' };

class Lane {
  readonly #idle: Session[];
  readonly #waiting: RunRequest[] = [];
  readonly #running = new Set<string>();
  readonly #reply: (reply: HostReply) => void;

  constructor(sessions: Session[], reply: (reply: HostReply) => void) {
    this.#idle = sessions;
    this.#reply = reply;
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#waiting.length === 0;
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  run(request: RunRequest): void {
    this.#waiting.push(request);
    this.#dispatch();
  }

  cancelWaiting(id: string): void {
    const at = this.#waiting.findIndex((request) => request.id === id);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#reply({ kind: 'failed', id, code: 394, message: 'canceled before it ran' });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const session = this.#idle.pop();
      if (session === undefined) return;
      const request = this.#waiting.shift();
      if (request === undefined) return;
      void this.#execute(session, request);
    }
  }

  async #execute(session: Session, { id, text }: RunRequest): Promise<void> {
    this.#running.add(id);
    let reply: HostReply = { kind: 'end', id };
    try {
      await session.queryAsync(text, { format: 'TabSeparated' });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reply = { kind: 'failed', id, code: clickHouseCode(message), message };
    }
    this.#running.delete(id);
    this.#idle.push(session);
    this.#reply(reply);
    this.#dispatch();
  }
}

class Host {
  readonly #control: Session;
  readonly #sessions: Session[] = [];
  readonly #readers: ReaderPool;
  readonly #lanes: Readonly<Record<RunLane, Lane>>;
  #controlled: Promise<unknown> = Promise.resolve();
  #hasWorked: boolean = false;
  #workedSinceTick: boolean = false;
  #ticksSinceRelease: number = 0;

  constructor(options: HostOptions, send: (reply: HostReply) => void) {
    const open = (): Session => {
      const session = new Session(options.folder, { connectionArgs: options.connectionArguments });
      this.#sessions.push(session);
      return session;
    };
    this.#control = open();
    this.#control.query(`CREATE DATABASE IF NOT EXISTS \`${options.database}\` ENGINE = Atomic`);
    const lane = (name: RunLane): Lane =>
      new Lane(
        Array.from({ length: laneSessions[name] }, () => {
          const session = open();
          session.query(`USE \`${options.database}\``);
          return session;
        }),
        send,
      );
    this.#lanes = { insert: lane('insert'), statement: lane('statement') };
    this.#readers = new ReaderPool(options, send);
  }

  serve(request: HostRequest): void {
    this.#workedSinceTick = true;
    switch (request.kind) {
      case 'stream':
        this.#readers.stream(request);
        return;
      case 'run':
        this.#lanes[request.lane].run(request);
        return;
      case 'more':
        this.#readers.more(request.id);
        return;
      case 'cancel':
        this.#cancel(request.id);
        return;
      case 'close':
        void this.#close();
        return;
    }
  }

  #cancel(id: string): void {
    for (const lane of Object.values(this.#lanes)) lane.cancelWaiting(id);
    this.#readers.cancel(id);
    this.#killSoon(id);
  }

  #isRunning(id: string): boolean {
    return (
      this.#readers.isRunning(id) || Object.values(this.#lanes).some((lane) => lane.isRunning(id))
    );
  }

  #killSoon(id: string): void {
    if (!this.#isRunning(id)) return;
    setTimeout(() => {
      if (!this.#isRunning(id)) return;
      const text = `KILL QUERY WHERE startsWith(query, '${statementMark(id)}') ASYNC`;
      const again = (): void => this.#killSoon(id);
      this.#controlSoon(text).then(again, again);
    }, killAfterMs).unref();
  }

  /** One at a time: a Session runs one statement. */
  #controlSoon(text: string): Promise<unknown> {
    const done = this.#controlled.then(() => this.#control.queryAsync(text));
    this.#controlled = done.catch(() => undefined);
    return done;
  }

  /**
   * Called every `idleMs`. Freed pages stay with the process until asked for: 190 MB after a large query. A store that
   * always has a little to do is never idle and would keep what its merges had: it is asked at times all the same.
   */
  releaseMemory(): void {
    const isIdle = this.#readers.isIdle && Object.values(this.#lanes).every((lane) => lane.isIdle);
    this.#ticksSinceRelease++;
    if (this.#workedSinceTick || !isIdle) {
      this.#hasWorked = true;
      this.#workedSinceTick = false;
      if (this.#ticksSinceRelease < busyTicksMax) return;
    }
    if (!this.#hasWorked) return;
    this.#hasWorked = false;
    this.#ticksSinceRelease = 0;
    globalThis.gc?.();
    this.#controlSoon('SYSTEM JEMALLOC PURGE').catch(() => undefined);
  }

  async #close(): Promise<void> {
    await drainPending();
    for (const session of this.#sessions) session.close();
    await drainPending();
    process.disconnect();
  }
}

function start(): void {
  const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
  // Interrupts from a terminal reach the whole process group: the parent decides what they mean.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGKILL');
  });
  const send = (reply: HostReply): void => {
    // Nobody listens any more when this fails; 'disconnect' follows.
    if (process.connected) process.send?.(reply, undefined, undefined, () => undefined);
  };
  // Inserts name their files relative to this folder.
  process.chdir(options.incomingFolder);
  try {
    const host = new Host(options, send);
    process.on('message', (request: HostRequest) => host.serve(request));
    setInterval(() => host.releaseMemory(), idleMs).unref();
    send({ kind: 'ready' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ kind: 'unusable', message });
  }
}

start();
