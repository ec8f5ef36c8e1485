// A TraceQL query of the screen as what SQL can count exactly: the filter itself when each span decides for itself, else
// the traces that the engine finds, up to a limit that is said.

import { Failure } from '../../base/errors.ts';
import type { SpanGround } from '../../query/difference-source.ts';
import type { TenantRange } from '../../query/sources.ts';
import { exactFilterOf } from '../../query/traceql/plan/exact-predicate.ts';
import { anySpan } from '../../query/traceql/plan/predicates.ts';
import { checkTraceql } from '../../query/traceql/syntax/check.ts';
import { parseTraceql } from '../../query/traceql/syntax/parse.ts';
import type { ExploreDependencies } from './dependencies.ts';

/** Traces that a query is taken to mean when only the engine can tell which match. */
const foundTracesMax = 2000;

export interface GroundOfQuery {
  readonly ground: SpanGround;
  /** Whether more traces may match than the ground has. */
  readonly isAtLeast: boolean;
  /** What the reader must know of it. */
  readonly warnings: readonly string[];
}

const everything: GroundOfQuery = {
  ground: { kind: 'predicate', predicate: anySpan, traceHas: [] },
  isAtLeast: false,
  warnings: [],
};

export async function groundOfQuery(
  text: string,
  range: TenantRange,
  { traceql, difference }: Pick<ExploreDependencies, 'traceql' | 'difference'>,
  signal: AbortSignal,
): Promise<GroundOfQuery> {
  const query = text.trim();
  if (query === '') return everything;
  const parsed = parseTraceql(query);
  checkTraceql(parsed);
  if (parsed.kind === 'metrics') {
    throw new Failure('semantics', 'a metrics query has no traces: take its metrics function off', {
      position: parsed.span,
    });
  }
  const exact = exactFilterOf(parsed.pipeline);
  if (exact !== undefined) {
    if (exact.predicate.kind === 'true' && exact.traceHas.length === 0) return everything;
    const ground: SpanGround = { kind: 'predicate', ...exact };
    if (await difference.canCount(range, ground, signal))
      return { ground, isAtLeast: false, warnings: [] };
  }
  const { traces, isCut = false } = await traceql.search(
    { ...range, query, limit: foundTracesMax, spansPerSpanset: 1 },
    signal,
  );
  const isAtLeast = isCut || traces.length >= foundTracesMax;
  const looked = traces.length.toLocaleString('en-US');
  return {
    ground: { kind: 'traces', traceIds: traces.map(({ traceId }) => traceId) },
    isAtLeast,
    warnings: isAtLeast
      ? [`Of all traces that match, ${isCut ? '' : 'the newest '}${looked} are looked at.`]
      : [],
  };
}
