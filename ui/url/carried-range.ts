// The time range that goes along when one changes pages by the rail: the one of the page at hand, else the last one that
// a page had.

import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { pagesWithRange } from './doors.ts';
import type { Search } from './search-range.ts';
import { printTimePoint } from './time-range.ts';
import type { TimeRange } from './time-range.ts';

export function rangeSearch(range: TimeRange): Search {
  return { from: printTimePoint(range.from), to: printTimePoint(range.to) };
}

/** What of an address's search part is its time range, as text; undefined when its page has none. */
export function rangeOfLocation(
  pathname: string,
  search: Readonly<Record<string, unknown>>,
): Search | undefined {
  if (!pagesWithRange.includes(pathname)) return undefined;
  const range: Record<string, string> = {};
  for (const name of ['from', 'to', 'refresh']) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') range[name] = value;
  }
  return range;
}

export function useCarriedRange(): Search {
  const here = useLocation({
    select: ({ pathname, search }) => rangeOfLocation(pathname, search),
    structuralSharing: true,
  });
  const [last, setLast] = useState<Search>({});
  if (here !== undefined && here !== last) setLast(here);
  return here ?? last;
}
