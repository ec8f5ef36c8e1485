// `trace(…)` of a scan: the traces that the embedded query selects, found before any line is read, and which rows name one
// of them. A row counts for each `trace(…)` by itself: with two candidates it may satisfy two of them.

import { Failure } from '../../../base/errors.ts';
import { labelValue } from '../../../model/labels.ts';
import { normalizeTraceId } from '../../../model/trace-id/normalize.ts';
import {
  askEmbedded,
  type EmbeddedEvaluator,
  embeddedMarginNs,
  type EmbeddedQuery,
  type TraceAnswer,
  traceSpellings,
} from '../../language/embedded.ts';
import type { LogRows } from '../../sources.ts';
import type { Scan } from '../plan/plan.ts';
import type { LogqlLimits } from './limits.ts';
import type { ScanBounds } from './scan.ts';

export interface TraceFilter {
  /** No trace was found: no line can stay. */
  readonly isEmpty: boolean;
  /** For storage to look up; undefined when there are too many. */
  readonly pushed: readonly string[] | undefined;
  readonly holds: (rows: LogRows, row: number) => boolean;
}

/** By labels alone, where the source does not say more. */
function labelledTraces(rows: LogRows, row: number): readonly string[] {
  const written =
    labelValue(rows.metadata[row] ?? [], 'trace_id') ||
    labelValue(rows.streams[rows.stream[row] ?? 0] ?? [], 'trace_id');
  const traceId = written === '' ? undefined : normalizeTraceId(written);
  return traceId === undefined ? [] : [traceId.traceId];
}

/** The traces that a row names, 32 hex digits each. */
export function tracesOfRow(rows: LogRows, row: number): readonly string[] {
  return rows.traceIds?.[row] ?? labelledTraces(rows, row);
}

/** Finds the traces of the scans of one query, each question once, and gathers what is to be said about them. */
export class TraceFilters {
  readonly #evaluator: EmbeddedEvaluator | undefined;
  readonly #limits: Pick<LogqlLimits, 'tracesMax' | 'tracesPushedMax'>;
  readonly #answers: Map<string, Promise<TraceAnswer>> = new Map();
  readonly #warnings: Set<string> = new Set();

  constructor(
    evaluator: EmbeddedEvaluator | undefined,
    limits: Pick<LogqlLimits, 'tracesMax' | 'tracesPushedMax'>,
  ) {
    this.#evaluator = evaluator;
    this.#limits = limits;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  #ask(embedded: EmbeddedQuery, bounds: ScanBounds, signal: AbortSignal): Promise<TraceAnswer> {
    const evaluator = this.#evaluator;
    if (evaluator === undefined)
      throw new Failure('internal', 'a query with trace(…) was not checked');
    const key = `${bounds.startNs} ${bounds.endNs} ${embedded.text}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      const { tracesMax } = this.#limits;
      const startNs = bounds.startNs > embeddedMarginNs ? bounds.startNs - embeddedMarginNs : 0n;
      const endNs = bounds.endNs + embeddedMarginNs;
      const question = { tenants: bounds.tenants, startNs, endNs, tracesMax };
      answer = askEmbedded(embedded, evaluator, question, signal);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  /** Undefined when the scan has no `trace(…)`. */
  async find(
    scan: Scan,
    bounds: ScanBounds,
    signal: AbortSignal,
  ): Promise<TraceFilter | undefined> {
    if (scan.traces.length === 0) return undefined;
    const lists: (readonly string[])[] = [];
    for (const embedded of scan.traces) {
      const { traceIds, complete } = await this.#ask(embedded, bounds, signal);
      lists.push(traceIds);
      if (!complete)
        this.#warnings.add(
          `trace(${embedded.text.trim()}) selects more than ${this.#limits.tracesMax} traces: only lines of the newest ` +
            'of them are looked at; narrow the filter or the time range',
        );
    }
    const [fewest = []] = lists.toSorted((a, b) => a.length - b.length);
    const spellings = lists.map(traceSpellings);
    return {
      isEmpty: fewest.length === 0,
      pushed: fewest.length <= this.#limits.tracesPushedMax ? fewest : undefined,
      holds: (rows, row) => {
        const named = tracesOfRow(rows, row);
        return spellings.every((known) => named.some((traceId) => known.has(traceId)));
      },
    };
  }
}
