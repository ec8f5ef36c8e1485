// Time and randomness come in from outside, so that tests own them. `Date.now` and `Math.random` are
// banned elsewhere.

export interface Clock {
  /** Wall time in milliseconds since the Unix epoch, with fractions where the host has them. */
  nowMs(): number;
  /** Wall time in nanoseconds since the Unix epoch. */
  nowNs(): bigint;
  /** Monotonic time in milliseconds, for durations only. */
  monotonicMs(): number;
}

/** Numbers in [0, 1), as `Math.random`. */
export type Random = () => number;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
  monotonicMs: () => Date.now(),
};

export const systemRandom: Random = () => Math.random();

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #ms: number;

  constructor(startMs: number) {
    this.#ms = startMs;
  }

  nowMs(): number {
    return this.#ms;
  }

  nowNs(): bigint {
    return BigInt(Math.round(this.#ms * 1000)) * 1000n;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** A small seeded generator (mulberry32): same seed, same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
