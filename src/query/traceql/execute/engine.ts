// The TraceQL engine: parses, checks and plans a query, asks storage for candidates and decides about every span itself.

import { type Clock, systemClock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { checkEmbedded, type EmbeddedEvaluator } from '../../language/embedded.ts';
import type { SpanSource } from '../../sources.ts';
import type {
  TraceSummary,
  TraceqlEngine,
  TraceqlMetricsRequest,
  TraceqlSearchRequest,
  TraceqlSearchResult,
  TraceqlSeries,
} from '../engine.ts';
import { type MetricsLimits, defaultMetricsLimits } from './metrics/limits.ts';
import { evaluateMetrics } from './metrics/evaluate.ts';
import { LogFilters } from './log-filter.ts';
import { searchTraces } from './search.ts';
import { type SearchPlan, planSearch } from '../plan/plan.ts';
import { checkTraceql } from '../syntax/check.ts';
import { parseTraceql } from '../syntax/parse.ts';

export interface TraceqlLimits extends MetricsLimits {
  /** Largest `limit` of a search. */
  readonly searchLimitMax: number;
  /** Largest `spansPerSpanset` of a search. */
  readonly spansPerSpansetMax: number;
  /** From the first to the last page that storage gives. */
  readonly evaluationMsMax: number;
}

export const defaultTraceqlLimits: TraceqlLimits = {
  ...defaultMetricsLimits,
  searchLimitMax: 262_144,
  spansPerSpansetMax: 10_000,
  evaluationMsMax: 300_000,
};

function newestFirst(a: TraceSummary, b: TraceSummary): number {
  return a.startNs < b.startNs ? 1 : a.startNs > b.startNs ? -1 : a.traceId < b.traceId ? -1 : 1;
}

/** Fails when the text is no search. `logs`: what `logs(…)` means; without it such a query is refused. */
export function planSearchQuery(text: string, logs?: EmbeddedEvaluator): SearchPlan {
  const query = parseTraceql(text);
  checkTraceql(query);
  if (query.kind === 'metrics') {
    throw new Failure(
      'semantics',
      'a metrics query has no traces to search for: ask the metrics API',
      { position: query.span },
    );
  }
  const plan = planSearch(query.pipeline);
  for (const embedded of plan.logs) checkEmbedded(text, embedded, logs);
  return plan;
}

async function* timed<T>(pages: AsyncIterable<T>, clock: Clock, limitMs: number): AsyncIterable<T> {
  const startMs = clock.monotonicMs();
  for await (const page of pages) {
    yield page;
    if (clock.monotonicMs() - startMs > limitMs) {
      throw new Failure('timeout', `the query took longer than ${limitMs / 1000} s`);
    }
  }
}

/** The source with a limit on how long one reading may last, the evaluation of its pages included. */
function withDeadline(source: SpanSource, clock: Clock, limitMs: number): SpanSource {
  return {
    spansOfTrace: (tenants, traceId, signal) => source.spansOfTrace(tenants, traceId, signal),
    outlineOfTrace: (tenants, traceId, signal) => source.outlineOfTrace(tenants, traceId, signal),
    searchTraces: (request, signal) => timed(source.searchTraces(request, signal), clock, limitMs),
    scanSpans: (request, signal) => timed(source.scanSpans(request, signal), clock, limitMs),
    tagNames: (range, signal) => source.tagNames(range, signal),
    tagValues: (request, signal) => source.tagValues(request, signal),
  };
}

export function createTraceqlEngine(options: {
  readonly spans: SpanSource;
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<TraceqlLimits> | undefined;
  /** What `logs(…)` means; without it such a query is refused. */
  readonly logs?: EmbeddedEvaluator | undefined;
}): TraceqlEngine {
  const { clock = systemClock, logs } = options;
  const limits: TraceqlLimits = { ...defaultTraceqlLimits, ...options.limits };
  const spans = withDeadline(options.spans, clock, limits.evaluationMsMax);

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
    const plan = planSearchQuery(request.query, logs);
    const filter =
      logs === undefined || plan.logs.length === 0
        ? undefined
        : new LogFilters(plan.logs, logs, request);
    yield* searchTraces(spans, plan, request, signal, filter);
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
