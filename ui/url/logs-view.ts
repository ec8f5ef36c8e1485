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
  /** Fields that have a column of their own. */
  readonly columns: readonly string[];
  /** Long lines take several rows. */
  readonly wrap: boolean;
  /** Whether the groups of similar lines are shown. */
  readonly patterns: boolean;
}

/** How lines are shown may be left out where only lines are meant. */
export type LogsPlace = Omit<LogsView, 'columns' | 'wrap' | 'patterns'> &
  Partial<Pick<LogsView, 'columns' | 'wrap' | 'patterns'>>;

const columnsMax = 20;

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
    columns: parseColumns(text(search, 'columns')),
    wrap: text(search, 'wrap') === '1',
    patterns: text(search, 'patterns') === '1',
  };
}

function parseColumns(list: string): string[] {
  const names = list.split(',').filter((name) => name !== '');
  return [...new Set(names)].slice(0, columnsMax);
}

/** Defaults are left out, so that the shortest address says the most common thing. */
export function printLogsView(view: LogsPlace): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  const from = printTimePoint(view.range.from);
  const to = printTimePoint(view.range.to);
  if (from !== printTimePoint(defaultRange.from)) search['from'] = from;
  if (to !== printTimePoint(defaultRange.to)) search['to'] = to;
  if (view.order === 'oldest') search['order'] = 'oldest';
  if (view.live) search['live'] = '1';
  if (view.line !== '') search['line'] = view.line;
  const { columns = [], wrap = false, patterns = false } = view;
  if (columns.length > 0) search['columns'] = columns.join(',');
  if (wrap) search['wrap'] = '1';
  if (patterns) search['patterns'] = '1';
  return search;
}
