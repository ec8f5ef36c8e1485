// The screen's API over servers elsewhere: for each datasource that is not this Clew, the same ports, asked of a real
// Loki, Tempo or Prometheus. What such a server cannot tell is refused with a sentence, view by view.

import type { ExploreDependencies } from '../api/explore/dependencies.ts';
import { Failure } from '../base/errors.ts';
import type { Datasource } from '../model/datasource.ts';
import { serviceName } from '../model/resource.ts';
import type { SpansBatch } from '../model/spans-batch.ts';
import { defaultTenant } from '../model/tenant.ts';
import type {
  CorrelationSource,
  SeriesSource,
  SpanSource,
  TraceIndexEntry,
} from '../query/sources.ts';
import { MemorySpanSource } from '../query/traceql/execute/memory-source.ts';
import { createRemoteClient, type RemoteClient } from '../remote/client.ts';
import { remoteLogDifference } from '../remote/loki-difference.ts';
import { createRemoteLogs, type RemoteLogs } from '../remote/loki-logs.ts';
import { createRemoteSeries } from '../remote/prometheus-series.ts';
import { createRemoteSpans } from '../remote/tempo-spans.ts';
import { createTempoMetrics } from '../remote/tempo-metrics.ts';
import { createRemoteOverview } from '../remote/tempo-overview.ts';
import { createRemoteTraces } from '../remote/tempo-survey.ts';
import { createLanguages } from './languages.ts';

/** By the datasource's uid. */
export function remoteDependencies(
  own: ExploreDependencies,
): ReadonlyMap<string, ExploreDependencies> {
  const remote = own.datasources.filter(({ embedded }) => !embedded);
  return new Map(
    remote.flatMap((datasource) => {
      const dependencies = dependenciesOf(datasource, own);
      return dependencies === undefined ? [] : [[datasource.uid, dependencies] as const];
    }),
  );
}

function dependenciesOf(
  datasource: Datasource,
  own: ExploreDependencies,
): ExploreDependencies | undefined {
  const client = createRemoteClient(datasource, own.limits.queryTimeoutMs);
  if (datasource.type === 'loki') return overLoki(datasource, createRemoteLogs(client), own);
  if (datasource.type === 'tempo') {
    return overTempo(datasource, client, own);
  }
  if (datasource.type === 'prometheus') return overPrometheus(datasource, client, own);
  return undefined;
}

/** A port of which nothing is answered. */
function unanswered<T extends object>(datasource: Datasource, what: string): T {
  const refuse = (): never => {
    throw new Failure(
      'unsupported',
      `${datasource.name} is a server elsewhere, which does not tell ${what}: this view needs the telemetry in this Clew`,
    );
  };
  // Every method of the port is the same refusal.
  return new Proxy({}, { get: () => refuse }) as T;
}

function withoutSurveys(datasource: Datasource, own: ExploreDependencies): ExploreDependencies {
  return {
    ...own,
    logSurvey: unanswered(datasource, 'fields and patterns of all lines'),
    metricSurvey: unanswered(datasource, 'its metrics with their counts'),
    difference: unanswered(datasource, 'what differs between spans or lines'),
    traceSurvey: unanswered(datasource, 'figures of all spans'),
    overview: unanswered(datasource, 'figures of services'),
  };
}

function overLoki(
  datasource: Datasource,
  logs: RemoteLogs,
  own: ExploreDependencies,
): ExploreDependencies {
  const { clock } = own;
  const tempo = tempoBeside(datasource, own.datasources);
  const far =
    tempo === undefined
      ? undefined
      : createRemoteSpans(createRemoteClient(tempo, own.limits.queryTimeoutMs), spansOfBatch);
  const spans = far ?? own.spans;
  const traces = far === undefined ? own.correlation : withTracesOf(far, own.correlation);
  const { logql } = createLanguages({ logs, spans, clock });
  return {
    ...withoutSurveys(datasource, own),
    logSurvey: newestLinesOnly,
    difference: {
      ...unanswered<ExploreDependencies['difference']>(datasource, 'what differs between spans'),
      logDifference: (request, signal) => remoteLogDifference(logs, request, signal),
    },
    traceSurvey:
      far === undefined || tempo === undefined
        ? own.traceSurvey
        : createRemoteTraces(tempo.name, far, clock).survey,
    logs,
    logql,
    spans,
    correlation: withLogsOf(logs, traces, own),
  };
}

/** Where the traces of a Loki's lines are: the Tempo that its derived fields name, or that names it. */
function tempoBeside(loki: Datasource, all: readonly Datasource[]): Datasource | undefined {
  const named = new Set(loki.derivedFields.map(({ datasourceUid }) => datasourceUid));
  return all.find(
    ({ uid, type, embedded, tracesToLogs }) =>
      type === 'tempo' && !embedded && (named.has(uid) || tracesToLogs?.datasourceUid === loki.uid),
  );
}

