// `logs(…)` of a search: which of the traces that match so far have a line that the embedded query selects. Asked page by
// page about these traces alone, so that no limit on traces can hide one.

import {
  askEmbedded,
  type EmbeddedEvaluator,
  embeddedMarginNs,
  type EmbeddedQuery,
} from '../../language/embedded.ts';
import type { TraceView } from './trace-view.ts';

export interface LogFilter {
  readonly queries: readonly EmbeddedQuery[];
  readonly evaluator: EmbeddedEvaluator;
  readonly tenants: readonly string[];
}

/** The IDs of those that stay. */
export async function tracesWithLogs(
  { queries, evaluator, tenants }: LogFilter,
  traces: readonly TraceView[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  let kept = traces;
  for (const query of queries) {
    const [first] = kept;
    if (first === undefined) break;
    let { startNs, endNs } = first;
    for (const trace of kept) {
      if (trace.startNs < startNs) startNs = trace.startNs;
      if (trace.endNs > endNs) endNs = trace.endNs;
    }
    const question = {
      tenants,
      // A line may come late, or be written by a service whose spans are missing.
      startNs: startNs > embeddedMarginNs ? startNs - embeddedMarginNs : 0n,
      endNs: endNs + embeddedMarginNs,
      among: kept.map(({ traceId }) => traceId),
      tracesMax: kept.length,
    };
    const { traceIds } = await askEmbedded(query, evaluator, question, signal);
    const known = new Set(traceIds);
    kept = kept.filter(({ traceId }) => known.has(traceId));
  }
  return new Set(kept.map(({ traceId }) => traceId));
}
