// A time range in words, for the button that opens its picker and for sentences.

import type { Zone } from '../../data/preferences.ts';
import type { ResolvedRange, TimeRange } from '../../url/time-range.ts';
import { isLive } from '../../url/time-range.ts';
import { printDayTime, printDuration, printMinute, printTime } from './numbers.ts';

const dayNs = 86_400_000_000_000n;
/** The ends of a shorter range are told apart by milliseconds. */
const shortNs = 2_000_000_000n;

/** `last 15 min`, or `14:02 – 14:06`. */
export function printRange(range: TimeRange, resolved: ResolvedRange, zone: Zone): string {
  if (isLive(range) && range.from.kind === 'now') return `last ${printDuration(range.from.agoMs)}`;
  return printSpanOfTime(resolved, zone);
}

/** `14:02 – 14:06`, `14:02:10.100 – 14:02:10.101`, with days when it is longer than one or not of today. */
export function printSpanOfTime(resolved: ResolvedRange, zone: Zone): string {
  const withDay =
    resolved.endNs - resolved.startNs > dayNs ||
    BigInt(Date.now()) * 1_000_000n - resolved.startNs > dayNs;
  if (resolved.endNs - resolved.startNs < shortNs) {
    const print = withDay ? printDayTime : printTime;
    return `${print(resolved.startNs, zone)} – ${print(resolved.endNs, zone)}`;
  }
  return `${printMinute(resolved.startNs, zone, withDay)} – ${printMinute(resolved.endNs, zone, withDay)}`;
}
