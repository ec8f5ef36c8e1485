// `tempopb.StreamingQuerier` over gRPC on Tempo's HTTP port, as Grafana's streaming search dials it. Each call is the HTTP
// endpoint of the same name with protobuf in and out; Search sends traces as they are found.

import type { Socket } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Attributes, AttributeValue } from '../../model/attributes.ts';
import type {
  Spanset,
  TraceqlAttribute,
  TraceqlSearchResult,
  TraceqlSeries,
  TraceqlValue,
} from '../../query/traceql/engine.ts';
import {
  decodeInstantRequest,
  decodeRangeRequest,
  encodeInstantResponse,
  encodeRangeResponse,
  type TempoSeries,
} from '../../wire/tempo/metrics.ts';
import {
  decodeSearchRequest,
  encodeSearchResponse,
  type TempoSearchMetrics,
  type TempoSearchRequest,
  type TempoSpanset,
} from '../../wire/tempo/search.ts';
import {
  decodeTagsRequest,
  decodeTagValuesRequest,
  encodeTagList,
  encodeTagScopes,
  encodeTagValues,
} from '../../wire/tempo/tags.ts';
import { lenientPredicate } from '../../query/traceql/plan/lenient.ts';
import { withDeadline } from '../http/deadline.ts';
import { tenantsOf } from '../http/tenant.ts';
import type { TempoDependencies } from './dependencies.ts';
import { grpcStatusOf } from './errors.ts';
import { readMetricsRange, readSecondsRange, readStep, type Range } from './parameters.ts';
import { searchRequest } from './routes.ts';
import { rootNameShown, trimmedId } from './search-response.ts';
import {
  parseLegacyTag,
  parseTagIdentifier,
  readScope,
  readTagNames,
  readTagValues,
} from './tags.ts';

export interface TempoStreaming {
  /** Takes a connection that began with the HTTP/2 preface. */
  readonly inject: (socket: Socket) => void;
  close(): void;
}

interface Call {
  readonly bytes: Uint8Array;
  readonly tenants: readonly string[];
  readonly signal: AbortSignal;
  readonly send: (message: Uint8Array) => void;
}

type Work = (call: Call) => Promise<void>;

/** As large as a request may be; they are queries. */
const requestBytesMax: number = 4 * 1024 * 1024;
const valuesDefault = 10_000;
const exemplarsMax = 100;

export function createTempoStreaming(dependencies: TempoDependencies): TempoStreaming {
  const methods: Readonly<Record<string, Work>> = {
    Search: (call) => search(call, dependencies),
    SearchTags: (call) => tags(call, dependencies, false),
    SearchTagsV2: (call) => tags(call, dependencies, true),
    SearchTagValues: (call) => tagValues(call, dependencies, false),
    SearchTagValuesV2: (call) => tagValues(call, dependencies, true),
    MetricsQueryRange: (call) => metricsRange(call, dependencies),
    MetricsQueryInstant: (call) => metricsInstant(call, dependencies),
  };
  const server = new Server({ 'grpc.max_receive_message_length': requestBytesMax });
  const raw = (bytes: Buffer): Buffer => bytes;
  const definition: ServiceDefinition = Object.fromEntries(
    Object.keys(methods).map((name) => [
      name,
      {
        path: `/tempopb.StreamingQuerier/${name}`,
        requestStream: false,
        responseStream: true,
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      },
    ]),
  );
  const implementation: UntypedServiceImplementation = Object.fromEntries(
    Object.entries(methods).map(([name, work]) => [
      name,
      (stream: ServerWritableStream<Buffer, Buffer>) => void answer(stream, work, dependencies),
    ]),
  );
  server.addService(definition, implementation);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    inject: (socket) => injector.injectConnection(socket),
    close: () => {
      injector.destroy();
      server.forceShutdown();
    },
  };
}

async function answer(
  stream: ServerWritableStream<Buffer, Buffer>,
  work: Work,
  { tenants, limits }: TempoDependencies,
): Promise<void> {
  const canceled = new AbortController();
  stream.on('cancelled', () => canceled.abort());
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(stream.metadata.getMap())) {
      if (typeof value === 'string') headers.set(name, value);
    }
    const named = tenantsOf(headers, tenants);
    await withDeadline(canceled.signal, limits.queryTimeoutMs, (signal) =>
      work({
        bytes: stream.request,
        tenants: named,
        signal,
        send: (message) => void stream.write(Buffer.from(message)),
      }),
    );
    stream.end();
  } catch (error) {
    // grpc-js sends a status for the event; `destroy` would end the stream before it could.
    stream.emit('error', { ...grpcStatusOf(error), metadata: new Metadata() });
  }
}

/** A request's fields as the parameters of the HTTP endpoint, so that both have one meaning. */
function parametersOf(request: TempoSearchRequest): URLSearchParams {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | number): void => {
    if (value !== '' && value !== 0) parameters.set(name, String(value));
  };
  const tagText = Object.entries(request.tags).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  );
  set('q', request.query);
  set('tags', tagText.join(' '));
  set('minDuration', request.minDurationMs === 0 ? '' : `${request.minDurationMs}ms`);
  set('maxDuration', request.maxDurationMs === 0 ? '' : `${request.maxDurationMs}ms`);
  set('limit', request.limit);
  set('spss', request.spansPerSpanset);
  set('start', request.startSeconds);
  set('end', request.endSeconds);
  return parameters;
}

function progress(result: TraceqlSearchResult, done: boolean): TempoSearchMetrics {
  return {
    inspectedTraces: result.inspectedTraces,
    inspectedBytes: 0,
    totalBlocks: 0,
    completedJobs: done ? 1 : 0,
    totalJobs: 1,
    totalBlockBytes: 0,
    inspectedSpans: result.inspectedSpans,
  };
}

