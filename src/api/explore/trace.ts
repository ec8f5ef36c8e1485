// The page of a trace: the trace with everything that is known of it, one span of a large one, what links to it from
// other traces, and the trace as a file.

import { asFailure, Failure } from '../../base/errors.ts';
import { shownService } from '../../model/log-labels.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { readTraceStory, type TraceStory } from '../../query/correlate/story.ts';
import { resolveTrace } from '../../query/correlate/resolve.ts';
import type { SpanPredicate, TraceIndexEntry } from '../../query/sources.ts';
import { printJson } from '../http/json.ts';
import { wholeNumber } from '../http/parameters.ts';
import { printTraceJson } from '../../wire/otlp/encode-records-json.ts';
import type { ExploreSpan, ExploreTrace } from './contract/records.ts';
import type { ExploreIncomingLinks, ExploreTraceLines } from './contract/trace.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { decodeCursor, encodeCursor, encodeListedLine, encodeSpan } from './encode.ts';
import { outlineSpans } from './trace-outline.ts';

/** What every request about one trace carries. */
export interface TraceCall {
  readonly id: string;
  readonly parameters: URLSearchParams;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
}

/** What `fullSpans` may ask for at most. */
const spansMax = 1_000_000;
/** More attributes than this are too much to send with every span, however few the spans are. */
const fullAttributesMax = 60_000;

function hasMoreAttributesThan(spans: readonly SpanRecord[], most: number): boolean {
  let attributes = 0;
  for (const span of spans) {
    attributes += span.attributes.length;
    if (attributes > most) return true;
  }
  return false;
}

