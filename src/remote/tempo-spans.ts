// A Tempo elsewhere as a source of spans: traces by their ID, and searches that ask Tempo for candidates and read each of
// them whole. Nothing that would have to read every span is answered.

import { Failure } from '../base/errors.ts';
import type { SpanRecord } from '../model/span-record.ts';
import type { SpansBatch } from '../model/spans-batch.ts';
import type {
  SpanPredicate,
  SpanScan,
  SpanSource,
  TraceSearch,
  TraceSpans,
} from '../query/sources.ts';
import type { TraceSummary } from '../query/traceql/engine.ts';
import { decodeSpansJson } from '../wire/otlp/decode-spans-json.ts';
import { fieldsOf, itemsOf, type RemoteClient, type RemoteParameters } from './client.ts';

/** Turns a decoded batch into records, each trace's by (start, seq). */
export type SpansOfBatch = (batch: SpansBatch, traceId: string) => Promise<readonly SpanRecord[]>;

const searchedTracesMax = 100;
/** Traces that are read at once. */
const together = 8;

export interface RemoteSpans extends SpanSource {
  /** What Tempo's search says of traces, newest first. */
  search(
    query: string,
    range: { readonly startNs: bigint; readonly endNs: bigint },
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly TraceSummary[]>;
  /** Spans that match, a few of each of the newest traces. */
  searchSpans(
    query: string,
    range: { readonly startNs: bigint; readonly endNs: bigint },
    limits: { readonly traces: number; readonly spansPerTrace: number },
    signal: AbortSignal,
  ): Promise<readonly FoundSpan[]>;
}

export interface FoundSpan {
  readonly durationNs: number;
  /** False when the query does not `select(status)`. */
  readonly failed: boolean;
}

export function createRemoteSpans(client: RemoteClient, spansOfBatch: SpansOfBatch): RemoteSpans {
  const spansOfTrace = async (
    _tenants: readonly string[],
    traceId: string,
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]> => {
    // The answer of `/api/traces`, in which IDs are base64 in JSON: Tempo's own `batches` are OTLP's `resourceSpans`.
    const bytes = await client.getBytes(`/api/traces/${traceId}`, {}, 'application/json', signal);
    if (bytes === undefined) return [];
    const { batches, resourceSpans } = fieldsOf(
      JSON.parse(new TextDecoder().decode(bytes)) as unknown,
    );
    const document = { resourceSpans: itemsOf(resourceSpans ?? batches).map(withHexIds) };
    return await spansOfBatch(decodeSpansJson(JSON.stringify(document)).batch, traceId);
  };
  const searched = async (
    query: string,
    { startNs, endNs }: { readonly startNs: bigint; readonly endNs: bigint },
    limits: RemoteParameters,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> => {
    const answer = await client.getJson(
      '/api/search',
      {
        q: query === '' ? '{}' : query,
        start: String(startNs / 1_000_000_000n),
        end: String(endNs / 1_000_000_000n + 1n),
        ...limits,
      },
      signal,
    );
    return itemsOf(fieldsOf(answer)['traces']);
  };
  const search: RemoteSpans['search'] = async (query, range, limit, signal) =>
    (await searched(query, range, { limit: String(limit) }, signal)).flatMap(summaryOf);
  const searchSpans: RemoteSpans['searchSpans'] = async (query, range, limits, signal) => {
    const asked = { limit: String(limits.traces), spss: String(limits.spansPerTrace) };
    return (await searched(query, range, asked, signal)).flatMap(foundSpansOf);
  };
  async function* searchTraces(
    request: TraceSearch,
    signal: AbortSignal,
  ): AsyncGenerator<readonly TraceSpans[]> {
    const limit = Math.min(searchedTracesMax, request.tracesWanted ?? searchedTracesMax);
    const facts = await search('{}', request, limit, signal);
    for (let at = 0; at < facts.length; at += together) {
      yield await Promise.all(
        facts.slice(at, at + together).map(async ({ traceId }) => ({
          traceId,
          spans: await spansOfTrace(request.tenants, traceId, signal),
        })),
      );
    }
  }
  /** Only who links to a trace can be asked: Tempo finds the traces that do. */
  async function* scanSpans(
    { predicate, ...range }: SpanScan,
    signal: AbortSignal,
  ): AsyncGenerator<readonly SpanRecord[]> {
    const linked = linkedTrace(predicate);
    if (linked === undefined)
      throw new Failure(
        'unsupported',
        `this would read every span of ${client.name}, which is a server elsewhere: ask it for single traces or a search`,
      );
    const query = `{ link:traceID = "${linked}" }`;
    const found = await search(query, range, searchedTracesMax, signal);
    for (const { traceId } of found) {
      const spans = await spansOfTrace(range.tenants, traceId, signal);
      yield spans.filter(({ links }) => links.some((link) => link.traceId === linked));
    }
  }
  return {
    spansOfTrace,
    outlineOfTrace: spansOfTrace,
    search,
    searchSpans,
    searchTraces,
    scanSpans,
    tagNames: async (_range, signal) => {
      const answer = await client.getJson('/api/v2/search/tags', {}, signal);
      return itemsOf(fieldsOf(answer)['scopes']).flatMap((scope) => {
        const { name, tags } = fieldsOf(scope);
        if (name !== 'resource' && name !== 'span') return [];
        return [{ scope: name, names: itemsOf(tags).filter((tag) => typeof tag === 'string') }];
      });
    },
    tagValues: async ({ scope, name, limit }, signal) => {
      const tag = scope === 'resource' || scope === 'span' ? `${scope}.${name}` : name;
      const path = `/api/v2/search/tag/${encodeURIComponent(tag)}/values`;
      const answer = await client.getJson(path, {}, signal);
      return itemsOf(fieldsOf(answer)['tagValues'])
        .flatMap((one) => {
          const { value } = fieldsOf(one);
          return typeof value === 'string' ? [{ type: 'string' as const, value }] : [];
        })
        .slice(0, limit);
    },
  };
}

/** The trace ID of a condition that asks for links to it, and for nothing else. */
function linkedTrace(predicate: SpanPredicate): string | undefined {
  if (predicate.kind !== 'condition') return undefined;
  const { scope, name, operator, value } = predicate;
  return scope === 'intrinsic' &&
    name === 'link:traceID' &&
    operator === '=' &&
    value.kind === 'string'
    ? value.value
    : undefined;
}

/** IDs as OTLP's JSON has them. */
function withHexIds(resource: unknown): unknown {
  return JSON.parse(JSON.stringify(resource), (name, value: unknown) => {
    const isId = name === 'traceId' || name === 'spanId' || name === 'parentSpanId';
    if (!isId || typeof value !== 'string' || value === '') return value;
    const isHex = /^(?:[0-9a-f]{32}|[0-9a-f]{16})$/i.test(value);
    return isHex ? value : Buffer.from(value, 'base64').toString('hex');
  });
}

/** What Tempo says in the place of the root's service. */
const rootNotReceived = '<root span not yet received>';

function summaryOf(json: unknown): TraceSummary[] {
  const { traceID, rootServiceName, rootTraceName, startTimeUnixNano, durationMs, serviceStats } =
    fieldsOf(json);
  if (typeof traceID !== 'string' || typeof startTimeUnixNano !== 'string') return [];
  const text = (value: unknown): string =>
    typeof value === 'string' && value !== rootNotReceived ? value : '';
  const stats = Object.entries(fieldsOf(serviceStats)).map(
    ([service, one]) =>
      [
        service,
        {
          spanCount: Number(fieldsOf(one)['spanCount'] ?? 0),
          errorCount: Number(fieldsOf(one)['errorCount'] ?? 0),
        },
      ] as const,
  );
  return [
    {
      traceId: traceID.toLowerCase().padStart(32, '0'),
      rootServiceName: text(rootServiceName),
      rootName: text(rootTraceName),
      startNs: BigInt(startTimeUnixNano),
      durationNs: BigInt(Math.round(Number(durationMs ?? 0))) * 1_000_000n,
      serviceStats: Object.fromEntries(stats),
      spansets: [],
    },
  ];
}

function foundSpansOf(trace: unknown): FoundSpan[] {
  const { spanSets, spanSet } = fieldsOf(trace);
  const sets = spanSets === undefined ? [spanSet] : itemsOf(spanSets);
  return sets
    .flatMap((set) => itemsOf(fieldsOf(set)['spans']))
    .flatMap((span) => {
      const { durationNanos, attributes } = fieldsOf(span);
      const durationNs = Number(durationNanos);
      if (!Number.isFinite(durationNs)) return [];
      const failed = itemsOf(attributes).some((one) => {
        const { key, value } = fieldsOf(one);
        return key === 'status' && fieldsOf(value)['stringValue'] === 'error';
      });
      return [{ durationNs, failed }];
    });
}
