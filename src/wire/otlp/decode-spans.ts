// ExportTraceServiceRequest (the same bytes as TracesData and Tempo's Trace) in protobuf into columns. A span without a
// valid trace or span ID cannot be found again and is rejected with a count; an invalid parent or linked ID is absent.

import { ByteArena } from '../../base/byte-arena.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { SpansBatch } from '../../model/spans-batch.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { readAttributeInto } from './any-value.ts';
import { type DecodedSpans, spanRejections } from './decoded.ts';
import { readIdInto } from './ids.ts';
import { KeyDictionary } from './key-dictionary.ts';
import { readResource, readScope } from './resource.ts';

interface Walk {
  readonly reader: ProtobufReader;
  readonly batch: SpansBatch;
  readonly keys: KeyDictionary;
  readonly eventKeys: KeyDictionary;
  readonly linkKeys: KeyDictionary;
  rejected: number;
}

/** Throws `invalid-data` when the bytes are not such a message. */
export function decodeSpansProtobuf(bytes: Uint8Array): DecodedSpans {
  const arena = new ByteArena(bytes.length + 1024);
  arena.append(bytes);
  const batch = new SpansBatch(arena);
  const reader = new ProtobufReader(arena.bytes, 'ExportTraceServiceRequest', 0, bytes.length);
  const walk: Walk = {
    reader,
    batch,
    keys: new KeyDictionary(batch.attributes),
    eventKeys: new KeyDictionary(batch.eventAttributes),
    linkKeys: new KeyDictionary(batch.linkAttributes),
    rejected: 0,
  };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) readResourceSpans(walk);
    else reader.skip(tag);
  }
  return { batch, ...spanRejections(walk.rejected) };
}

function readResourceSpans(walk: Walk): void {
  const { reader, batch } = walk;
  let resource = emptyResource;
  let schemaUrl = '';
  // The resource may come behind its spans.
  const resourceIndex = batch.resources.push(resource) - 1;
  const outer = reader.enter('ResourceSpans');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) resource = readResource(reader, 'ResourceSpans');
    else if (tag === 18) readScopeSpans(walk, resourceIndex);
    else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  batch.resources[resourceIndex] = schemaUrl === '' ? resource : { ...resource, schemaUrl };
  reader.leave(outer, 'ExportTraceServiceRequest');
}

function readScopeSpans(walk: Walk, resourceIndex: number): void {
  const { reader, batch } = walk;
  let scope = emptyScope;
  let schemaUrl = '';
  const scopeIndex = batch.scopes.push(scope) - 1;
  const outer = reader.enter('ScopeSpans');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 18) {
      const scopeSpans = reader.enter('Span');
      if (hasValidIds(reader)) {
        batch.resource.push(resourceIndex);
        batch.scope.push(scopeIndex);
        readSpan(walk);
      } else walk.rejected++;
      reader.leave(scopeSpans, 'ScopeSpans');
    } else if (tag === 10) scope = readScope(reader, 'ScopeSpans');
    else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  batch.scopes[scopeIndex] = schemaUrl === '' ? scope : { ...scope, schemaUrl };
  reader.leave(outer, 'ResourceSpans');
}

/** Looks ahead for the two IDs, which senders put first, so that a rejected span leaves nothing in the columns. */
function hasValidIds(reader: ProtobufReader): boolean {
  const start = reader.at;
  let hasTrace = false;
  let hasSpan = false;
  for (let tag = reader.tag(); tag !== 0 && !(hasTrace && hasSpan); tag = reader.tag()) {
    if (tag === 10 || tag === 18) {
      const length = reader.length();
      let isZero = true;
      for (let at = reader.at; at < reader.at + length && isZero; at++) {
        isZero = reader.bytes[at] === 0;
      }
      if (tag === 10) hasTrace ||= length === 16 && !isZero;
      else hasSpan ||= length === 8 && !isZero;
      reader.at += length;
    } else reader.skip(tag);
  }
  reader.at = start;
  return hasTrace && hasSpan;
}

