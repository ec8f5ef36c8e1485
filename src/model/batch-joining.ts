// Several batches as one, for the batch processor, and a batch twice, for a fan-out to several consumers. Columns and
// text bytes are copied whole; only indices and text positions are moved.

import { assert } from '../base/assert.ts';
import { ByteArena } from '../base/byte-arena.ts';
import {
  type IdColumn,
  type TextColumn,
  type Uint32Column,
  type Uint64Column,
  type Uint8Column,
} from '../base/columns.ts';
import type { AttributeColumns } from './attribute-columns.ts';
import { LogsBatch } from './logs-batch.ts';
import type { MetricsBatch } from './metrics-batch.ts';
import { SpansBatch } from './spans-batch.ts';

function capacity(present: number, more: number): number {
  return Math.max(present + more, 16);
}

function appendBytes(target: Uint8Column, source: Uint8Column): void {
  if (target.values.length < target.length + source.length) {
    const size = Math.max(capacity(target.length, source.length), target.length * 2);
    const values = new Uint8Array(size);
    values.set(target.values.subarray(0, target.length));
    target.values = values;
  }
  target.values.set(source.values.subarray(0, source.length), target.length);
  target.length += source.length;
}

/** Adds `shift` to each appended value. */
function appendNumbers(
  target: Uint32Column,
  source: Uint32Column,
  shift: number,
  from: number = 0,
): void {
  const count = source.length - from;
  if (target.values.length < target.length + count) {
    const values = new Uint32Array(Math.max(capacity(target.length, count), target.length * 2));
    values.set(target.values.subarray(0, target.length));
    target.values = values;
  }
  const { values, length } = target;
  values.set(source.values.subarray(from, source.length), length);
  if (shift !== 0) {
    for (let at = length; at < length + count; at++) values[at] = (values[at] ?? 0) + shift;
  }
  target.length += count;
}

function appendWide(target: Uint64Column, source: Uint64Column): void {
  if (target.values.length < target.length + source.length) {
    const size = Math.max(capacity(target.length, source.length), target.length * 2);
    const values = new BigUint64Array(size);
    values.set(target.values.subarray(0, target.length));
    target.values = values;
    target.words = new Uint32Array(values.buffer);
    target.doubles = new Float64Array(values.buffer);
  }
  target.values.set(source.values.subarray(0, source.length), target.length);
  target.length += source.length;
}

function appendIds(target: IdColumn, source: IdColumn): void {
  const { width } = target;
  const needed = (target.length + source.length) * width;
  if (target.bytes.length < needed) {
    const bytes = new Uint8Array(Math.max(needed, target.bytes.length * 2));
    bytes.set(target.bytes.subarray(0, target.length * width));
    target.bytes = bytes;
  }
  target.bytes.set(source.bytes.subarray(0, source.length * width), target.length * width);
  target.length += source.length;
}

/** `push(...items)` overflows the stack for some hundred thousand items. */
function appendAll<T>(target: T[], source: readonly T[]): void {
  for (const item of source) target.push(item);
}

function appendTexts(target: TextColumn, source: TextColumn, arenaShift: number): void {
  appendNumbers(target.starts, source.starts, arenaShift);
  appendNumbers(target.lengths, source.lengths, 0);
}

function appendAttributes(
  target: AttributeColumns,
  source: AttributeColumns,
  arenaShift: number,
): void {
  const firstEntry = target.entries;
  const keyIds = source.keys.map((key) => target.keyId(key));
  appendNumbers(target.keyIds, source.keyIds, 0);
  for (let entry = firstEntry; entry < target.entries; entry++) {
    target.keyIds.values[entry] = keyIds[target.keyIds.values[entry] ?? 0] ?? 0;
  }
  appendBytes(target.kinds, source.kinds);
  appendWide(target.numbers, source.numbers);
  appendNumbers(target.starts, source.starts, arenaShift);
  appendNumbers(target.lengths, source.lengths, 0);
  appendNumbers(target.offsets, source.offsets, firstEntry, 1);
}

