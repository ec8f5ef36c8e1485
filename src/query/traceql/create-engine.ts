// The TraceQL engine: parses, checks and plans a query, asks storage for candidates and decides about every span itself.

import { Failure } from '../../base/errors.ts';
import type { SpanSource } from '../sources.ts';
import type {
  TraceSummary,
  TraceqlEngine,
  TraceqlMetricsRequest,
  TraceqlSearchRequest,
  TraceqlSearchResult,
  TraceqlSeries,
} from './engine.ts';
import { type MetricsLimits, defaultMetricsLimits } from './execute/metrics/limits.ts';
import { evaluateMetrics } from './execute/metrics/evaluate.ts';
import { searchTraces } from './execute/search.ts';
import { type SearchPlan, planSearch } from './plan/plan.ts';
import { checkTraceql } from './syntax/check.ts';
import { parseTraceql } from './syntax/parse.ts';

export interface TraceqlLimits extends MetricsLimits {
  /** Largest `limit` of a search. */
  readonly searchLimitMax: number;
  /** Largest `spansPerSpanset` of a search. */
  readonly spansPerSpansetMax: number;
}

export const defaultTraceqlLimits: TraceqlLimits = {
  ...defaultMetricsLimits,
  searchLimitMax: 262_144,
  spansPerSpansetMax: 10_000,
};

function newestFirst(a: TraceSummary, b: TraceSummary): number {
  return a.startNs < b.startNs ? 1 : a.startNs > b.startNs ? -1 : a.traceId < b.traceId ? -1 : 1;
}

function planQuery(text: string): SearchPlan {
  const query = parseTraceql(text);
  checkTraceql(query);
  if (query.kind === 'metrics') {
    throw new Failure(
      'semantics',
      'a metrics query has no traces to search for: ask the metrics API',
      { position: query.span },
    );
  }
  return planSearch(query.pipeline);
}

export function createTraceqlEngine(options: {
  readonly spans: SpanSource;
  readonly limits?: Partial<TraceqlLimits> | undefined;
}): TraceqlEngine {
  const { spans } = options;
  const limits: TraceqlLimits = { ...defaultTraceqlLimits, ...options.limits };

  const checkLimits = ({ limit, spansPerSpanset }: TraceqlSearchRequest): void => {
    if (limit > limits.searchLimitMax) {
      throw new Failure('limit', `limit ${limit} exceeds ${limits.searchLimitMax}`);
    }
    if (spansPerSpanset > limits.spansPerSpansetMax) {
      throw new Failure(
        'limit',
        `spans per span set exceeds ${limits.spansPerSpansetMax}. received ${spansPerSpanset}`,
      );
    }
  };

  async function* searchStream(
    request: TraceqlSearchRequest,
    signal: AbortSignal,
  ): AsyncIterable<TraceqlSearchResult> {
    checkLimits(request);
    yield* searchTraces(spans, planQuery(request.query), request, signal);
  }

  return {
    searchStream,

    async search(request, signal): Promise<TraceqlSearchResult> {
      const traces: TraceSummary[] = [];
      let inspectedTraces = 0;
      let inspectedSpans = 0;
      for await (const part of searchStream(request, signal)) {
        traces.push(...part.traces);
        inspectedTraces += part.inspectedTraces;
        inspectedSpans += part.inspectedSpans;
      }
      return { traces: traces.sort(newestFirst), inspectedTraces, inspectedSpans };
    },

    async metrics(
      request: TraceqlMetricsRequest,
      signal: AbortSignal,
    ): Promise<readonly TraceqlSeries[]> {
      const query = parseTraceql(request.query);
      checkTraceql(query);
      if (query.kind !== 'metrics') {
        throw new Failure('semantics', 'not a metrics query: it has no metrics function', {
          position: query.span,
        });
      }
      return evaluateMetrics({ spans, limits }, query, request, signal);
    },
  };
}
