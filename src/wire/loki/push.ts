// Loki's push request, decoded into columns. Valid streams and entries are kept beside invalid ones, which are counted
// with the reason for each: Loki stores the former and answers 400 with the latter all the same. Labels are as sent:
// `service_name` discovery is the receiver's.

import { ByteArena } from '../../base/byte-arena.ts';
import { Failure } from '../../base/errors.ts';
import { attributeKind } from '../../model/attribute-columns.ts';
import type { Labels } from '../../model/labels.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { KeyDictionary } from '../otlp/key-dictionary.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { parseLabels } from './labels.ts';

export interface DecodedPush {
  /** With `streams`; origin `push`. */
  readonly batch: LogsBatch;
  /** Entries that are not in the batch. */
  readonly rejected: number;
  /** Why, at most `problemsMax` of them, for the client. */
  readonly problems: readonly string[];
}

/** Loki lists as many. */
export const problemsMax = 10;

/** Collects rows; shared by the forms that a push comes in. */
export class PushRows {
  readonly batch: LogsBatch;
  rejected: number = 0;
  readonly problems: string[] = [];

  constructor(arena: ByteArena) {
    this.batch = new LogsBatch(arena);
    this.batch.origin = 'push';
    this.batch.resources.push(emptyResource);
    this.batch.scopes.push(emptyScope);
  }

  reject(entries: number, problem: string): void {
    this.rejected += entries;
    if (this.problems.length < problemsMax) this.problems.push(problem);
  }

  addStream(labels: Labels): number {
    if (labels.length === 0) {
      throw new Failure('invalid-data', 'error at least one label pair is required per stream');
    }
    return this.batch.streams.push(labels) - 1;
  }

  /** Adds a row whose attributes have been pushed already. */
  endRow(stream: number, timeNs: bigint, lineStart: number, lineLength: number): void {
    const { batch } = this;
    batch.resource.push(0);
    batch.scope.push(0);
    batch.stream.push(stream);
    batch.timeNs.push(timeNs);
    batch.observedTimeNs.pushWords(0, 0);
    batch.severityNumber.push(0);
    batch.severityText.pushSlice(0, 0);
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushSlice(lineStart, lineLength);
    batch.traceId.pushAbsent();
    batch.spanId.pushAbsent();
    batch.flags.push(0);
    batch.eventName.pushSlice(0, 0);
    batch.droppedAttributesCount.push(0);
    batch.attributes.endRow();
  }

  finish(): DecodedPush {
    const { batch, rejected, problems } = this;
    return { batch, rejected, problems };
  }
}

/** Nanoseconds of a time that the columns can hold: 1970 to 2262. */
export function isStorableTime(timeNs: bigint): boolean {
  return timeNs >= 0n && timeNs < 1n << 63n;
}

/** `logproto.PushRequest`, without its snappy envelope. Throws `invalid-data` when the bytes are not such a message. */
export function decodePushProtobuf(bytes: Uint8Array): DecodedPush {
  const arena = new ByteArena(bytes.length + 1024);
  arena.append(bytes);
  const rows = new PushRows(arena);
  const keys = new KeyDictionary(rows.batch.attributes);
  const reader = new ProtobufReader(arena.bytes, 'PushRequest', 0, bytes.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) readStream(reader, rows, keys);
    else reader.skip(tag);
  }
  return rows.finish();
}

function readStream(reader: ProtobufReader, rows: PushRows, keys: KeyDictionary): void {
  const outer = reader.enter('Stream');
  const start = reader.at;
  let labelsText = '';
  let entries = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) labelsText = reader.text();
    else {
      if (tag === 18) entries++;
      reader.skip(tag);
    }
  }
  let stream = -1;
  try {
    stream = rows.addStream(parseLabels(labelsText));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    rows.reject(entries, error.message);
  }
  if (stream >= 0) {
    reader.at = start;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 18) readEntry(reader, rows, keys, stream, labelsText);
      else reader.skip(tag);
    }
  }
  reader.leave(outer, 'PushRequest');
}

function readTimestamp(reader: ProtobufReader): bigint {
  let [seconds, nanos] = [0n, 0];
  const outer = reader.enter('Timestamp');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) seconds = reader.int64();
    else if (tag === 16) nanos = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer, 'Entry');
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function readEntry(
  reader: ProtobufReader,
  rows: PushRows,
  keys: KeyDictionary,
  stream: number,
  labelsText: string,
): void {
  let timeNs = 0n;
  let [lineStart, lineLength] = [0, 0];
  const { attributes } = rows.batch;
  const firstEntry = attributes.entries;
  const outer = reader.enter('Entry');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) timeNs = readTimestamp(reader);
    else if (tag === 18) {
      lineLength = reader.length();
      lineStart = reader.at;
      reader.at += lineLength;
    } else if (tag === 26) readMetadata(reader, rows, keys);
    else reader.skip(tag);
  }
  reader.leave(outer, 'Stream');
  if (isStorableTime(timeNs)) {
    rows.endRow(stream, timeNs, lineStart, lineLength);
    return;
  }
  // The row was not closed: its metadata must not become the next one's.
  for (const column of [
    attributes.keyIds,
    attributes.kinds,
    attributes.numbers,
    attributes.starts,
    attributes.lengths,
  ]) {
    column.length = firstEntry;
  }
  rows.reject(1, `entry for stream '${labelsText}' has timestamp out of range: ${timeNs}`);
}

function readMetadata(reader: ProtobufReader, rows: PushRows, keys: KeyDictionary): void {
  let [nameStart, nameLength, valueStart, valueLength] = [0, 0, 0, 0];
  const outer = reader.enter('LabelPair');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) {
      nameLength = reader.length();
      nameStart = reader.at;
      reader.at += nameLength;
    } else if (tag === 18) {
      valueLength = reader.length();
      valueStart = reader.at;
      reader.at += valueLength;
    } else reader.skip(tag);
  }
  reader.leave(outer, 'Entry');
  const key = keys.idOf(reader.bytes, nameStart, nameLength);
  rows.batch.attributes.pushSlice(key, attributeKind.text, valueStart, valueLength);
}
