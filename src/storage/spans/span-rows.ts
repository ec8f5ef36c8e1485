// Rows of the `spans` table as span records.

import type { Attributes } from '../../model/attributes.ts';
import { parseAttributeJson } from '../../model/attribute-columns.ts';
import type { SpanEvent, SpanLink, SpanRecord } from '../../model/span-record.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { attributeMapsSql, AttributeMapsReader } from '../attributes/attribute-maps.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import { columnOfKind, type NativeBlock } from '../native/native-columns.ts';
import { type Sql, sql } from '../sql/sql.ts';

/** Of a span without its attributes: `readSpanRecords` leaves out what the block has not. */
export const outlineColumns: Sql = sql`ts, duration_ns, seq, trace_id, span_id, parent_span_id, flags, name, kind,
  status_code, status_message, resource_id, scope_id, event_ts, event_names, link_trace_ids, link_span_ids`;

/** What a select needs for `readSpanRecords`. */
export const spanColumns: Sql = sql`${outlineColumns}, trace_state, ${attributeMapsSql}, event_attributes,
  link_trace_states, link_attributes`;

/** A span with its place among those of equal time. */
export interface StoredSpan {
  readonly seq: bigint;
  readonly span: SpanRecord;
}

function parseAttributes(json: string): Attributes {
  if (json === '') return [];
  const value = parseAttributeJson(json);
  return value.kind === 'map' ? value.entries : [];
}

const none: readonly never[] = [];

function eventsReader(block: NativeBlock): (row: number) => readonly SpanEvent[] {
  const { offsets, items } = block.array('event_ts');
  const times = columnOfKind(items, 'signed64').values;
  const names = columnOfKind(block.array('event_names').items, 'texts').values;
  const attributes = block.has('event_attributes')
    ? columnOfKind(block.array('event_attributes').items, 'texts').values
    : undefined;
  return (row) => {
    if (offsets[row] === offsets[row + 1]) return none;
    const events: SpanEvent[] = [];
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
      events.push({
        timeNs: times[at] ?? 0n,
        name: names.at(at),
        attributes: attributes === undefined ? none : parseAttributes(attributes.at(at)),
      });
    }
    return events;
  };
}

function linksReader(block: NativeBlock): (row: number) => readonly SpanLink[] {
  const { offsets, items } = block.array('link_trace_ids');
  const traceIds = columnOfKind(items, 'fixed').values;
  const spanIds = columnOfKind(block.array('link_span_ids').items, 'fixed').values;
  const isWhole = block.has('link_attributes');
  const textsOf = (name: string) =>
    isWhole ? columnOfKind(block.array(name).items, 'texts').values : undefined;
  const states = textsOf('link_trace_states');
  const attributes = textsOf('link_attributes');
  return (row) => {
    if (offsets[row] === offsets[row + 1]) return none;
    const links: SpanLink[] = [];
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
      links.push({
        traceId: traceIds.hexAt(at),
        spanId: spanIds.hexAt(at),
        traceState: states?.at(at) ?? '',
        attributes: attributes === undefined ? none : parseAttributes(attributes.at(at)),
      });
    }
    return links;
  };
}

/** The senders that the block names must have been loaded. */
function readLoadedSpans(catalog: SenderCatalog, block: NativeBlock): StoredSpan[] {
  const times = block.signed64('ts');
  const durations = block.signed64('duration_ns');
  const seqs = block.unsigned64('seq');
  const traceIds = block.fixed('trace_id');
  const spanIds = block.fixed('span_id');
  const parentIds = block.fixed('parent_span_id');
  const isWhole = block.has('trace_state');
  const states = isWhole ? block.texts('trace_state') : undefined;
  const flags = block.numbers('flags');
  const names = block.texts('name');
  const kinds = block.numbers('kind');
  const statuses = block.numbers('status_code');
  const messages = block.texts('status_message');
  const resourceIds = block.unsigned64('resource_id');
  const scopeIds = block.unsigned64('scope_id');
  const attributes = isWhole ? new AttributeMapsReader(block) : undefined;
  const events = eventsReader(block);
  const links = linksReader(block);
  const spans: StoredSpan[] = [];
  let traceId = '';
  for (let row = 0; row < block.rows; row++) {
    const startNs = times[row] ?? 0n;
    // Rows of one trace follow one another and share its text.
    if (row === 0 || !traceIds.areEqual(row, row - 1)) traceId = traceIds.hexAt(row);
    spans.push({
      seq: seqs[row] ?? 0n,
      span: {
        traceId,
        spanId: spanIds.hexAt(row),
        parentSpanId: parentIds.hexAt(row),
        traceState: states?.at(row) ?? '',
        flags: flags[row] ?? 0,
        name: names.at(row),
        kind: spanKinds[kinds[row] ?? 0] ?? 'unspecified',
        startNs,
        endNs: startNs + (durations[row] ?? 0n),
        status: spanStatuses[statuses[row] ?? 0] ?? 'unset',
        statusMessage: messages.at(row),
        resource: catalog.resource(resourceIds[row] ?? 0n),
        scope: catalog.scope(scopeIds[row] ?? 0n),
        attributes: attributes?.rowAt(row) ?? none,
        events: events(row),
        links: links(row),
      },
    });
  }
  return spans;
}

export async function readSpanRecords(
  catalog: SenderCatalog,
  tenants: readonly string[],
  block: NativeBlock,
  signal: AbortSignal,
): Promise<StoredSpan[]> {
  await catalog.loadResources(tenants, block.unsigned64('resource_id'), signal);
  await catalog.loadScopes(tenants, block.unsigned64('scope_id'), signal);
  return readLoadedSpans(catalog, block);
}

function compareStored(a: StoredSpan, b: StoredSpan): number {
  if (a.span.startNs !== b.span.startNs) return a.span.startNs < b.span.startNs ? -1 : 1;
  return a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0;
}

/** Rows of one part come in order; of a large trace, sorting them again is what takes long. */
function inOrder(stored: readonly StoredSpan[]): readonly StoredSpan[] {
  let last: StoredSpan | undefined;
  for (const item of stored) {
    if (last !== undefined && compareStored(last, item) > 0) return stored.toSorted(compareStored);
    last = item;
  }
  return stored;
}

/** One per (span, kind), the first that arrived; by (start, arrival). */
export function settleTrace(stored: readonly StoredSpan[]): SpanRecord[] {
  const ordered = inOrder(stored);
  // By the span's ID alone, and by both where an ID has several kinds: a text a span less to make.
  const first = new Map<string, StoredSpan>();
  for (const item of ordered) {
    const { spanId, kind } = item.span;
    let key = spanId;
    let known = first.get(key);
    if (known !== undefined && known.span.kind !== kind) {
      key = `${spanId} ${kind}`;
      known = first.get(key);
    }
    if (known === undefined || item.seq < known.seq) first.set(key, item);
  }
  if (first.size === ordered.length) return ordered.map(({ span }) => span);
  const kept = new Set(first.values());
  return ordered.filter((item) => kept.has(item)).map(({ span }) => span);
}
