// TraceQL as a predicate of another language: the traces that a search finds, by their IDs.

import type { EmbeddedEvaluator } from '../../language/embedded.ts';
import { createTraceqlEngine, planSearchQuery } from './engine.ts';

export function createTraceFinder(
  options: Parameters<typeof createTraceqlEngine>[0],
): EmbeddedEvaluator {
  const engine = createTraceqlEngine(options);
  return {
    checkQuery: (query) => {
      planSearchQuery(query);
    },

    async findTraces({ query, tenants, startNs, endNs, tracesMax }, signal) {
      // One more than wanted tells whether there are more.
      const limit = tracesMax + 1;
      const request = { query, tenants, startNs, endNs, limit, spansPerSpanset: 1 };
      const traceIds: string[] = [];
      for await (const { traces } of engine.searchStream(request, signal))
        for (const { traceId } of traces) traceIds.push(traceId);
      return { traceIds: traceIds.slice(0, tracesMax), complete: traceIds.length <= tracesMax };
    },
  };
}
