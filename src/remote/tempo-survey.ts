// The traces page over a Tempo elsewhere. Lists, dots and latency bands are made of what its search tells of traces. What
// needs every span (groups by an attribute, what differs) reads some of the traces that were found, whole, and says so.

import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/errors.ts';
import type { SpanRecord } from '../model/span-record.ts';
import type {
  DifferenceCounts,
  DifferenceSource,
  Selection,
  SpanDifferenceRequest,
  SpanGround,
} from '../query/difference-source.ts';
import type { TenantRange } from '../query/sources.ts';
import {
  groupedSpan,
  groupSpans,
  isSelectedSpan,
  kindFigures,
  latencyBands,
} from '../query/survey/span-groups.ts';
import { spanDifference } from '../query/survey/span-difference.ts';
import { traceDifference } from '../query/survey/trace-difference.ts';
import type {
  ListedTrace,
  SpanGroups,
  TraceOrder,
  TraceSurveyRequest,
  TraceSurveySource,
} from '../query/trace-survey-source.ts';
import type { TraceqlEngine, TraceSummary } from '../query/traceql/engine.ts';
import type { RemoteSpans } from './tempo-spans.ts';
import { createWholeTraces } from './whole-traces.ts';

/** What is asked of a search: Tempo reads each of these traces for its figures, and gives no total. */
const searchedMax = 300;
/** Traces that are read whole; of a comparison so many of each side. */
const wholeMax = 100;
const spansPerTrace = 20;
/** A search gives the newest that it finds: parts of the range are searched, so that all of its time is looked at. */
const searchedParts = 12;
const partNsMin = 10_000_000_000n;
const rememberedMax = 20_000;

export interface RemoteTraces {
  readonly traceql: TraceqlEngine;
  readonly survey: TraceSurveySource;
  /** Without lines, of which Tempo knows nothing. */
  readonly difference: DifferenceSource;
  /** Some traces of a range, whole. */
  readonly readSome: (
    range: TenantRange,
    signal: AbortSignal,
  ) => Promise<{ readonly traces: number; readonly spans: readonly SpanRecord[] }>;
}

const everySpan: SpanGround = { kind: 'predicate', predicate: { kind: 'true' }, traceHas: [] };

function idOf({ traceId }: ListedTrace): string {
  return traceId;
}

function listed(trace: TraceSummary): ListedTrace {
  const services = Object.entries(trace.serviceStats).map(([service, stats]) => ({
    service,
    spans: stats.spanCount,
    errorSpans: stats.errorCount,
  }));
  return {
    traceId: trace.traceId,
    startNs: trace.startNs,
    durationNs: trace.durationNs,
    extentNs: trace.durationNs,
    hasRoot: trace.rootName !== '',
    rootService: trace.rootServiceName,
    rootName: trace.rootName,
    spans: services.reduce((sum, { spans }) => sum + spans, 0),
    errorSpans: services.reduce((sum, { errorSpans }) => sum + errorSpans, 0),
    services: services.toSorted((a, b) => b.spans - a.spans),
  };
}

function isSelected(trace: ListedTrace, selection: Selection): boolean {
  const { startNs, endNs, minDurationNs, maxDurationNs, errors } = selection;
  return (
    (startNs === undefined || trace.startNs >= startNs) &&
    (endNs === undefined || trace.startNs < endNs) &&
    (minDurationNs === undefined || trace.durationNs >= minDurationNs) &&
    (maxDurationNs === undefined || trace.durationNs <= maxDurationNs) &&
    (!errors || trace.errorSpans > 0)
  );
}

const compare: Readonly<Record<TraceOrder, (a: ListedTrace, b: ListedTrace) => number>> = {
  interesting: (a, b) =>
    Math.sign(b.errorSpans) - Math.sign(a.errorSpans) || Number(b.durationNs - a.durationNs),
  newest: (a, b) => Number(b.startNs - a.startNs),
  oldest: (a, b) => Number(a.startNs - b.startNs),
  slowest: (a, b) => Number(b.durationNs - a.durationNs),
  fastest: (a, b) => Number(a.durationNs - b.durationNs),
  errors: (a, b) => b.errorSpans - a.errorSpans,
  spans: (a, b) => b.spans - a.spans,
  services: (a, b) => b.services.length - a.services.length,
  name: (a, b) => (a.rootName < b.rootName ? -1 : a.rootName > b.rootName ? 1 : 0),
};

/** Every n-th, so that a part of a list stands for all of its time. */
function someOf<T>(items: readonly T[], max: number): readonly T[] {
  if (items.length <= max) return items;
  return Array.from(
    { length: max },
    (_, at) => items[Math.floor((at * items.length) / max)],
  ).filter((item) => item !== undefined);
}

interface Found<T> {
  readonly traces: readonly T[];
  /** Whether more may match than Tempo was asked for. */
  readonly isCut: boolean;
}

