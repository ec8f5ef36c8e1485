// ExportLogsServiceRequest (the same bytes as LogsData) in protobuf into columns. The body is copied once into the
// batch's arena and every text is a slice of it. A trace or span ID of the wrong length is an absent one: the record
// is kept.

import { ByteArena } from '../../base/byte-arena.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { jsonOfBody, readAttributeInto, readBody } from './any-value.ts';
import type { DecodedLogs } from './decoded.ts';
import { readIdInto } from './ids.ts';
import { KeyDictionary } from './key-dictionary.ts';
import { readResource, readScope } from './resource.ts';

/** Throws `invalid-data` when the bytes are not such a message. */
export function decodeLogsProtobuf(bytes: Uint8Array): DecodedLogs {
  const arena = new ByteArena(bytes.length + 1024);
  arena.append(bytes);
  const batch = new LogsBatch(arena);
  const keys = new KeyDictionary(batch.attributes);
  const reader = new ProtobufReader(arena.bytes, 'ExportLogsServiceRequest', 0, bytes.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) readResourceLogs(reader, batch, keys);
    else reader.skip(tag);
  }
  return { batch, rejected: 0, message: '' };
}

function readResourceLogs(reader: ProtobufReader, batch: LogsBatch, keys: KeyDictionary): void {
  let resource = emptyResource;
  let schemaUrl = '';
  // The resource may come behind its records.
  const resourceIndex = batch.resources.push(resource) - 1;
  const outer = reader.enter('ResourceLogs');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) resource = readResource(reader, 'ResourceLogs');
    else if (tag === 18) readScopeLogs(reader, batch, keys, resourceIndex);
    else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  batch.resources[resourceIndex] = schemaUrl === '' ? resource : { ...resource, schemaUrl };
  reader.leave(outer, 'ExportLogsServiceRequest');
}

function readScopeLogs(
  reader: ProtobufReader,
  batch: LogsBatch,
  keys: KeyDictionary,
  resourceIndex: number,
): void {
  let scope = emptyScope;
  let schemaUrl = '';
  const scopeIndex = batch.scopes.push(scope) - 1;
  const outer = reader.enter('ScopeLogs');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 18) {
      batch.resource.push(resourceIndex);
      batch.scope.push(scopeIndex);
      readLogRecord(reader, batch, keys);
    } else if (tag === 10) scope = readScope(reader, 'ScopeLogs');
    else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  batch.scopes[scopeIndex] = schemaUrl === '' ? scope : { ...scope, schemaUrl };
  reader.leave(outer, 'ResourceLogs');
}

function readLogRecord(reader: ProtobufReader, batch: LogsBatch, keys: KeyDictionary): void {
  let [timeLow, timeHigh, observedLow, observedHigh] = [0, 0, 0, 0];
  let severityNumber = 0;
  let [severityStart, severityLength, eventStart, eventLength] = [0, 0, 0, 0];
  let [bodyStart, bodyLength, kind] = [0, 0, bodyKind.empty as number];
  let flags = 0;
  let dropped = 0;
  const traceIdAt = batch.traceId.pushAbsent();
  const spanIdAt = batch.spanId.pushAbsent();
  const outer = reader.enter('LogRecord');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 9:
        reader.fixed64();
        timeLow = reader.low;
        timeHigh = reader.high;
        break;
      case 89:
        reader.fixed64();
        observedLow = reader.low;
        observedHigh = reader.high;
        break;
      case 16:
        severityNumber = reader.int32();
        break;
      case 26:
        severityLength = reader.length();
        severityStart = reader.at;
        reader.at += severityLength;
        break;
      case 42: {
        const record = reader.enter('AnyValue');
        const body = readBody(reader);
        if ('start' in body) {
          [bodyStart, bodyLength, kind] = [body.start, body.length, bodyKind.text];
        } else {
          const json = jsonOfBody(body);
          kind = json === undefined ? bodyKind.empty : bodyKind.json;
          bodyStart = batch.arena.appendText(json ?? '');
          bodyLength = batch.arena.length - bodyStart;
        }
        reader.leave(record, 'LogRecord');
        break;
      }
      case 50:
        readAttributeInto(reader, batch.attributes, keys, 'LogRecord');
        break;
      case 56:
        dropped = reader.varint32();
        break;
      case 69:
        flags = reader.fixed32();
        break;
      case 74:
        readIdInto(reader, batch.traceId, traceIdAt);
        break;
      case 82:
        readIdInto(reader, batch.spanId, spanIdAt);
        break;
      case 98:
        eventLength = reader.length();
        eventStart = reader.at;
        reader.at += eventLength;
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, 'ScopeLogs');
  batch.timeNs.pushWords(timeLow, timeHigh);
  batch.observedTimeNs.pushWords(observedLow, observedHigh);
  batch.severityNumber.push(severityNumber > 0 && severityNumber < 256 ? severityNumber : 0);
  batch.severityText.pushSlice(severityStart, severityLength);
  batch.bodyKind.push(kind);
  batch.body.pushSlice(bodyStart, bodyLength);
  batch.flags.push(flags);
  batch.eventName.pushSlice(eventStart, eventLength);
  batch.droppedAttributesCount.push(dropped);
  batch.attributes.endRow();
}
