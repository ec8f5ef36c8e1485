// tempopb's search messages, for streaming search over gRPC and for search answers in protobuf.

import type { Attributes } from '../../model/attributes.ts';
import { writeAttributes } from '../otlp/any-value.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

export interface TempoSearchRequest {
  /** Tags to equal, of the first generation; empty when `query` is used. */
  readonly tags: Readonly<Record<string, string>>;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  /** 0: the server's default. */
  readonly limit: number;
  /** Unix seconds, 0 when not given. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly query: string;
  readonly spansPerSpanset: number;
}

export interface TempoSpan {
  /** 16 hex digits. */
  readonly spanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly attributes: Attributes;
}

export interface TempoSpanset {
  readonly spans: readonly TempoSpan[];
  readonly matched: number;
  readonly attributes: Attributes;
}

export interface TempoTrace {
  /** As it is to be shown: Tempo cuts leading zeroes. */
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootTraceName: string;
  readonly startNs: bigint;
  readonly durationMs: number;
  readonly spansets: readonly TempoSpanset[];
  readonly serviceStats: Readonly<
    Record<string, { readonly spanCount: number; readonly errorCount: number }>
  >;
}

/** Fields 1 to 7 of SearchMetrics: Grafana's client knows no later ones. */
export interface TempoSearchMetrics {
  readonly inspectedTraces: number;
  readonly inspectedBytes: number;
  readonly totalBlocks: number;
  readonly completedJobs: number;
  readonly totalJobs: number;
  readonly totalBlockBytes: number;
  readonly inspectedSpans: number;
}

export interface TempoSearchResponse {
  readonly traces: readonly TempoTrace[];
  readonly metrics: TempoSearchMetrics;
}

/** Reads one entry of a `map<string, string>`. */
function readMapEntry(reader: ProtobufReader, outerMessage: string): [string, string] {
  let [key, value] = ['', ''];
  const outer = reader.enter('MapEntry');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) key = reader.text();
    else if (tag === 18) value = reader.text();
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return [key, value];
}

export function decodeSearchRequest(bytes: Uint8Array): TempoSearchRequest {
  const reader = new ProtobufReader(bytes, 'SearchRequest');
  const tags: [string, string][] = [];
  let [minDurationMs, maxDurationMs, limit, startSeconds, endSeconds] = [0, 0, 0, 0, 0];
  let [query, spansPerSpanset] = ['', 0];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        tags.push(readMapEntry(reader, 'SearchRequest'));
        break;
      case 16:
        minDurationMs = reader.varint32();
        break;
      case 24:
        maxDurationMs = reader.varint32();
        break;
      case 32:
        limit = reader.varint32();
        break;
      case 40:
        startSeconds = reader.varint32();
        break;
      case 48:
        endSeconds = reader.varint32();
        break;
      case 66:
        query = reader.text();
        break;
      case 72:
        spansPerSpanset = reader.varint32();
        break;
      default:
        reader.skip(tag);
    }
  }
  return {
    tags: Object.fromEntries(tags),
    minDurationMs,
    maxDurationMs,
    limit,
    startSeconds,
    endSeconds,
    query,
    spansPerSpanset,
  };
}

/** A varint of 64 bits; nothing when it is 0. */
function uint64Field(writer: ProtobufWriter, tag: number, value: bigint): void {
  if (value !== 0n) writer.int64Field(tag, value);
}

function writeSpanset(writer: ProtobufWriter, tag: number, spanset: TempoSpanset): void {
  const start = writer.open(tag);
  for (const { spanId, name, startNs, durationNs, attributes } of spanset.spans) {
    const span = writer.open(10);
    writer.nonEmptyTextField(10, spanId);
    writer.nonEmptyTextField(18, name);
    uint64Field(writer, 24, startNs);
    uint64Field(writer, 32, durationNs);
    writeAttributes(writer, 42, attributes);
    writer.close(span);
  }
  writer.uintField(16, spanset.matched);
  writeAttributes(writer, 26, spanset.attributes);
  writer.close(start);
}

function writeTrace(writer: ProtobufWriter, trace: TempoTrace): void {
  const start = writer.open(10);
  writer.nonEmptyTextField(10, trace.traceId);
  writer.nonEmptyTextField(18, trace.rootServiceName);
  writer.nonEmptyTextField(26, trace.rootTraceName);
  uint64Field(writer, 32, trace.startNs);
  writer.uintField(40, trace.durationMs);
  // The first spanset is sent twice: older clients read the single one.
  const [first] = trace.spansets;
  if (first !== undefined) writeSpanset(writer, 50, first);
  for (const spanset of trace.spansets) writeSpanset(writer, 58, spanset);
  for (const [service, { spanCount, errorCount }] of Object.entries(trace.serviceStats)) {
    const entry = writer.open(66);
    writer.textField(10, service);
    const stats = writer.open(18);
    writer.uintField(8, spanCount);
    writer.uintField(16, errorCount);
    writer.close(stats);
    writer.close(entry);
  }
  writer.close(start);
}

export function writeSearchMetrics(
  writer: ProtobufWriter,
  tag: number,
  metrics: TempoSearchMetrics,
): void {
  const start = writer.open(tag);
  writer.uintField(8, metrics.inspectedTraces);
  writer.uintField(16, metrics.inspectedBytes);
  writer.uintField(24, metrics.totalBlocks);
  writer.uintField(32, metrics.completedJobs);
  writer.uintField(40, metrics.totalJobs);
  writer.uintField(48, metrics.totalBlockBytes);
  writer.uintField(56, metrics.inspectedSpans);
  writer.close(start);
}

export function encodeSearchResponse({ traces, metrics }: TempoSearchResponse): Uint8Array {
  const writer = new ProtobufWriter(traces.length * 512 + 64);
  for (const trace of traces) writeTrace(writer, trace);
  writeSearchMetrics(writer, 18, metrics);
  return writer.finish();
}