/** Newest first, each trace once. */
async function searchParts(
  spans: RemoteSpans,
  query: string,
  { startNs, endNs }: { readonly startNs: bigint; readonly endNs: bigint },
  limit: number,
  signal: AbortSignal,
): Promise<Found<TraceSummary>> {
  const lengthNs = (endNs - startNs) / BigInt(searchedParts);
  if (lengthNs < partNsMin || limit < searchedParts) {
    const traces = await spans.search(query, { startNs, endNs }, limit, signal);
    return { traces, isCut: traces.length >= limit };
  }
  const partLimit = Math.floor(limit / searchedParts);
  const parts = await Promise.all(
    Array.from({ length: searchedParts }, (_, at) => {
      const fromNs = startNs + BigInt(at) * lengthNs;
      const toNs = at === searchedParts - 1 ? endNs : fromNs + lengthNs;
      const part = { startNs: fromNs, endNs: toNs };
      return spans.search(query, part, partLimit, signal);
    }),
  );
  // A trace that reaches over the edge of a part is found in both.
  const once = new Map(parts.flat().map((trace) => [trace.traceId, trace]));
  return {
    traces: [...once.values()].toSorted((a, b) => Number(b.startNs - a.startNs)),
    isCut: parts.some(({ length }) => length >= partLimit),
  };
}

