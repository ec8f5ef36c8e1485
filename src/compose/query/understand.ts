// A query before it is asked: parsed and checked here, so that a wrong one is told with its place, and planned for `--explain`.

import type { QueryLanguage, QueryPeriod, QueryShape } from '../../cli/query/request.ts';
import { explainLogql } from '../../query/logql/plan/explain.ts';
import { planLogql } from '../../query/logql/plan/plan.ts';
import { checkLogql } from '../../query/logql/syntax/check.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';
import {
  lookbackMsDefault,
  subqueryStepMsDefault,
} from '../../query/promql/execute/create-engine.ts';
import { explainPromql } from '../../query/promql/plan/explain.ts';
import { parsePromql } from '../../query/promql/syntax/parse.ts';
import { explainTraceql } from '../../query/traceql/plan/explain.ts';
import { checkTraceql } from '../../query/traceql/syntax/check.ts';
import { parseTraceql } from '../../query/traceql/syntax/parse.ts';

export interface UnderstoodQuery {
  readonly shape: QueryShape;
  /** The plan as text that ends with a line feed. */
  explain(period: QueryPeriod): string;
}

function understandLogql(text: string): UnderstoodQuery {
  const expr = parseLogql(text);
  checkLogql(expr);
  const plan = planLogql(expr);
  return {
    shape: plan.kind === 'log' ? 'lines' : 'line-samples',
    explain: () => explainLogql(plan),
  };
}

function understandPromql(text: string): UnderstoodQuery {
  parsePromql(text);
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
  };
}

function understandTraceql(text: string): UnderstoodQuery {
  const query = parseTraceql(text);
  checkTraceql(query);
  return {
    shape: query.kind === 'metrics' ? 'span-samples' : 'traces',
    explain: () => `${explainTraceql(query)}\n`,
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
