// How many bytes of requests are held at once, over all connections of a receiver: beyond the limit senders are asked to come back.

import { Failure } from '../base/errors.ts';

/** What one receiver holds at most; a sender that meets it retries a second later. */
export const inFlightBytesMax: number = 256 * 1024 * 1024;
const retryAfterMs = 1000;

export class InFlightBytes {
  readonly #max: number;
  #held: number = 0;

  constructor(max: number = inFlightBytesMax) {
    this.#max = max;
  }

  get held(): number {
    return this.#held;
  }

  /** Takes the bytes, or throws `overloaded`. A single request always fits when nothing else is held. */
  take(bytes: number): void {
    if (this.#held > 0 && this.#held + bytes > this.#max)
      throw new Failure('overloaded', 'too many bytes of requests are in flight', { retryAfterMs });
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}
