// Whether a text is nothing but a time: a date, an epoch in s, ms, µs or ns, or a time of day.

import type { Zone } from '../../data/preferences.ts';
import { parseTimePoint } from '../../url/time-range.ts';

const dayMs = 86_400_000;
const earliestNs = BigInt(Date.UTC(2000, 0)) * 1_000_000n;
const latestNs = BigInt(Date.UTC(2100, 0)) * 1_000_000n;
const textLengthMax = 40;

/** Undefined when it is no time, or one that no record can have. `nowMs`: for a time of day, the last one that was. */
export function timeInText(given: string, zone: Zone, nowMs: number): bigint | undefined {
  const text = given.trim();
  if (text.length > textLengthMax) return undefined;
  if (/^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?$/.test(text)) return timeOfDay(text, zone, nowMs);
  // A shorter number is a year or an ID's beginning; only a whole epoch is a time.
  if (/^\d+$/.test(text) && ![10, 13, 16, 19].includes(text.length)) return undefined;
  const point = parseTimePoint(text.replace(/\s?UTC$/i, 'Z'), zone);
  if (point?.kind !== 'at' || point.ns < earliestNs || point.ns > latestNs) return undefined;
  return point.ns;
}

function timeOfDay(text: string, zone: Zone, nowMs: number): bigint | undefined {
  const two = (part: number): string => String(part).padStart(2, '0');
  const dayOf = (ms: number): string => {
    const date = new Date(ms);
    return zone === 'utc'
      ? date.toISOString().slice(0, 10)
      : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  };
  const time = text.indexOf(':') === 1 ? `0${text}` : text;
  for (const day of [dayOf(nowMs), dayOf(nowMs - dayMs)]) {
    const point = parseTimePoint(`${day} ${time}`, zone);
    if (point?.kind === 'at' && point.ns <= BigInt(nowMs) * 1_000_000n) return point.ns;
  }
  return undefined;
}