export async function readTrace(
  { id, parameters, tenants, signal }: TraceCall,
  dependencies: ExploreDependencies,
): Promise<ExploreTrace | Response> {
  const { spans, correlation, datasources, limits } = dependencies;
  const next = parameters.get('next');
  const fullSpansMax =
    (parameters.get('fullSpans') ?? '') === ''
      ? undefined
      : wholeNumber(parameters, 'fullSpans', 0, { min: 0, max: spansMax });
  const story = await readTraceStory(
    { spans, correlation },
    {
      tenants,
      id,
      logsMax: wholeNumber(parameters, 'limit', 1000, { min: 1, max: limits.linesMax }),
      after: next === null || next === '' ? undefined : decodeCursor(next),
      datasources,
      fullSpansMax,
    },
    signal,
  );
  const isLarge =
    story.isOutline ||
    (fullSpansMax !== undefined && hasMoreAttributesThan(story.spans, fullAttributesMax));
  const trace = encodeStory(story, isLarge, dependencies);
  if (trace.outline === undefined) return trace;
  // A million numbers, none of them a bigint: looking at each for one would take longer than printing them.
  const { outline, ...rest } = trace;
  const body = `${printJson(rest).slice(0, -1)},"outline":${JSON.stringify(outline)}}`;
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function encodeStory(
  story: TraceStory,
  isLarge: boolean,
  { datasources }: ExploreDependencies,
): ExploreTrace {
  return {
    traceId: story.traceId,
    givenAs: story.givenAs,
    bounds:
      story.bounds === undefined
        ? null
        : { startNs: story.bounds.startNs.toString(), endNs: story.bounds.endNs.toString() },
    services: story.services,
    counts: {
      spans: story.counts.spans,
      errorSpans: story.counts.errorSpans,
      logs: story.counts.logs ?? story.logsTotal,
      exemplars: story.counts.exemplars,
    },
    spans: isLarge
      ? []
      : story.spans.map((span) =>
          encodeSpan(span, story.info, story.logCountBySpan.get(span.spanId) ?? 0, datasources),
        ),
    ...(isLarge ? { outline: outlineSpans(story.spans, story.logCountBySpan) } : {}),
    logs: story.logs.map((record) => encodeListedLine(record, datasources)),
    reasons: story.reasons,
    coverage: {
      spans: { returned: story.spans.length, total: story.spans.length, next: null },
      logs: {
        returned: story.logs.length,
        total: story.logsTotal,
        next: story.nextLog === undefined ? null : encodeCursor(story.nextLog),
      },
    },
  };
}

/** `GET /api/explore/trace/{id}/logs`. */
export async function readTraceLines(
  call: TraceCall,
  dependencies: ExploreDependencies,
): Promise<ExploreTraceLines> {
  const { parameters, tenants, signal } = call;
  const { correlation, datasources, limits } = dependencies;
  const next = parameters.get('next') ?? '';
  const limit = wholeNumber(parameters, 'limit', 1000, { min: 1, max: limits.linesMax });
  const after = next === '' ? undefined : decodeCursor(next);
  const traceId = await traceIdOf(call, dependencies);
  const { records, total } = await correlation.logsOfTrace(
    { tenants, traceId, limit, after },
    signal,
  );
  const last = records.at(-1);
  return {
    lines: records.map((record) => encodeListedLine(record, datasources)),
    coverage: {
      returned: records.length,
      total,
      next: last === undefined || records.length < limit ? null : encodeCursor(last),
    },
  };
}

async function traceIdOf(
  { id, tenants, signal }: TraceCall,
  { correlation }: ExploreDependencies,
): Promise<string> {
  return (await resolveTrace(correlation, tenants, id, signal)).traceId;
}

/** `GET /api/explore/trace/{id}/span/{spanId}`: one span with everything. */
export async function readSpan(
  call: TraceCall & { readonly spanId: string },
  dependencies: ExploreDependencies,
): Promise<ExploreSpan> {
  const traceId = await traceIdOf(call, dependencies);
  const { correlation, datasources } = dependencies;
  const [entry] = await correlation.findTraces(call.tenants, [traceId], call.signal);
  const span =
    entry === undefined ? undefined : await findSpan(entry, call.spanId, call, dependencies);
  if (entry === undefined || span === undefined)
    throw new Failure(
      'not-found',
      `trace ${traceId} has no span ${JSON.stringify(call.spanId.slice(0, 40))}`,
    );
  // The trace's own name would take all of its spans, and how many lines the span has is in the outline.
  const info = { traceId, name: '', startNs: entry.startNs, endNs: entry.endNs };
  return encodeSpan(span, info, 0, datasources);
}

/** Reads no more of the trace than the span's own rows. */
async function findSpan(
  { traceId, startNs, endNs }: TraceIndexEntry,
  spanId: string,
  { tenants, signal }: TraceCall,
  { spans }: ExploreDependencies,
): Promise<SpanRecord | undefined> {
  const is = (name: string, value: string): SpanPredicate => ({
    kind: 'condition',
    scope: 'intrinsic',
    name,
    operator: '=',
    value: { kind: 'string', value },
  });
  const request = {
    tenants,
    startNs,
    endNs: endNs + 1n,
    predicate: { kind: 'and', operands: [is('trace:id', traceId), is('span:id', spanId)] },
  } as const;
  const isIt = (one: SpanRecord): boolean => one.traceId === traceId && one.spanId === spanId;
  try {
    for await (const found of spans.scanSpans(request, signal)) {
      const span = found.find(isIt);
      if (span !== undefined) return span;
    }
    return undefined;
  } catch (error) {
    // A server elsewhere answers for whole traces only.
    if (asFailure(error).code !== 'unsupported') throw error;
    return (await spans.spansOfTrace(tenants, traceId, signal)).find(isIt);
  }
}

const incomingMax = 100;
const beforeNs = 3_600_000_000_000n;
const afterNs = 86_400_000_000_000n;

/** `GET /api/explore/trace/{id}/incoming`. */
export async function readIncomingLinks(
  call: TraceCall,
  dependencies: ExploreDependencies,
): Promise<ExploreIncomingLinks> {
  const traceId = await traceIdOf(call, dependencies);
  const [entry] = await dependencies.correlation.findTraces(call.tenants, [traceId], call.signal);
  if (entry === undefined) return { links: [], isCut: false };
  const links: ExploreIncomingLinks['links'][number][] = [];
  const found = dependencies.spans.scanSpans(
    {
      tenants: call.tenants,
      startNs: entry.startNs - beforeNs,
      endNs: entry.endNs + afterNs,
      predicate: {
        kind: 'condition',
        scope: 'intrinsic',
        name: 'link:traceID',
        operator: '=',
        value: { kind: 'string', value: traceId },
      },
    },
    call.signal,
  );
  for await (const spans of found) {
    for (const span of spans) {
      if (span.traceId === traceId) continue;
      for (const link of span.links) {
        if (link.traceId !== traceId) continue;
        links.push({
          traceId: span.traceId,
          spanId: span.spanId,
          service: shownService(span.resource),
          name: span.name,
          startNs: span.startNs.toString(),
          toSpanId: link.spanId,
        });
      }
    }
    if (links.length > incomingMax) break;
  }
  links.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  return { links: links.slice(0, incomingMax), isCut: links.length > incomingMax };
}

/** Lines that an export holds at most. */
const exportedLinesMax = 100_000;

/** `GET /api/explore/trace/{id}/otlp`: spans and log lines as OTLP/JSON, which `/v1/traces` and `/v1/logs` take. */
export async function exportTrace(
  call: TraceCall,
  dependencies: ExploreDependencies,
): Promise<Response> {
  const traceId = await traceIdOf(call, dependencies);
  const { spans, correlation } = dependencies;
  const [records, { records: logs }] = await Promise.all([
    spans.spansOfTrace(call.tenants, traceId, call.signal),
    correlation.logsOfTrace(
      { tenants: call.tenants, traceId, limit: exportedLinesMax },
      call.signal,
    ),
  ]);
  if (records.length + logs.length === 0)
    throw new Failure('not-found', `nothing is stored for trace ${traceId}`);
  return new Response(printTraceJson(records, logs), {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="trace-${traceId}.json"`,
    },
  });
}
