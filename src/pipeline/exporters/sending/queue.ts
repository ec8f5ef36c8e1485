// A bounded queue in memory between the pipelines and a server elsewhere. What is in it has been acknowledged; when it is full, senders are
// refused or held, so that the pressure goes back to where the data comes from.

import { Failure } from '../../../base/errors.ts';
import { untilAborted } from '../../../runtime/waiting.ts';

export interface QueueOptions<Item> {
  readonly sizeMax: number;
  readonly consumers: number;
  readonly blockOnOverflow: boolean;
  readonly sizeOf: (item: Item) => number;
  /** Never rejects. */
  readonly work: (item: Item) => Promise<void>;
}

const retryAfterMs = 1000;

interface Held {
  readonly size: number;
  readonly admit: () => void;
}

export class SendingQueue<Item> {
  readonly #options: QueueOptions<Item>;
  readonly #waiting: Item[] = [];
  readonly #working: Set<Promise<void>> = new Set();
  readonly #held: Held[] = [];
  #size: number = 0;

  constructor(options: QueueOptions<Item>) {
    this.#options = options;
  }

  /** Of what waits; what is being sent has left the queue. */
  get size(): number {
    return this.#size;
  }

  /** Resolves when the item is in the queue; `overloaded` when it is full. */
  async push(item: Item): Promise<void> {
    const size = this.#options.sizeOf(item);
    const { sizeMax, blockOnOverflow } = this.#options;
    // An idle consumer takes the item at once, so that it never counts as waiting.
    const isIdle = this.#waiting.length === 0 && this.#working.size < this.#options.consumers;
    if (!isIdle && this.#size + size > sizeMax) {
      if (!blockOnOverflow)
        throw new Failure('overloaded', 'sending queue is full', { retryAfterMs });
      await new Promise<void>((admit) => this.#held.push({ size, admit }));
    } else this.#size += size;
    this.#waiting.push(item);
    this.#next();
  }

  /** Waits until everything has been worked off, or the signal fires; returns what is left. */
  async drain(signal: AbortSignal): Promise<readonly Item[]> {
    while (!signal.aborted && (this.#working.size > 0 || this.#waiting.length > 0)) {
      this.#next();
      await untilAborted(Promise.race(this.#working), signal);
    }
    return this.#waiting.splice(0);
  }

  #next(): void {
    while (this.#working.size < this.#options.consumers) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      this.#size -= this.#options.sizeOf(item);
      this.#admit();
      const working = this.#options.work(item).finally(() => {
        this.#working.delete(working);
        this.#next();
      });
      this.#working.add(working);
    }
  }

  #admit(): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      if (this.#size > 0 && this.#size + first.size > this.#options.sizeMax) return;
      this.#held.shift();
      this.#size += first.size;
      first.admit();
    }
  }
}
