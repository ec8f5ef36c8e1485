// The traces page over a Tempo elsewhere. Lists, dots and latency bands are made of what its search tells of traces. What
// needs every span (groups by an attribute, what differs) reads some of the traces that were found, whole, and says so.

import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/errors.ts';
import type {
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
const rememberedMax = 20_000;

export interface RemoteTraces {
  readonly traceql: TraceqlEngine;
  readonly survey: TraceSurveySource;
  readonly difference: DifferenceSource;
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

export function createRemoteTraces(name: string, spans: RemoteSpans, clock: Clock): RemoteTraces {
  const remembered = new Map<string, TraceSummary>();
  const wholeTraces = createWholeTraces(spans, clock);
  const find: RemoteSpans['search'] = async (query, range, limit, signal) => {
    const found = await spans.search(query, range, limit, signal);
    for (const trace of found) remembered.set(trace.traceId, trace);
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
  const tracesOf = async (
    range: TenantRange,
    ground: SpanGround,
    signal: AbortSignal,
  ): Promise<readonly ListedTrace[]> => {
    const found =
      ground.kind === 'traces'
        ? ground.traceIds.flatMap((id) => remembered.get(id) ?? [])
        : await find('', range, searchedMax, signal);
    return found.map(listed);
  };
  const facts = async (
    request: TraceSurveyRequest,
    signal: AbortSignal,
  ): Promise<readonly ListedTrace[]> =>
    (await tracesOf(request, request.ground, signal)).filter((trace) =>
      isSelected(trace, request.selection),
    );
  const searchedNote = (found: number): string | undefined =>
    found < searchedMax
      ? undefined
      : `Of the traces that match, ${searchedMax} are looked at: so many are asked of ${name}, a server elsewhere.`;
  const wholeNote = (read: number, found: number): string | undefined =>
    read >= found
      ? searchedNote(found)
      : `${name} is a server elsewhere: ${read} of the ${found} traces that its search gave are read whole for this.`;
  const spanGroups: TraceSurveySource['spanGroups'] = async (request, signal) => {
    const { tenants, startNs, endNs, scope, name: key, selection, limit } = request;
    if (scope === 'intrinsic' && (key === 'rootName' || key === 'rootServiceName')) {
      const found = await facts(request, signal);
      const groups = groupSpans(
        found.map((trace) => ({
          type: 'string',
          value: key === 'rootName' ? trace.rootName : trace.rootService,
          durationNs: Number(trace.durationNs),
          failed: trace.errorSpans > 0,
          traceId: trace.traceId,
        })),
        limit,
      );
      return { ...groups, note: searchedNote(found.length) };
    }
    const found = await tracesOf(request, request.ground, signal);
    const some = someOf(found, wholeMax);
    const ids = some.map(({ traceId }) => traceId);
    const all = (await wholeTraces.read(tenants, ids, signal)).flat();
    const inRange = all.filter(
      (span) => span.startNs >= startNs && span.startNs < endNs && isSelectedSpan(span, selection),
    );
    const groups: SpanGroups = groupSpans(
      inRange.map((span) => groupedSpan(span, { scope, name: key })),
      limit,
    );
    return { ...groups, note: wholeNote(some.length, found.length) };
  };
  const spanDifference = async (
    request: SpanDifferenceRequest,
    signal: AbortSignal,
  ): ReturnType<DifferenceSource['spanDifference']> => {
    if (request.unit !== 'traces') return unanswered();
    const found = await tracesOf(request, request.ground, signal);
    const chosen =
      request.selected.kind === 'traces' ? new Set(request.selected.traceIds) : undefined;
    const isIn = (trace: ListedTrace): boolean =>
      isSelected(trace, request.selection) && (chosen?.has(trace.traceId) ?? true);
    const sides = [found.filter(isIn), found.filter((trace) => !isIn(trace))];
    const some = sides.map((side) => someOf(side, wholeMax));
    const read = await wholeTraces.read(
      request.tenants,
      some.flat().map(({ traceId }) => traceId),
      signal,
    );
    const counts = traceDifference(
      some.flat().map((trace, at) => ({
        isSelected: at < (some[0]?.length ?? 0),
        rootService: trace.rootService,
        rootName: trace.rootName,
        spans: read[at] ?? [],
      })),
    );
    const all = { selected: sides[0]?.length ?? 0, rest: sides[1]?.length ?? 0 };
    return { ...counts, ...all, note: wholeNote(some.flat().length, found.length) };
  };
  return {
    traceql: {
      search: async (request, signal) => {
        const limit = Math.min(searchedMax, request.limit);
        const traces = await find(request.query, request, limit, signal);
        return {
          traces: traces.toSorted((a, b) => Number(b.startNs - a.startNs)),
          inspectedTraces: traces.length,
          inspectedSpans: 0,
        };
      },
      searchStream: unanswered,
      metrics: unanswered,
    },
    survey: {
      listTraces: async (request, signal) => {
        const all = (await facts(request, signal)).toSorted(compare[request.order]);
        const isAtLeast = all.length >= searchedMax;
        return { traces: all.slice(0, request.limit), total: all.length, isAtLeast };
      },
      tracePoints: async (request, signal) => {
        const all = await facts(request, signal);
        const points = all.toSorted(compare.interesting).slice(0, request.limit);
        const failed = all.filter(({ errorSpans }) => errorSpans > 0).length;
        return {
          points,
          total: all.length,
          failed,
          oneIn: 1,
          isAtLeast: all.length >= searchedMax,
        };
      },
      spanGroups,
      latencyBands: async (request, signal) => {
        const all = await facts(request, signal);
        return { bands: latencyBands(all, request.examples), note: searchedNote(all.length) };
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
      spanDifference,
      logDifference: unanswered,
    },
  };
}
