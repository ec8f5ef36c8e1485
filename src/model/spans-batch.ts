// Spans in columns, with their events and links in columns of their own: row `r` owns the events
// eventOffsets[r] .. eventOffsets[r + 1], and links likewise.

import { ByteArena } from '../base/byte-arena.ts';
import { IdColumn, TextColumn, Uint32Column, Uint64Column, Uint8Column } from '../base/columns.ts';
import { AttributeColumns } from './attribute-columns.ts';
import type { Resource, Scope } from './resource.ts';

/** OTLP's numbers. */
export const spanKinds = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
] as const;
export type SpanKind = (typeof spanKinds)[number];
/** OTLP's numbers. */
export const spanStatuses = ['unset', 'ok', 'error'] as const;
export type SpanStatus = (typeof spanStatuses)[number];

export class SpansBatch {
  readonly arena: ByteArena;
  readonly resources: Resource[] = [];
  readonly scopes: Scope[] = [];
  readonly resource: Uint32Column = new Uint32Column();
  readonly scope: Uint32Column = new Uint32Column();
  readonly traceId: IdColumn = new IdColumn(16);
  readonly spanId: IdColumn = new IdColumn(8);
  readonly parentSpanId: IdColumn = new IdColumn(8);
  readonly traceState: TextColumn;
  readonly name: TextColumn;
  readonly kind: Uint8Column = new Uint8Column();
  readonly startNs: Uint64Column = new Uint64Column();
  readonly endNs: Uint64Column = new Uint64Column();
  readonly statusCode: Uint8Column = new Uint8Column();
  readonly statusMessage: TextColumn;
  readonly flags: Uint32Column = new Uint32Column();
  readonly droppedAttributesCount: Uint32Column = new Uint32Column();
  readonly droppedEventsCount: Uint32Column = new Uint32Column();
  readonly droppedLinksCount: Uint32Column = new Uint32Column();
  readonly attributes: AttributeColumns;

  /** One more entry than rows; the first is 0. Push the total after each row. */
  readonly eventOffsets: Uint32Column = new Uint32Column();
  readonly eventTimeNs: Uint64Column = new Uint64Column();
  readonly eventName: TextColumn;
  readonly eventAttributes: AttributeColumns;

  /** One more entry than rows; the first is 0. Push the total after each row. */
  readonly linkOffsets: Uint32Column = new Uint32Column();
  readonly linkTraceId: IdColumn = new IdColumn(16);
  readonly linkSpanId: IdColumn = new IdColumn(8);
  readonly linkTraceState: TextColumn;
  readonly linkAttributes: AttributeColumns;

  constructor(arena: ByteArena = new ByteArena()) {
    this.arena = arena;
    this.traceState = new TextColumn(arena);
    this.name = new TextColumn(arena);
    this.statusMessage = new TextColumn(arena);
    this.attributes = new AttributeColumns(arena);
    this.eventName = new TextColumn(arena);
    this.eventAttributes = new AttributeColumns(arena);
    this.linkTraceState = new TextColumn(arena);
    this.linkAttributes = new AttributeColumns(arena);
    this.eventOffsets.push(0);
    this.linkOffsets.push(0);
  }

  /** Rows; a row counts once all of its columns, `attributes.endRow()` included, are filled. */
  get length(): number {
    return this.attributes.rows;
  }
}
