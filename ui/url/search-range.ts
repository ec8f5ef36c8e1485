// What the addresses of the pages have in common: pairs of texts, a query and a time range whose defaults are left out.

import { defaultRange, parseTimePoint, printTimePoint } from './time-range.ts';
import type { TimeRange } from './time-range.ts';

export type Search = Readonly<Record<string, string>>;

/** Empty when it is not there, or no text. */
export function textOf(search: Readonly<Record<string, unknown>>, name: string): string {
  const value = search[name];
  return typeof value === 'string' ? value : '';
}

/** What is unreadable counts as absent. */
export function parseRange(search: Readonly<Record<string, unknown>>): TimeRange {
  return {
    from: parseTimePoint(textOf(search, 'from')) ?? defaultRange.from,
    to: parseTimePoint(textOf(search, 'to')) ?? defaultRange.to,
  };
}

export function printRange(range: TimeRange): Search {
  const from = printTimePoint(range.from);
  const to = printTimePoint(range.to);
  return {
    ...(from !== printTimePoint(defaultRange.from) && { from }),
    ...(to !== printTimePoint(defaultRange.to) && { to }),
  };
}
