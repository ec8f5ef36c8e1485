// Rows of a batch as records, for what looks at few spans and all of each.

import type { SpanRecord } from './span-record.ts';
import { emptyResource, emptyScope } from './resource.ts';
import { type SpansBatch, spanKinds, spanStatuses } from './spans-batch.ts';

function between<T>(
  offsets: { at(row: number): number },
  row: number,
  read: (entry: number) => T,
): T[] {
  const entries: T[] = [];
  for (let at = offsets.at(row); at < offsets.at(row + 1); at++) entries.push(read(at));
  return entries;
}

/** Resources and scopes are shared by identity, as `SpanRecord` wants it. */
export function spanRecordAt(batch: SpansBatch, row: number): SpanRecord {
  return {
    traceId: batch.traceId.hexAt(row),
    spanId: batch.spanId.hexAt(row),
    parentSpanId: batch.parentSpanId.hexAt(row),
    traceState: batch.traceState.textAt(row),
    flags: batch.flags.at(row),
    name: batch.name.textAt(row),
    kind: spanKinds[batch.kind.at(row)] ?? 'unspecified',
    startNs: batch.startNs.at(row),
    endNs: batch.endNs.at(row),
    status: spanStatuses[batch.statusCode.at(row)] ?? 'unset',
    statusMessage: batch.statusMessage.textAt(row),
    resource: batch.resources[batch.resource.at(row)] ?? emptyResource,
    scope: batch.scopes[batch.scope.at(row)] ?? emptyScope,
    attributes: batch.attributes.rowAt(row),
    events: between(batch.eventOffsets, row, (event) => ({
      timeNs: batch.eventTimeNs.at(event),
      name: batch.eventName.textAt(event),
      attributes: batch.eventAttributes.rowAt(event),
    })),
    links: between(batch.linkOffsets, row, (link) => ({
      traceId: batch.linkTraceId.hexAt(link),
      spanId: batch.linkSpanId.hexAt(link),
      traceState: batch.linkTraceState.textAt(link),
      attributes: batch.linkAttributes.rowAt(link),
    })),
  };
}
