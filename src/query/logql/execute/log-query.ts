// Log queries and live tailing: entries in order, grouped into streams.

import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { compareLabels, labelsKey, type Labels } from '../../../model/labels.ts';
import type { LogqlEntry, LogqlRequest, LogqlStream } from '../engine.ts';
import type { LogSource } from '../../sources.ts';
import type { Scan } from '../plan/plan.ts';
import type { Entry } from './entry.ts';
import {
  ReadCounter,
  readRequest,
  RowRunner,
  type RowVisitor,
  scanRows,
  type TurnTaker,
} from './scan.ts';
import type { TraceFilters } from './trace-filter.ts';

/** Gathers entries by the labels of their stream. */
export class StreamGatherer {
  readonly #byLabels: Map<string, { readonly labels: Labels; readonly entries: LogqlEntry[] }> =
    new Map();
  /** The same by the identity of labels, which most lines of a stream share. */
  readonly #byIdentity: WeakMap<Labels, LogqlEntry[]> = new WeakMap();
  readonly #charactersMax: number;
  #characters: number = 0;
  count: number = 0;

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  add(entry: Entry, seq: bigint | undefined): void {
    const { stream, metadata, parsed } = entry.split();
    const entries = this.#entriesOf(stream);
    const { timeNs, line } = entry;
    this.#characters += line.length;
    if (this.#characters > this.#charactersMax) {
      throw new Failure(
        'limit',
        `lines of the result have more than ${this.#charactersMax} characters; ask for fewer of them or add filters`,
      );
    }
    entries.push({ timeNs, seq, line, structuredMetadata: metadata, parsed });
    this.count++;
  }

  #entriesOf(labels: Labels): LogqlEntry[] {
    const known = this.#byIdentity.get(labels);
    if (known !== undefined) return known;
    const key = labelsKey(labels);
    let gathered = this.#byLabels.get(key);
    if (gathered === undefined) {
      gathered = { labels, entries: [] };
      this.#byLabels.set(key, gathered);
    }
    this.#byIdentity.set(labels, gathered.entries);
    return gathered.entries;
  }

  /** Sorted by labels. */
  streams(): readonly LogqlStream[] {
    return [...this.#byLabels.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  }
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}

/** What a log query works with, beside its plan and its request. */
export interface LogQueryContext {
  readonly source: LogSource;
  readonly clock: Clock;
  readonly counter: ReadCounter;
  readonly turns: TurnTaker;
  readonly traceFilters: TraceFilters;
  readonly charactersMax: number;
}

/** The first `limit` entries in the request's direction. */
export async function runLogQuery(
  scan: Scan,
  request: LogqlRequest,
  { source, clock, counter, turns, traceFilters, charactersMax }: LogQueryContext,
  signal: AbortSignal,
): Promise<StreamGatherer> {
  const gatherer = new StreamGatherer(charactersMax);
  if (request.limit <= 0 || request.endNs <= request.startNs) return gatherer;
  const { tenants, startNs, endNs, intervalNs, direction } = request;
  const bounds = { tenants, startNs, endNs };
  const traces = await traceFilters.find(scan, bounds, signal);
  if (traces?.isEmpty === true) return gatherer;
  const runner = new RowRunner(scan, clock, counter, traces);
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
  const wanted = readRequest(scan, bounds, direction, rowsWanted, traces);
  const read = { ...wanted, after: request.after };
  await scanRows(source, read, runner, visit, turns, signal);
  return gatherer;
}

interface TailRequest {
  readonly tenants: readonly string[];
  readonly startNs: bigint;
  readonly limit: number;
  readonly charactersMax: number;
}

/** Newer than any row that can have been stored by the time it is asked. */
const farFutureNs = 9_223_372_036_854_775_807n;

/** The newest entries in order of time, and the numbers of their rows. */
async function tailHistory(
  scan: Scan,
  request: TailRequest,
  source: LogSource,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly streams: readonly LogqlStream[]; readonly seen: ReadonlySet<bigint> }> {
  const seen = new Set<bigint>();
  const gatherer = new StreamGatherer(request.charactersMax);
  if (request.limit <= 0) return { streams: [], seen };
  const runner = new RowRunner(scan, clock, new ReadCounter());
  const bounds = { tenants: request.tenants, startNs: request.startNs, endNs: farFutureNs };
  const read = readRequest(scan, bounds, 'backward', request.limit);
  for await (const rows of source.readLogs(read, signal)) {
    const goesOn = runner.run(rows, (entry, row) => {
      const seq = rows.seq[row] ?? 0n;
      gatherer.add(entry, seq);
      seen.add(seq);
      return gatherer.count < request.limit;
    });
    if (!goesOn) break;
  }
  const streams = gatherer
    .streams()
    .map(({ labels, entries }) => ({ labels, entries: entries.toReversed() }));
  return { streams, seen };
}

/** What is there, then what arrives, page by page. Following starts first, so that nothing falls between the two. */
export async function* tailLogs(
  scan: Scan,
  request: TailRequest,
  source: LogSource,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<readonly LogqlStream[]> {
  const runner = new RowRunner(scan, clock, new ReadCounter());
  const { matchers, lineFilters, metadataMatchers } = scan;
  const { tenants, startNs } = request;
  const selection = { tenants, startNs, matchers, lineFilters, metadataMatchers };
  const arriving = source.followLogs(selection, signal)[Symbol.asyncIterator]();
  let next = arriving.next();
  // Its failure is met when it is awaited, which may be later than it happens.
  next.catch(() => undefined);
  try {
    const { streams, seen } = await tailHistory(scan, request, source, clock, signal);
    if (streams.length > 0) yield streams;
    for (let page = await next; page.done !== true; page = await next) {
      const rows = page.value;
      const gatherer = new StreamGatherer(request.charactersMax);
      runner.run(rows, (entry, row) => {
        const seq = rows.seq[row] ?? 0n;
        if (entry.timeNs >= startNs && !seen.has(seq)) gatherer.add(entry, seq);
        return true;
      });
      if (gatherer.count > 0) yield gatherer.streams();
      next = arriving.next();
    }
  } finally {
    // Not awaited: it settles when the source wakes up, which may need the signal that the caller fires afterwards.
    arriving.return?.().catch(() => undefined);
  }
}
