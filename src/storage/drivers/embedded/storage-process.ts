// One life of the storage process as its parent sees it: requests go out, answers come back to whoever asked. When it
// ends, for whatever reason, everything that was asked fails with `unavailable`. `embedded-database.ts` starts the next.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../base/assert.ts';
import { Failure } from '../../../base/errors.ts';
import type { Logger } from '../../../runtime/logger.ts';
import { failureFromClickHouse, retryAfterMs } from '../clickhouse-failures.ts';
import type { StopGuard } from '../stop-guard.ts';
import type { HostOptions, HostReply, HostRequest, RunLane } from './host-messages.ts';
import { processEntry } from './source-entry.ts';

/** libuv's threads: each running statement holds one. */
const threadPoolSize = 24;
const standardErrorCharactersMax = 4000;

interface Pending {
  readonly chunk: (bytes: Uint8Array) => void;
  readonly end: (failure: Failure | undefined) => void;
}

/** Why a storage process could not open its folder. */
export interface OpenProblem {
  readonly isLocked: boolean;
  readonly message: string;
}

export interface StorageProcessEvents {
  /** Called once, for each end that was not asked for by `close`. */
  readonly onExit: () => void;
}

function unavailable(): Failure {
  return new Failure('unavailable', 'the storage is being restarted', { retryAfterMs });
}

export class StorageProcess {
  readonly #child: ChildProcess;
  readonly #logger: Logger;
  readonly #pending = new Map<string, Pending>();
  readonly #exited: Promise<void>;
  #standardError: string = '';
  #isClosing: boolean = false;

  private constructor(child: ChildProcess, logger: Logger, events: StorageProcessEvents) {
    this.#child = child;
    this.#logger = logger;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#standardError = (this.#standardError + text).slice(-standardErrorCharactersMax);
      for (const line of text.split('\n'))
        if (line !== '') logger.debug('storage process says', { text: line });
    });
    child.on('message', (reply: HostReply) => this.#receive(reply));
    // Sending to a process that is gone; 'exit' follows.
    child.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        for (const { end } of this.#pending.values()) end(unavailable());
        this.#pending.clear();
        resolve();
        if (this.#isClosing) return;
        logger.warn('storage process ended', {
          code: code ?? undefined,
          signal: signal ?? undefined,
        });
        events.onExit();
      });
    });
  }

  /** Starts a process and waits until it has opened its folder; a problem is a value, for it may be worth a retry. */
  static async start(
    options: HostOptions,
    logger: Logger,
    events: StorageProcessEvents,
    onStarted: (pid: number) => void,
  ): Promise<StorageProcess | OpenProblem> {
    const { url, execArgv } = processEntry('host');
    const child = fork(fileURLToPath(url), [JSON.stringify(options)], {
      execArgv: [...execArgv, '--expose-gc', '--max-old-space-size=512', '--max-semi-space-size=2'],
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threadPoolSize), NODE_OPTIONS: '' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    if (child.pid !== undefined) onStarted(child.pid);
    let isOpen = false;
    const storage = new StorageProcess(child, logger, {
      onExit: () => {
        if (isOpen) events.onExit();
      },
    });
    const problem = await new Promise<string | undefined>((resolve) => {
      child.once('message', (reply: HostReply) =>
        resolve(reply.kind === 'unusable' ? reply.message : undefined),
      );
      child.once('exit', () => resolve('the storage process ended while it opened the folder'));
      child.once('error', (error) => resolve(error.message));
    });
    if (problem === undefined) {
      isOpen = true;
      return storage;
    }
    await storage.kill();
    const message = `${problem} ${storage.#standardError.trim()}`.trim();
    return { isLocked: /Cannot lock file|already running/.test(message), message };
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Settles when the statement is done, or has been told to stop. */
  run(id: string, text: string, lane: RunLane, guard: StopGuard | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ask(
        id,
        { kind: 'run', id, text, lane },
        {
          chunk: () => undefined,
          end: (failure) => (failure === undefined ? resolve() : reject(failure)),
        },
      );
      guard?.onStop((failure) => this.#stop(id, failure));
    });
  }

  /** Chunks as they come; the process waits while several have not been taken. Leaving the loop cancels. */
  async *stream(
    id: string,
    text: string,
    format: string,
    guard: StopGuard,
  ): AsyncGenerator<Uint8Array, void> {
    const chunks: Uint8Array[] = [];
    let outcome: { readonly failure: Failure | undefined } | undefined;
    let wake: () => void = () => undefined;
    this.#ask(
      id,
      { kind: 'stream', id, text, format },
      {
        chunk: (bytes) => {
          chunks.push(bytes);
          wake();
        },
        end: (failure) => {
          outcome = { failure };
          if (failure !== undefined) chunks.length = 0;
          wake();
        },
      },
    );
    guard.onStop((failure) => this.#stop(id, failure));
    try {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          if (chunk.length > 0) yield chunk;
          this.#send({ kind: 'more', id });
          continue;
        }
        if (outcome !== undefined) {
          if (outcome.failure !== undefined) throw outcome.failure;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      if (outcome === undefined) this.#stop(id, new Failure('canceled', 'the query was canceled'));
    }
  }

  /** Ends the process after what it runs; nothing may be asked any more. */
  async close(waitMs: number): Promise<void> {
    this.#isClosing = true;
    this.#send({ kind: 'close' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), waitMs);
    await this.#exited;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.#isClosing = true;
    this.#child.kill('SIGKILL');
    if (this.#child.pid !== undefined) await this.#exited;
  }

  #ask(id: string, request: HostRequest, pending: Pending): void {
    assert(!this.#pending.has(id), 'two statements have one id');
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      pending.end(unavailable());
      return;
    }
    this.#pending.set(id, pending);
    this.#send(request);
  }

  /** The caller has its failure at once; the storage process stops the work in its own time. */
  #stop(id: string, failure: Failure): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#send({ kind: 'cancel', id });
    pending.end(failure);
  }

  #send(request: HostRequest): void {
    // A message that cannot be sent means that the process is going: 'exit' settles what waits.
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }

  #receive(reply: HostReply): void {
    if (reply.kind === 'ready' || reply.kind === 'unusable') return;
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    switch (reply.kind) {
      case 'chunk':
        pending.chunk(reply.bytes);
        return;
      case 'end':
        this.#pending.delete(reply.id);
        pending.end(undefined);
        return;
      case 'failed': {
        this.#pending.delete(reply.id);
        const failure = failureFromClickHouse(reply.code, reply.message);
        if (failure.code === 'internal')
          this.#logger.error('statement refused', { text: reply.message.slice(0, 1000) });
        pending.end(failure);
        return;
      }
    }
  }
}