/** The lines of a trace are Loki's. */
function withLogsOf(
  logs: RemoteLogs,
  own: CorrelationSource,
  { clock }: ExploreDependencies,
): CorrelationSource {
  const dayNs = 86_400_000_000_000n;
  const aroundNs = 60_000_000_000n;
  return {
    ...own,
    logRecord: (_tenants, cursor, signal) => logs.record(cursor, signal),
    logRecords: async (_tenants, cursors, signal) => {
      const records = await Promise.all(cursors.map((cursor) => logs.record(cursor, signal)));
      return records.filter((record) => record !== undefined);
    },
    logsOfTrace: async ({ tenants, traceId, limit }, signal) => {
      const [entry] = await own.findTraces(tenants, [traceId], signal);
      const range =
        entry === undefined
          ? { startNs: clock.nowNs() - dayNs, endNs: clock.nowNs() }
          : { startNs: entry.startNs - aroundNs, endNs: entry.endNs + aroundNs };
      const records = await logs.linesOfTrace(traceId, range, limit, signal);
      return { records, total: records.length };
    },
    countLogsBySpan: () => Promise.resolve(undefined),
    // A question to Loki for each trace of a list would be too many.
    countTraces: async (tenants, traceIds, signal) => {
      const counts = await own.countTraces(tenants, traceIds, signal);
      return counts.map((one) => ({ ...one, logs: null }));
    },
    // Loki does not tell how many of a service's lines name a trace.
    serviceLogEvidence: () => Promise.resolve([]),
  };
}

async function spansOfBatch(
  batch: SpansBatch,
  traceId: string,
): ReturnType<MemorySpanSource['spansOfTrace']> {
  const source = new MemorySpanSource();
  source.addBatch(defaultTenant, batch);
  return await source.spansOfTrace([defaultTenant], traceId, new AbortController().signal);
}

function overTempo(
  datasource: Datasource,
  client: RemoteClient,
  own: ExploreDependencies,
): ExploreDependencies {
  const { clock, datasources, limits } = own;
  const spans = createRemoteSpans(client, spansOfBatch);
  const traces = createRemoteTraces(datasource.name, spans, clock);
  const { traceql, survey, difference } = traces;
  const loki = datasources.find(
    ({ uid, embedded, type }) =>
      uid === datasource.tracesToLogs?.datasourceUid && !embedded && type === 'loki',
  );
  const logs =
    loki === undefined
      ? undefined
      : createRemoteLogs(createRemoteClient(loki, limits.queryTimeoutMs));
  const correlation = withTracesOf(spans, own.correlation);
  const metrics = createTempoMetrics(client);
  return {
    ...withoutSurveys(datasource, own),
    spans,
    traceql,
    traceSurvey: survey,
    difference:
      logs === undefined
        ? difference
        : {
            ...difference,
            logDifference: (request, signal) => remoteLogDifference(logs, request, signal),
          },
    overview: createRemoteOverview({ metrics, readSome: traces.readSome, logs }),
    // The lines of its services are those of the Loki that it names.
    ...(logs === undefined
      ? { correlation }
      : {
          logs,
          logql: createLanguages({ logs, spans, clock }).logql,
          logSurvey: newestLinesOnly,
          correlation: withLogsOf(logs, correlation, own),
        }),
  };
}

/** Loki does not tell: fields and patterns are those of the newest lines. */
const newestLinesOnly: ExploreDependencies['logSurvey'] = {
  surveyFields: () => Promise.resolve(undefined),
  surveyShapes: () => Promise.resolve(undefined),
};

/** Where the traces of a Prometheus's exemplars are, and the lines of those traces. */
function overPrometheus(
  datasource: Datasource,
  client: RemoteClient,
  own: ExploreDependencies,
): ExploreDependencies {
  const { queryTimeoutMs } = own.limits;
  const far = own.datasources.filter(({ embedded }) => !embedded);
  const named = new Set(datasource.exemplarDestinations.map(({ datasourceUid }) => datasourceUid));
  const tempo = far.find(({ uid, type }) => type === 'tempo' && named.has(uid));
  const loki = far.find(
    ({ uid, type }) => type === 'loki' && uid === tempo?.tracesToLogs?.datasourceUid,
  );
  const beside =
    tempo === undefined
      ? withoutSurveys(datasource, own)
      : overTempo(tempo, createRemoteClient(tempo, queryTimeoutMs), own);
  const series = createRemoteSeries(client);
  return {
    ...beside,
    series: {
      ...unanswered<SeriesSource>(datasource, 'values but to a query'),
      seriesLabels: series.labels,
      metricMetadata: series.metadata,
    },
    metricSurvey: series.survey,
    relativesIn: { logs: loki?.uid ?? '', traces: tempo?.uid ?? '' },
  };
}

/** Spans are Tempo's, log lines this Clew's. */
function withTracesOf(spans: SpanSource, own: CorrelationSource): CorrelationSource {
  const findTraces: CorrelationSource['findTraces'] = async (tenants, ids, signal) => {
    const found = await Promise.all(
      ids.map(async (id): Promise<TraceIndexEntry[]> => {
        const traceId = id.padStart(32, '0');
        const all = await spans.spansOfTrace(tenants, traceId, signal);
        const [first] = all;
        if (first === undefined) return [];
        return [
          {
            traceId,
            startNs: all.reduce(
              (least, { startNs }) => (startNs < least ? startNs : least),
              first.startNs,
            ),
            endNs: all.reduce((most, { endNs }) => (endNs > most ? endNs : most), first.endNs),
            services: [...new Set(all.map(({ resource }) => serviceName(resource)))].toSorted(),
          },
        ];
      }),
    );
    return found.flat();
  };
  return {
    ...own,
    findTraces,
    findSpan: () => Promise.resolve([]),
    countTraces: async (tenants, traceIds, signal) => {
      const logs = await own.countTraces(tenants, traceIds, signal);
      return await Promise.all(
        traceIds.map(async (traceId, at) => {
          const all = await spans.spansOfTrace(tenants, traceId, signal);
          return {
            traceId,
            spans: all.length,
            errorSpans: all.filter(({ status }) => status === 'error').length,
            logs: logs[at]?.logs ?? 0,
            exemplars: 0,
          };
        }),
      );
    },
    countExemplars: () => Promise.resolve(0),
  };
}
