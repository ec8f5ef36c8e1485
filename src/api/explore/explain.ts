// `GET /api/explore/explain`: how a query is carried out, before it is asked. Nothing is read of what is stored.

import { assertNever } from '../../base/assert.ts';
import { Failure } from '../../base/errors.ts';
import type { QueryNote } from '../../query/language/notes.ts';
import { explainLogql } from '../../query/logql/plan/explain.ts';
import { planLogql } from '../../query/logql/plan/plan.ts';
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
import { explainTraceql } from '../../query/traceql/plan/explain.ts';
import { checkTraceql } from '../../query/traceql/syntax/check.ts';
import { traceqlNotes } from '../../query/traceql/syntax/notes.ts';
import { parseTraceql } from '../../query/traceql/syntax/parse.ts';
import { wholeNumber } from '../http/parameters.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExploreExplain } from './contract/explain.ts';
import type { ExploreDependencies } from './dependencies.ts';

const languages = ['logql', 'promql', 'traceql'] as const;
type Language = (typeof languages)[number];

function readLanguage(parameters: URLSearchParams): Language {
  const text = parameters.get('language') ?? '';
  const language = languages.find((one) => one === text);
  if (language !== undefined) return language;
  throw new Failure(
    'invalid-data',
    `invalid parameter "language": expected one of ${languages.join(', ')}`,
  );
}

interface Explained {
  readonly plan: string;
  readonly notes: readonly QueryNote[];
}

function explain(
  language: Language,
  text: string,
  times: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
): Explained {
  switch (language) {
    case 'logql': {
      const expr = parseLogql(text);
      checkLogql(expr);
      return { plan: explainLogql(planLogql(expr)), notes: logqlNotes(expr) };
    }
    case 'promql': {
      const notes = promqlNotes(parsePromql(text));
      const defaults = { lookbackMs: lookbackMsDefault, subqueryStepMs: subqueryStepMsDefault };
      return { plan: explainPromql(text, { ...times, ...defaults }), notes };
    }
    case 'traceql': {
      const query = parseTraceql(text);
      checkTraceql(query);
      return { plan: explainTraceql(query), notes: traceqlNotes(query) };
    }
    default:
      return assertNever(language);
  }
}

/** Fails as the query itself would, with its place. */
export function explainQuery(
  parameters: URLSearchParams,
  { clock }: ExploreDependencies,
): ExploreExplain {
  const language = readLanguage(parameters);
  const text = parameters.get('query') ?? '';
  const { startNs, endNs } = readRange(parameters, clock.nowNs());
  const { plan, notes } = explain(language, text, {
    startMs: Number(startNs / 1_000_000n),
    endMs: Number(endNs / 1_000_000n),
    stepMs: 1000 * wholeNumber(parameters, 'step', 60, { min: 1, max: 31_536_000 }),
  });
  return {
    plan: plan.trimEnd(),
    notes: notes.map(({ message, position }) => ({
      message,
      start: position?.start ?? 0,
      end: position?.end ?? text.length,
    })),
  };
}
