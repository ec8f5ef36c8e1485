// Log queries and live tailing: entries in order, grouped into streams.

import type { Clock } from '../../../base/clock.ts';
import { compareLabels, labelsKey, type Labels } from '../../../model/labels.ts';
import type { LogqlEntry, LogqlRequest, LogqlStream } from '../engine.ts';
import type { LogSource } from '../../sources.ts';
import type { Scan } from '../plan/plan.ts';
import type { Entry } from './entry.ts';
import { readRequest, RowRunner, type RowVisitor, scanRows, type ReadCounter } from './scan.ts';

/** Gathers entries by the labels of their stream. */
export class StreamGatherer {
  readonly #byLabels: Map<string, { readonly labels: Labels; readonly entries: LogqlEntry[] }> =
    new Map();
  count: number = 0;

  add(entry: Entry, seq: bigint | undefined): void {
    const { stream, metadata, parsed } = entry.split();
    const key = labelsKey(stream);
    let gathered = this.#byLabels.get(key);
    if (gathered === undefined) {
      gathered = { labels: stream, entries: [] };
      this.#byLabels.set(key, gathered);
    }
    const { timeNs, line } = entry;
    gathered.entries.push({ timeNs, seq, line, structuredMetadata: metadata, parsed });
    this.count++;
  }

  /** Sorted by labels. */
  streams(): readonly LogqlStream[] {
    return [...this.#byLabels.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  }
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}

/** The first `limit` entries in the request's direction. */
export async function runLogQuery(
  scan: Scan,
  request: LogqlRequest,
  source: LogSource,
  clock: Clock,
  counter: ReadCounter,
  signal: AbortSignal,
): Promise<StreamGatherer> {
  const gatherer = new StreamGatherer();
  if (request.limit <= 0 || request.endNs <= request.startNs) return gatherer;
  const runner = new RowRunner(scan, clock, counter);
  const { tenants, startNs, endNs, intervalNs, direction } = request;
  // With an interval most rows are skipped: how many it takes is unknown.
  const rowsWanted = intervalNs > 0n ? undefined : request.limit;
  let lastNs: bigint | undefined;
  const visit: RowVisitor = (entry, row, rows) => {
    const near = lastNs !== undefined && distance(entry.timeNs, lastNs) < intervalNs;
    if (intervalNs > 0n && near) return true;
    lastNs = entry.timeNs;
    gatherer.add(entry, rows.seq[row]);
    return gatherer.count < request.limit;
  };
  const bounds = { tenants, startNs, endNs };
  const read = { ...readRequest(scan, bounds, direction, rowsWanted), after: request.after };
  await scanRows(source, read, runner, visit, signal);
  return gatherer;
}

/** Entries of `scan` from now on, page by page. */
export async function* tailLogs(
  scan: Scan,
  request: { readonly tenants: readonly string[]; readonly startNs: bigint },
  source: LogSource,
  clock: Clock,
  counter: ReadCounter,
  signal: AbortSignal,
): AsyncGenerator<readonly LogqlStream[]> {
  const runner = new RowRunner(scan, clock, counter);
  const { matchers, lineFilters, metadataMatchers } = scan;
  const { tenants, startNs } = request;
  const selection = { tenants, startNs, matchers, lineFilters, metadataMatchers };
  for await (const rows of source.followLogs(selection, signal)) {
    const gatherer = new StreamGatherer();
    runner.run(rows, (entry, row) => {
      if (entry.timeNs >= startNs) gatherer.add(entry, rows.seq[row]);
      return true;
    });
    if (gatherer.count > 0) yield gatherer.streams();
    if (signal.aborted) return;
  }
}
