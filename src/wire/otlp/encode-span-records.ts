// Stored spans as Tempo answers them: protobuf that is TracesData and Tempo's Trace alike, and gogo's jsonpb, in which
// IDs are base64, enums are names, 64-bit integers strings, and zero values are left out.

import { encodeBase64 } from '../../model/attributes.ts';
import type { Resource, Scope } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { idBytes } from '../../model/trace-id/normalize.ts';
import type { JsonObject } from '../json/fields.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { writeAttributes } from './any-value.ts';
import {
  jsonOfAttributes,
  jsonOfResource,
  jsonOfScope,
  withoutDefaults,
} from './any-value-json.ts';
import { writeHexId } from './ids.ts';
import { writeResource, writeScope } from './resource.ts';

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

function base64Id(hex: string, width: number): string {
  const bytes = idBytes(hex, width);
  return bytes === undefined ? '' : encodeBase64(bytes);
}

function jsonOfSpanRecord(span: SpanRecord): JsonObject {
  return withoutDefaults({
    traceId: base64Id(span.traceId, 16),
    spanId: base64Id(span.spanId, 8),
    traceState: span.traceState,
    parentSpanId: base64Id(span.parentSpanId, 8),
    flags: span.flags,
    name: span.name,
    kind: span.kind === 'unspecified' ? '' : `SPAN_KIND_${span.kind.toUpperCase()}`,
    startTimeUnixNano: span.startNs,
    endTimeUnixNano: span.endNs,
    attributes: jsonOfAttributes(span.attributes),
    events: span.events.map(({ timeNs, name, attributes }) =>
      withoutDefaults({ timeUnixNano: timeNs, name, attributes: jsonOfAttributes(attributes) }),
    ),
    links: span.links.map(({ traceId, spanId, traceState, attributes }) =>
      withoutDefaults({
        traceId: base64Id(traceId, 16),
        spanId: base64Id(spanId, 8),
        traceState,
        attributes: jsonOfAttributes(attributes),
      }),
    ),
    status: withoutDefaults({
      message: span.statusMessage,
      code: span.status === 'unset' ? '' : `STATUS_CODE_${span.status.toUpperCase()}`,
    }),
  });
}

/** The JSON text of a list of ResourceSpans. */
export function printSpanRecordsJson(spans: readonly SpanRecord[]): string {
  return JSON.stringify(
    groupSpanRecords(spans).map(({ resource, scopes }) =>
      withoutDefaults({
        resource: jsonOfResource(resource),
        scopeSpans: scopes.map(({ scope, spans: records }) =>
          withoutDefaults({
            scope: jsonOfScope(scope),
            spans: records.map(jsonOfSpanRecord),
            schemaUrl: scope.schemaUrl,
          }),
        ),
        schemaUrl: resource.schemaUrl,
      }),
    ),
  );
}
