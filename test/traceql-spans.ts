// A few traces for the tests of TraceQL, written so that every relation and every kind of value occurs.

import type { Attributes, AttributeValue } from '../src/model/attributes.ts';
import { emptyResource, emptyScope } from '../src/model/resource.ts';
import type { SpanRecord } from '../src/model/span-record.ts';
import { SpansBatch, spanKinds, spanStatuses } from '../src/model/spans-batch.ts';

export const secondNs = 1_000_000_000n;
export const millisecondNs = 1_000_000n;
/** 2024-01-01 00:00:00 UTC. */
export const originNs = 1_704_067_200n * secondNs;

type Plain = string | number | bigint | boolean | readonly Plain[];

/** Bigints become ints, numbers doubles. */
export function valueOf(value: Plain): AttributeValue {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'bigint') return { kind: 'int', value };
  if (typeof value === 'number') return { kind: 'double', value };
  if (typeof value === 'boolean') return { kind: 'bool', value };
  return { kind: 'list', values: value.map(valueOf) };
}

export function attributesOf(values: Readonly<Record<string, Plain>> = {}): Attributes {
  return Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }));
}

export interface SpanSketch {
  /** One letter or more; the span's ID is made of it. */
  readonly id: string;
  readonly parent?: string;
  readonly trace?: string;
  readonly name?: string;
  readonly service?: string;
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly kind?: SpanRecord['kind'];
  readonly status?: SpanRecord['status'];
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, Plain>>;
  readonly resource?: Readonly<Record<string, Plain>>;
  readonly scope?: string;
  readonly events?: readonly {
    readonly name: string;
    readonly afterMs: number;
    readonly attributes?: Readonly<Record<string, Plain>>;
  }[];
  readonly links?: readonly { readonly trace: string; readonly span: string }[];
}

export function traceIdOf(name: string): string {
  return Buffer.from(name).toString('hex').padStart(32, '0');
}

export function spanIdOf(name: string): string {
  return Buffer.from(name).toString('hex').padStart(16, '0');
}

export function spanOf(sketch: SpanSketch): SpanRecord {
  const startNs = originNs + BigInt(Math.round((sketch.startMs ?? 0) * 1e6));
  const service = sketch.service === undefined ? {} : { 'service.name': sketch.service };
  return {
    traceId: traceIdOf(sketch.trace ?? 'T'),
    spanId: spanIdOf(sketch.id),
    parentSpanId: sketch.parent === undefined ? '' : spanIdOf(sketch.parent),
    traceState: '',
    flags: 1,
    name: sketch.name ?? sketch.id,
    kind: sketch.kind ?? 'internal',
    startNs,
    endNs: startNs + BigInt(Math.round((sketch.durationMs ?? 1) * 1e6)),
    status: sketch.status ?? 'unset',
    statusMessage: sketch.message ?? '',
    resource: { ...emptyResource, attributes: attributesOf({ ...service, ...sketch.resource }) },
    scope: { ...emptyScope, name: sketch.scope ?? '' },
    attributes: attributesOf(sketch.attributes),
    events: (sketch.events ?? []).map(({ name, afterMs, attributes }) => ({
      name,
      timeNs: startNs + BigInt(Math.round(afterMs * 1e6)),
      attributes: attributesOf(attributes),
    })),
    links: (sketch.links ?? []).map(({ trace, span }) => ({
      traceId: traceIdOf(trace),
      spanId: spanIdOf(span),
      traceState: '',
      attributes: [],
    })),
  };
}

function pushId(column: SpansBatch['traceId'], hex: string): void {
  column.pushAbsent();
  if (hex !== '') column.setHex(column.length - 1, hex);
}

/** The same spans in columns. */
export function spansBatchOf(records: readonly SpanRecord[]): SpansBatch {
  const batch = new SpansBatch();
  for (const record of records) {
    batch.resource.push(batch.resources.push(record.resource) - 1);
    batch.scope.push(batch.scopes.push(record.scope) - 1);
    pushId(batch.traceId, record.traceId);
    pushId(batch.spanId, record.spanId);
    pushId(batch.parentSpanId, record.parentSpanId);
    batch.traceState.pushText(record.traceState);
    batch.name.pushText(record.name);
    batch.kind.push(spanKinds.indexOf(record.kind));
    batch.startNs.push(record.startNs);
    batch.endNs.push(record.endNs);
    batch.statusCode.push(spanStatuses.indexOf(record.status));
    batch.statusMessage.pushText(record.statusMessage);
    batch.flags.push(record.flags);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    for (const event of record.events) {
      batch.eventTimeNs.push(event.timeNs);
      batch.eventName.pushText(event.name);
      for (const { key, value } of event.attributes) batch.eventAttributes.push(key, value);
      batch.eventAttributes.endRow();
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    for (const link of record.links) {
      pushId(batch.linkTraceId, link.traceId);
      pushId(batch.linkSpanId, link.spanId);
      batch.linkTraceState.pushText(link.traceState);
      for (const { key, value } of link.attributes) batch.linkAttributes.push(key, value);
      batch.linkAttributes.endRow();
    }
    batch.linkOffsets.push(batch.linkTraceId.length);
    for (const { key, value } of record.attributes) batch.attributes.push(key, value);
    batch.attributes.endRow();
  }
  return batch;
}

/**
 * A shop: `G` (gateway, root) has `C` (checkout) and `S` (static); `C` has `P` (payment, failed) and `D` (database);
 * `P` has `R` (retry). `O` is an orphan whose parent never came.
 */
export const shopTrace: readonly SpanRecord[] = [
  {
    id: 'G',
    name: 'GET /checkout',
    service: 'gateway',
    kind: 'server' as const,
    durationMs: 900,
    attributes: { 'http.status_code': 502n, 'http.route': '/checkout', retried: true },
    resource: { region: 'eu' },
  },
  {
    id: 'C',
    parent: 'G',
    name: 'createOrder',
    service: 'checkout',
    startMs: 10,
    durationMs: 850,
    attributes: { items: 3n, total: 19.5, tags: ['a', 'b'] },
    resource: { region: 'eu' },
    scope: 'express',
  },
  { id: 'S', parent: 'G', name: 'GET /logo', service: 'static', startMs: 12, durationMs: 5 },
  {
    id: 'P',
    parent: 'C',
    name: 'charge',
    service: 'payment',
    kind: 'client' as const,
    status: 'error' as const,
    message: 'card declined',
    startMs: 20,
    durationMs: 600,
    attributes: { 'http.status_code': 500n, amount: 19.5, region: 'us' },
    resource: { region: 'eu' },
    events: [
      { name: 'exception', afterMs: 590, attributes: { 'exception.type': 'Declined' } },
      { name: 'log', afterMs: 5 },
    ],
    links: [{ trace: 'L', span: 'X' }],
  },
  {
    id: 'D',
    parent: 'C',
    name: 'SELECT',
    service: 'checkout',
    kind: 'client' as const,
    startMs: 15,
    durationMs: 4,
    attributes: { 'db.system': 'postgresql', rows: 12n, 'odd key': 'x y' },
  },
  { id: 'R', parent: 'P', name: 'retry', service: 'payment', startMs: 100, durationMs: 400 },
  { id: 'O', parent: 'gone', name: 'orphan', service: 'mailer', startMs: 300, durationMs: 50 },
].map(spanOf);
