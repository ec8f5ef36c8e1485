// OTLP's AnyValue and KeyValue between protobuf and the model: into columns for records in bulk, into objects for
// resources and scopes, and back.

import {
  type AttributeColumns,
  attributeKind,
  parseAttributeJson,
} from '../../model/attribute-columns.ts';
import {
  type Attribute,
  type Attributes,
  type AttributeValue,
  printAttributeJson,
} from '../../model/attributes.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import type { KeyDictionary } from './key-dictionary.ts';

/** Lists and maps inside of each other; deeper values are malformed. */
export const anyValueDepthMax = 64;

const empty: AttributeValue = { kind: 'empty' };

/** Reads the AnyValue that ends where the reader's message ends. */
export function readAnyValue(reader: ProtobufReader, depth: number = 1): AttributeValue {
  let value: AttributeValue = empty;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        value = { kind: 'string', value: reader.text() };
        break;
      case 16:
        value = { kind: 'bool', value: reader.bool() };
        break;
      case 24:
        value = { kind: 'int', value: reader.int64() };
        break;
      case 33:
        value = { kind: 'double', value: reader.double() };
        break;
      case 42:
      case 50: {
        if (depth >= anyValueDepthMax) {
          throw reader.malformed(`values nested more than ${anyValueDepthMax} deep`);
        }
        value = tag === 42 ? readList(reader, depth) : readMap(reader, depth);
        break;
      }
      case 58:
        value = { kind: 'bytes', value: reader.copyBytes() };
        break;
      default:
        reader.skip(tag);
    }
  }
  return value;
}

function readList(reader: ProtobufReader, depth: number): AttributeValue {
  const values: AttributeValue[] = [];
  const outer = reader.enter('ArrayValue');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== 10) {
      reader.skip(tag);
      continue;
    }
    const list = reader.enter('AnyValue');
    values.push(readAnyValue(reader, depth + 1));
    reader.leave(list, 'ArrayValue');
  }
  reader.leave(outer, 'AnyValue');
  return { kind: 'list', values };
}

function readMap(reader: ProtobufReader, depth: number): AttributeValue {
  const entries: Attribute[] = [];
  const outer = reader.enter('KeyValueList');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) entries.push(readAttribute(reader, 'KeyValueList', depth + 1));
    else reader.skip(tag);
  }
  reader.leave(outer, 'AnyValue');
  return { kind: 'map', entries };
}

/** Reads one length-delimited KeyValue. */
export function readAttribute(
  reader: ProtobufReader,
  outerMessage: string,
  depth: number = 1,
): Attribute {
  let key = '';
  let value = empty;
  const outer = reader.enter('KeyValue');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) key = reader.text();
    else if (tag === 18) {
      const keyValue = reader.enter('AnyValue');
      value = readAnyValue(reader, depth);
      reader.leave(keyValue, 'KeyValue');
    } else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return { key, value };
}

/** Reads one length-delimited KeyValue into the open row. The reader's bytes must begin the columns' arena. */
export function readAttributeInto(
  reader: ProtobufReader,
  columns: AttributeColumns,
  keys: KeyDictionary,
  outerMessage: string,
): void {
  let keyStart = 0;
  let keyLength = 0;
  let valueStart = 0;
  let valueEnd = 0;
  const outer = reader.enter('KeyValue');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) {
      keyLength = reader.length();
      keyStart = reader.at;
      reader.at += keyLength;
    } else if (tag === 18) {
      const length = reader.length();
      valueStart = reader.at;
      valueEnd = valueStart + length;
      reader.at = valueEnd;
    } else reader.skip(tag);
  }
  const keyValueEnd = reader.end;
  reader.at = valueStart;
  reader.end = valueEnd;
  readValueInto(reader, columns, keys.idOf(reader.bytes, keyStart, keyLength));
  reader.end = keyValueEnd;
  reader.leave(outer, outerMessage);
}

