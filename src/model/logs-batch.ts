// Log records in columns: what receivers make, processors change and the store writes. One row is one OTLP
// LogRecord; a line pushed by Loki's API is a row too, with its stream's labels beside it.

import { ByteArena } from '../base/byte-arena.ts';
import { IdColumn, TextColumn, Uint32Column, Uint64Column, Uint8Column } from '../base/columns.ts';
import { AttributeColumns } from './attribute-columns.ts';
import type { Labels } from './labels.ts';
import type { Resource, Scope } from './resource.ts';

/** How a body came: text as it is, or JSON of a value that was not a string (see `printAttributeJson`). */
export const bodyKind = { empty: 0, text: 1, json: 2 } as const;

export class LogsBatch {
  readonly arena: ByteArena;
  readonly resources: Resource[] = [];
  readonly scopes: Scope[] = [];
  /** Index into `resources` of each row. */
  readonly resource: Uint32Column = new Uint32Column();
  /** Index into `scopes` of each row. */
  readonly scope: Uint32Column = new Uint32Column();
  /** Nanoseconds since the epoch; 0 when the sender gave none. */
  readonly timeNs: Uint64Column = new Uint64Column();
  readonly observedTimeNs: Uint64Column = new Uint64Column();
  readonly severityNumber: Uint8Column = new Uint8Column();
  readonly severityText: TextColumn;
  readonly bodyKind: Uint8Column = new Uint8Column();
  readonly body: TextColumn;
  readonly traceId: IdColumn = new IdColumn(16);
  readonly spanId: IdColumn = new IdColumn(8);
  readonly flags: Uint32Column = new Uint32Column();
  readonly eventName: TextColumn;
  readonly droppedAttributesCount: Uint32Column = new Uint32Column();
  /** For a row that came by Loki's push API these are its structured metadata. */
  readonly attributes: AttributeColumns;
  /**
   * Stream labels, when the way in decides them (push API: as sent; a `loki` exporter: its configuration). Row `r`
   * belongs to streams[stream.at(r)]. When `streams` is empty the store derives labels from the resource, as
   * Loki's own OTLP endpoint does.
   */
  readonly streams: Labels[] = [];
  readonly stream: Uint32Column = new Uint32Column();
  /** Where the rows came from; pairing of twice-sent records looks at it. */
  origin: 'otlp' | 'push' | 'output' = 'otlp';

  constructor(arena: ByteArena = new ByteArena()) {
    this.arena = arena;
    this.severityText = new TextColumn(arena);
    this.body = new TextColumn(arena);
    this.eventName = new TextColumn(arena);
    this.attributes = new AttributeColumns(arena);
  }

  /** Rows; a row counts once all of its columns, `attributes.endRow()` included, are filled. */
  get length(): number {
    return this.attributes.rows;
  }
}