function readSpan(walk: Walk): void {
  const { reader, batch } = walk;
  let [startLow, startHigh, endLow, endHigh] = [0, 0, 0, 0];
  let [nameStart, nameLength, stateStart, stateLength] = [0, 0, 0, 0];
  let [kind, flags] = [0, 0];
  let [droppedAttributes, droppedEvents, droppedLinks] = [0, 0, 0];
  const status = { code: 0, start: 0, length: 0 };
  const traceIdAt = batch.traceId.pushAbsent();
  const spanIdAt = batch.spanId.pushAbsent();
  const parentAt = batch.parentSpanId.pushAbsent();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        readIdInto(reader, batch.traceId, traceIdAt);
        break;
      case 18:
        readIdInto(reader, batch.spanId, spanIdAt);
        break;
      case 26:
        stateLength = reader.length();
        stateStart = reader.at;
        reader.at += stateLength;
        break;
      case 34:
        readIdInto(reader, batch.parentSpanId, parentAt);
        break;
      case 42:
        nameLength = reader.length();
        nameStart = reader.at;
        reader.at += nameLength;
        break;
      case 48:
        kind = reader.int32();
        break;
      case 57:
        reader.fixed64();
        [startLow, startHigh] = [reader.low, reader.high];
        break;
      case 65:
        reader.fixed64();
        [endLow, endHigh] = [reader.low, reader.high];
        break;
      case 74:
        readAttributeInto(reader, batch.attributes, walk.keys, 'Span');
        break;
      case 80:
        droppedAttributes = reader.varint32();
        break;
      case 90:
        readEvent(walk);
        break;
      case 96:
        droppedEvents = reader.varint32();
        break;
      case 106:
        readLink(walk);
        break;
      case 112:
        droppedLinks = reader.varint32();
        break;
      case 122:
        readStatus(reader, status);
        break;
      case 133:
        flags = reader.fixed32();
        break;
      default:
        reader.skip(tag);
    }
  }
  batch.traceState.pushSlice(stateStart, stateLength);
  batch.name.pushSlice(nameStart, nameLength);
  batch.kind.push(kind > 0 && kind <= 5 ? kind : 0);
  batch.startNs.pushWords(startLow, startHigh);
  batch.endNs.pushWords(endLow, endHigh);
  batch.statusCode.push(status.code > 0 && status.code <= 2 ? status.code : 0);
  batch.statusMessage.pushSlice(status.start, status.length);
  batch.flags.push(flags);
  batch.droppedAttributesCount.push(droppedAttributes);
  batch.droppedEventsCount.push(droppedEvents);
  batch.droppedLinksCount.push(droppedLinks);
  batch.eventOffsets.push(batch.eventTimeNs.length);
  batch.linkOffsets.push(batch.linkTraceId.length);
  batch.attributes.endRow();
}

function readStatus(
  reader: ProtobufReader,
  status: { code: number; start: number; length: number },
): void {
  const outer = reader.enter('Status');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 18) {
      status.length = reader.length();
      status.start = reader.at;
      reader.at += status.length;
    } else if (tag === 24) status.code = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer, 'Span');
}

function readEvent({ reader, batch, eventKeys }: Walk): void {
  let [timeLow, timeHigh, nameStart, nameLength] = [0, 0, 0, 0];
  const outer = reader.enter('Event');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 9) {
      reader.fixed64();
      [timeLow, timeHigh] = [reader.low, reader.high];
    } else if (tag === 18) {
      nameLength = reader.length();
      nameStart = reader.at;
      reader.at += nameLength;
    } else if (tag === 26) readAttributeInto(reader, batch.eventAttributes, eventKeys, 'Event');
    else reader.skip(tag);
  }
  reader.leave(outer, 'Span');
  batch.eventTimeNs.pushWords(timeLow, timeHigh);
  batch.eventName.pushSlice(nameStart, nameLength);
  batch.eventAttributes.endRow();
}

function readLink({ reader, batch, linkKeys }: Walk): void {
  let [stateStart, stateLength] = [0, 0];
  const traceIdAt = batch.linkTraceId.pushAbsent();
  const spanIdAt = batch.linkSpanId.pushAbsent();
  const outer = reader.enter('Link');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) readIdInto(reader, batch.linkTraceId, traceIdAt);
    else if (tag === 18) readIdInto(reader, batch.linkSpanId, spanIdAt);
    else if (tag === 26) {
      stateLength = reader.length();
      stateStart = reader.at;
      reader.at += stateLength;
    } else if (tag === 34) readAttributeInto(reader, batch.linkAttributes, linkKeys, 'Link');
    else reader.skip(tag);
  }
  reader.leave(outer, 'Span');
  batch.linkTraceState.pushSlice(stateStart, stateLength);
  batch.linkAttributes.endRow();
}
