// `logs(…)` of a search: which of the traces that match so far have a line that the embedded query selects. Asked page by
// page about these traces alone, so that no limit on traces can hide one. When pages go by and the search is not done,
// few traces may have such a line: then all of them are asked for at once, and if they are few indeed, no page asks again.

import {
  askEmbedded,
  type EmbeddedEvaluator,
  embeddedMarginNs,
  type EmbeddedQuery,
  traceSpellings,
} from '../../language/embedded.ts';
import type { TenantRange } from '../../sources.ts';
import type { TraceView } from './trace-view.ts';

/** Pages that ask for themselves first. */
const pagesAlone = 2;
/** More traces than these, or more lines to find them, and pages go on asking for themselves. */
const wholeTracesMax = 10_000;
const wholeLinesMax = 50_000;

class OneLogFilter {
  readonly #query: EmbeddedQuery;
  readonly #evaluator: EmbeddedEvaluator;
  readonly #range: TenantRange;
  #pages: number = 0;
  /** All traces that have a line, as the lines spell them. */
  #all: ReadonlySet<string> | undefined;

  constructor(query: EmbeddedQuery, evaluator: EmbeddedEvaluator, range: TenantRange) {
    this.#query = query;
    this.#evaluator = evaluator;
    this.#range = range;
  }

  async #askWhole(signal: AbortSignal): Promise<void> {
    const question = { ...this.#range, tracesMax: wholeTracesMax, linesMax: wholeLinesMax };
    const answer = await askEmbedded(this.#query, this.#evaluator, question, signal);
    if (answer.complete) this.#all = new Set(answer.traceIds);
  }

  async keep(traces: readonly TraceView[], signal: AbortSignal): Promise<readonly TraceView[]> {
    const [first] = traces;
    if (first === undefined) return traces;
    if (this.#pages++ === pagesAlone) await this.#askWhole(signal);
    const all = this.#all;
    if (all !== undefined) {
      return traces.filter(({ traceId }) =>
        [...traceSpellings([traceId])].some((spelling) => all.has(spelling)),
      );
    }
    let { startNs, endNs } = first;
    for (const trace of traces) {
      if (trace.startNs < startNs) startNs = trace.startNs;
      if (trace.endNs > endNs) endNs = trace.endNs;
    }
    const question = {
      tenants: this.#range.tenants,
      ...widened(startNs, endNs, this.#range),
      among: traces.map(({ traceId }) => traceId),
      tracesMax: traces.length,
    };
    const { traceIds } = await askEmbedded(this.#query, this.#evaluator, question, signal);
    const known = new Set(traceIds);
    return traces.filter(({ traceId }) => known.has(traceId));
  }
}

/** A line may come late, or be written by a service whose spans are missing. */
function widened(
  startNs: bigint,
  endNs: bigint,
  within?: { readonly startNs: bigint; readonly endNs: bigint },
): { readonly startNs: bigint; readonly endNs: bigint } {
  const start = startNs > embeddedMarginNs ? startNs - embeddedMarginNs : 0n;
  const end = endNs + embeddedMarginNs;
  if (within === undefined) return { startNs: start, endNs: end };
  // What counts does not depend on the way it is asked.
  return {
    startNs: start > within.startNs ? start : within.startNs,
    endNs: end < within.endNs ? end : within.endNs,
  };
}

/** The filters of one search; all of them must let a trace through. */
export class LogFilters {
  readonly #filters: readonly OneLogFilter[];

  constructor(
    queries: readonly EmbeddedQuery[],
    evaluator: EmbeddedEvaluator,
    { tenants, startNs, endNs }: TenantRange,
  ) {
    const range = { tenants, ...widened(startNs, endNs) };
    this.#filters = queries.map((query) => new OneLogFilter(query, evaluator, range));
  }

  /** The IDs of those that stay. Pages come in order. */
  async keep(traces: readonly TraceView[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    let kept = traces;
    for (const filter of this.#filters) kept = await filter.keep(kept, signal);
    return new Set(kept.map(({ traceId }) => traceId));
  }
}
