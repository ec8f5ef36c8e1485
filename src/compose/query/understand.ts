// A query before it is asked: parsed and checked here, so that a wrong one is told with its place, and planned for `--explain`.

import { systemClock } from '../../base/clock.ts';
import type { QueryLanguage, QueryPeriod, QueryShape } from '../../cli/query/request.ts';
import { checkEmbedded } from '../../query/language/embedded.ts';
import type { QueryNote } from '../../query/language/notes.ts';
import { createLogFinder } from '../../query/logql/execute/log-finder.ts';
import { MemoryLogSource } from '../../query/logql/execute/memory-source.ts';
import { explainLogql } from '../../query/logql/plan/explain.ts';
import { embeddedQueries, planLogql } from '../../query/logql/plan/plan.ts';
import { checkLogql } from '../../query/logql/syntax/check.ts';
import { logqlNotes } from '../../query/logql/syntax/notes.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';
import {
  lookbackMsDefault,
  subqueryStepMsDefault,
} from '../../query/promql/execute/create-engine.ts';
import { explainPromql } from '../../query/promql/plan/explain.ts';
import { promqlNotes } from '../../query/promql/syntax/notes.ts';
import { parsePromql } from '../../query/promql/syntax/parse.ts';
import { planSearchQuery } from '../../query/traceql/execute/engine.ts';
import { MemorySpanSource } from '../../query/traceql/execute/memory-source.ts';
import { createTraceFinder } from '../../query/traceql/execute/trace-finder.ts';
import { explainTraceql } from '../../query/traceql/plan/explain.ts';
import { checkTraceql } from '../../query/traceql/syntax/check.ts';
import { traceqlNotes } from '../../query/traceql/syntax/notes.ts';
import { parseTraceql } from '../../query/traceql/syntax/parse.ts';

export interface UnderstoodQuery {
  readonly shape: QueryShape;
  /** The plan as text that ends with a line feed. */
  explain(period: QueryPeriod): string;
  /** What may surprise about it. */
  readonly notes: readonly QueryNote[];
}

/** What each language says of a query inside the other's; with nothing stored, for checking alone. */
const traceFinder = createTraceFinder({ spans: new MemorySpanSource(), clock: systemClock });
const logFinder = createLogFinder({ logs: new MemoryLogSource(), clock: systemClock });

function understandLogql(text: string): UnderstoodQuery {
  const expr = parseLogql(text);
  checkLogql(expr);
  const plan = planLogql(expr);
  for (const embedded of embeddedQueries(plan)) checkEmbedded(text, embedded, traceFinder);
  return {
    shape: plan.kind === 'log' ? 'lines' : 'line-samples',
    explain: () => explainLogql(plan),
    notes: logqlNotes(expr),
  };
}

function understandPromql(text: string): UnderstoodQuery {
  const expr = parsePromql(text);
  return {
    shape: 'samples',
    explain: ({ kind, startNs, endNs, stepNs }) => {
      const endMs = Number(endNs / 1_000_000n);
      const times =
        kind === 'instant'
          ? { startMs: endMs, endMs, stepMs: 0 }
          : { startMs: Number(startNs / 1_000_000n), endMs, stepMs: Number(stepNs / 1_000_000n) };
      const defaults = { lookbackMs: lookbackMsDefault, subqueryStepMs: subqueryStepMsDefault };
      return `${explainPromql(text, { ...times, ...defaults })}\n`;
    },
    notes: promqlNotes(expr),
  };
}

function understandTraceql(text: string): UnderstoodQuery {
  const query = parseTraceql(text);
  checkTraceql(query);
  if (query.kind === 'spansets') planSearchQuery(text, logFinder);
  return {
    shape: query.kind === 'metrics' ? 'span-samples' : 'traces',
    explain: () => `${explainTraceql(query)}\n`,
    notes: traceqlNotes(query),
  };
}

const understanders: Readonly<Record<QueryLanguage, (text: string) => UnderstoodQuery>> = {
  logql: understandLogql,
  promql: understandPromql,
  traceql: understandTraceql,
};

/** Fails as parsing and checking do, with the position. */
export function understandQuery(language: QueryLanguage, text: string): UnderstoodQuery {
  return understanders[language](text);
}
