// The address of the metrics page, to and from what the page shows. Parsing never fails: what is unreadable counts as
// absent.

import type { Search } from './logs-view.ts';
import { defaultRange, parseTimePoint, printTimePoint } from './time-range.ts';
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

function text(search: Readonly<Record<string, unknown>>, name: string): string {
  const value = search[name];
  return typeof value === 'string' ? value : '';
}

export function parseMetricsView(search: Readonly<Record<string, unknown>>): MetricsView {
  const show = text(search, 'show');
  return {
    query: text(search, 'query'),
    range: {
      from: parseTimePoint(text(search, 'from')) ?? defaultRange.from,
      to: parseTimePoint(text(search, 'to')) ?? defaultRange.to,
    },
    show: metricShows.find((one) => one === show) ?? 'chart',
    metric: text(search, 'metric'),
    only: text(search, 'only'),
    all: text(search, 'all') === '1',
  };
}

/** Defaults are left out. */
export function printMetricsView(view: MetricsView): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  const from = printTimePoint(view.range.from);
  const to = printTimePoint(view.range.to);
  if (from !== printTimePoint(defaultRange.from)) search['from'] = from;
  if (to !== printTimePoint(defaultRange.to)) search['to'] = to;
  if (view.show !== 'chart') search['show'] = view.show;
  if (view.metric !== '') search['metric'] = view.metric;
  if (view.only !== '') search['only'] = view.only;
  if (view.all) search['all'] = '1';
  return search;
}
