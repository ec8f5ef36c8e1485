// Which times a record may have: from what retention keeps to a little ahead of the clock. A missing time is the
// observed one, and when that is missing too it is the time of arrival.

import type { Clock } from '../../base/clock.ts';
import type { Uint64Column } from '../../base/columns.ts';
import { printPrometheusDuration } from '../../base/duration.ts';

/** How far ahead of the clock a record may be. */
export const futureGraceMs: number = 10 * 60 * 1000;

const nsPerDay = 86_400_000_000_000;
const nsPerDayExact = 86_400_000_000_000n;
const wordScale = 4_294_967_296;

/** Whole UTC days since the epoch of a nanosecond time. */
export function dayOfNs(ns: bigint): number {
  return Number(ns / nsPerDayExact);
}

/** The same from a column; exact, but without a `BigInt` unless the time is within a microsecond of midnight. */
export function dayAt(column: Uint64Column, row: number): number {
  const ns = (column.words[row * 2 + 1] ?? 0) * wordScale + (column.words[row * 2] ?? 0);
  const day = Math.floor(ns / nsPerDay);
  const sinceMidnight = ns - day * nsPerDay;
  return sinceMidnight < 1000 || sinceMidnight > nsPerDay - 1000 ? dayOfNs(column.at(row)) : day;
}

export interface TimeWindow {
  readonly nowNs: bigint;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export function acceptedTimes(clock: Clock, retentionMs: number): TimeWindow {
  const nowNs = clock.nowNs();
  return {
    nowNs,
    startNs: nowNs - BigInt(Math.round(retentionMs)) * 1_000_000n,
    endNs: nowNs + BigInt(futureGraceMs) * 1_000_000n,
  };
}

/** Rows whose time is in the window, in order. */
export function acceptedRows(times: Uint64Column, rows: number, window: TimeWindow): Uint32Array {
  const accepted = new Uint32Array(rows);
  const start = Number(window.startNs);
  const end = Number(window.endNs);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const ns = (times.words[row * 2 + 1] ?? 0) * wordScale + (times.words[row * 2] ?? 0);
    if (ns >= start && ns <= end) accepted[count++] = row;
  }
  return accepted.subarray(0, count);
}

/** The sentence of a partial success; `things` is the plural noun. */
export function rejectedTimesMessage(
  rejected: number,
  things: string,
  retentionMs: number,
): string {
  if (rejected === 0) return '';
  const retention = printPrometheusDuration(BigInt(Math.round(retentionMs)) * 1_000_000n);
  return `${rejected} ${things} rejected: their time is older than the retention of ${retention} or more than 10m ahead of the clock`;
}
