// Everything that is known of one trace: spans, log lines, counts, bounds, and why something is missing. What
// `GET /api/explore/trace/{id}` shows; the API only encodes it.

import type { Datasource } from '../../model/datasource.ts';
import { findAttribute } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { shownService } from '../../model/log-labels.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type {
  CorrelationSource,
  LogCursor,
  ServiceLogEvidence,
  SpanSource,
  TraceCounts,
} from '../sources.ts';
import { type Reason, explainTrace, saysUnsampled } from './explain.ts';
import { findHiddenLogs } from './hidden-logs.ts';
import type { CorrelateRange } from './link.ts';
import { type ResolvedTrace, resolveTrace, wholeTraceId } from './resolve.ts';
import type { TraceInfo } from './span-to-logs.ts';

export interface TraceStoryRequest {
  readonly tenants: readonly string[];
  /** In any form. */
  readonly id: string;
  /** Log lines of one page. */
  readonly logsMax: number;
  /** Continue behind this line. */
  readonly after?: LogCursor | undefined;
  readonly datasources: readonly Datasource[];
  /** Of a trace of more spans only the outline is read: `isOutline`. Undefined: all is read, however large. */
  readonly fullSpansMax?: number | undefined;
}

export interface TraceStory {
  readonly traceId: string;
  /** The form in which the ID was given. */
  readonly givenAs: ResolvedTrace['givenAs'];
  /** The span that the ID named, alone or beside the trace. */
  readonly spanId: string | undefined;
  /** Of all signals, both inclusive. */
  readonly bounds: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
  /** Sorted by name. */
  readonly services: readonly string[];
  readonly counts: TraceCounts;
  readonly spans: readonly SpanRecord[];
  /** The spans came without their attributes. */
  readonly isOutline: boolean;
  readonly logs: readonly LogRecord[];
  readonly logsTotal: number;
  /** Continues the log lines; undefined at their end. */
  readonly nextLog: LogCursor | undefined;
  /** Log lines by the span that they name: all of them on the first page, later those of the page. */
  readonly logCountBySpan: ReadonlyMap<string, number>;
  /** For `linksOfSpan`; undefined when no span of the trace is known. */
  readonly info: TraceInfo | undefined;
  readonly reasons: readonly Reason[];
}

/** How far around a trace the evidence of its services' logging is taken. */
const evidenceMarginNs = 300_000_000_000n;

interface Instants {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

function unionOf(parts: Iterable<Instants>): Instants | undefined {
  let union: Instants | undefined;
  for (const { startNs, endNs } of parts) {
    union =
      union === undefined
        ? { startNs, endNs }
        : {
            startNs: startNs < union.startNs ? startNs : union.startNs,
            endNs: endNs > union.endNs ? endNs : union.endNs,
          };
  }
  return union;
}

/** The root: a span without parent, else the earliest whose parent is not there. */
export function rootSpanOf(spans: readonly SpanRecord[]): SpanRecord | undefined {
  const root = spans.find(({ parentSpanId }) => parentSpanId === '');
  if (root !== undefined) return root;
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.find(({ parentSpanId }) => !ids.has(parentSpanId)) ?? spans[0];
}

function traceInfoOf(
  traceId: string,
  spans: readonly SpanRecord[],
  bounds: Instants | undefined,
): TraceInfo | undefined {
  const root = rootSpanOf(spans);
  if (root === undefined || bounds === undefined) return undefined;
  return { traceId, name: `${shownService(root.resource)}: ${root.name}`, ...bounds };
}

function countBySpan(logs: readonly LogRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { spanId } of logs) {
    if (spanId !== '') counts.set(spanId, (counts.get(spanId) ?? 0) + 1);
  }
  return counts;
}

