// Trace and span IDs between protobuf's bytes fields, ID columns and hex.

import type { IdColumn } from '../../base/columns.ts';
import { idBytes } from '../../model/trace-id/normalize.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';

/** Reads an ID field to a place in the column; one of another length leaves it absent. */
export function readIdInto(reader: ProtobufReader, column: IdColumn, at: number): void {
  const length = reader.length();
  if (length === column.width) {
    for (let byte = 0; byte < length; byte++) {
      column.bytes[at + byte] = reader.bytes[reader.at + byte] ?? 0;
    }
  }
  reader.at += length;
}

/** Nothing when the ID is absent. */
export function writeId(writer: ProtobufWriter, tag: number, ids: IdColumn, row: number): void {
  if (!ids.isAbsent(row)) writer.bytesField(tag, ids.bytes, row * ids.width, ids.width);
}

/** Nothing when it is not hex of that width. */
export function writeHexId(writer: ProtobufWriter, tag: number, hex: string, width: number): void {
  const bytes = idBytes(hex, width);
  if (bytes !== undefined) writer.bytesField(tag, bytes, 0, width);
}
