// The query engines over a store, and what makes LogQL and TraceQL know each other: each gets the other's evaluator
// here, for the languages themselves never import one another. The evaluators get none, so that queries nest once.

import type { Clock } from '../base/clock.ts';
import type { LogqlEngine } from '../query/logql/engine.ts';
import { createLogqlEngine } from '../query/logql/execute/engine.ts';
import { createLogFinder } from '../query/logql/execute/log-finder.ts';
import type { LogSource, SpanSource } from '../query/sources.ts';
import type { TraceqlEngine } from '../query/traceql/engine.ts';
import { createTraceqlEngine } from '../query/traceql/execute/engine.ts';
import { createTraceFinder } from '../query/traceql/execute/trace-finder.ts';

export interface LanguageOptions {
  readonly logs: LogSource;
  readonly spans: SpanSource;
  readonly clock: Clock;
  /** Between slices of a long computation. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export interface Languages {
  readonly logql: LogqlEngine;
  readonly traceql: TraceqlEngine;
}

export function createLanguages({ logs, spans, clock, pause }: LanguageOptions): Languages {
  const traces = createTraceFinder({ spans, clock });
  const lines = createLogFinder({ logs, clock, pause });
  return {
    logql: createLogqlEngine({ logs, clock, pause, traces }),
    traceql: createTraceqlEngine({ spans, clock, logs: lines }),
  };
}
