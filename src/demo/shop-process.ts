// One process of the demo shop: started with a channel to this one, on which it says its port and hears what it has to know. It ends
// when it is told to, and by itself when this process is gone, however that came about.

import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Failure } from '../base/errors.ts';

export interface ShopProcessOptions {
  readonly name: string;
  /** Of the shop's files. */
  readonly folder: string;
  /** Below `folder`. */
  readonly file: string;
  readonly nodeOptions: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the others are, as far as they have been started. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Takes what the process writes to standard output; absent: nobody reads it. */
  readonly readOutput?: ((output: Readable, pid: number) => void) | undefined;
}

export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  tell(message: Readonly<Record<string, unknown>>): void;
  /** Ends it in good order, by force when that takes too long. */
  stop(): Promise<void>;
  /** Settles with the reason when the process ends without having been told to. */
  readonly broken: Promise<string>;
}

/** A cold start of an instrumented process on a busy machine takes seconds. */
const readyTimeoutMs = 30_000;
const stopTimeoutMs = 3000;
/** What is kept of a process's errors, to say why it ended. */
const errorTextMax = 4000;

/** Fails with `unavailable` when the process does not get ready, and with `canceled`; it is gone then. */
export async function startShopProcess(
  options: ShopProcessOptions,
  signal: AbortSignal,
): Promise<StartedProcess> {
  const child = fork(options.file, [], {
    cwd: options.folder,
    env: options.env,
    execArgv: [...options.nodeOptions],
    stdio: ['ignore', options.readOutput === undefined ? 'ignore' : 'pipe', 'pipe', 'ipc'],
  });
  if (child.stdout !== null) options.readOutput?.(child.stdout, child.pid ?? 0);
  const errorText = lastTextOf(child);
  let isStopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) =>
      resolve(`ended with ${by ?? code ?? 'no code'}${sentenceOf(errorText())}`),
    );
  });
  // A message to a process that has just ended is of no interest.
  child.on('error', () => undefined);
  const tell = (message: Readonly<Record<string, unknown>>): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    tell({ stop: true });
    const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(force);
  };
  tell({ addresses: options.addresses });
  try {
    const port = await readyPort(child, ended, signal);
    const broken = new Promise<string>((resolve) => {
      void ended.then((reason) => {
        if (!isStopping) resolve(reason);
      });
    });
    return {
      name: options.name,
      pid: child.pid ?? 0,
      url: `http://127.0.0.1:${port}`,
      tell,
      stop,
      broken,
    };
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    if (signal.aborted) throw new Failure('canceled', 'the demo was stopped', { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('unavailable', `${options.name} of the demo shop ${reason}`, {
      cause: error,
    });
  }
}

function readyPort(
  child: ChildProcess,
  ended: Promise<string>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`was not ready within ${readyTimeoutMs / 1000} s`)),
      readyTimeoutMs,
    );
    const abort = (): void => reject(new Error('was stopped'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void ended.then((reason) => reject(new Error(reason)));
    child.on('message', (message) => {
      const port: unknown =
        typeof message === 'object' && message !== null && 'ready' in message
          ? message.ready
          : undefined;
      if (typeof port !== 'number') return;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(port);
    });
  });
}

/** Of standard error; read all the time, for a full pipe would stop the process. */
function lastTextOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-errorTextMax);
  });
  return () => text;
}

/** The line of a Node.js crash report that says what happened. */
function sentenceOf(errorText: string): string {
  const line = errorText.split('\n').findLast((one) => /^\w*Error\b/.test(one));
  return line === undefined ? '' : `: ${line.trim().slice(0, 300)}`;
}
