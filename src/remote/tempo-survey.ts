// The traces page over a Tempo elsewhere: lists and dots of what its search gives. Tempo tells the figures of a trace and
// not those of its spans, so groups and bands are not answered.

import { Failure } from '../base/errors.ts';
import type { Selection } from '../query/difference-source.ts';
import type {
  ListedTrace,
  TraceOrder,
  TraceSurveyRequest,
  TraceSurveySource,
} from '../query/trace-survey-source.ts';
import type { TraceqlEngine, TraceSummary } from '../query/traceql/engine.ts';
import type { RemoteSpans } from './tempo-spans.ts';

/** What is asked of a search: Tempo reads each of these traces for its figures, and gives no total. */
const searchedMax = 300;
const rememberedMax = 20_000;

export interface RemoteTraces {
  readonly traceql: TraceqlEngine;
  readonly survey: TraceSurveySource;
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

export function createRemoteTraces(name: string, spans: RemoteSpans): RemoteTraces {
  const remembered = new Map<string, TraceSummary>();
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
  const facts = async (
    request: TraceSurveyRequest,
    signal: AbortSignal,
  ): Promise<readonly ListedTrace[]> => {
    const { ground, selection } = request;
    const found =
      ground.kind === 'traces'
        ? ground.traceIds.flatMap((id) => remembered.get(id) ?? [])
        : await find('', request, searchedMax, signal);
    return found.map(listed).filter((trace) => isSelected(trace, selection));
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
      spanGroups: unanswered,
      latencyBands: unanswered,
      spanKind: unanswered,
    },
  };
}
