// Spans as ExportTraceServiceRequest, which has the same bytes as TracesData and Tempo's Trace: from a batch for other
// collectors, from records for Tempo's answers.

import type { TextColumn } from '../../base/columns.ts';
import { emptyResource, emptyScope, type Resource, type Scope } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { type SpansBatch, spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { idBytes } from '../../model/trace-id/normalize.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { writeAttributeRow, writeAttributes } from './any-value.ts';
import { groupRows } from './encode-grouping.ts';
import { writeId } from './encode-logs.ts';
import { writeResource, writeScope } from './resource.ts';

export function encodeSpansProtobuf(batch: SpansBatch): Uint8Array {
  const writer = new ProtobufWriter(batch.arena.length + batch.length * 64 + 256);
  for (const group of groupRows(batch.length, batch.resource, batch.scope)) {
    const resourceSpans = writer.open(10);
    const resource = batch.resources[group.resource] ?? emptyResource;
    writeResource(writer, 10, resource);
    for (const { scope: scopeIndex, rows } of group.scopes) {
      const scopeSpans = writer.open(18);
      const scope = batch.scopes[scopeIndex] ?? emptyScope;
      writeScope(writer, 10, scope);
      for (const row of rows) writeSpanRow(writer, batch, row);
      writer.nonEmptyTextField(26, scope.schemaUrl);
      writer.close(scopeSpans);
    }
    writer.nonEmptyTextField(26, resource.schemaUrl);
    writer.close(resourceSpans);
  }
  return writer.finish();
}

/** Nothing when it is empty. */
function writeTextRow(writer: ProtobufWriter, tag: number, column: TextColumn, row: number): void {
  const length = column.lengths.at(row);
  if (length > 0) writer.bytesField(tag, column.arena.bytes, column.starts.at(row), length);
}

function writeSpanRow(writer: ProtobufWriter, batch: SpansBatch, row: number): void {
  const { startNs, endNs } = batch;
  const span = writer.open(18);
  writeId(writer, 10, batch.traceId, row);
  writeId(writer, 18, batch.spanId, row);
  writeTextRow(writer, 26, batch.traceState, row);
  writeId(writer, 34, batch.parentSpanId, row);
  writeTextRow(writer, 42, batch.name, row);
  writer.uintField(48, batch.kind.at(row));
  writer.fixed64Field(57, startNs.words[row * 2] ?? 0, startNs.words[row * 2 + 1] ?? 0);
  writer.fixed64Field(65, endNs.words[row * 2] ?? 0, endNs.words[row * 2 + 1] ?? 0);
  writeAttributeRow(writer, 74, batch.attributes, row);
  writer.uintField(80, batch.droppedAttributesCount.at(row));
  for (let at = batch.eventOffsets.at(row); at < batch.eventOffsets.at(row + 1); at++) {
    const { eventTimeNs } = batch;
    const event = writer.open(90);
    writer.fixed64Field(9, eventTimeNs.words[at * 2] ?? 0, eventTimeNs.words[at * 2 + 1] ?? 0);
    writeTextRow(writer, 18, batch.eventName, at);
    writeAttributeRow(writer, 26, batch.eventAttributes, at);
    writer.close(event);
  }
  writer.uintField(96, batch.droppedEventsCount.at(row));
  for (let at = batch.linkOffsets.at(row); at < batch.linkOffsets.at(row + 1); at++) {
    const link = writer.open(106);
    writeId(writer, 10, batch.linkTraceId, at);
    writeId(writer, 18, batch.linkSpanId, at);
    writeTextRow(writer, 26, batch.linkTraceState, at);
    writeAttributeRow(writer, 34, batch.linkAttributes, at);
    writer.close(link);
  }
  writer.uintField(112, batch.droppedLinksCount.at(row));
  if (batch.statusCode.at(row) !== 0 || batch.statusMessage.lengths.at(row) > 0) {
    const status = writer.open(122);
    writeTextRow(writer, 18, batch.statusMessage, row);
    writer.uintField(24, batch.statusCode.at(row));
    writer.close(status);
  }
  writer.fixed32Field(133, batch.flags.at(row));
  writer.close(span);
}

export interface ScopeSpanRecords {
  readonly scope: Scope;
  readonly spans: readonly SpanRecord[];
}

export interface ResourceSpanRecords {
  readonly resource: Resource;
  readonly scopes: readonly ScopeSpanRecords[];
}

/** By identity of resource and scope, in order of first appearance. */
export function groupSpanRecords(spans: readonly SpanRecord[]): readonly ResourceSpanRecords[] {
  const groups = new Map<Resource, Map<Scope, SpanRecord[]>>();
  for (const span of spans) {
    let scopes = groups.get(span.resource);
    if (scopes === undefined) groups.set(span.resource, (scopes = new Map<Scope, SpanRecord[]>()));
    const records = scopes.get(span.scope);
    if (records === undefined) scopes.set(span.scope, [span]);
    else records.push(span);
  }
  return Array.from(groups, ([resource, scopes]) => ({
    resource,
    scopes: Array.from(scopes, ([scope, records]) => ({ scope, spans: records })),
  }));
}

/** Writes ResourceSpans under the given tag. */
export function writeSpanRecords(
  writer: ProtobufWriter,
  tag: number,
  spans: readonly SpanRecord[],
): void {
  for (const { resource, scopes } of groupSpanRecords(spans)) {
    const resourceSpans = writer.open(tag);
    writeResource(writer, 10, resource);
    for (const { scope, spans: records } of scopes) {
      const scopeSpans = writer.open(18);
      writeScope(writer, 10, scope);
      for (const span of records) writeSpanRecord(writer, span);
      writer.nonEmptyTextField(26, scope.schemaUrl);
      writer.close(scopeSpans);
    }
    writer.nonEmptyTextField(26, resource.schemaUrl);
    writer.close(resourceSpans);
  }
}

/** TracesData, or Tempo's Trace: the same bytes. */
export function encodeSpanRecordsProtobuf(spans: readonly SpanRecord[]): Uint8Array {
  const writer = new ProtobufWriter(spans.length * 256 + 256);
  writeSpanRecords(writer, 10, spans);
  return writer.finish();
}

/** Nothing when it is not hex of that width. */
export function writeHexId(writer: ProtobufWriter, tag: number, hex: string, width: number): void {
  const bytes = idBytes(hex, width);
  if (bytes !== undefined) writer.bytesField(tag, bytes, 0, width);
}

function writeSpanRecord(writer: ProtobufWriter, record: SpanRecord): void {
  const span = writer.open(18);
  writeHexId(writer, 10, record.traceId, 16);
  writeHexId(writer, 18, record.spanId, 8);
  writer.nonEmptyTextField(26, record.traceState);
  writeHexId(writer, 34, record.parentSpanId, 8);
  writer.nonEmptyTextField(42, record.name);
  writer.uintField(48, spanKinds.indexOf(record.kind));
  writer.fixed64BigIntField(57, record.startNs);
  writer.fixed64BigIntField(65, record.endNs);
  writeAttributes(writer, 74, record.attributes);
  for (const { timeNs, name, attributes } of record.events) {
    const event = writer.open(90);
    writer.fixed64BigIntField(9, timeNs);
    writer.nonEmptyTextField(18, name);
    writeAttributes(writer, 26, attributes);
    writer.close(event);
  }
  for (const { traceId, spanId, traceState, attributes } of record.links) {
    const link = writer.open(106);
    writeHexId(writer, 10, traceId, 16);
    writeHexId(writer, 18, spanId, 8);
    writer.nonEmptyTextField(26, traceState);
    writeAttributes(writer, 34, attributes);
    writer.close(link);
  }
  const code = spanStatuses.indexOf(record.status);
  const status = writer.open(122);
  writer.nonEmptyTextField(18, record.statusMessage);
  writer.uintField(24, code);
  writer.close(status);
  writer.fixed32Field(133, record.flags);
  writer.close(span);
}
