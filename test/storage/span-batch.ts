// Span records as the batch that a receiver would have made of them.

import type { SpanRecord } from '../../src/model/span-record.ts';
import { spanKinds, SpansBatch, spanStatuses } from '../../src/model/spans-batch.ts';

export function spansBatchOf(records: readonly SpanRecord[]): SpansBatch {
  const batch = new SpansBatch();
  for (const span of records) {
    const at = batch.length;
    let resource = batch.resources.indexOf(span.resource);
    if (resource < 0) resource = batch.resources.push(span.resource) - 1;
    let scope = batch.scopes.indexOf(span.scope);
    if (scope < 0) scope = batch.scopes.push(span.scope) - 1;
    batch.resource.push(resource);
    batch.scope.push(scope);
    batch.traceId.pushAbsent();
    batch.traceId.setHex(at, span.traceId);
    batch.spanId.pushAbsent();
    batch.spanId.setHex(at, span.spanId);
    batch.parentSpanId.pushAbsent();
    if (span.parentSpanId !== '') batch.parentSpanId.setHex(at, span.parentSpanId);
    batch.traceState.pushText(span.traceState);
    batch.name.pushText(span.name);
    batch.kind.push(spanKinds.indexOf(span.kind));
    batch.startNs.push(span.startNs);
    batch.endNs.push(span.endNs);
    batch.statusCode.push(spanStatuses.indexOf(span.status));
    batch.statusMessage.pushText(span.statusMessage);
    batch.flags.push(span.flags);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    for (const { key, value } of span.attributes) batch.attributes.push(key, value);
    batch.attributes.endRow();
    for (const event of span.events) {
      batch.eventTimeNs.push(event.timeNs);
      batch.eventName.pushText(event.name);
      for (const { key, value } of event.attributes) batch.eventAttributes.push(key, value);
      batch.eventAttributes.endRow();
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    for (const link of span.links) {
      const place = batch.linkTraceId.length;
      batch.linkTraceId.pushAbsent();
      batch.linkTraceId.setHex(place, link.traceId);
      batch.linkSpanId.pushAbsent();
      batch.linkSpanId.setHex(place, link.spanId);
      batch.linkTraceState.pushText(link.traceState);
      for (const { key, value } of link.attributes) batch.linkAttributes.push(key, value);
      batch.linkAttributes.endRow();
    }
    batch.linkOffsets.push(batch.linkTraceId.length);
  }
  return batch;
}
