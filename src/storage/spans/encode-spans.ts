// A batch of spans as one Native block for the `spans` table.

import { printAttributeJson } from '../../model/attributes.ts';
import type { AttributeColumns } from '../../model/attribute-columns.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';
import { attributeMapColumns, writeAttributeMaps } from '../attributes/attribute-maps.ts';
import {
  buildBlock,
  type TableBlock,
  writeConstantText,
  writeDictionaryText,
} from '../attributes/table-block.ts';
import { RowsWriter, wordsOf } from '../attributes/write-rows.ts';
import type { NativeWriter } from '../native/native-writer.ts';

const columns: readonly string[] = [
  'tenant',
  'ts',
  'duration_ns',
  'seq',
  'trace_id',
  'span_id',
  'parent_span_id',
  'trace_state',
  'flags',
  'service',
  'name',
  'kind',
  'status_code',
  'status_message',
  'resource_id',
  'scope_id',
  ...attributeMapColumns,
  'event_ts',
  'event_names',
  'event_attributes',
  'link_trace_ids',
  'link_span_ids',
  'link_trace_states',
  'link_attributes',
  'dropped_attributes_count',
  'dropped_events_count',
  'dropped_links_count',
];

const time = "DateTime64(9, 'UTC')";

export interface SpanIds {
  /** Of each of the batch's resources and scopes. */
  readonly resources: readonly bigint[];
  readonly scopes: readonly bigint[];
  /** Service of each resource. */
  readonly services: readonly string[];
}

export function encodeSpans(
  batch: SpansBatch,
  rows: Uint32Array,
  tenant: string,
  ids: SpanIds,
  firstSeq: bigint,
  writer: NativeWriter,
): TableBlock {
  const out = new RowsWriter(writer, rows, batch.length);
  return buildBlock('spans', columns, rows.length, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows.length);
    out.words('ts', time, batch.startNs);
    writeDurations(writer, batch, rows);
    out.sequence('seq', firstSeq);
    out.id('trace_id', batch.traceId);
    out.id('span_id', batch.spanId);
    out.id('parent_span_id', batch.parentSpanId);
    out.text('trace_state', batch.traceState);
    out.uint32('flags', batch.flags);
    const services = Uint32Array.from(rows, (row) => batch.resource.at(row));
    writeDictionaryText(writer, 'service', ids.services, services);
    out.text('name', batch.name);
    out.uint8('kind', batch.kind);
    out.uint8('status_code', batch.statusCode);
    out.text('status_message', batch.statusMessage);
    out.lookup('resource_id', batch.resource, wordsOf(ids.resources));
    out.lookup('scope_id', batch.scope, wordsOf(ids.scopes));
    writeAttributeMaps(writer, batch.attributes, rows);
    writeEvents(writer, batch, rows);
    writeLinks(writer, batch, rows);
    out.uint32('dropped_attributes_count', batch.droppedAttributesCount);
    out.uint32('dropped_events_count', batch.droppedEventsCount);
    out.uint32('dropped_links_count', batch.droppedLinksCount);
  });
}

/** End minus start in words, two's complement; a span without an end has no duration. */
function writeDurations(writer: NativeWriter, batch: SpansBatch, rows: Uint32Array): void {
  const start = batch.startNs.words;
  const end = batch.endNs.words;
  writer.column('duration_ns', 'Int64');
  for (const row of rows) {
    if (batch.endNs.isZero(row)) {
      writer.words(0, 0);
      continue;
    }
    const startLow = start[row * 2] ?? 0;
    const endLow = end[row * 2] ?? 0;
    const borrow = endLow < startLow ? 1 : 0;
    const high = (end[row * 2 + 1] ?? 0) - (start[row * 2 + 1] ?? 0) - borrow;
    writer.words((endLow - startLow) >>> 0, high >>> 0);
  }
}

/** Items that chosen rows own, in order, and where each row's end. */
function chooseItems(
  offsets: { at(row: number): number },
  rows: Uint32Array,
): { items: Uint32Array; ends: { at(row: number): number } } {
  const ends = new Uint32Array(rows.length + 1);
  const items: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    for (let item = offsets.at(row); item < offsets.at(row + 1); item++) items.push(item);
    ends[at + 1] = items.length;
  }
  return { items: Uint32Array.from(items), ends: { at: (row) => ends[row] ?? 0 } };
}

/** One JSON object an item; the empty text stands for no attributes. */
function writeJsonAttributes(
  writer: NativeWriter,
  attributes: AttributeColumns,
  items: Uint32Array,
): void {
  for (const item of items) {
    const isEmpty = attributes.offsets.at(item) === attributes.offsets.at(item + 1);
    writer.text(
      isEmpty ? '' : printAttributeJson({ kind: 'map', entries: attributes.rowAt(item) }),
    );
  }
}

function writeEvents(writer: NativeWriter, batch: SpansBatch, rows: Uint32Array): void {
  const { items, ends } = chooseItems(batch.eventOffsets, rows);
  const { words } = batch.eventTimeNs;
  const names = batch.eventName;
  writer.column('event_ts', `Array(${time})`);
  writer.offsets(ends, rows.length);
  for (const item of items) writer.words(words[item * 2] ?? 0, words[item * 2 + 1] ?? 0);
  writer.column('event_names', 'Array(String)');
  writer.offsets(ends, rows.length);
  for (const item of items)
    writer.slice(names.arena.bytes, names.starts.at(item), names.lengths.at(item));
  writer.column('event_attributes', 'Array(String)');
  writer.offsets(ends, rows.length);
  writeJsonAttributes(writer, batch.eventAttributes, items);
}

function writeLinks(writer: NativeWriter, batch: SpansBatch, rows: Uint32Array): void {
  const { items, ends } = chooseItems(batch.linkOffsets, rows);
  const states = batch.linkTraceState;
  writer.column('link_trace_ids', 'Array(FixedString(16))');
  writer.offsets(ends, rows.length);
  for (const item of items) writer.raw(batch.linkTraceId.bytes.subarray(item * 16, item * 16 + 16));
  writer.column('link_span_ids', 'Array(FixedString(8))');
  writer.offsets(ends, rows.length);
  for (const item of items) writer.raw(batch.linkSpanId.bytes.subarray(item * 8, item * 8 + 8));
  writer.column('link_trace_states', 'Array(String)');
  writer.offsets(ends, rows.length);
  for (const item of items)
    writer.slice(states.arena.bytes, states.starts.at(item), states.lengths.at(item));
  writer.column('link_attributes', 'Array(String)');
  writer.offsets(ends, rows.length);
  writeJsonAttributes(writer, batch.linkAttributes, items);
}
