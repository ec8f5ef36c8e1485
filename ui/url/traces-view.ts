// The address of the traces page, to and from what it shows. What is unreadable counts as absent.

import { parseRange, printRange, textOf } from './search-range.ts';
import type { Search } from './search-range.ts';
import type { TimeRange } from './time-range.ts';

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

function parseBox(given: string): TraceBox | undefined {
  const parts = /^(\d{1,19})-(\d{1,19})-(\d{1,19})-(\d{1,19})$/.exec(given);
  if (parts === null) return undefined;
  const [startNs = 0n, endNs = 0n, minNs = 0n, maxNs = 0n] = parts.slice(1).map(BigInt);
  return startNs < endNs && minNs <= maxNs ? { startNs, endNs, minNs, maxNs } : undefined;
}

export function parseTracesView(search: Readonly<Record<string, unknown>>): TracesView {
  const tab = textOf(search, 'tab');
  const order = textOf(search, 'order');
  return {
    query: textOf(search, 'query'),
    range: parseRange(search),
    tab: tab === 'by' || tab === 'bands' ? tab : 'traces',
    by: textOf(search, 'by') || defaultBy,
    order: traceListOrders.find((one) => one === order) ?? 'interesting',
    failed: textOf(search, 'failed') === '1',
    box: parseBox(textOf(search, 'box')),
  };
}

/** Defaults are left out. */
export function printTracesView(view: TracesView): Search {
  const search: Record<string, string> = {};
  if (view.query !== '') search['query'] = view.query;
  Object.assign(search, printRange(view.range));
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