async function search(
  { bytes, tenants, signal, send }: Call,
  dependencies: TempoDependencies,
): Promise<void> {
  const request = searchRequest(parametersOf(decodeSearchRequest(bytes)), tenants, dependencies);
  let last: TraceqlSearchResult = { traces: [], inspectedTraces: 0, inspectedSpans: 0 };
  for await (const result of dependencies.engine.searchStream(request, signal)) {
    last = result;
    send(encodeResult(result, false));
  }
  send(encodeResult({ ...last, traces: [] }, true));
}

function encodeResult(result: TraceqlSearchResult, done: boolean): Uint8Array {
  return encodeSearchResponse({
    traces: result.traces.map((trace) => ({
      traceId: trimmedId(trace.traceId),
      rootServiceName: rootNameShown(trace.rootServiceName),
      rootTraceName: trace.rootName,
      startNs: trace.startNs,
      durationMs: Number(trace.durationNs / 1_000_000n),
      spansets: trace.spansets.map(spansetOf),
      serviceStats: trace.serviceStats,
    })),
    metrics: progress(result, done),
  });
}

function spansetOf({ spans, matched, attributes }: Spanset): TempoSpanset {
  return {
    spans: spans.map(({ span, attributes: shown, named }) => ({
      spanId: span.spanId,
      name: named ? span.name : '',
      startNs: span.startNs,
      durationNs: span.endNs - span.startNs,
      attributes: attributesOf(shown),
    })),
    matched,
    attributes: attributesOf(attributes),
  };
}

function attributesOf(attributes: readonly TraceqlAttribute[]): Attributes {
  return attributes.map(({ key, value }) => ({ key, value: valueOf(value) }));
}

function valueOf(value: TraceqlValue): AttributeValue {
  return value.kind === 'float' ? { kind: 'double', value: value.value } : value;
}

function secondsRange(
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
  { clock, limits }: TempoDependencies,
): Range {
  const parameters = new URLSearchParams({ start: String(startSeconds), end: String(endSeconds) });
  return readSecondsRange(parameters, limits) ?? { startNs: 0n, endNs: clock.nowNs() };
}

async function tags(
  { bytes, tenants, signal, send }: Call,
  dependencies: TempoDependencies,
  scoped: boolean,
): Promise<void> {
  const request = decodeTagsRequest(bytes);
  const range = secondsRange(request, dependencies);
  const scopes = await readTagNames(
    { tenants, range, scope: readScope(request.scope) },
    dependencies,
    signal,
  );
  if (scoped) {
    send(encodeTagScopes(scopes));
    return;
  }
  const names = new Set(
    scopes.filter(({ name }) => name !== 'intrinsic').flatMap((scope) => scope.tags),
  );
  send(encodeTagList([...names].toSorted()));
}

async function tagValues(
  { bytes, tenants, signal, send }: Call,
  dependencies: TempoDependencies,
  typed: boolean,
): Promise<void> {
  const { tagName, query, limit, ...request } = decodeTagValuesRequest(bytes);
  const values = await readTagValues(
    {
      tenants,
      range: secondsRange(request, dependencies),
      limit: limit === 0 ? valuesDefault : limit,
      predicate: lenientPredicate(query),
    },
    typed ? parseTagIdentifier(tagName) : parseLegacyTag(tagName),
    dependencies,
    signal,
  );
  send(typed ? encodeTagValues(values) : encodeTagList(values.map(({ value }) => value)));
}

function seriesOf(series: readonly TraceqlSeries[]): readonly TempoSeries[] {
  return series.map(({ labels, timestampsMs, values, exemplars }) => ({
    labels: attributesOf(labels),
    timestampsMs,
    values,
    exemplars: exemplars.map((exemplar) => ({
      ...exemplar,
      labels: attributesOf(exemplar.labels),
    })),
  }));
}

/** The range in the words of the HTTP endpoint; a zero means that the client gave none. */
function metricsParameters(request: {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs: bigint;
}): URLSearchParams {
  const parameters = new URLSearchParams();
  if (request.startNs !== 0n) parameters.set('start', request.startNs.toString());
  if (request.endNs !== 0n) parameters.set('end', request.endNs.toString());
  if (request.stepNs !== 0n) parameters.set('step', `${Number(request.stepNs) / 1e9}`);
  return parameters;
}

async function metricsRange(
  { bytes, tenants, signal, send }: Call,
  { engine, clock, limits }: TempoDependencies,
): Promise<void> {
  const request = decodeRangeRequest(bytes);
  const parameters = metricsParameters(request);
  const range = readMetricsRange(parameters, clock.nowNs());
  const series = await engine.metrics(
    {
      ...range,
      tenants,
      query: request.query,
      stepNs: readStep(parameters, range, limits),
      instant: false,
      exemplarsMax: Math.min(request.exemplars || exemplarsMax, exemplarsMax),
    },
    signal,
  );
  send(encodeRangeResponse(seriesOf(series), metricsDone));
}

async function metricsInstant(
  { bytes, tenants, signal, send }: Call,
  { engine, clock }: TempoDependencies,
): Promise<void> {
  const request = decodeInstantRequest(bytes);
  const range = readMetricsRange(metricsParameters(request), clock.nowNs());
  const series = await engine.metrics(
    {
      ...range,
      tenants,
      query: request.query,
      stepNs: range.endNs - range.startNs,
      instant: true,
      exemplarsMax: 0,
    },
    signal,
  );
  send(encodeInstantResponse(seriesOf(series), metricsDone));
}

const metricsDone = progress({ traces: [], inspectedTraces: 0, inspectedSpans: 0 }, true);
