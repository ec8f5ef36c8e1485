// Reads the rows of a scan page by page and runs the pipeline over them.

import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { utf8Length } from '../../language/utf8-length.ts';
import { labelsKey, type Labels } from '../../../model/labels.ts';
import type { LogRead, LogRows, LogSource } from '../../sources.ts';
import type { Scan } from '../plan/plan.ts';
import {
  Entry,
  everythingHinted,
  StreamLabels,
  type LineStage,
  type ParserHints,
} from './entry.ts';
import { compileStages } from './pipeline.ts';
import { planScout, Scout } from './scout.ts';
import type { TraceFilter } from './trace-filter.ts';

/** What a query has read so far. */
export class ReadCounter {
  lines: number = 0;
  bytes: number = 0;
}

export function hintsOf(scan: Scan): ParserHints {
  if (scan.needed === undefined) return everythingHinted;
  return { nothing: scan.needed.size === 0, required: scan.needed };
}

export function throwIfCanceled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new Failure('canceled', 'the request was cancelled by the client', {
      cause: signal.reason,
    });
}

export interface ScanBounds {
  readonly tenants: readonly string[];
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export function readRequest(
  scan: Scan,
  bounds: ScanBounds,
  direction: 'forward' | 'backward',
  rowsWanted: number | undefined,
  traces?: TraceFilter,
): LogRead {
  const { matchers, lineFilters, metadataMatchers, parsedFields } = scan;
  const selection = { ...bounds, matchers, lineFilters, metadataMatchers, parsedFields };
  const read = { ...selection, direction, rowsWanted };
  if (traces === undefined) return read;
  return { ...read, traceIds: traces.pushed, withTraceIds: true };
}

/** Called with the entry, which is used again for the next one, and its row; false stops. */
export type RowVisitor = (entry: Entry, row: number, rows: LogRows) => boolean;

/** Runs rows through a pipeline, one entry object for all of them. */
export class RowRunner {
  readonly entry: Entry;
  readonly #pipeline: LineStage;
  readonly #counter: ReadCounter;
  readonly #traces: TraceFilter | undefined;
  readonly #scout: Scout | undefined;
  /** Prepared labels by the identity of what the source shares, and by what they say. */
  readonly #streams: WeakMap<Labels, StreamLabels> = new WeakMap();
  readonly #streamsByKey: Map<string, StreamLabels> = new Map();

  constructor(scan: Scan, clock: Clock, counter: ReadCounter, traces?: TraceFilter) {
    this.entry = new Entry(hintsOf(scan));
    this.#pipeline = compileStages(scan.stages, clock);
    this.#counter = counter;
    this.#traces = traces;
    const scout = planScout(scan.stages, scan.needed);
    this.#scout = scout && new Scout(scout, clock);
  }

  #stream(labels: Labels): StreamLabels {
    let stream = this.#streams.get(labels);
    if (stream === undefined) {
      const key = labelsKey(labels);
      stream = this.#streamsByKey.get(key) ?? new StreamLabels(labels);
      this.#streamsByKey.set(key, stream);
      this.#streams.set(labels, stream);
    }
    return stream;
  }

  /**
   * Calls back for each row from `from` up to `to` that stays, with `entry` filled; false from the callback stops.
   * Returns whether to go on.
   */
  run(rows: LogRows, visit: RowVisitor, from: number = 0, to: number = rows.length): boolean {
    for (let row = from; row < to; row++) {
      const line = rows.lines[row] ?? '';
      this.#counter.lines++;
      this.#counter.bytes += utf8Length(line);
      if (this.#traces?.holds(rows, row) === false) continue;
      const stream = this.#stream(rows.streams[rows.stream[row] ?? 0] ?? noLabels);
      const timeNs = rows.timeNs[row] ?? 0n;
      const metadata = rows.metadata[row] ?? noLabels;
      if (this.#scout?.drops(timeNs, line, stream, metadata) === true) continue;
      this.entry.reset(timeNs, line, stream, metadata);
      if (this.#pipeline(this.entry) && !visit(this.entry, row, rows)) return false;
    }
    return true;
  }
}

const noLabels: Labels = [];

/** Rows between two looks at the clock. */
const sliceRows = 256;
/** How long rows may keep the thread before others get their turn. */
const turnMs = 8;

/** Lets the host run what is waiting, when the time of this turn is up. */
export class TurnTaker {
  readonly #clock: Clock;
  readonly #pause: (() => Promise<void>) | undefined;
  #startedMs: number;

  constructor(clock: Clock, pause: (() => Promise<void>) | undefined) {
    this.#clock = clock;
    this.#pause = pause;
    this.#startedMs = clock.monotonicMs();
  }

  async next(): Promise<void> {
    if (this.#pause === undefined || this.#clock.monotonicMs() - this.#startedMs < turnMs) return;
    await this.#pause();
    this.#startedMs = this.#clock.monotonicMs();
  }
}

/** Reads all pages, or until the callback returns false. */
export async function scanRows(
  source: Pick<LogSource, 'readLogs'>,
  request: LogRead,
  runner: RowRunner,
  visit: RowVisitor,
  turns: TurnTaker,
  signal: AbortSignal,
): Promise<void> {
  throwIfCanceled(signal);
  for await (const rows of source.readLogs(request, signal)) {
    for (let from = 0; from < rows.length; from += sliceRows) {
      throwIfCanceled(signal);
      const to = Math.min(from + sliceRows, rows.length);
      if (!runner.run(rows, visit, from, to)) return;
      await turns.next();
    }
  }
  throwIfCanceled(signal);
}
