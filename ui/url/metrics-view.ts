// The address of the metrics page, to and from what the page shows. Parsing never fails: what is unreadable counts as
// absent.

import { parseRange, printRange, textOf } from './search-range.ts';
import type { Search } from './search-range.ts';
import type { TimeRange } from './time-range.ts';

export const metricShows = ['chart', 'stat', 'table', 'heat'] as const;
export type MetricShow = (typeof metricShows)[number];

export interface MetricsView {
  /** PromQL; empty: what there is to see. */
  readonly query: string;
  readonly range: TimeRange;
  readonly show: MetricShow;
  /** The metric that is open in the browser; empty: none. */
  readonly metric: string;
  /** Labels of the one series that is drawn, as JSON; empty: all. */
  readonly only: string;
  /** Every series is drawn, however many there are. */
  readonly all: boolean;
}

export function parseMetricsView(search: Readonly<Record<string, unknown>>): MetricsView {
  const show = textOf(search, 'show');
  return {
    query: textOf(search, 'query'),
    range: parseRange(search),
    show: metricShows.find((one) => one === show) ?? 'chart',
    metric: textOf(search, 'metric'),
    only: textOf(search, 'only'),
    all: textOf(search, 'all') === '1',
  };
}

/** Defaults are left out. */
export function printMetricsView(view: MetricsView): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  Object.assign(search, printRange(view.range));
  if (view.show !== 'chart') search['show'] = view.show;
  if (view.metric !== '') search['metric'] = view.metric;
  if (view.only !== '') search['only'] = view.only;
  if (view.all) search['all'] = '1';
  return search;
}
