// The address of the traces page, to and from what it shows. What is unreadable counts as absent.

import { defaultRange, parseTimePoint, printTimePoint } from './time-range.ts';
import type { TimeRange } from './time-range.ts';
import type { Search } from './logs-view.ts';

/** A box in the scatter plot; durations in ns. */
export interface TraceBox {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly minNs: bigint;
  readonly maxNs: bigint;
}

export type TracesTab = 'traces' | 'by' | 'bands';

export const traceListOrders = [
  'interesting',
  'newest',
  'oldest',
  'slowest',
  'fastest',
  'errors',
  'spans',
  'services',
  'name',
] as const;
export type TraceListOrder = (typeof traceListOrders)[number];

export interface TracesView {
  /** TraceQL; empty: everything. */
  readonly query: string;
  readonly range: TimeRange;
  readonly tab: TracesTab;
  /** The attribute of the tab `by`, as TraceQL writes it. */
  readonly by: string;
  readonly order: TraceListOrder;
  /** Only traces with a failed span. */
  readonly failed: boolean;
  readonly box: TraceBox | undefined;
}

export const defaultBy = 'rootName';

function text(search: Readonly<Record<string, unknown>>, name: string): string {
  const value = search[name];
  return typeof value === 'string' ? value : '';
}

function parseBox(given: string): TraceBox | undefined {
  const parts = /^(\d{1,19})-(\d{1,19})-(\d{1,19})-(\d{1,19})$/.exec(given);
  if (parts === null) return undefined;
  const [startNs = 0n, endNs = 0n, minNs = 0n, maxNs = 0n] = parts.slice(1).map(BigInt);
  return startNs < endNs && minNs <= maxNs ? { startNs, endNs, minNs, maxNs } : undefined;
}

export function parseTracesView(search: Readonly<Record<string, unknown>>): TracesView {
  const tab = text(search, 'tab');
  const order = text(search, 'order');
  return {
    query: text(search, 'query'),
    range: {
      from: parseTimePoint(text(search, 'from')) ?? defaultRange.from,
      to: parseTimePoint(text(search, 'to')) ?? defaultRange.to,
    },
    tab: tab === 'by' || tab === 'bands' ? tab : 'traces',
    by: text(search, 'by') || defaultBy,
    order: traceListOrders.find((one) => one === order) ?? 'interesting',
    failed: text(search, 'failed') === '1',
    box: parseBox(text(search, 'box')),
  };
}

/** Defaults are left out. */
export function printTracesView(view: TracesView): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  const from = printTimePoint(view.range.from);
  const to = printTimePoint(view.range.to);
  if (from !== printTimePoint(defaultRange.from)) search['from'] = from;
  if (to !== printTimePoint(defaultRange.to)) search['to'] = to;
  if (view.tab !== 'traces') search['tab'] = view.tab;
  if (view.by !== defaultBy) search['by'] = view.by;
  if (view.order !== 'interesting') search['order'] = view.order;
  if (view.failed) search['failed'] = '1';
  if (view.box !== undefined) {
    const { startNs, endNs, minNs, maxNs } = view.box;
    search['box'] = `${startNs}-${endNs}-${minNs}-${maxNs}`;
  }
  return search;
}