function readValueInto(reader: ProtobufReader, columns: AttributeColumns, keyId: number): void {
  reader.message = 'AnyValue';
  const valueStart = reader.at;
  const tag = reader.tag();
  // A value is one field: a single look is enough for all but malformed or contradictory ones.
  if (tag === 10) {
    const length = reader.length();
    const start = reader.at;
    if (start + length === reader.end) {
      columns.pushSlice(keyId, attributeKind.text, start, length);
      return;
    }
  } else if (tag === 24 || tag === 16) {
    reader.varint64();
    if (reader.at === reader.end) {
      if (tag === 24) columns.pushWords(keyId, attributeKind.int, reader.low, reader.high);
      else columns.pushWords(keyId, attributeKind.bool, reader.low | reader.high ? 1 : 0, 0);
      return;
    }
  } else if (tag === 33) {
    reader.fixed64();
    if (reader.at === reader.end) {
      columns.pushWords(keyId, attributeKind.double, reader.low, reader.high);
      return;
    }
  }
  reader.at = valueStart;
  columns.push(columns.keys[keyId] ?? '', readAnyValue(reader));
}

/** Reads the body of a record: a slice when it is a string, otherwise its JSON is appended to the arena. */
export function readBody(
  reader: ProtobufReader,
): { readonly start: number; readonly length: number } | AttributeValue {
  const bodyStart = reader.at;
  if (reader.tag() === 10) {
    const length = reader.length();
    if (reader.at + length === reader.end) return { start: reader.at, length };
  }
  reader.at = bodyStart;
  return readAnyValue(reader);
}

/** Writes the fields of an AnyValue into the open message. */
export function writeAnyValue(writer: ProtobufWriter, value: AttributeValue): void {
  switch (value.kind) {
    case 'empty':
      return;
    case 'string':
      writer.textField(10, value.value);
      return;
    case 'bool':
      writer.varint32(16);
      writer.varint32(value.value ? 1 : 0);
      return;
    case 'int':
      writer.int64Field(24, value.value);
      return;
    case 'double':
      writer.doubleField(33, value.value);
      return;
    case 'bytes':
      writer.bytesField(58, value.value, 0, value.value.length);
      return;
    case 'list': {
      const list = writer.open(42);
      for (const item of value.values) {
        const start = writer.open(10);
        writeAnyValue(writer, item);
        writer.close(start);
      }
      writer.close(list);
      return;
    }
    case 'map': {
      const map = writer.open(50);
      writeAttributes(writer, 10, value.entries);
      writer.close(map);
      return;
    }
  }
}

export function writeAttributes(writer: ProtobufWriter, tag: number, attributes: Attributes): void {
  for (const { key, value } of attributes) {
    const start = writer.open(tag);
    writer.nonEmptyTextField(10, key);
    const valueStart = writer.open(18);
    writeAnyValue(writer, value);
    writer.close(valueStart);
    writer.close(start);
  }
}

/** Writes the attributes of a row; texts go out as the bytes that they are. */
export function writeAttributeRow(
  writer: ProtobufWriter,
  tag: number,
  columns: AttributeColumns,
  row: number,
): void {
  const end = columns.offsets.at(row + 1);
  for (let entry = columns.offsets.at(row); entry < end; entry++) {
    const start = writer.open(tag);
    writer.nonEmptyTextField(10, columns.keyAt(entry));
    const valueStart = writer.open(18);
    const kind = columns.kinds.at(entry);
    if (kind === attributeKind.text) {
      const { starts, lengths, arena } = columns;
      writer.bytesField(10, arena.bytes, starts.at(entry), lengths.at(entry));
    } else writeAnyValue(writer, columns.valueAt(entry));
    writer.close(valueStart);
    writer.close(start);
  }
}

const specialDoubles: ReadonlyMap<string, number> = new Map([
  ['"NaN"', Number.NaN],
  ['"Infinity"', Number.POSITIVE_INFINITY],
  ['"-Infinity"', Number.NEGATIVE_INFINITY],
]);

/** The value that a body which is kept as JSON came from. */
export function bodyOfJson(json: string): AttributeValue {
  const double = specialDoubles.get(json);
  return double === undefined ? parseAttributeJson(json) : { kind: 'double', value: double };
}

/** JSON text for a body that is no string; undefined for an empty one. */
export function jsonOfBody(value: AttributeValue): string | undefined {
  return value.kind === 'empty' ? undefined : printAttributeJson(value);
}