/** Adds the rows of one batch to another; the source is not changed and shares nothing but resources and scopes. */
export function appendLogs(target: LogsBatch, source: LogsBatch): void {
  const arenaShift = target.arena.append(source.arena.bytes.subarray(0, source.arena.length));
  // Rows without a stream would become rows of the other batch's first one.
  assert(
    target.length === 0 ||
      source.length === 0 ||
      (target.streams.length === 0) === (source.streams.length === 0),
    'batches with and without streams cannot be joined',
  );
  appendNumbers(target.resource, source.resource, target.resources.length);
  appendNumbers(target.scope, source.scope, target.scopes.length);
  appendNumbers(target.stream, source.stream, target.streams.length);
  appendAll(target.resources, source.resources);
  appendAll(target.scopes, source.scopes);
  appendAll(target.streams, source.streams);
  appendWide(target.timeNs, source.timeNs);
  appendWide(target.observedTimeNs, source.observedTimeNs);
  appendBytes(target.severityNumber, source.severityNumber);
  appendTexts(target.severityText, source.severityText, arenaShift);
  appendBytes(target.bodyKind, source.bodyKind);
  appendTexts(target.body, source.body, arenaShift);
  appendIds(target.traceId, source.traceId);
  appendIds(target.spanId, source.spanId);
  appendNumbers(target.flags, source.flags, 0);
  appendTexts(target.eventName, source.eventName, arenaShift);
  appendNumbers(target.droppedAttributesCount, source.droppedAttributesCount, 0);
  appendAttributes(target.attributes, source.attributes, arenaShift);
}

/** As `appendLogs`, for spans. */
export function appendSpans(target: SpansBatch, source: SpansBatch): void {
  const arenaShift = target.arena.append(source.arena.bytes.subarray(0, source.arena.length));
  appendNumbers(target.resource, source.resource, target.resources.length);
  appendNumbers(target.scope, source.scope, target.scopes.length);
  appendAll(target.resources, source.resources);
  appendAll(target.scopes, source.scopes);
  appendIds(target.traceId, source.traceId);
  appendIds(target.spanId, source.spanId);
  appendIds(target.parentSpanId, source.parentSpanId);
  appendTexts(target.traceState, source.traceState, arenaShift);
  appendTexts(target.name, source.name, arenaShift);
  appendBytes(target.kind, source.kind);
  appendWide(target.startNs, source.startNs);
  appendWide(target.endNs, source.endNs);
  appendBytes(target.statusCode, source.statusCode);
  appendTexts(target.statusMessage, source.statusMessage, arenaShift);
  appendNumbers(target.flags, source.flags, 0);
  appendNumbers(target.droppedAttributesCount, source.droppedAttributesCount, 0);
  appendNumbers(target.droppedEventsCount, source.droppedEventsCount, 0);
  appendNumbers(target.droppedLinksCount, source.droppedLinksCount, 0);
  appendAttributes(target.attributes, source.attributes, arenaShift);
  appendNumbers(target.eventOffsets, source.eventOffsets, target.eventTimeNs.length, 1);
  appendWide(target.eventTimeNs, source.eventTimeNs);
  appendTexts(target.eventName, source.eventName, arenaShift);
  appendAttributes(target.eventAttributes, source.eventAttributes, arenaShift);
  appendNumbers(target.linkOffsets, source.linkOffsets, target.linkTraceId.length, 1);
  appendIds(target.linkTraceId, source.linkTraceId);
  appendIds(target.linkSpanId, source.linkSpanId);
  appendTexts(target.linkTraceState, source.linkTraceState, arenaShift);
  appendAttributes(target.linkAttributes, source.linkAttributes, arenaShift);
}

function arenaFor(batches: readonly { readonly arena: ByteArena }[]): ByteArena {
  let bytes = 0;
  for (const { arena } of batches) bytes += arena.length;
  return new ByteArena(bytes);
}

/**
 * One batch with the rows of all, in order. Batches with streams of their own and batches without cannot be joined:
 * group them first. The origin is the first one's.
 */
export function concatLogs(batches: readonly LogsBatch[]): LogsBatch {
  const joined = new LogsBatch(arenaFor(batches));
  joined.origin = batches[0]?.origin ?? 'otlp';
  for (const batch of batches) appendLogs(joined, batch);
  return joined;
}

export function concatSpans(batches: readonly SpansBatch[]): SpansBatch {
  const joined = new SpansBatch(arenaFor(batches));
  for (const batch of batches) appendSpans(joined, batch);
  return joined;
}

export function concatMetrics(batches: readonly MetricsBatch[]): MetricsBatch {
  return { resources: batches.flatMap(({ resources }) => resources) };
}

/** A batch that its owner may change; resources and scopes, which nobody changes, are shared. */
export function cloneLogs(batch: LogsBatch): LogsBatch {
  return concatLogs([batch]);
}

export function cloneSpans(batch: SpansBatch): SpansBatch {
  return concatSpans([batch]);
}
