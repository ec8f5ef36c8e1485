import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attribute } from './attributes.ts';
import { cloneLogs, concatLogs, concatSpans } from './batch-joining.ts';
import { bodyKind, LogsBatch } from './logs-batch.ts';
import { SpansBatch } from './spans-batch.ts';

const text = fc.string({ maxLength: 10 });
const attribute: fc.Arbitrary<Attribute> = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.oneof(
    text.map((value) => ({ kind: 'string' as const, value })),
    fc.bigInt({ min: -5n, max: 5n }).map((value) => ({ kind: 'int' as const, value })),
    fc.double({ noNaN: true }).map((value) => ({ kind: 'double' as const, value })),
  ),
});
const attributes = fc.array(attribute, { maxLength: 3 });
const id = fc.stringMatching(/^[1-9a-f]{16}$/);
const row = fc.record({
  service: text,
  scope: text,
  time: fc.bigInt({ min: 0n, max: 1n << 60n }),
  body: text,
  id,
  attributes,
  children: fc.array(fc.record({ name: text, attributes }), { maxLength: 3 }),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const owner = { droppedAttributesCount: 0, schemaUrl: '' };

function startRow(batch: LogsBatch | SpansBatch, { service, scope }: Row): void {
  batch.resource.push(
    batch.resources.push({
      ...owner,
      attributes: [{ key: 'service.name', value: { kind: 'string', value: service } }],
    }) - 1,
  );
  batch.scope.push(batch.scopes.push({ ...owner, name: scope, version: '', attributes: [] }) - 1);
}

function logsOf(rows: readonly Row[]): LogsBatch {
  const batch = new LogsBatch();
  for (const item of rows) {
    startRow(batch, item);
    batch.timeNs.push(item.time);
    batch.observedTimeNs.push(item.time + 1n);
    batch.severityNumber.push(item.body.length);
    batch.severityText.pushText(item.scope);
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(item.body);
    batch.traceId.setHex((batch.traceId.pushAbsent(), batch.traceId.length - 1), item.id + item.id);
    batch.spanId.setHex((batch.spanId.pushAbsent(), batch.spanId.length - 1), item.id);
    batch.flags.push(item.scope.length);
    batch.eventName.pushText(item.service);
    batch.droppedAttributesCount.push(7);
    for (const { key, value } of item.attributes) batch.attributes.push(key, value);
    batch.attributes.endRow();
  }
  return batch;
}

function spansOf(rows: readonly Row[]): SpansBatch {
  const batch = new SpansBatch();
  for (const item of rows) {
    startRow(batch, item);
    for (const [column, hex] of [
      [batch.traceId, item.id + item.id],
      [batch.spanId, item.id],
      [batch.parentSpanId, ''],
    ] as const) {
      column.pushAbsent();
      column.setHex(column.length - 1, hex);
    }
    batch.traceState.pushText(item.scope);
    batch.name.pushText(item.body);
    for (const column of [batch.kind, batch.statusCode]) column.push(1);
    batch.startNs.push(item.time);
    batch.endNs.push(item.time + 5n);
    batch.statusMessage.pushText('');
    const { flags, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = batch;
    for (const column of [flags, droppedAttributesCount, droppedEventsCount, droppedLinksCount]) {
      column.push(item.body.length);
    }
    for (const child of item.children) {
      batch.eventTimeNs.push(item.time);
      batch.eventName.pushText(child.name);
      for (const { key, value } of child.attributes) batch.eventAttributes.push(key, value);
      batch.eventAttributes.endRow();
      batch.linkTraceId.pushAbsent();
      batch.linkSpanId.pushAbsent();
      batch.linkTraceState.pushText(child.name);
      for (const { key, value } of child.attributes) batch.linkAttributes.push(key, value);
      batch.linkAttributes.endRow();
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    batch.linkOffsets.push(batch.linkTraceId.length);
    for (const { key, value } of item.attributes) batch.attributes.push(key, value);
    batch.attributes.endRow();
  }
  return batch;
}

function shownLogs(batch: LogsBatch): unknown[] {
  return Array.from({ length: batch.length }, (_, at) => [
    batch.resources[batch.resource.at(at)],
    batch.scopes[batch.scope.at(at)],
    batch.timeNs.at(at),
    batch.observedTimeNs.at(at),
    batch.severityNumber.at(at),
    batch.severityText.textAt(at),
    batch.body.textAt(at),
    batch.traceId.hexAt(at),
    batch.spanId.hexAt(at),
    batch.flags.at(at),
    batch.eventName.textAt(at),
    batch.droppedAttributesCount.at(at),
    batch.attributes.rowAt(at),
  ]);
}

function shownSpans(batch: SpansBatch): unknown[] {
  const between = <T>(from: number, to: number, read: (at: number) => T): T[] =>
    Array.from({ length: to - from }, (_, at) => read(from + at));
  return Array.from({ length: batch.length }, (_, at) => [
    batch.resources[batch.resource.at(at)],
    batch.scopes[batch.scope.at(at)],
    batch.traceId.hexAt(at),
    batch.spanId.hexAt(at),
    batch.parentSpanId.hexAt(at),
    batch.traceState.textAt(at),
    batch.name.textAt(at),
    batch.startNs.at(at),
    batch.endNs.at(at),
    batch.droppedLinksCount.at(at),
    batch.attributes.rowAt(at),
    between(batch.eventOffsets.at(at), batch.eventOffsets.at(at + 1), (event) => [
      batch.eventTimeNs.at(event),
      batch.eventName.textAt(event),
      batch.eventAttributes.rowAt(event),
    ]),
    between(batch.linkOffsets.at(at), batch.linkOffsets.at(at + 1), (link) => [
      batch.linkTraceState.textAt(link),
      batch.linkAttributes.rowAt(link),
    ]),
  ]);
}

const batches = fc.array(fc.array(row, { maxLength: 25 }), { maxLength: 4 });

describe('the rows of all batches, in order', () => {
  test('logs', () => {
    fc.assert(
      fc.property(batches, (lists) => {
        const joined = concatLogs(lists.map(logsOf));
        expect(shownLogs(joined)).toEqual(shownLogs(logsOf(lists.flat())));
      }),
    );
  });

  test('spans', () => {
    fc.assert(
      fc.property(batches, (lists) => {
        const joined = concatSpans(lists.map(spansOf));
        expect(shownSpans(joined)).toEqual(shownSpans(spansOf(lists.flat())));
      }),
    );
  });

  test('streams move with their rows; a mixture is refused', () => {
    const [one, two, plain] = [0, 1, 2].map(() => logsOf(fc.sample(row, { numRuns: 2, seed: 5 })));
    for (const [batch, app] of [
      [one!, 'a'],
      [two!, 'b'],
    ] as const) {
      batch.streams.push([{ name: 'app', value: app }]);
      batch.stream.push(0);
      batch.stream.push(0);
    }
    const joined = concatLogs([one!, two!]);
    expect([0, 1, 2, 3].map((at) => joined.streams[joined.stream.at(at)]![0]!.value)).toEqual([
      'a',
      'a',
      'b',
      'b',
    ]);
    expect(() => concatLogs([one!, plain!])).toThrow('batches with and without streams');
  });

  test('a clone can be changed and appended to', () => {
    const batch = logsOf(fc.sample(row, { numRuns: 3, seed: 1 }));
    const before = shownLogs(batch);
    const clone = cloneLogs(batch);
    clone.body.setText(0, 'changed');
    clone.traceId.setHex(0, 'f'.repeat(32));
    clone.attributes.push('new', { kind: 'bool', value: true });
    expect(shownLogs(batch)).toEqual(before);
    expect(clone.body.textAt(0)).toBe('changed');
  });
});
