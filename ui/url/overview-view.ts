// The address of the overview, to and from what the page shows: its time, the service it is narrowed to, the box that
// was drawn on one of its charts, and how its table is sorted. Parsing never fails.

import { parseRange, printRange, textOf } from './search-range.ts';
import type { Search } from './search-range.ts';
import type { TimeRange } from './time-range.ts';

export type ChartKind = 'errors' | 'latency' | 'logs';

/** What was selected on a chart: a time, and on the heat map also latencies. */
export interface ChartBox {
  readonly chart: ChartKind;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Both or none; the end is exclusive, and null where the box has no end on that side. */
  readonly minNs: bigint | null;
  readonly maxNs: bigint | null;
}

/** `loud`: warnings and errors. `traces`: whatever the traces of the box wrote. */
export type LinesOf = 'loud' | 'all' | 'traces';

const linesChoices: readonly LinesOf[] = ['loud', 'all', 'traces'];

/** What is looked at behind a box. */
export interface BehindView {
  readonly tab: 'lines' | 'traces';
  /** Null: what suits the box. */
  readonly lines: LinesOf | null;
  /** Conditions of values that were clicked, as their language writes them: nothing else is looked at. */
  readonly only: readonly string[];
  readonly without: readonly string[];
}

export const defaultBehind: BehindView = { tab: 'lines', lines: null, only: [], without: [] };

export const sortColumns = [
  'change',
  'service',
  'rate',
  'errors',
  'p50',
  'p95',
  'p99',
  'logs',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** The heat map, or lines of the percentiles. */
export type LatencyView = 'heat' | 'percentiles';

export interface OverviewView {
  readonly range: TimeRange;
  /** Null: all services. */
  readonly service: string | null;
  readonly box: ChartBox | null;
  /** Means something with a box only. */
  readonly behind: BehindView;
  readonly latency: LatencyView;
  readonly sort: { readonly column: SortColumn; readonly isAscending: boolean };
  /** Part of a service's name. */
  readonly find: string;
}

const charts: readonly ChartKind[] = ['errors', 'latency', 'logs'];

/** `latency.1795.1796.1000000.-`: chart, start, end, least and greatest duration in nanoseconds. */
export function parseBox(given: string): ChartBox | null {
  const [chart, start, end, min = '-', max = '-'] = given.split('.');
  const kind = charts.find((one) => one === chart);
  const number = (digits: string | undefined): bigint | null =>
    digits !== undefined && /^\d{1,19}$/.test(digits) ? BigInt(digits) : null;
  const startNs = number(start);
  const endNs = number(end);
  if (kind === undefined || startNs === null || endNs === null || startNs >= endNs) return null;
  return { chart: kind, startNs, endNs, minNs: number(min), maxNs: number(max) };
}

export function printBox({ chart, startNs, endNs, minNs, maxNs }: ChartBox): string {
  const time = `${chart}.${startNs}.${endNs}`;
  return minNs === null && maxNs === null ? time : `${time}.${minNs ?? '-'}.${maxNs ?? '-'}`;
}

/** A condition quotes its texts, line breaks among them, so it is one line. */
function parseConditions(text: string): readonly string[] {
  return [...new Set(text.split('\n').filter((condition) => condition.trim() !== ''))];
}

function parseBehind(search: Readonly<Record<string, unknown>>): BehindView {
  const lines = textOf(search, 'lines');
  return {
    tab: textOf(search, 'tab') === 'traces' ? 'traces' : 'lines',
    lines: linesChoices.find((one) => one === lines) ?? null,
    only: parseConditions(textOf(search, 'only')),
    without: parseConditions(textOf(search, 'without')),
  };
}

function printBehind({ tab, lines, only, without }: BehindView): Search {
  return {
    ...(tab === 'lines' ? {} : { tab }),
    ...(lines === null ? {} : { lines }),
    ...(only.length === 0 ? {} : { only: only.join('\n') }),
    ...(without.length === 0 ? {} : { without: without.join('\n') }),
  };
}

export function parseOverviewView(search: Readonly<Record<string, unknown>>): OverviewView {
  const sort = textOf(search, 'sort');
  const column = sortColumns.find((one) => one === sort.replace(/^-/, ''));
  return {
    range: parseRange(search),
    service: typeof search['service'] === 'string' ? search['service'] : null,
    box: parseBox(textOf(search, 'box')),
    behind: parseBehind(search),
    latency: textOf(search, 'latency') === 'percentiles' ? 'percentiles' : 'heat',
    sort:
      column === undefined
        ? { column: 'change', isAscending: false }
        : { column, isAscending: !sort.startsWith('-') },
    find: textOf(search, 'find'),
  };
}

/** What the address had of others (auto-refresh, source) stays in it. */
export function printOverviewView(
  view: OverviewView,
  address: Readonly<Record<string, unknown>> = {},
): Search {
  const search: Record<string, string> = {};
  for (const [name, value] of Object.entries(address)) {
    if (typeof value === 'string' && !own.has(name)) search[name] = value;
  }
  Object.assign(search, printRange(view.range));
  if (view.service !== null) search['service'] = view.service;
  if (view.box !== null)
    Object.assign(search, { box: printBox(view.box), ...printBehind(view.behind) });
  if (view.latency !== 'heat') search['latency'] = view.latency;
  const { column, isAscending } = view.sort;
  if (column !== 'change' || isAscending) search['sort'] = `${isAscending ? '' : '-'}${column}`;
  if (view.find !== '') search['find'] = view.find;
  return search;
}

const own = new Set('from to service latency sort find box tab lines only without'.split(' '));
