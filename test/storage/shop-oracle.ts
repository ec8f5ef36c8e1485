// A simple computation over stored spans, against which SQL's counts are held: the engine's own evaluation of a filter, and
// the values of a span one by one.

import { printAttributeText } from '../../src/model/attributes.ts';
import { serviceName } from '../../src/model/resource.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { rankValues } from '../../src/query/difference/rank-values.ts';
import type { DifferenceCounts, SpanGround } from '../../src/query/difference-source.ts';
import { pipelineRunner } from '../../src/query/traceql/execute/spansets.ts';
import { TraceView } from '../../src/query/traceql/execute/trace-view.ts';
import { exactFilterOf } from '../../src/query/traceql/plan/exact-predicate.ts';
import type { Pipeline } from '../../src/query/traceql/syntax/ast.ts';
import { checkTraceql } from '../../src/query/traceql/syntax/check.ts';
import { parseTraceql } from '../../src/query/traceql/syntax/parse.ts';

export type OracleTrace = TraceView;

export function tracesOf(records: readonly SpanRecord[]): readonly OracleTrace[] {
  const byTrace = new Map<string, SpanRecord[]>();
  for (const span of records.toSorted((a, b) => (a.startNs < b.startNs ? -1 : 1))) {
    const known = byTrace.get(span.traceId);
    if (known === undefined) byTrace.set(span.traceId, [span]);
    else known.push(span);
  }
  return [...byTrace].map(([traceId, spans]) => new TraceView(traceId, spans));
}

function pipelineOf(query: string): Pipeline {
  const parsed = parseTraceql(query);
  checkTraceql(parsed);
  if (parsed.kind !== 'spansets') throw new Error(`${query} is no search`);
  return parsed.pipeline;
}

export function groundOf(query: string): SpanGround {
  const exact = exactFilterOf(pipelineOf(query));
  if (exact === undefined) throw new Error(`${query} is not exact`);
  return { kind: 'predicate', ...exact };
}

/** Spans that the engine selects. */
export function countMatching(query: string, traces: readonly OracleTrace[]): number {
  const run = pipelineRunner(pipelineOf(query));
  return traces.reduce(
    (sum, trace) => sum + run(trace.spans).reduce((spans, set) => spans + set.spans.length, 0),
    0,
  );
}

/** `intrinsic service=payment`, `span http.route=/pay`, … of a span. */
export function valuesOf(span: SpanRecord): ReadonlySet<string> {
  const known = valuesOfSpan.get(span);
  if (known !== undefined) return known;
  const values = new Set([
    `intrinsic service=${serviceName(span.resource)}`,
    `intrinsic name=${span.name}`,
    `intrinsic kind=${span.kind}`,
    `intrinsic status=${span.status}`,
    ...(span.statusMessage === '' ? [] : [`intrinsic statusMessage=${span.statusMessage}`]),
    ...span.attributes.map(({ key, value }) => `span ${key}=${printAttributeText(value)}`),
    ...span.resource.attributes.map(
      ({ key, value }) => `resource ${key}=${printAttributeText(value)}`,
    ),
  ]);
  valuesOfSpan.set(span, values);
  return values;
}

/** Looked up for each value of each test. */
const valuesOfSpan = new WeakMap<SpanRecord, ReadonlySet<string>>();

export function countOf(spans: readonly SpanRecord[], value: string): number {
  return spans.filter((span) => valuesOf(span).has(value)).length;
}

/** The best rows of a comparison, each with what is alike. */
export function bestRows(
  counts: DifferenceCounts,
  ofErrors: boolean,
): readonly (readonly string[])[] {
  return rankValues(counts, { ofErrors }).map(({ key, value, alike }) => [
    `${key}=${value}`,
    ...alike.map((other) => `${other.key}=${other.value}`),
  ]);
}
