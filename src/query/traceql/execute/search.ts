// Search: candidates from storage, newest first, each one checked again and turned into what an answer shows. A trace is
// looked at as a whole; its range counts in so far as each required predicate holds for a span that starts in it.

import { serviceName } from '../../../model/resource.ts';
import type { SpanPredicate, SpanSource, TraceSpans } from '../../sources.ts';
import type {
  MatchedSpan,
  Spanset,
  TraceSummary,
  TraceqlAttribute,
  TraceqlSearchRequest,
  TraceqlSearchResult,
} from '../engine.ts';
import type { SearchPlan } from '../plan/plan.ts';
import type { FieldReference } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/catalogue.ts';
import { type FieldReader, referenceReader } from './fields.ts';
import type { LogFilters } from './log-filter.ts';
import { predicateFilter } from './predicate-filter.ts';
import { type WorkingSpanset, pipelineRunner } from './spansets.ts';
import { type SpanView, TraceView } from './trace-view.ts';
import { answerOf } from './values.ts';

/** Not shown as attributes: an answer has them elsewhere. */
const shownElsewhere: ReadonlySet<string> = new Set<IntrinsicName>([
  'name',
  'duration',
  'traceDuration',
  'rootName',
  'rootServiceName',
  'trace:id',
  'span:id',
]);

interface ShownField {
  readonly key: string;
  readonly read: FieldReader;
}

function shownFields(fields: readonly FieldReference[]): readonly ShownField[] {
  return fields
    .filter(({ kind, name }) => kind === 'attribute' || !shownElsewhere.has(name))
    .map((field) => ({ key: field.name, read: referenceReader(field) }));
}

function attributesOf(span: SpanView, shown: readonly ShownField[]): readonly TraceqlAttribute[] {
  const attributes: TraceqlAttribute[] = [];
  for (const { key, read } of shown) {
    if (attributes.some((attribute) => attribute.key === key)) continue;
    const value = read(span);
    if (value.type !== 'nil') attributes.push({ key, value: answerOf(value) });
  }
  return attributes;
}

function serviceStats(trace: TraceView): TraceSummary['serviceStats'] {
  const stats = new Map<string, { spanCount: number; errorCount: number }>();
  for (const { record } of trace.spans) {
    const service = serviceName(record.resource);
    const counts = stats.get(service) ?? { spanCount: 0, errorCount: 0 };
    counts.spanCount++;
    if (record.status === 'error') counts.errorCount++;
    stats.set(service, counts);
  }
  return Object.fromEntries(stats);
}

/** Whether the trace has, for each predicate, a span in the range; `undefined` predicates of a plan are `true`. */
function requiredCheck(
  required: readonly SpanPredicate[],
  range: { readonly startNs: bigint; readonly endNs: bigint },
): (trace: TraceView) => boolean {
  const filters = required.map(predicateFilter);
  return (trace) => {
    const inRange = trace.spans.filter(
      ({ record }) => record.startNs >= range.startNs && record.startNs < range.endNs,
    );
    return inRange.length > 0 && filters.every((filter) => inRange.some(filter));
  };
}

/** The evaluation of one trace: its spansets, or none when it does not match. */
export function traceMatcher(
  plan: Pick<SearchPlan, 'pipeline' | 'required'>,
  range: { readonly startNs: bigint; readonly endNs: bigint },
): (trace: TraceView) => readonly WorkingSpanset[] {
  const check = requiredCheck(plan.required, range);
  const run = pipelineRunner(plan.pipeline);
  return (trace) => (check(trace) ? run(trace.spans) : []);
}

function summarizer(
  plan: SearchPlan,
  spansPerSpanset: number,
): (trace: TraceView, spansets: readonly WorkingSpanset[]) => TraceSummary {
  const shown = shownFields(plan.fields);
  const named = plan.fields.some(({ kind, name }) => kind === 'intrinsic' && name === 'name');
  const matched = (span: SpanView): MatchedSpan => ({
    span: span.record,
    attributes: attributesOf(span, shown),
    named,
  });
  return (trace, spansets) => ({
    traceId: trace.traceId,
    rootServiceName: trace.rootServiceName,
    rootName: trace.rootName,
    startNs: trace.startNs,
    durationNs: trace.endNs - trace.startNs,
    serviceStats: serviceStats(trace),
    spansets: spansets.map(({ spans, attributes }): Spanset => ({
      spans: spans.slice(0, spansPerSpanset).map(matched),
      matched: spans.length,
      attributes,
    })),
  });
}

/** Pages of candidate traces, each one once. */
export async function* candidateTraces(
  source: SpanSource,
  request: Parameters<SpanSource['searchTraces']>[0],
  signal: AbortSignal,
): AsyncIterable<readonly TraceSpans[]> {
  const seen = new Set<string>();
  for await (const page of source.searchTraces(request, signal)) {
    signal.throwIfAborted();
    const fresh = page.filter(({ traceId }) => !seen.has(traceId));
    for (const { traceId } of fresh) seen.add(traceId);
    yield fresh;
  }
}

/** What each page of candidates adds. Ends when the limit is reached or storage has no more. */
export async function* searchTraces(
  source: SpanSource,
  plan: SearchPlan,
  request: TraceqlSearchRequest,
  signal: AbortSignal,
  logs?: LogFilters,
): AsyncIterable<TraceqlSearchResult> {
  const { tenants, startNs, endNs, limit, spansPerSpanset } = request;
  const match = traceMatcher(plan, request);
  const summarize = summarizer(plan, spansPerSpanset);
  let found = 0;
  const { required } = plan;
  const candidates = { tenants, startNs, endNs, required, tracesWanted: limit };
  for await (const page of candidateTraces(source, candidates, signal)) {
    const matched: { readonly trace: TraceView; readonly spansets: readonly WorkingSpanset[] }[] =
      [];
    let inspectedTraces = 0;
    let inspectedSpans = 0;
    for (const { traceId, spans } of page) {
      // Of those that have matched, lines may let only a few stay.
      if (logs === undefined && found + matched.length === limit) break;
      inspectedTraces++;
      inspectedSpans += spans.length;
      const trace = new TraceView(traceId, spans);
      const spansets = match(trace);
      if (spansets.length > 0) matched.push({ trace, spansets });
    }
    const kept =
      logs &&
      (await logs.keep(
        matched.map(({ trace }) => trace),
        signal,
      ));
    const traces = matched
      .filter(({ trace }) => kept?.has(trace.traceId) !== false)
      .slice(0, limit - found)
      .map(({ trace, spansets }) => summarize(trace, spansets));
    found += traces.length;
    yield { traces, inspectedTraces, inspectedSpans };
    if (found === limit) return;
  }
}
