// Numbers that break ties of equal time and order rows by arrival: strictly ascending, across restarts as well,
// because they start from the clock. It also knows up to which number everything is visible, so that a follower
// never runs past a row that is still on its way.

import type { Clock } from '../../base/clock.ts';

/** Numbers in a millisecond before the sequence runs ahead of the clock. */
const perMillisecond = 1n << 20n;

export interface SequenceRange {
  readonly first: bigint;
  readonly count: number;
}

export class Sequence {
  readonly #clock: Clock;
  readonly #pending: Set<SequenceRange> = new Set();
  readonly #listeners: Set<() => void> = new Set();
  /** The highest number that has been given out; before the first it is the one the clock would give. */
  #last: bigint;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = this.#fromClock() - 1n;
  }

  #fromClock(): bigint {
    return BigInt(Math.floor(this.#clock.nowMs())) * perMillisecond;
  }

  /** Takes numbers for rows that are about to be stored; `settle` must follow, whatever becomes of them. */
  reserve(count: number): SequenceRange {
    const fromClock = this.#fromClock();
    const first = fromClock > this.#last ? fromClock : this.#last + 1n;
    this.#last = first + BigInt(count) - 1n;
    const range = { first, count };
    this.#pending.add(range);
    return range;
  }

  settle(range: SequenceRange): void {
    this.#pending.delete(range);
    for (const listener of this.#listeners) listener();
  }

  /** Every row with a number up to this one is visible, and no more will come. */
  lastSettled(): bigint {
    let upTo = this.#last;
    for (const { first } of this.#pending) if (first <= upTo) upTo = first - 1n;
    return upTo;
  }

  /** Called whenever `lastSettled` may have moved; returns the way to stop listening. */
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