export function createRemoteTraces(name: string, spans: RemoteSpans, clock: Clock): RemoteTraces {
  const remembered = new Map<string, TraceSummary>();
  const wholeTraces = createWholeTraces(spans, clock);
  const find = async (
    query: string,
    range: TenantRange,
    limit: number,
    signal: AbortSignal,
  ): Promise<Found<TraceSummary>> => {
    const found = await searchParts(spans, query, range, limit, signal);
    for (const trace of found.traces) remembered.set(trace.traceId, trace);
    for (const key of remembered.keys()) {
      if (remembered.size <= rememberedMax) break;
      remembered.delete(key);
    }
    return found;
  };
  const unanswered = (): never => {
    throw new Failure(
      'unsupported',
      `${name} is a server elsewhere, whose search tells of traces and not of every span: this view needs the spans in this Clew`,
    );
  };
  /** Of given traces it is known already whether there are more. */
  const tracesOf = async (
    range: TenantRange,
    ground: SpanGround,
    signal: AbortSignal,
  ): Promise<Found<ListedTrace>> => {
    const { traces, isCut } =
      ground.kind === 'traces'
        ? { traces: ground.traceIds.flatMap((id) => remembered.get(id) ?? []), isCut: false }
        : await find('', range, searchedMax, signal);
    return { traces: traces.map(listed), isCut };
  };
  const facts = async (
    request: TraceSurveyRequest,
    signal: AbortSignal,
  ): Promise<Found<ListedTrace>> => {
    const { traces, isCut } = await tracesOf(request, request.ground, signal);
    return { traces: traces.filter((trace) => isSelected(trace, request.selection)), isCut };
  };
  const searchedNote = ({ traces, isCut }: Found<ListedTrace>): string | undefined =>
    isCut
      ? `Of the traces in ${name}, a server elsewhere, ${traces.length} are looked at.`
      : undefined;
  const wholeNote = (read: number, found: Found<ListedTrace>): string | undefined =>
    read >= found.traces.length
      ? searchedNote(found)
      : `Of the ${found.traces.length} traces that ${name}, a server elsewhere, found ${read} are read whole for this.`;
  const spanGroups: TraceSurveySource['spanGroups'] = async (request, signal) => {
    const { tenants, startNs, endNs, scope, name: key, selection, limit } = request;
    if (scope === 'intrinsic' && (key === 'rootName' || key === 'rootServiceName')) {
      const found = await facts(request, signal);
      const groups = groupSpans(
        found.traces.map((trace) => ({
          type: 'string',
          value: key === 'rootName' ? trace.rootName : trace.rootService,
          durationNs: Number(trace.durationNs),
          failed: trace.errorSpans > 0,
          traceId: trace.traceId,
        })),
        limit,
      );
      return { ...groups, note: searchedNote(found) };
    }
    const found = await tracesOf(request, request.ground, signal);
    const some = someOf(found.traces, wholeMax);
    const all = (await wholeTraces.read(tenants, some.map(idOf), signal)).flat();
    const inRange = all.filter(
      (span) => span.startNs >= startNs && span.startNs < endNs && isSelectedSpan(span, selection),
    );
    const groups: SpanGroups = groupSpans(
      inRange.map((span) => groupedSpan(span, { scope, name: key })),
      limit,
    );
    return { ...groups, note: wholeNote(some.length, found) };
  };
  const traceDifferenceOf = async (
    request: SpanDifferenceRequest,
    signal: AbortSignal,
  ): Promise<DifferenceCounts> => {
    const found = await tracesOf(request, request.ground, signal);
    const chosen =
      request.selected.kind === 'traces' ? new Set(request.selected.traceIds) : undefined;
    const isIn = (trace: ListedTrace): boolean =>
      isSelected(trace, request.selection) && (chosen?.has(trace.traceId) ?? true);
    const sides = [found.traces.filter(isIn), found.traces.filter((trace) => !isIn(trace))];
    const some = sides.map((side) => someOf(side, wholeMax));
    const read = await wholeTraces.read(request.tenants, some.flat().map(idOf), signal);
    const counts = traceDifference(
      some.flat().map((trace, at) => ({
        isSelected: at < (some[0]?.length ?? 0),
        rootService: trace.rootService,
        rootName: trace.rootName,
        spans: read[at] ?? [],
      })),
    );
    const all = { selected: sides[0]?.length ?? 0, rest: sides[1]?.length ?? 0 };
    return { ...counts, ...all, note: wholeNote(some.flat().length, found) };
  };
  /** Of all traces some, and more of those that begin in the box: with a failed span where failures are selected. */
  const spanDifferenceOf = async (
    request: SpanDifferenceRequest,
    signal: AbortSignal,
  ): Promise<DifferenceCounts> => {
    const { tenants, startNs, endNs, ground, selection } = request;
    const boxed = {
      tenants,
      startNs: selection.startNs ?? startNs,
      endNs: selection.endNs ?? endNs,
    };
    const inBox = (trace: ListedTrace): boolean =>
      trace.startNs >= boxed.startNs &&
      trace.startNs < boxed.endNs &&
      (!selection.errors || trace.errorSpans > 0);
    const [found, extra] = await Promise.all([
      tracesOf(request, ground, signal),
      ground.kind === 'traces'
        ? []
        : find(selection.errors ? '{ status = error }' : '', boxed, wholeMax, signal).then(
            ({ traces }) => traces.map(listed),
          ),
    ]);
    const inBoxById = new Map(
      [...extra, ...found.traces.filter(inBox)].map((trace) => [trace.traceId, trace]),
    );
    const some = [
      ...someOf([...inBoxById.values()], wholeMax),
      ...someOf(
        found.traces.filter((trace) => !inBox(trace)),
        wholeMax,
      ),
    ];
    const spansOfAll = (await wholeTraces.read(tenants, some.map(idOf), signal)).flat();
    const counts = spanDifference(
      spansOfAll,
      (span) => span.startNs >= startNs && span.startNs < endNs,
      selection,
    );
    return {
      ...counts,
      note: `Counted over the ${some.length} traces of ${name}, a server elsewhere, that were read whole for this.`,
    };
  };
  return {
    traceql: {
      search: async (request, signal) => {
        const limit = Math.min(searchedMax, request.limit);
        const { traces, isCut } = await find(request.query, request, limit, signal);
        return { traces, isCut, inspectedTraces: traces.length, inspectedSpans: 0 };
      },
      searchStream: unanswered,
      metrics: unanswered,
    },
    survey: {
      listTraces: async (request, signal) => {
        const { traces, isCut } = await facts(request, signal);
        return {
          traces: traces.toSorted(compare[request.order]).slice(0, request.limit),
          total: traces.length,
          isAtLeast: isCut,
        };
      },
      tracePoints: async (request, signal) => {
        const { traces, isCut } = await facts(request, signal);
        return {
          points: traces.toSorted(compare.interesting).slice(0, request.limit),
          total: traces.length,
          failed: traces.filter(({ errorSpans }) => errorSpans > 0).length,
          oneIn: 1,
          isAtLeast: isCut,
        };
      },
      spanGroups,
      latencyBands: async (request, signal) => {
        const found = await facts(request, signal);
        return {
          bands: latencyBands(found.traces, request.examples),
          note: searchedNote(found),
        };
      },
      spanKind: async ({ service, name: spanName, durationNs, ...range }, signal) => {
        // TraceQL's strings have JSON's escapes.
        const query = `{ resource.service.name = ${JSON.stringify(service)} && name = ${JSON.stringify(spanName)} } | select(status)`;
        const found = await spans.searchSpans(
          query,
          range,
          { traces: searchedMax, spansPerTrace },
          signal,
        );
        return kindFigures(found, durationNs);
      },
    },
    difference: {
      // A query is asked of Tempo as it is.
      canCount: () => Promise.resolve(false),
      spanDifference: (request, signal) =>
        request.unit === 'traces'
          ? traceDifferenceOf(request, signal)
          : spanDifferenceOf(request, signal),
      logDifference: () => Promise.resolve(undefined),
    },
    readSome: async (range, signal) => {
      const { traces } = await tracesOf(range, everySpan, signal);
      const some = someOf(traces, wholeMax);
      const read = await wholeTraces.read(range.tenants, some.map(idOf), signal);
      return { traces: some.length, spans: read.flat() };
    },
  };
}
