// tempopb's messages of TraceQL metrics: range and instant queries.

import type { Attributes } from '../../model/attributes.ts';
import { writeAttributes } from '../otlp/any-value.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { type TempoSearchMetrics, writeSearchMetrics } from './search.ts';

export interface TempoRangeRequest {
  readonly query: string;
  /** Nanoseconds since the epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** 0n for an instant query. */
  readonly stepNs: bigint;
  /** 0: the server's default. */
  readonly exemplars: number;
  readonly seriesMax: number;
}

export interface TempoExemplar {
  readonly labels: Attributes;
  readonly value: number;
  readonly timestampMs: number;
}

export interface TempoSeries {
  readonly labels: Attributes;
  readonly timestampsMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly exemplars: readonly TempoExemplar[];
}

/** QueryRangeRequest. */
export function decodeRangeRequest(bytes: Uint8Array): TempoRangeRequest {
  const reader = new ProtobufReader(bytes, 'QueryRangeRequest');
  let [query, startNs, endNs, stepNs, exemplars, seriesMax] = ['', 0n, 0n, 0n, 0, 0];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) query = reader.text();
    else if (tag === 16) startNs = reader.uint64();
    else if (tag === 24) endNs = reader.uint64();
    else if (tag === 32) stepNs = reader.uint64();
    else if (tag === 128) exemplars = reader.varint32();
    else if (tag === 136) seriesMax = reader.varint32();
    else reader.skip(tag);
  }
  return { query, startNs, endNs, stepNs, exemplars, seriesMax };
}

/** QueryInstantRequest. */
export function decodeInstantRequest(bytes: Uint8Array): TempoRangeRequest {
  const reader = new ProtobufReader(bytes, 'QueryInstantRequest');
  let [query, startNs, endNs] = ['', 0n, 0n];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) query = reader.text();
    else if (tag === 16) startNs = reader.uint64();
    else if (tag === 24) endNs = reader.uint64();
    else reader.skip(tag);
  }
  return { query, startNs, endNs, stepNs: 0n, exemplars: 0, seriesMax: 0 };
}

/** A double; nothing when it is 0. */
function valueField(writer: ProtobufWriter, tag: number, value: number): void {
  if (value !== 0) writer.doubleField(tag, value);
}

function timeField(writer: ProtobufWriter, tag: number, timestampMs: number): void {
  if (timestampMs !== 0) writer.int64Field(tag, BigInt(Math.trunc(timestampMs)));
}

/** QueryRangeResponse. */
export function encodeRangeResponse(
  series: readonly TempoSeries[],
  metrics: TempoSearchMetrics,
): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const { labels, timestampsMs, values, exemplars } of series) {
    const start = writer.open(10);
    writeAttributes(writer, 10, labels);
    for (let at = 0; at < timestampsMs.length; at++) {
      const sample = writer.open(18);
      valueField(writer, 9, values[at] ?? 0);
      timeField(writer, 16, timestampsMs[at] ?? 0);
      writer.close(sample);
    }
    for (const exemplar of exemplars) {
      const exemplarStart = writer.open(34);
      writeAttributes(writer, 10, exemplar.labels);
      valueField(writer, 17, exemplar.value);
      timeField(writer, 24, exemplar.timestampMs);
      writer.close(exemplarStart);
    }
    writer.close(start);
  }
  writeSearchMetrics(writer, 18, metrics);
  return writer.finish();
}

/** QueryInstantResponse: the first value of each series. */
export function encodeInstantResponse(
  series: readonly TempoSeries[],
  metrics: TempoSearchMetrics,
): Uint8Array {
  const writer = new ProtobufWriter(1024);
  for (const { labels, values } of series) {
    const start = writer.open(10);
    writeAttributes(writer, 10, labels);
    valueField(writer, 17, values[0] ?? 0);
    writer.close(start);
  }
  writeSearchMetrics(writer, 18, metrics);
  return writer.finish();
}
