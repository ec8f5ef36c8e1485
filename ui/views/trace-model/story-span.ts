// A span as the story draws it: times as numbers on the trace's own scale, and no more than every view of it needs. What
// else is known of a span is looked up when it is selected, so that a hundred thousand of them stay light.

import type {
  ExploreAttribute,
  ExploreSpan,
  ExploreTrace,
} from '../../../src/api/explore/contract/records.ts';
import type { SpanOutline } from '../../../src/api/explore/contract/trace.ts';
import { clockOf } from '../../../src/query/correlate/skew.ts';
import { msBetween } from '../words/numbers.ts';

export interface SpanMoment {
  readonly ms: number;
  readonly name: string;
}

export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

export interface StorySpan {
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  /** Whose clock timed it. */
  readonly host: string;
  /** From the start of the trace. */
  readonly startMs: number;
  /** Before `startMs` where a sender says so. */
  readonly endMs: number;
  readonly isError: boolean;
  readonly statusMessage: string;
  readonly logCount: number;
  readonly events: readonly SpanMoment[];
  readonly links: readonly SpanReference[];
  /** Null: it is fetched when it is selected. */
  readonly full: ExploreSpan | null;
}

const none: readonly never[] = [];

/** Who timed a record. */
export function hostOf(resource: readonly ExploreAttribute[], service: string): string {
  return clockOf((wanted) => resource.find(({ key }) => key === wanted)?.value, service);
}

function storySpan(span: ExploreSpan, startNs: string): StorySpan {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    service: span.service,
    name: span.name,
    kind: span.kind,
    host: hostOf(span.resource, span.service),
    startMs: msBetween(startNs, span.startNs),
    endMs: msBetween(startNs, span.endNs),
    isError: span.status === 'error',
    statusMessage: span.statusMessage,
    logCount: span.logCount,
    events:
      span.events.length === 0
        ? none
        : span.events.map(({ timeNs, name }) => ({ ms: msBetween(startNs, timeNs), name })),
    links: span.spanLinks,
    full: span,
  };
}

function outlinedSpans(outline: SpanOutline): StorySpan[] {
  const { texts } = outline;
  const events = new Map<number, SpanMoment[]>();
  for (const { span, atNs, name } of outline.events) {
    const list = events.get(span) ?? [];
    if (list.length === 0) events.set(span, list);
    list.push({ ms: atNs / 1e6, name });
  }
  const links = new Map<number, SpanReference[]>();
  for (const { span, traceId, spanId } of outline.links) {
    const list = links.get(span) ?? [];
    if (list.length === 0) links.set(span, list);
    list.push({ traceId, spanId });
  }
  const textAt = (column: readonly number[], at: number): string => texts[column[at] ?? 0] ?? '';
  return outline.spanIds.map((spanId, at): StorySpan => {
    const startMs = (outline.startsNs[at] ?? 0) / 1e6;
    const parent = outline.parents[at] ?? -1;
    return {
      spanId,
      parentSpanId:
        parent >= 0 ? (outline.spanIds[parent] ?? '') : (outline.absentParents[at] ?? ''),
      service: textAt(outline.services, at),
      name: textAt(outline.names, at),
      kind: textAt(outline.kinds, at),
      host: textAt(outline.hosts, at),
      startMs,
      endMs: startMs + (outline.durationsNs[at] ?? 0) / 1e6,
      isError: outline.errors[at] !== undefined,
      statusMessage: outline.errors[at] ?? '',
      logCount: outline.logCounts[at] ?? 0,
      events: events.get(at) ?? none,
      links: links.get(at) ?? none,
      full: null,
    };
  });
}

export interface StorySpans {
  /** Instant 0 of the spans; of the lines, where there are no spans. */
  readonly startNs: string;
  readonly spans: readonly StorySpan[];
}

/** By what came: the same spans with more lines are the same spans. */
const known = new WeakMap<object, StorySpans>();

export function storySpansOf(trace: ExploreTrace): StorySpans {
  const source = trace.outline ?? trace.spans;
  let read = known.get(source);
  if (read === undefined) {
    read = readSpans(trace);
    known.set(source, read);
  }
  return read;
}

function readSpans(trace: ExploreTrace): StorySpans {
  const { outline } = trace;
  if (outline !== undefined) return { startNs: outline.startNs, spans: outlinedSpans(outline) };
  const startNs = firstInstant(trace);
  return { startNs, spans: trace.spans.map((span) => storySpan(span, startNs)) };
}

function firstInstant(trace: ExploreTrace): string {
  if (trace.spans.length === 0) return trace.logs[0]?.timeNs ?? trace.bounds?.startNs ?? '0';
  let first = BigInt(trace.spans[0]?.startNs ?? 0);
  for (const { startNs } of trace.spans) if (BigInt(startNs) < first) first = BigInt(startNs);
  return String(first);
}
