// Ends one statement from outside: when the caller's signal fires or its time is over. ClickHouse keeps the time too
// (`max_execution_time`); the timer here also covers the wait before a statement runs.

import { Failure } from '../../base/errors.ts';
import type { QueryOptions } from '../database.ts';
import type { Settings } from './statement-text.ts';

/** Unless a query says otherwise. */
export const queryTimeoutMs = 60_000;
/** ClickHouse shall be the first to notice, for its failure is the more exact one. */
const graceMs = 250;

export class StopGuard {
  #failure: Failure | undefined;
  #listener: ((failure: Failure) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.#stop(new Failure('canceled', 'the query was canceled'));

  /** `timeoutMs` undefined: no time limit. */
  constructor(signal: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#signal = signal;
    if (signal?.aborted === true) this.#abort();
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(
        () => this.#stop(new Failure('timeout', 'the query took too long and was stopped')),
        timeoutMs + graceMs,
      );
    }
  }

  /** Called once, at once when it has stopped already. */
  onStop(listener: (failure: Failure) => void): void {
    if (this.#failure === undefined) this.#listener = listener;
    else listener(this.#failure);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#listener = undefined;
  }

  #stop(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#listener?.(failure);
  }
}

/** A query's settings with its time limit among them. */
export function limitedSettings(options: QueryOptions): Settings {
  return {
    ...options.settings,
    max_execution_time: (options.timeoutMs ?? queryTimeoutMs) / 1000,
  };
}
