// What was refused lately and why, in the sentences that the senders were told: for the health page. One entry for each
// signal and reason, few of them; numbers in a reason do not make it another one.

import type { Clock } from '../base/clock.ts';

export interface Refusal {
  /** `logs`, `spans` or `samples`. */
  readonly signal: string;
  readonly reason: string;
  /** Records, spans or samples since the start. */
  readonly count: number;
  readonly isRetryable: boolean;
  /** Unix milliseconds of the newest. */
  readonly lastMs: number;
}

export interface Refusals {
  note(signal: string, reason: string, count: number, isRetryable: boolean): void;
  /** The newest first. */
  read(): readonly Refusal[];
}

/** The reason that was longest ago makes room for a new one. */
const refusalsMax = 20;
const reasonLengthMax = 300;

export function createRefusals(clock: Clock): Refusals {
  const known = new Map<string, Refusal>();
  return {
    note: (signal, given, count, isRetryable) => {
      const reason = given.slice(0, reasonLengthMax);
      const key = `${signal} ${reason.replaceAll(/\d+/g, '#')}`;
      const before = known.get(key)?.count ?? 0;
      known.delete(key);
      known.set(key, { signal, reason, count: before + count, isRetryable, lastMs: clock.nowMs() });
      const [oldest] = known.keys();
      if (known.size > refusalsMax && oldest !== undefined) known.delete(oldest);
    },
    read: () => [...known.values()].toReversed(),
  };
}
