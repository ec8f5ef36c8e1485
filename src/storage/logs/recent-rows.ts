// Which log records may be stored already. A client that lost an acknowledgement sends its batch again, and one that
// logs twice in a tick of its clock sends twins; Loki shows both once. Looking for twins among all rows at every count
// would cost more than the count, so that the writer marks the rows that could be one. A mark too many costs time
// later, never truth; a missing one would show a line twice in counts.

import type { Clock } from '../../base/clock.ts';

/** Rows that are remembered, a power of two: half a minute at 60,000 rows a second, and four bytes each. */
export const recentRowsMax: number = 1 << 21;

/**
 * For so long after a start rows from as long before it may be repeats of what the process before this one had stored.
 * Older ones are taken for new: somebody reads in old files.
 */
export const restartDoubtMs: number = 10 * 60 * 1000;

const wordScale = 4_294_967_296;

export class RecentRows {
  readonly #prints: Uint32Array = new Uint32Array(recentRowsMax);
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
  }

  /** Times (Numbers of ns) between which every row is in doubt at present; an empty range when none is. */
  doubtNs(): { readonly start: number; readonly end: number } {
    const isFresh = this.#clock.nowMs() - this.#startedMs < restartDoubtMs;
    return isFresh
      ? { start: (this.#startedMs - restartDoubtMs) * 1e6, end: this.#startedMs * 1e6 }
      : { start: 0, end: 0 };
  }

  /** Remembers a row by `hashRow`; whether one like it has been seen lately. */
  isRepeated(hash: number): boolean {
    const slot = Math.floor(hash / wordScale) & (recentRowsMax - 1);
    // 0 means empty.
    const print = (hash | 1) >>> 0;
    if (this.#prints[slot] === print) return true;
    this.#prints[slot] = print;
    return false;
  }
}

/** A 53-bit hash of time, stream, length and both ends of the line: the low word is the print, the rest the slot. */
export function hashRow(
  timeLow: number,
  timeHigh: number,
  streamLow: number,
  bytes: Uint8Array,
  start: number,
  length: number,
): number {
  let print = Math.imul(timeLow ^ 0x9e3779b9, 0x85ebca6b);
  print = Math.imul(print ^ (print >>> 13) ^ timeHigh, 0xc2b2ae35);
  print = Math.imul(print ^ (print >>> 15) ^ streamLow, 0x27d4eb2f);
  let slot = Math.imul(print ^ (print >>> 16) ^ length, 0x165667b1);
  const end = start + length;
  const head = Math.min(end, start + 16);
  for (let at = start; at < head; at++) {
    print = Math.imul(print ^ (bytes[at] ?? 0), 0x01000193);
    slot = Math.imul(slot ^ (bytes[at] ?? 0), 0x5bd1e995);
  }
  for (let at = Math.max(head, end - 24); at < end; at++) {
    print = Math.imul(print ^ (bytes[at] ?? 0), 0x01000193);
    slot = Math.imul(slot ^ (bytes[at] ?? 0), 0x5bd1e995);
  }
  return ((slot ^ (slot >>> 15)) >>> 11) * wordScale + ((print ^ (print >>> 16)) >>> 0);
}
