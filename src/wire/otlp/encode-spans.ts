// A batch of spans as ExportTraceServiceRequest in protobuf.

import type { TextColumn } from '../../base/columns.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { writeAttributeRow } from './any-value.ts';
import { groupRows } from './encode-grouping.ts';
import { writeId } from './ids.ts';
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
