// A batch with streams as a push request for a foreign Loki, in protobuf (without the snappy envelope) or JSON.
// Attributes become structured metadata under Loki's names for them.

import { attributeKind } from '../../model/attribute-columns.ts';
import { printAttributeText } from '../../model/attributes.ts';
import { labelsToRecord } from '../../model/labels.ts';
import { structuredMetadataName } from '../../model/log-labels.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { printLabels } from './labels.ts';

function rowsByStream(batch: LogsBatch): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < batch.length; row++) {
    const stream = batch.stream.at(row);
    const known = rows.get(stream);
    if (known === undefined) rows.set(stream, [row]);
    else known.push(row);
  }
  return rows;
}

/** Every row must have a stream. A row without a time goes out with its observed one. */
export function encodePushProtobuf(batch: LogsBatch): Uint8Array {
  const writer = new ProtobufWriter(batch.arena.length + batch.length * 32 + 256);
  const names = batch.attributes.keys.map(structuredMetadataName);
  for (const [stream, rows] of rowsByStream(batch)) {
    const start = writer.open(10);
    writer.textField(10, printLabels(batch.streams[stream] ?? []));
    for (const row of rows) writeEntry(writer, batch, row, names);
    writer.close(start);
  }
  return writer.finish();
}

function timeOf(batch: LogsBatch, row: number): bigint {
  return batch.timeNs.isZero(row) ? batch.observedTimeNs.at(row) : batch.timeNs.at(row);
}

function writeEntry(
  writer: ProtobufWriter,
  batch: LogsBatch,
  row: number,
  names: readonly string[],
): void {
  const { arena, attributes, body } = batch;
  const timeNs = timeOf(batch, row);
  const entry = writer.open(18);
  const timestamp = writer.open(10);
  writer.uintField(8, Number(timeNs / 1_000_000_000n));
  writer.uintField(16, Number(timeNs % 1_000_000_000n));
  writer.close(timestamp);
  writer.bytesField(18, arena.bytes, body.starts.at(row), body.lengths.at(row));
  const end = attributes.offsets.at(row + 1);
  for (let at = attributes.offsets.at(row); at < end; at++) {
    const pair = writer.open(26);
    writer.nonEmptyTextField(10, names[attributes.keyIds.at(at)] ?? '');
    if (attributes.kinds.at(at) === attributeKind.text) {
      writer.bytesField(18, arena.bytes, attributes.starts.at(at), attributes.lengths.at(at));
    } else writer.nonEmptyTextField(18, printAttributeText(attributes.valueAt(at)));
    writer.close(pair);
  }
  writer.close(entry);
}

/** Contract as for `encodePushProtobuf`. */
export function encodePushJson(batch: LogsBatch): string {
  const streams = Array.from(rowsByStream(batch), ([stream, rows]) => ({
    stream: labelsToRecord(batch.streams[stream] ?? []),
    values: rows.map((row) => {
      const entry: unknown[] = [timeOf(batch, row).toString(), batch.body.textAt(row)];
      const metadata = batch.attributes
        .rowAt(row)
        .map(({ key, value }) => [structuredMetadataName(key), printAttributeText(value)]);
      if (metadata.length > 0) entry.push(Object.fromEntries(metadata));
      return entry;
    }),
  }));
  return JSON.stringify({ streams });
}
