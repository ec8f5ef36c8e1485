// The readers of the storage process: started when needed, at most `readersMax`; queries beyond that wait in order.

import { Worker } from 'node:worker_threads';
import type { HostOptions, HostReply, HostRequest } from './host-messages.ts';
import { workerEntry } from './source-entry.ts';

type StreamRequest = HostRequest & { readonly kind: 'stream' };

interface Reader {
  readonly worker: Worker;
  current: string | undefined;
}

export class ReaderPool {
  readonly #options: HostOptions;
  readonly #reply: (reply: HostReply) => void;
  readonly #readers: Reader[] = [];
  readonly #waiting: StreamRequest[] = [];

  /** `reply` gets what readers answer; a reader that dies takes the process with it, which is then restarted whole. */
  constructor(options: HostOptions, reply: (reply: HostReply) => void) {
    this.#options = options;
    this.#reply = reply;
  }

  get isIdle(): boolean {
    return this.#readers.every((reader) => reader.current === undefined);
  }

  stream(request: StreamRequest): void {
    this.#waiting.push(request);
    this.#dispatch();
  }

  more(id: string): void {
    this.#readerOf(id)?.worker.postMessage({ kind: 'more', id } satisfies HostRequest);
  }

  /** Whether the query runs; then its reader stops at the next chunk, and somebody has to kill what it computes. */
  cancel(id: string): boolean {
    const at = this.#waiting.findIndex((request) => request.id === id);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.#reply({ kind: 'failed', id, code: 394, message: 'canceled before it ran' });
      return false;
    }
    const reader = this.#readerOf(id);
    reader?.worker.postMessage({ kind: 'cancel', id } satisfies HostRequest);
    return reader !== undefined;
  }

  isRunning(id: string): boolean {
    return this.#readerOf(id) !== undefined;
  }

  #readerOf(id: string): Reader | undefined {
    return this.#readers.find((reader) => reader.current === id);
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const reader =
        this.#readers.find((candidate) => candidate.current === undefined) ??
        (this.#readers.length < this.#options.readersMax ? this.#start() : undefined);
      if (reader === undefined) return;
      const request = this.#waiting.shift();
      if (request === undefined) return;
      reader.current = request.id;
      reader.worker.postMessage(request);
    }
  }

  #start(): Reader {
    const worker = new Worker(workerEntry('reader.worker'), {
      workerData: this.#options,
      // It passes chunks on and keeps nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    const reader: Reader = { worker, current: undefined };
    worker.on('message', (reply: HostReply) => {
      if (reply.kind === 'end' || reply.kind === 'failed') {
        reader.current = undefined;
        this.#dispatch();
      }
      this.#reply(reply);
    });
    worker.on('error', (error) => {
      throw error;
    });
    this.#readers.push(reader);
    return reader;
  }
}
