// ExportTraceServiceRequest in OTLP/JSON into columns. A span without a valid trace or span ID is rejected with a
// count, as in protobuf.

import { ByteArena } from '../../base/byte-arena.ts';
import { decodeBase64 } from '../../model/attribute-columns.ts';
import { SpansBatch, spanKinds } from '../../model/spans-batch.ts';
import {
  asObject,
  enumOf,
  type JsonObject,
  readObject,
  readObjects,
  textOf,
  uint32Of,
  uint64Of,
  withJsonPath,
} from '../json/fields.ts';
import { parseJson } from '../json/parse.ts';
import { readJsonAttribute, readJsonResource, readJsonScope } from './any-value-json.ts';
import { type DecodedSpans, spanRejections } from './decoded.ts';
import { pushJsonId } from './decode-logs-json.ts';

const kindNumbers: ReadonlyMap<string, number> = new Map(
  spanKinds.map((kind, number) => [`SPAN_KIND_${kind.toUpperCase()}`, number]),
);
const statusNumbers: ReadonlyMap<string, number> = new Map([
  ['STATUS_CODE_UNSET', 0],
  ['STATUS_CODE_OK', 1],
  ['STATUS_CODE_ERROR', 2],
]);

/** Throws `invalid-data` naming the JSON path of what is wrong. */
export function decodeSpansJson(text: string): DecodedSpans {
  const root = parseJson(text);
  const batch = new SpansBatch(new ByteArena(text.length + 1024));
  let rejected = 0;
  withJsonPath(() => {
    readObjects(asObject(root), 'resourceSpans', (resourceSpans) => {
      const resource = batch.resources.push(readJsonResource(resourceSpans)) - 1;
      readObjects(resourceSpans, 'scopeSpans', (scopeSpans) => {
        const scope = batch.scopes.push(readJsonScope(scopeSpans)) - 1;
        readObjects(scopeSpans, 'spans', (span) => {
          if (!isValidId(textOf(span, 'traceId'), 16) || !isValidId(textOf(span, 'spanId'), 8)) {
            rejected++;
            return;
          }
          readSpan(span, batch);
          batch.resource.push(resource);
          batch.scope.push(scope);
        });
      });
    });
  });
  return { batch, ...spanRejections(rejected) };
}

function isValidId(text: string, width: number): boolean {
  if (text.length === width * 2) return /^[0-9a-f]+$/i.test(text) && !/^0+$/.test(text);
  const bytes = decodeBase64(text);
  const isBase64 = text.length === Math.ceil(width / 3) * 4 && bytes.length === width;
  return isBase64 && bytes.some((byte) => byte !== 0);
}

function readSpan(json: JsonObject, batch: SpansBatch): void {
  pushJsonId(json, 'traceId', batch.traceId);
  pushJsonId(json, 'spanId', batch.spanId);
  pushJsonId(json, 'parentSpanId', batch.parentSpanId);
  batch.traceState.pushText(textOf(json, 'traceState'));
  batch.name.pushText(textOf(json, 'name'));
  const kind = enumOf(json, 'kind', kindNumbers);
  batch.kind.push(kind > 0 && kind < spanKinds.length ? kind : 0);
  batch.startNs.push(uint64Of(json, 'startTimeUnixNano'));
  batch.endNs.push(uint64Of(json, 'endTimeUnixNano'));
  const status = readObject(json, 'status', (child) => ({
    code: enumOf(child, 'code', statusNumbers),
    message: textOf(child, 'message'),
  }));
  const code = status?.code ?? 0;
  batch.statusCode.push(code > 0 && code <= 2 ? code : 0);
  batch.statusMessage.pushText(status?.message ?? '');
  batch.flags.push(uint32Of(json, 'flags'));
  batch.droppedAttributesCount.push(uint32Of(json, 'droppedAttributesCount'));
  batch.droppedEventsCount.push(uint32Of(json, 'droppedEventsCount'));
  batch.droppedLinksCount.push(uint32Of(json, 'droppedLinksCount'));
  readObjects(json, 'events', (event) => {
    batch.eventTimeNs.push(uint64Of(event, 'timeUnixNano'));
    batch.eventName.pushText(textOf(event, 'name'));
    readObjects(event, 'attributes', (attribute) => {
      const { key, value } = readJsonAttribute(attribute);
      batch.eventAttributes.push(key, value);
    });
    batch.eventAttributes.endRow();
  });
  readObjects(json, 'links', (link) => {
    pushJsonId(link, 'traceId', batch.linkTraceId);
    pushJsonId(link, 'spanId', batch.linkSpanId);
    batch.linkTraceState.pushText(textOf(link, 'traceState'));
    readObjects(link, 'attributes', (attribute) => {
      const { key, value } = readJsonAttribute(attribute);
      batch.linkAttributes.push(key, value);
    });
    batch.linkAttributes.endRow();
  });
  batch.eventOffsets.push(batch.eventTimeNs.length);
  batch.linkOffsets.push(batch.linkTraceId.length);
  readObjects(json, 'attributes', (attribute) => {
    const { key, value } = readJsonAttribute(attribute);
    batch.attributes.push(key, value);
  });
  batch.attributes.endRow();
}
