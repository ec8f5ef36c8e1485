// The address of the logs page, to and from what the page shows. Parsing never fails: what is unreadable counts as
// absent, so that an old or mistyped link still shows data.

import { parseRange, printRange, textOf } from './search-range.ts';
import type { Search } from './search-range.ts';
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

export function parseLogsView(search: Readonly<Record<string, unknown>>): LogsView {
  const line = textOf(search, 'line');
  return {
    query: textOf(search, 'query'),
    range: parseRange(search),
    order: textOf(search, 'order') === 'oldest' ? 'oldest' : 'newest',
    live: textOf(search, 'live') === '1',
    line: /^\d+-\d+$/.test(line) ? line : '',
    columns: parseColumns(textOf(search, 'columns')),
    wrap: textOf(search, 'wrap') === '1',
    patterns: textOf(search, 'patterns') === '1',
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
  Object.assign(search, printRange(view.range));
  if (view.order === 'oldest') search['order'] = 'oldest';
  if (view.live) search['live'] = '1';
  if (view.line !== '') search['line'] = view.line;
  const { columns = [], wrap = false, patterns = false } = view;
  if (columns.length > 0) search['columns'] = columns.join(',');
  if (wrap) search['wrap'] = '1';
  if (patterns) search['patterns'] = '1';
  return search;
}
