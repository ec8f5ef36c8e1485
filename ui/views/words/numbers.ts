// Numbers, durations and instants as people read them: 1,234; 12.3 k; ms under ten seconds, s above; local time.

import type { Zone } from '../../data/preferences.ts';

// Made once: they are slow to make, and every row of a list needs them.
const grouping = new Intl.NumberFormat('en-US');
const place = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `1,234`. */
export function printCount(count: number): string {
  return grouping.format(Math.round(count));
}

/** `1,234` up to 9,999, then `12.3 k`, `4.5 M`. */
export function printShortCount(count: number): string {
  if (count < 10_000) return printCount(count);
  const [scale, unit] = count < 1_000_000 ? [1000, 'k'] : [1_000_000, 'M'];
  return `${Number((count / scale).toFixed(1))} ${unit}`;
}

/** `1 span`, `2 spans`. */
export function printCounted(count: number, noun: string): string {
  return `${printCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `0.41 ms`, `812 ms`, `1,840 ms`, `12.4 s`, `3 min 20 s`. */
export function printDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size === 0) return '0 ms';
  if (size < 10) return `${sign}${Number(size.toPrecision(2))} ms`;
  if (size < 10_000) return `${sign}${printCount(size)} ms`;
  if (size < 60_000) return `${sign}${Number((size / 1000).toFixed(1))} s`;
  if (size < 3_600_000) {
    const seconds = Math.round(size / 1000);
    return joinUnits(sign, [seconds / 60, 'min'], [seconds % 60, 's']);
  }
  const minutes = Math.round(size / 60_000);
  if (minutes < 2880) return joinUnits(sign, [minutes / 60, 'h'], [minutes % 60, 'min']);
  const hours = Math.round(minutes / 60);
  return joinUnits(sign, [hours / 24, 'd'], [hours % 24, 'h']);
}

/** A length that people chose, in its own unit: `1 s`, `15 s`, `1 min`, `500 ms`. */
export function printStep(ms: number): string {
  if (ms >= 1000 && ms < 60_000) return `${Number((ms / 1000).toFixed(3))} s`;
  return printDuration(ms);
}

/** How long ago, in whole units of one kind: `9 s`, `2 min`, `3 h`. */
export function printAge(ms: number): string {
  const unit = [86_400_000, 3_600_000, 60_000, 1000].find((one) => ms >= one) ?? 1;
  return printStep(Math.floor(ms / unit) * unit);
}

function joinUnits(sign: string, large: [number, string], small: [number, string]): string {
  const first = `${sign}${Math.floor(large[0])} ${large[1]}`;
  return small[0] === 0 ? first : `${first} ${small[0]} ${small[1]}`;
}

/** `82/s`; `4.2/min` where it is less than one in ten seconds, `1.5/h` where it is less than one in ten minutes. */
export function printRate(count: number, seconds: number): string {
  const perSecond = count / Math.max(1e-9, seconds);
  if (perSecond === 0) return '0/s';
  if (perSecond < 1 / 600) return `${Number((perSecond * 3600).toPrecision(2))}/h`;
  if (perSecond < 0.1) return `${Number((perSecond * 60).toPrecision(2))}/min`;
  if (perSecond >= 10_000) return `${Number((perSecond / 1000).toPrecision(3))} k/s`;
  return `${perSecond >= 100 ? printCount(perSecond) : Number(perSecond.toPrecision(2))}/s`;
}

/** Difference of two instants in ms, exact to the nanosecond where a double can be. */
export function msBetween(fromNs: string | bigint, toNs: string | bigint): number {
  return Number(BigInt(toNs) - BigInt(fromNs)) / 1_000_000;
}

interface Parts {
  readonly day: string;
  readonly time: string;
}

function clockParts(ns: string | bigint, zone: Zone): Parts & { readonly nanos: string } {
  const all = BigInt(ns);
  const date = new Date(Number(all / 1_000_000n));
  const nanos = String(all % 1_000_000_000n).padStart(9, '0');
  const two = (value: number): string => String(value).padStart(2, '0');
  if (Number.isNaN(date.getTime())) return { day: '?', time: String(ns), nanos };
  return zone === 'utc'
    ? {
        day: `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
        time: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
        nanos,
      }
    : {
        day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
        time: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
        nanos,
      };
}

/** `14:03:12.481`. */
export function printTime(ns: string | bigint, zone: Zone): string {
  const parts = clockParts(ns, zone);
  return `${parts.time}.${parts.nanos.slice(0, 3)}`;
}

/** `11-22 14:03:12.481`, for ranges of more than a day. */
export function printDayTime(ns: string | bigint, zone: Zone): string {
  const parts = clockParts(ns, zone);
  return `${parts.day.slice(5)} ${parts.time}.${parts.nanos.slice(0, 3)}`;
}

/** `14:03`, with the day when that is asked for. */
export function printMinute(ns: string | bigint, zone: Zone, withDay = false): string {
  const parts = clockParts(ns, zone);
  const minute = parts.time.endsWith(':00') ? parts.time.slice(0, 5) : parts.time;
  return withDay ? `${parts.day.slice(5)} ${minute}` : minute;
}

/** For a mark of a scale of time: `14:03`, `14:03:12`, and between two seconds `12.500`. */
export function printTimeMark(ns: bigint, zone: Zone, withDay = false): string {
  if (ns % 1_000_000_000n === 0n) return printMinute(ns, zone, withDay);
  return printTime(ns, zone).slice(-'12.500'.length);
}

/** For where a step of a chart begins: as `printMinute`, with its milliseconds when it begins between two seconds. */
export function printStepTime(ns: bigint, zone: Zone): string {
  return ns % 1_000_000_000n === 0n ? printMinute(ns, zone) : printTime(ns, zone);
}

/** `2026-11-22 14:03:12.481`, as a field for a time takes it; without what is zero. */
export function printDateTime(ns: string | bigint, zone: Zone): string {
  const parts = clockParts(ns, zone);
  const rest = parts.nanos.replace(/0+$/, '');
  return `${parts.day} ${parts.time}${rest === '' ? '' : `.${rest.padEnd(3, '0')}`}`;
}

/** Everything that is known of an instant, zone included, for a hover. */
export function printInstant(ns: string | bigint, zone: Zone): string {
  const parts = clockParts(ns, zone);
  const name =
    zone === 'utc' || place === 'UTC'
      ? 'UTC'
      : `${place}, ${offsetText(Number(BigInt(ns) / 1_000_000n))}`;
  return `${parts.day} ${parts.time}.${parts.nanos} ${name}`;
}

function offsetText(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
