// One batch as several of at most so many items, for consumers with a limit. The parts share the original's text bytes, which only ever grow,
// and its resources and scopes.

import type { AttributeColumns } from './attribute-columns.ts';
import { LogsBatch } from './logs-batch.ts';
import {
  countDataPoints,
  type Metric,
  type MetricData,
  type MetricsBatch,
  type ResourceMetrics,
} from './metrics-batch.ts';
import { SpansBatch } from './spans-batch.ts';
import type { IdColumn, TextColumn, Uint64Column } from '../base/columns.ts';

/** The batch itself when it is small enough. */
export function splitLogs(batch: LogsBatch, itemsMax: number): readonly LogsBatch[] {
  if (batch.length <= itemsMax) return [batch];
  return ranges(batch.length, itemsMax).map(([from, to]) => {
    const part = new LogsBatch(batch.arena);
    part.resources.push(...batch.resources);
    part.scopes.push(...batch.scopes);
    part.streams.push(...batch.streams);
    part.origin = batch.origin;
    for (let row = from; row < to; row++) pushLog(part, batch, row);
    return part;
  });
}

export function splitSpans(batch: SpansBatch, itemsMax: number): readonly SpansBatch[] {
  if (batch.length <= itemsMax) return [batch];
  return ranges(batch.length, itemsMax).map(([from, to]) => {
    const part = new SpansBatch(batch.arena);
    part.resources.push(...batch.resources);
    part.scopes.push(...batch.scopes);
    for (let row = from; row < to; row++) pushSpan(part, batch, row);
    return part;
  });
}

/** Counts data points; a metric whose points do not fit is in several parts. */
export function splitMetrics(batch: MetricsBatch, itemsMax: number): readonly MetricsBatch[] {
  if (countDataPoints(batch) <= itemsMax) return [batch];
  const parts: MetricsBatch[] = [];
  let resources: ResourceMetrics[] = [];
  let room = itemsMax;
  const close = (): void => {
    if (resources.length > 0) parts.push({ resources });
    resources = [];
    room = itemsMax;
  };
  for (const { resource, scopes } of batch.resources)
    for (const { scope, metrics } of scopes)
      for (const metric of metrics)
        for (let from = 0; from < metric.data.points.length;) {
          const to = Math.min(metric.data.points.length, from + room);
          resources.push({
            resource,
            scopes: [{ scope, metrics: [slicePoints(metric, from, to)] }],
          });
          room -= to - from;
          from = to;
          if (room === 0) close();
        }
  close();
  return parts;
}

function ranges(length: number, itemsMax: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(length / itemsMax) }, (_, part) => [
    part * itemsMax,
    Math.min(length, (part + 1) * itemsMax),
  ]);
}

function slicePoints(metric: Metric, from: number, to: number): Metric {
  const { data } = metric;
  const slice = (): MetricData => {
    switch (data.kind) {
      case 'gauge':
        return { ...data, points: data.points.slice(from, to) };
      case 'sum':
        return { ...data, points: data.points.slice(from, to) };
      case 'histogram':
        return { ...data, points: data.points.slice(from, to) };
      case 'exponential-histogram':
        return { ...data, points: data.points.slice(from, to) };
      case 'summary':
        return { ...data, points: data.points.slice(from, to) };
    }
  };
  return { ...metric, data: slice() };
}

function copyId(target: IdColumn, source: IdColumn, row: number): void {
  target.push(source.bytes, row * source.width);
}

function copyText(target: TextColumn, source: TextColumn, row: number): void {
  target.pushSlice(source.starts.at(row), source.lengths.at(row));
}

function copyWords(target: Uint64Column, source: Uint64Column, row: number): void {
  target.pushWords(source.words[row * 2] ?? 0, source.words[row * 2 + 1] ?? 0);
}

function copyAttributes(target: AttributeColumns, source: AttributeColumns, row: number): void {
  for (let entry = source.offsets.at(row); entry < source.offsets.at(row + 1); entry++) {
    target.keyIds.push(target.keyId(source.keyAt(entry)));
    target.kinds.push(source.kinds.at(entry));
    copyWords(target.numbers, source.numbers, entry);
    target.starts.push(source.starts.at(entry));
    target.lengths.push(source.lengths.at(entry));
  }
  target.endRow();
}

function pushLog(part: LogsBatch, batch: LogsBatch, row: number): void {
  part.resource.push(batch.resource.at(row));
  part.scope.push(batch.scope.at(row));
  copyWords(part.timeNs, batch.timeNs, row);
  copyWords(part.observedTimeNs, batch.observedTimeNs, row);
  part.severityNumber.push(batch.severityNumber.at(row));
  copyText(part.severityText, batch.severityText, row);
  part.bodyKind.push(batch.bodyKind.at(row));
  copyText(part.body, batch.body, row);
  copyId(part.traceId, batch.traceId, row);
  copyId(part.spanId, batch.spanId, row);
  part.flags.push(batch.flags.at(row));
  copyText(part.eventName, batch.eventName, row);
  part.droppedAttributesCount.push(batch.droppedAttributesCount.at(row));
  if (batch.streams.length > 0) part.stream.push(batch.stream.at(row));
  copyAttributes(part.attributes, batch.attributes, row);
}

function pushSpan(part: SpansBatch, batch: SpansBatch, row: number): void {
  part.resource.push(batch.resource.at(row));
  part.scope.push(batch.scope.at(row));
  copyId(part.traceId, batch.traceId, row);
  copyId(part.spanId, batch.spanId, row);
  copyId(part.parentSpanId, batch.parentSpanId, row);
  copyText(part.traceState, batch.traceState, row);
  copyText(part.name, batch.name, row);
  part.kind.push(batch.kind.at(row));
  copyWords(part.startNs, batch.startNs, row);
  copyWords(part.endNs, batch.endNs, row);
  part.statusCode.push(batch.statusCode.at(row));
  copyText(part.statusMessage, batch.statusMessage, row);
  part.flags.push(batch.flags.at(row));
  part.droppedAttributesCount.push(batch.droppedAttributesCount.at(row));
  part.droppedEventsCount.push(batch.droppedEventsCount.at(row));
  part.droppedLinksCount.push(batch.droppedLinksCount.at(row));
  for (let event = batch.eventOffsets.at(row); event < batch.eventOffsets.at(row + 1); event++) {
    copyWords(part.eventTimeNs, batch.eventTimeNs, event);
    copyText(part.eventName, batch.eventName, event);
    copyAttributes(part.eventAttributes, batch.eventAttributes, event);
  }
  part.eventOffsets.push(part.eventTimeNs.length);
  for (let link = batch.linkOffsets.at(row); link < batch.linkOffsets.at(row + 1); link++) {
    copyId(part.linkTraceId, batch.linkTraceId, link);
    copyId(part.linkSpanId, batch.linkSpanId, link);
    copyText(part.linkTraceState, batch.linkTraceState, link);
    copyAttributes(part.linkAttributes, batch.linkAttributes, link);
  }
  part.linkOffsets.push(part.linkTraceId.length);
  copyAttributes(part.attributes, batch.attributes, row);
}
