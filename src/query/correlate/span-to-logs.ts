// From a span to its logs and metrics: Clew's own link, which goes by the trace index and needs neither shifts nor tags,
// and those that `tracesToLogsV2` and `tracesToMetrics` configure, as Grafana builds them.

import { printAttributeText } from '../../model/attributes.ts';
import type { Datasource, TagMapping, TracesToLogs } from '../../model/datasource.ts';
import { serviceName } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { CorrelateLink, CorrelateRange } from './link.ts';
import { type VariableLookup, interpolateVariables, keyOfPath } from './variables.ts';

/** What a link needs to know of the trace that a span is in. */
export interface TraceInfo {
  readonly traceId: string;
  /** `service: operation` of the root, as Grafana titles a trace; empty when unknown. */
  readonly name: string;
  /** Bounds of all signals of the trace. */
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Used when `tags` is not configured. */
export const defaultTags: readonly TagMapping[] = [
  { key: 'cluster', value: '' },
  { key: 'hostname', value: '' },
  { key: 'namespace', value: '' },
  { key: 'pod', value: '' },
  { key: 'service.name', value: 'service_name' },
  { key: 'service.namespace', value: 'service_namespace' },
];

const nsPerMs = 1_000_000n;

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** Grafana counts durations in microseconds. */
function durationText(ns: bigint): string {
  return String(Number(ns) / 1000);
}

/** Resource attributes, span attributes, then what is no attribute: Grafana's order of candidates. */
export function tagCandidates(span: SpanRecord): readonly (readonly [string, string])[] {
  return [
    ...span.resource.attributes.map((a) => [a.key, printAttributeText(a.value)] as const),
    ...span.attributes.map((a) => [a.key, printAttributeText(a.value)] as const),
    ['spanId', span.spanId],
    ['traceId', span.traceId],
    ['name', span.name],
    ['duration', durationText(span.endNs - span.startNs)],
  ];
}

/** `label="value", …` of the configured tags that the span has; empty when it has none of them. */
export function tagMatchers(
  span: SpanRecord,
  configured: readonly TagMapping[],
  dotsInNames: 'kept' | 'replaced',
): string {
  const tags = configured.length > 0 ? configured : defaultTags;
  const matchers = new Set<string>();
  for (const [key, value] of tagCandidates(span)) {
    const tag = tags.find((candidate) => candidate.key === key);
    if (tag === undefined) continue;
    const name = tag.value === '' ? tag.key : tag.value;
    const label = dotsInNames === 'replaced' ? name.replaceAll('.', '_') : name;
    matchers.add(`${label}=${quoted(value)}`);
  }
  return [...matchers].join(', ');
}

function spanVariables(span: SpanRecord, trace: TraceInfo, tags: string): VariableLookup {
  // Process tags first, span tags override.
  const byKey = new Map(
    [...span.resource.attributes, ...span.attributes].map((attribute) => [
      attribute.key,
      printAttributeText(attribute.value),
    ]),
  );
  const ofSpan: Readonly<Record<string, string>> = {
    spanId: span.spanId,
    traceId: span.traceId,
    duration: durationText(span.endNs - span.startNs),
    name: span.name,
  };
  const ofTrace: Readonly<Record<string, string>> = {
    traceId: trace.traceId,
    duration: durationText(trace.endNs - trace.startNs),
    name: trace.name,
  };
  return (name, path) => {
    switch (name) {
      case '__tags':
        return tags === '' ? undefined : tags;
      case '__span': {
        const key = keyOfPath(path, 'tags');
        return key === undefined ? ofSpan[path] : byKey.get(key);
      }
      case '__trace':
        return ofTrace[path];
      default:
        return undefined;
    }
  };
}

function floorMs(ns: bigint): bigint {
  const ms = ns / nsPerMs;
  return ns < 0n && ns % nsPerMs !== 0n ? ms - 1n : ms;
}

/** The window in which Grafana looks for a span's relatives: whole milliseconds, at least one. */
export function configuredWindow(
  span: { readonly startNs: bigint; readonly endNs: bigint },
  shifts: { readonly startShiftMs: number; readonly endShiftMs: number },
): CorrelateRange {
  const from = floorMs(span.startNs) + BigInt(Math.trunc(shifts.startShiftMs));
  const to = floorMs(span.endNs) + BigInt(Math.trunc(shifts.endShiftMs));
  return { startNs: from * nsPerMs, endNs: (to > from ? to : from + 1n) * nsPerMs };
}

function widened(window: CorrelateRange, trace: TraceInfo): CorrelateRange {
  return {
    startNs: window.startNs < trace.startNs ? window.startNs : trace.startNs,
    endNs: window.endNs > trace.endNs ? window.endNs : trace.endNs + 1n,
  };
}

function idFilter(label: string, value: string): string {
  const contains = `log_line_contains_${label}`;
  return ` | label_format ${contains}=\`{{ contains "${value}" __line__  }}\` | ${contains}="true" or ${label}="${value}"`;
}

/** LogQL of a configured link; undefined when Grafana would show none. */
function logsQuery(settings: TracesToLogs, span: SpanRecord, trace: TraceInfo): string | undefined {
  const tags = tagMatchers(span, settings.tags, 'replaced');
  if (settings.customQuery !== undefined) {
    const { text, unresolved } = interpolateVariables(
      settings.customQuery,
      spanVariables(span, trace, tags),
    );
    return unresolved.length === 0 && text !== '' ? text : undefined;
  }
  if (tags === '') return undefined;
  const byTrace = settings.filterByTraceId ? idFilter('trace_id', span.traceId) : '';
  const bySpan = settings.filterBySpanId ? idFilter('span_id', span.spanId) : '';
  return `{${tags}}${byTrace}${bySpan}`;
}

function logsLink(
  settings: TracesToLogs,
  span: SpanRecord,
  trace: TraceInfo,
  datasources: readonly Datasource[],
): CorrelateLink | undefined {
  const target = datasources.find((candidate) => candidate.uid === settings.datasourceUid);
  const query = logsQuery(settings, span, trace);
  if (target === undefined || query === undefined) return undefined;
  const configuredRange = configuredWindow(span, settings);
  return {
    kind: 'logs',
    title: `Logs in ${target.name}`,
    target: {
      traceId: trace.traceId,
      spanId: span.spanId,
      datasourceUid: target.uid,
      query,
      range: widened(configuredRange, trace),
      configuredRange,
    },
    source: 'tracesToLogs',
  };
}

function metricsLinks(
  datasource: Datasource,
  span: SpanRecord,
  trace: TraceInfo,
  datasources: readonly Datasource[],
): readonly CorrelateLink[] {
  const settings = datasource.tracesToMetrics;
  const target = datasources.find((candidate) => candidate.uid === settings?.datasourceUid);
  if (settings === undefined || target === undefined) return [];
  const lookup = spanVariables(span, trace, tagMatchers(span, settings.tags, 'kept'));
  const service = quoted(serviceName(span.resource));
  const fallback = `histogram_quantile(0.5, sum(rate(traces_spanmetrics_latency_bucket{service=${service}}[5m])) by (le))`;
  const queries = settings.queries.length > 0 ? settings.queries : [{ name: '', query: '' }];
  const range = configuredWindow(span, settings);
  return queries.flatMap(({ name, query }): CorrelateLink[] => {
    const { text, unresolved } = interpolateVariables(query === '' ? fallback : query, lookup);
    if (unresolved.length > 0) return [];
    return [
      {
        kind: 'metrics',
        title: name === '' ? `Metrics in ${target.name}` : name,
        target: { datasourceUid: target.uid, query: text, range, configuredRange: range },
        source: 'tracesToMetrics',
      },
    ];
  });
}

/** Where a span leads: to its logs by the trace index, to what is configured, and to the spans that it links to. */
export function linksOfSpan(
  span: SpanRecord,
  trace: TraceInfo,
  datasources: readonly Datasource[],
): readonly CorrelateLink[] {
  const links: CorrelateLink[] = [
    {
      kind: 'logs',
      title: 'Logs of this span',
      target: {
        traceId: trace.traceId,
        spanId: span.spanId,
        range: { startNs: trace.startNs, endNs: trace.endNs + 1n },
      },
      source: 'trace',
    },
  ];
  for (const datasource of datasources) {
    const settings = datasource.tracesToLogs;
    const link = settings === undefined ? undefined : logsLink(settings, span, trace, datasources);
    if (link !== undefined) links.push(link);
    links.push(...metricsLinks(datasource, span, trace, datasources));
  }
  for (const { traceId, spanId } of span.links) {
    if (traceId === '') continue;
    links.push({
      kind: 'trace',
      title: 'View linked span',
      target: { traceId, spanId: spanId === '' ? undefined : spanId },
      source: 'spanLink',
    });
  }
  return links;
}
