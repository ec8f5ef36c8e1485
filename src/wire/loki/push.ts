// Loki's push request, in protobuf and in JSON, into columns. Valid streams and entries are kept beside invalid ones,
// which are counted with the reason for each: Loki stores the former and answers 400 with the latter all the same.
// Labels are as sent, with the `service_name` that Loki discovers when there is none.

import { ByteArena } from '../../base/byte-arena.ts';
import { Failure } from '../../base/errors.ts';
import { attributeKind } from '../../model/attribute-columns.ts';
import { labelsFromEntries, type Labels } from '../../model/labels.ts';
import {
  asObject,
  fieldOf,
  jsonProblem,
  type JsonObject,
  listOf,
  textOf,
  withJsonPath,
} from '../json/fields.ts';
import { parseJson } from '../json/parse.ts';
import { KeyDictionary } from '../otlp/key-dictionary.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { parseLabels } from './labels.ts';
import { type DecodedPush, isStorableTime, PushRows } from './push-rows.ts';

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

/**
 * `{"streams":[{"stream":{…},"values":[["<ns>","line",{…}]]}]}`, or the older form with a label string and RFC 3339
 * times. Throws `invalid-data` when the text is not JSON or has no list of streams.
 */
export function decodePushJson(text: string): DecodedPush {
  const root = parseJson(text);
  const rows = new PushRows(new ByteArena(text.length + 1024));
  const streams = withJsonPath(() => listOf(asObject(root), 'streams'));
  streams.forEach((stream, at) => {
    const entries = countEntries(stream);
    collect(rows, entries, `streams[${at}]`, () => readJsonStream(asObject(stream), rows, at));
  });
  return rows.finish();
}

/** Runs a reader; what it finds wrong costs so many entries. */
function collect(rows: PushRows, entries: number, place: string, read: () => void): void {
  try {
    withJsonPath(read);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'invalid-data') throw error;
    rows.reject(entries, `${place}: ${error.message}`);
  }
}

function countEntries(stream: unknown): number {
  if (typeof stream !== 'object' || stream === null) return 0;
  const lists: readonly unknown[] = [
    'values' in stream ? stream.values : [],
    'entries' in stream ? stream.entries : [],
  ];
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

function readJsonStream(json: JsonObject, rows: PushRows, streamAt: number): void {
  const legacy = fieldOf(json, 'labels') !== undefined;
  const labels = legacy ? parseLabels(textOf(json, 'labels')) : labelsOf(json);
  const name = legacy ? 'entries' : 'values';
  const values = listOf(json, name);
  const stream = rows.addStream(labels);
  values.forEach((value, at) => {
    collect(rows, 1, `streams[${streamAt}].${name}[${at}]`, () => {
      if (legacy) readLegacyEntry(asObject(value), rows, stream);
      else readJsonEntry(value, rows, stream);
    });
  });
}

function labelsOf(json: JsonObject): Labels {
  const stream = asObject(fieldOf(json, 'stream') ?? {}, 'stream');
  return labelsFromEntries(
    Object.entries(stream).map(([name, value]): [string, string] => {
      if (typeof value !== 'string') {
        throw jsonProblem(`stream.${name}`, `expected a string, got ${JSON.stringify(value)}`);
      }
      return [name, value];
    }),
  );
}

function storable(timeNs: bigint): bigint {
  if (!isStorableTime(timeNs)) throw jsonProblem('', `timestamp out of range: ${timeNs}`);
  return timeNs;
}

function readJsonEntry(value: unknown, rows: PushRows, stream: number): void {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) {
    throw jsonProblem('', 'expected a list of a timestamp, a line and perhaps metadata');
  }
  const [time, line, metadata] = value as readonly unknown[];
  if (typeof time !== 'string' || !/^-?\d{1,20}$/.test(time)) {
    throw jsonProblem('[0]', `expected nanoseconds as a string, got ${JSON.stringify(time)}`);
  }
  if (typeof line !== 'string') {
    throw jsonProblem('[1]', `expected a string, got ${JSON.stringify(line)}`);
  }
  const timeNs = storable(BigInt(time));
  const pairs = metadata === undefined ? [] : metadataOf(asObject(metadata, '[2]'));
  addRow(rows, stream, timeNs, line, pairs);
}

/** A flat map, or the categories that Loki's own answers have. */
function metadataOf(json: JsonObject): readonly (readonly [string, string])[] {
  const categories = ['structuredMetadata', 'parsed'];
  const isCategorized = Object.entries(json).some(
    ([name, value]) => categories.includes(name) && typeof value === 'object',
  );
  const flat = isCategorized
    ? asObject(fieldOf(json, 'structuredMetadata') ?? {}, 'structuredMetadata')
    : json;
  return Object.entries(flat).map(([name, value]) => {
    if (typeof value === 'object' && value !== null) {
      throw jsonProblem(`[2].${name}`, `expected a string, got ${JSON.stringify(value)}`);
    }
    if (value === null) return [name, ''];
    return [name, typeof value === 'string' ? value : JSON.stringify(value)];
  });
}

function addRow(
  rows: PushRows,
  stream: number,
  timeNs: bigint,
  line: string,
  pairs: readonly (readonly [string, string])[],
): void {
  const { attributes, arena } = rows.batch;
  for (const [name, value] of pairs) attributes.push(name, { kind: 'string', value });
  const start = arena.appendText(line);
  rows.endRow(stream, timeNs, start, arena.length - start);
}

function readLegacyEntry(json: JsonObject, rows: PushRows, stream: number): void {
  addRow(rows, stream, storable(timeOf(textOf(json, 'ts'))), textOf(json, 'line'), []);
}

/** RFC 3339 with up to nanoseconds. */
function timeOf(text: string): bigint {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  const ms = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]?.toUpperCase()}`);
  if (parts === null || Number.isNaN(ms)) {
    throw jsonProblem('ts', `expected an RFC 3339 time, got ${JSON.stringify(text)}`);
  }
  return BigInt(ms) * 1_000_000n + BigInt((parts[2] ?? '').padEnd(9, '0'));
}
