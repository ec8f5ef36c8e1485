// A batch of log records as ExportLogsServiceRequest in protobuf.

import { bodyKind, type LogsBatch } from '../../model/logs-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { bodyOfJson, writeAnyValue, writeAttributeRow } from './any-value.ts';
import { groupRows } from './encode-grouping.ts';
import { writeId } from './ids.ts';
import { writeResource, writeScope } from './resource.ts';

export function encodeLogsProtobuf(batch: LogsBatch): Uint8Array {
  const writer = new ProtobufWriter(batch.arena.length + batch.length * 32 + 256);
  for (const group of groupRows(batch.length, batch.resource, batch.scope)) {
    const resourceLogs = writer.open(10);
    const resource = batch.resources[group.resource] ?? emptyResource;
    writeResource(writer, 10, resource);
    for (const { scope: scopeIndex, rows } of group.scopes) {
      const scopeLogs = writer.open(18);
      const scope = batch.scopes[scopeIndex] ?? emptyScope;
      writeScope(writer, 10, scope);
      for (const row of rows) writeLogRecord(writer, batch, row);
      writer.nonEmptyTextField(26, scope.schemaUrl);
      writer.close(scopeLogs);
    }
    writer.nonEmptyTextField(26, resource.schemaUrl);
    writer.close(resourceLogs);
  }
  return writer.finish();
}

function writeLogRecord(writer: ProtobufWriter, batch: LogsBatch, row: number): void {
  const { timeNs, observedTimeNs, severityText, body, eventName, arena } = batch;
  const record = writer.open(18);
  writer.fixed64Field(9, timeNs.words[row * 2] ?? 0, timeNs.words[row * 2 + 1] ?? 0);
  writer.uintField(16, batch.severityNumber.at(row));
  if (severityText.lengths.at(row) > 0) {
    writer.bytesField(26, arena.bytes, severityText.starts.at(row), severityText.lengths.at(row));
  }
  const kind = batch.bodyKind.at(row);
  if (kind !== bodyKind.empty) {
    const value = writer.open(42);
    if (kind === bodyKind.text) {
      writer.bytesField(10, arena.bytes, body.starts.at(row), body.lengths.at(row));
    } else writeAnyValue(writer, bodyOfJson(body.textAt(row)));
    writer.close(value);
  }
  writeAttributeRow(writer, 50, batch.attributes, row);
  writer.uintField(56, batch.droppedAttributesCount.at(row));
  writer.fixed32Field(69, batch.flags.at(row));
  writeId(writer, 74, batch.traceId, row);
  writeId(writer, 82, batch.spanId, row);
  writer.fixed64Field(
    89,
    observedTimeNs.words[row * 2] ?? 0,
    observedTimeNs.words[row * 2 + 1] ?? 0,
  );
  if (eventName.lengths.at(row) > 0) {
    writer.bytesField(98, arena.bytes, eventName.starts.at(row), eventName.lengths.at(row));
  }
  writer.close(record);
}
