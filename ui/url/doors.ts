// Addresses of the pages for whoever has a query and a time: every page reads `query`, `from` and `to` alike, and what
// else it needs by a name of its own.

import { printHref } from './address.ts';
import { absoluteRange, printTimePoint } from './time-range.ts';
import type { TimeRange } from './time-range.ts';

export type PagePath = '/overview' | '/logs' | '/traces' | '/metrics';

/** Pages whose address says their time range; leaving it out means the default. */
export const pagesWithRange: readonly string[] = [
  '/overview',
  '/logs',
  '/traces',
  '/metrics',
] satisfies PagePath[];

const pagesOfSources: Readonly<Record<string, PagePath>> = {
  loki: '/logs',
  tempo: '/traces',
  prometheus: '/metrics',
};

/** The page that shows what a datasource of this type holds. */
export function pageOfSource(type: string): PagePath | undefined {
  return pagesOfSources[type];
}

/** The same page of a server elsewhere; an empty source is this Clew. */
export function withSource(href: string, source: string): string {
  if (source === '') return href;
  return `${href}${href.includes('?') ? '&' : '?'}source=${encodeURIComponent(source)}`;
}

export interface PlaceInTime {
  /** In the page's language; empty: everything. The overview has `service` in `more` instead. */
  readonly query?: string;
  readonly range?: TimeRange;
  readonly more?: Readonly<Record<string, string>>;
}

export function pageHref(path: PagePath, { query = '', range, more = {} }: PlaceInTime): string {
  return printHref(path, {
    ...(query === '' ? {} : { query }),
    ...(range === undefined
      ? {}
      : { from: printTimePoint(range.from), to: printTimePoint(range.to) }),
    ...more,
  });
}

/** The story of a trace, with a span or a line of it selected. */
export function traceHref(
  traceId: string,
  selected: { readonly span?: string; readonly log?: string } = {},
): string {
  return printHref(`/trace/${traceId}`, {
    ...(selected.span === undefined ? {} : { span: selected.span }),
    ...(selected.log === undefined ? {} : { log: selected.log }),
  });
}

/** The time around an instant, for "around this event". */
export function rangeAround(ns: bigint, eachSideMs: number): TimeRange {
  const side = BigInt(Math.round(eachSideMs)) * 1_000_000n;
  return absoluteRange(ns - side, ns + side);
}

/** Metrics know their service as `job`, behind its namespace when it has one. */
export function metricsSelector(service: string): string {
  const exactly = service.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
  return `{job=~${JSON.stringify(`(.+/)?${exactly}`)}}`;
}
