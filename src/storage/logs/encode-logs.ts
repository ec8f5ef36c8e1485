// A prepared batch of log records as one Native block for the `logs` table.

import { decodeHexInto } from '../../base/hex.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { attributeMapColumns, writeAttributeMaps } from '../attributes/attribute-maps.ts';
import {
  buildBlock,
  type TableBlock,
  writeConstantText,
  writeDictionaryText,
} from '../attributes/table-block.ts';
import { RowsWriter, wordsOf } from '../attributes/write-rows.ts';
import type { NativeWriter } from '../native/native-writer.ts';
import { type PreparedLogs, traceSourceNumber } from './prepare-logs.ts';

const columns: readonly string[] = [
  'tenant',
  'ts',
  'seq',
  'observed_ts',
  'service',
  'severity_number',
  'severity_text',
  'level',
  'body',
  'body_kind',
  'stream_id',
  'resource_id',
  'scope_id',
  'trace_id',
  'span_id',
  'trace_source',
  'other_trace_ids',
  'other_span_ids',
  'other_trace_sources',
  ...attributeMapColumns,
  'flags',
  'event_name',
  'dropped_attributes_count',
  'origin',
  'repeated',
];

/** As the `origin` column has it. */
export const logOrigins: readonly LogsBatch['origin'][] = ['otlp', 'push', 'output'];

const time = "DateTime64(9, 'UTC')";

export interface LogIds {
  /** Of each of the batch's resources and scopes. */
  readonly resources: readonly bigint[];
  readonly scopes: readonly bigint[];
}

export function encodeLogs(
  batch: LogsBatch,
  prepared: PreparedLogs,
  tenant: string,
  ids: LogIds,
  firstSeq: bigint,
  writer: NativeWriter,
): TableBlock {
  const { rows } = prepared;
  const count = rows.length;
  const out = new RowsWriter(writer, rows, batch.length);
  return buildBlock('logs', columns, count, writer, () => {
    writeConstantText(writer, 'tenant', tenant, count);
    out.words('ts', time, batch.timeNs);
    out.sequence('seq', firstSeq);
    out.words('observed_ts', time, batch.observedTimeNs);
    writeDictionaryText(writer, 'service', prepared.services, prepared.service);
    out.uint8('severity_number', batch.severityNumber);
    out.text('severity_text', batch.severityText);
    writeDictionaryText(writer, 'level', prepared.levels, prepared.level);
    out.text('body', batch.body);
    out.uint8('body_kind', batch.bodyKind);
    writeStreamIds(writer, prepared);
    out.lookup('resource_id', batch.resource, wordsOf(ids.resources));
    out.lookup('scope_id', batch.scope, wordsOf(ids.scopes));
    writer.column('trace_id', 'FixedString(16)');
    writer.raw(prepared.traceIds);
    writer.column('span_id', 'FixedString(8)');
    writer.raw(prepared.spanIds);
    writer.column('trace_source', 'UInt8');
    writer.values(prepared.traceSource, count);
    writeOtherIds(writer, prepared);
    writeAttributeMaps(writer, batch.attributes, rows);
    out.uint32('flags', batch.flags);
    out.text('event_name', batch.eventName);
    out.uint32('dropped_attributes_count', batch.droppedAttributesCount);
    writer.column('origin', 'UInt8');
    writer.values(new Uint8Array(count).fill(logOrigins.indexOf(batch.origin)), count);
    writer.column('repeated', 'Bool');
    writer.values(prepared.repeated, count);
  });
}

function writeStreamIds(writer: NativeWriter, prepared: PreparedLogs): void {
  const words = wordsOf(prepared.streams.map(({ id }) => id));
  writer.column('stream_id', 'UInt64');
  for (const stream of prepared.stream)
    writer.words(words[stream * 2] ?? 0, words[stream * 2 + 1] ?? 0);
}

function writeOtherIds(writer: NativeWriter, prepared: PreparedLogs): void {
  const { otherEnds, otherIds, rows } = prepared;
  const offsets = { at: (row: number): number => otherEnds[row] ?? 0 };
  const traceIds = new Uint8Array(otherIds.length * 16);
  const spanIds = new Uint8Array(otherIds.length * 8);
  otherIds.forEach(({ traceId, spanId }, at) => {
    decodeHexInto(traceId, traceIds, at * 16, 16);
    if (spanId !== '') decodeHexInto(spanId, spanIds, at * 8, 8);
  });
  writer.column('other_trace_ids', 'Array(FixedString(16))');
  writer.offsets(offsets, rows.length);
  writer.raw(traceIds);
  writer.column('other_span_ids', 'Array(FixedString(8))');
  writer.offsets(offsets, rows.length);
  writer.raw(spanIds);
  writer.column('other_trace_sources', 'Array(UInt8)');
  writer.offsets(offsets, rows.length);
  writer.raw(Uint8Array.from(otherIds, ({ source }) => traceSourceNumber(source)));
}
