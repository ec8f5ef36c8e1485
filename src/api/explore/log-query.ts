// The LogQL of a request, and what of it storage can take as it is.

import { asFailure, Failure } from '../../base/errors.ts';
import type { LogqlEngine, LogqlStream } from '../../query/logql/engine.ts';
import type { LogExpr } from '../../query/logql/syntax/ast.ts';
import { checkLogql } from '../../query/logql/syntax/check.ts';
import { parseLogql } from '../../query/logql/syntax/parse.ts';
import { type Pushdown, pushdownOf } from '../../query/logql/plan/pushdown.ts';
import type { LogSelection, TenantRange } from '../../query/sources.ts';

/** An empty query means every stream; LogQL itself wants one matcher that is not empty-compatible. */
const everything = '{service_name=~".+"}';

export function readLogQuery(parameters: URLSearchParams): string {
  const query = (parameters.get('query') ?? '').trim();
  return query === '' || /^\{\s*\}$/.test(query) ? everything : query;
}

export interface LogQueryParts {
  readonly expr: LogExpr;
  readonly pushdown: Pushdown;
}

export function parseLogLines(query: string): LogQueryParts {
  const expr = parseLogql(query);
  checkLogql(expr);
  if (expr.kind !== 'log') {
    throw new Failure(
      'unsupported',
      'this page shows log lines: the query answers with numbers, which the Loki API and Grafana show',
    );
  }
  return { expr, pushdown: pushdownOf(expr, expr.stages) };
}

/** The whole query as a selection; undefined when rows must go through the engine. */
export function exactSelection(
  { expr, pushdown }: LogQueryParts,
  range: TenantRange,
): LogSelection | undefined {
  if (!pushdown.exact) return undefined;
  const { lineFilters, metadataMatchers } = pushdown;
  return { ...range, matchers: expr.matchers, lineFilters, metadataMatchers };
}

/** For queries that the engine must answer: the newest lines, `limit` of them at most. */
export async function readNewestLines(
  logql: LogqlEngine,
  query: string,
  range: TenantRange,
  limit: number,
  signal: AbortSignal,
): Promise<{ readonly streams: readonly LogqlStream[]; readonly warnings: readonly string[] }> {
  const { data, warnings } = await logql.query(
    {
      ...range,
      query,
      kind: 'range',
      stepNs: 1_000_000_000n,
      intervalNs: 0n,
      limit,
      direction: 'backward',
    },
    signal,
  );
  return { streams: data.kind === 'streams' ? data.streams : [], warnings };
}

/** As many times fewer lines are asked for when what was asked for is more than an answer may hold. */
const fewerTimes = 8;

/**
 * Reads `limit` lines, or as many as an answer may hold: a line may have a million characters, and some hundreds of them
 * are too many at once. Whoever reads goes on behind the last one.
 */
export async function readFitting<Page>(
  limit: number,
  read: (limit: number) => Promise<Page>,
): Promise<Page> {
  for (let lines = limit; ; lines = Math.ceil(lines / fewerTimes)) {
    try {
      return await read(lines);
    } catch (error) {
      if (lines === 1 || asFailure(error).code !== 'limit') throw error;
    }
  }
}
