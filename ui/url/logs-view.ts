// The address of the logs page, to and from what the page shows. Parsing never fails: what is unreadable counts as
// absent, so that an old or mistyped link still shows data.

import { defaultRange, parseTimePoint, printTimePoint } from './time-range.ts';
import type { TimeRange } from './time-range.ts';

export interface LogsView {
  /** LogQL; empty: everything. */
  readonly query: string;
  readonly range: TimeRange;
  readonly order: 'newest' | 'oldest';
  readonly live: boolean;
  /** The ID of the line that is open; empty: none. */
  readonly line: string;
}

export type Search = Readonly<Record<string, string>>;

function text(search: Readonly<Record<string, unknown>>, name: string): string {
  const value = search[name];
  return typeof value === 'string' ? value : '';
}

export function parseLogsView(search: Readonly<Record<string, unknown>>): LogsView {
  const line = text(search, 'line');
  return {
    query: text(search, 'query'),
    range: {
      from: parseTimePoint(text(search, 'from')) ?? defaultRange.from,
      to: parseTimePoint(text(search, 'to')) ?? defaultRange.to,
    },
    order: text(search, 'order') === 'oldest' ? 'oldest' : 'newest',
    live: text(search, 'live') === '1',
    line: /^\d+-\d+$/.test(line) ? line : '',
  };
}

/** Defaults are left out, so that the shortest address says the most common thing. */
export function printLogsView(view: LogsView): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  const from = printTimePoint(view.range.from);
  const to = printTimePoint(view.range.to);
  if (from !== printTimePoint(defaultRange.from)) search['from'] = from;
  if (to !== printTimePoint(defaultRange.to)) search['to'] = to;
  if (view.order === 'oldest') search['order'] = 'oldest';
  if (view.live) search['live'] = '1';
  if (view.line !== '') search['line'] = view.line;
  return search;
}
