// The state of a database, made of two facts: whether it answers, and whether its disk takes anything.

import { Failure } from '../../base/errors.ts';
import type { DatabaseState } from '../database.ts';
import { retryAfterMs } from './clickhouse-failures.ts';

export class DatabaseStates {
  #life: 'starting' | 'ready' | 'closed' = 'starting';
  #isHeld: boolean = false;
  #listeners: readonly ((state: DatabaseState) => void)[] = [];

  get state(): DatabaseState {
    return this.#life === 'ready' && this.#isHeld ? 'read-only' : this.#life;
  }

  setLife(life: 'starting' | 'ready' | 'closed'): void {
    if (this.#life === 'closed') return;
    this.#change(() => {
      this.#life = life;
    });
  }

  hold(hold: boolean): void {
    this.#change(() => {
      this.#isHeld = hold;
    });
  }

  onState(listener: (state: DatabaseState) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Fails unless queries are possible. */
  checkReadable(): void {
    const { state } = this;
    if (state === 'closed') throw new Failure('unavailable', 'the storage is closed');
    if (state === 'starting')
      throw new Failure('unavailable', 'the storage is starting', { retryAfterMs });
  }

  /** Fails unless inserts are possible. */
  checkWritable(): void {
    this.checkReadable();
    if (this.state === 'read-only')
      throw new Failure('unavailable', 'the disk is full', { retryAfterMs: 10 * retryAfterMs });
  }

  #change(apply: () => void): void {
    const before = this.state;
    apply();
    const after = this.state;
    if (after !== before) for (const listener of this.#listeners) listener(after);
  }
}
