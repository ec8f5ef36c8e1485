// A search's answer in Tempo's JSON (protobuf's JSON mapping: zero values left out, 64-bit numbers as strings). Grafana
// decodes it strictly: no key may be added.

import type {
  MatchedSpan,
  Spanset,
  TraceqlAttribute,
  TraceqlSearchResult,
  TraceqlSeries,
  TraceqlValue,
  TraceSummary,
} from '../../query/traceql/engine.ts';

type Json = Readonly<Record<string, unknown>>;

/** Left out when zero or empty, as protobuf's JSON does. */
function withoutZeroes(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== 0 &&
        value !== '' &&
        value !== '0' &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

export function jsonDouble(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
}

function valueJson(value: TraceqlValue): Json {
  switch (value.kind) {
    case 'string':
      return { stringValue: value.value };
    case 'int':
      return { intValue: value.value.toString() };
    case 'float':
      return { doubleValue: jsonDouble(value.value) };
    case 'bool':
      return { boolValue: value.value };
  }
}

function attributeJson({ key, value }: TraceqlAttribute): Json {
  return { key, value: valueJson(value) };
}

function spanJson({ span, attributes, named }: MatchedSpan): Json {
  return withoutZeroes({
    spanID: span.spanId,
    name: named ? span.name : '',
    startTimeUnixNano: span.startNs.toString(),
    durationNanos: (span.endNs - span.startNs).toString(),
    attributes: attributes.map(attributeJson),
  });
}

function spansetJson({ spans, matched, attributes }: Spanset): Json {
  return withoutZeroes({
    spans: spans.map(spanJson),
    matched,
    attributes: attributes.map(attributeJson),
  });
}

/** Tempo trims the leading zeroes of trace IDs here. */
export function trimmedId(traceId: string): string {
  return traceId.replace(/^0+(?=.)/, '');
}

/** What Tempo says while the root is missing. */
export function rootNameShown(name: string): string {
  return name === '' ? '<root span not yet received>' : name;
}

function traceJson(trace: TraceSummary): Json {
  const spanSets = trace.spansets.map(spansetJson);
  const stats = Object.entries(trace.serviceStats).map(([service, { spanCount, errorCount }]) => [
    service,
    withoutZeroes({ spanCount, errorCount }),
  ]);
  return {
    ...withoutZeroes({
      traceID: trimmedId(trace.traceId),
      rootServiceName: rootNameShown(trace.rootServiceName),
      rootTraceName: trace.rootName,
      startTimeUnixNano: trace.startNs.toString(),
      durationMs: Number(trace.durationNs / 1_000_000n),
    }),
    ...(spanSets.length === 0 ? {} : { spanSet: spanSets[0], spanSets }),
    ...(stats.length === 0 ? {} : { serviceStats: Object.fromEntries(stats) as Json }),
  };
}

export function searchJson(result: TraceqlSearchResult): string {
  const metrics = withoutZeroes({
    inspectedTraces: result.inspectedTraces,
    inspectedSpans: String(result.inspectedSpans),
    completedJobs: 1,
    totalJobs: 1,
  });
  const traces = result.traces.map(traceJson);
  return JSON.stringify(traces.length === 0 ? { metrics } : { traces, metrics });
}

function seriesLabels(labels: readonly TraceqlAttribute[]): readonly Json[] {
  return labels.map(attributeJson);
}

/** `GET /api/metrics/query_range`. */
export function metricsRangeJson(series: readonly TraceqlSeries[]): string {
  return JSON.stringify({
    series: series.map((one) => ({
      labels: seriesLabels(one.labels),
      samples: Array.from(one.timestampsMs, (timestampMs, at) => ({
        timestampMs: String(timestampMs),
        ...(one.values[at] === 0 ? {} : { value: jsonDouble(one.values[at] ?? 0) }),
      })),
      ...(one.exemplars.length === 0
        ? {}
        : {
            exemplars: one.exemplars.map((exemplar) => ({
              labels: seriesLabels(exemplar.labels),
              value: jsonDouble(exemplar.value),
              timestampMs: String(exemplar.timestampMs),
            })),
          }),
    })),
    metrics: { completedJobs: 1, totalJobs: 1 },
  });
}

/** `GET /api/metrics/query`: one value a series. */
export function metricsInstantJson(series: readonly TraceqlSeries[]): string {
  return JSON.stringify({
    series: series.map((one) => ({
      labels: seriesLabels(one.labels),
      ...(one.values[0] === 0 ? {} : { value: jsonDouble(one.values[0] ?? 0) }),
    })),
    metrics: { completedJobs: 1, totalJobs: 1 },
  });
}