/** Of the services that have one version in these spans. */
function versionsOf(spans: readonly SpanRecord[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  const resources = new Set(spans.map(({ resource }) => resource));
  for (const resource of resources) {
    const version = findAttribute(resource.attributes, 'service.version');
    if (version?.kind !== 'string') continue;
    const service = shownService(resource);
    const known = versions.get(service);
    // The empty text is nobody's version.
    versions.set(service, known === undefined || known === version.value ? version.value : '');
  }
  return versions;
}

function* instantsOf(
  entry: Instants | undefined,
  spans: readonly SpanRecord[],
  logs: readonly LogRecord[],
): Iterable<Instants> {
  if (entry !== undefined) yield entry;
  yield* spans;
  for (const { timeNs } of logs) yield { startNs: timeNs, endNs: timeNs };
}

/** The outline first where a trace may be large: a few milliseconds for a small one, half the time for a large one. */
async function readSpans(
  spans: SpanSource,
  { tenants, fullSpansMax }: TraceStoryRequest,
  traceId: string,
  signal: AbortSignal,
): Promise<{ readonly spans: readonly SpanRecord[]; readonly isOutline: boolean }> {
  if (fullSpansMax !== undefined) {
    const outline = await spans.outlineOfTrace(tenants, traceId, signal);
    if (outline.length > fullSpansMax) return { spans: outline, isOutline: true };
    if (outline.length === 0) return { spans: outline, isOutline: false };
  }
  return { spans: await spans.spansOfTrace(tenants, traceId, signal), isOutline: false };
}

/** Fails with `invalid-data` when the ID is none; an unknown trace is a story with reasons. */
export async function readTraceStory(
  sources: { readonly spans: SpanSource; readonly correlation: CorrelationSource },
  request: TraceStoryRequest,
  signal: AbortSignal,
): Promise<TraceStory> {
  const { tenants, datasources, logsMax, after } = request;
  const { correlation } = sources;
  const resolving = resolveTrace(correlation, tenants, request.id, signal);
  const traceId = wholeTraceId(request.id) ?? (await resolving).traceId;
  const reading = correlation.logsOfTrace({ tenants, traceId, limit: logsMax, after }, signal);
  const counting = reading.then(({ records, total }) =>
    after === undefined && records.length < total
      ? correlation.countLogsBySpan(tenants, traceId, signal)
      : undefined,
  );
  const [{ givenAs, spanId, entry }, { spans, isOutline }, page, counted, exemplars] =
    await Promise.all([
      resolving,
      readSpans(sources.spans, request, traceId, signal),
      reading,
      counting,
      correlation.countExemplars(tenants, traceId, signal),
    ]);
  const bounds = unionOf(instantsOf(entry, spans, page.records));
  const spanServices = [...new Set(spans.map((span) => shownService(span.resource)))];
  const servicesWithLogs = new Set(page.records.map(({ service }) => service));
  const silent = spanServices.filter((service) => !servicesWithLogs.has(service));
  const evidenceRange: CorrelateRange | undefined = bounds && {
    startNs: bounds.startNs - evidenceMarginNs,
    endNs: bounds.endNs + evidenceMarginNs,
  };
  // On a later page, or when the page is full, a service without lines may have them elsewhere.
  const whole = after === undefined && page.records.length >= page.total;
  const serviceLogs: readonly ServiceLogEvidence[] =
    evidenceRange === undefined || silent.length === 0 || !whole
      ? []
      : await correlation.serviceLogEvidence({ tenants, ...evidenceRange }, silent, signal);
  const last = page.records.at(-1);
  return {
    traceId,
    givenAs,
    spanId,
    bounds,
    services: [
      ...new Set([...(entry?.services ?? []), ...spanServices, ...servicesWithLogs]),
    ].sort(),
    counts: {
      traceId,
      spans: spans.length,
      errorSpans: spans.filter(({ status }) => status === 'error').length,
      logs: page.total,
      exemplars,
    },
    spans,
    isOutline,
    logs: page.records,
    logsTotal: page.total,
    nextLog:
      whole || last === undefined || page.records.length < logsMax
        ? undefined
        : { timeNs: last.timeNs, seq: last.seq },
    logCountBySpan: counted ?? countBySpan(page.records),
    info: traceInfoOf(traceId, spans, bounds),
    reasons: explainTrace({
      traceId,
      spans: spans.length,
      logs: page.total,
      bounds: entry ?? bounds,
      servicesWithLogs,
      serviceLogs,
      serviceVersions: versionsOf(spans),
      hidden: findHiddenLogs(page.records, spans, datasources),
      unsampledLogs: page.records.filter((record) => saysUnsampled(record) === true).length,
      retainedSinceNs: correlation.retainedSinceNs(),
    }),
  };
}
