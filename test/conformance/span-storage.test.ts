// The law of the span store, held by a seed: whatever a predicate lets through in memory, SQL lets through too; whole
// traces come back, each once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeClock, type Random, seededRandom } from '../../src/base/clock.ts';
import type { AttributeValue } from '../../src/model/attributes.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import { SpansBatch } from '../../src/model/spans-batch.ts';
import type { SpanPredicate, SpanStatic } from '../../src/query/sources.ts';
import { MemorySpanSource } from '../../src/query/traceql/execute/memory-source.ts';
import { createSpanStore, type SpanStore } from '../../src/storage/spans/span-store.ts';
import { openTelemetryDatabase, type TelemetryDatabase } from '../storage/telemetry-database.ts';

const nowMs = Date.UTC(2026, 5, 15, 0, 20, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const minute = 60_000_000_000n;
const never = new AbortController().signal;
const tenants = ['t'];

let telemetry: TelemetryDatabase;
let store: SpanStore;
const memory = new MemorySpanSource();

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

const text = (value: string): AttributeValue => ({ kind: 'string', value });
const int = (value: bigint): AttributeValue => ({ kind: 'int', value });

const values: readonly AttributeValue[] = [
  text('a'),
  text('b'),
  text(''),
  text('a\nb'),
  text('5'),
  int(5n),
  int(-1n),
  int(9_007_199_254_740_993n),
  { kind: 'double', value: 5 },
  { kind: 'double', value: -0.5 },
  { kind: 'double', value: Number.NaN },
  { kind: 'bool', value: true },
  { kind: 'bool', value: false },
  { kind: 'list', values: [text('a'), text('c')] },
  { kind: 'list', values: [int(5n), { kind: 'double', value: 7 }] },
  { kind: 'empty' },
];

function randomAttributes(random: Random, columns: SpansBatch['attributes']): void {
  for (const key of ['x', 'y', "it's"]) if (random() < 0.5) columns.push(key, pick(random, values));
  columns.endRow();
}

function randomBatch(random: Random): SpansBatch {
  const batch = new SpansBatch();
  for (const service of ['a', 'b']) {
    batch.resources.push({
      attributes: [
        { key: 'service.name', value: text(service) },
        { key: 'x', value: pick(random, values) },
      ],
      droppedAttributesCount: 0,
      schemaUrl: '',
    });
    batch.scopes.push({
      name: pick(random, ['', 'a']),
      version: '5',
      attributes: [{ key: 'x', value: pick(random, values) }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    });
  }
  for (let row = 0; row < 25; row++) {
    const startNs = nowNs - BigInt(Math.floor(random() * 90)) * minute;
    batch.resource.push(Math.floor(random() * 2));
    batch.scope.push(Math.floor(random() * 2));
    batch.traceId.pushAbsent();
    batch.traceId.setHex(row, (1 + Math.floor(random() * 40)).toString(16).padStart(32, '0'));
    batch.spanId.pushAbsent();
    batch.spanId.setHex(row, (1 + Math.floor(random() * 2 ** 40)).toString(16).padStart(16, '0'));
    batch.parentSpanId.pushAbsent();
    batch.traceState.pushText('');
    batch.name.pushText(pick(random, ['a', 'b', 'a\nb']));
    batch.kind.push(Math.floor(random() * 6));
    batch.startNs.push(startNs);
    batch.endNs.push(startNs + BigInt(Math.floor(random() * 10)));
    batch.statusCode.push(Math.floor(random() * 3));
    batch.statusMessage.pushText(pick(random, ['', 'a']));
    batch.flags.push(0);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    randomAttributes(random, batch.attributes);
    if (random() < 0.3) {
      batch.eventTimeNs.push(startNs + 1n);
      batch.eventName.pushText(pick(random, ['a', 'b']));
      randomAttributes(random, batch.eventAttributes);
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    if (random() < 0.3) {
      batch.linkTraceId.pushAbsent();
      batch.linkTraceId.setHex(batch.linkTraceId.length - 1, '5'.repeat(32));
      batch.linkSpanId.pushAbsent();
      batch.linkSpanId.setHex(batch.linkSpanId.length - 1, '5'.repeat(16));
      batch.linkTraceState.pushText('');
      randomAttributes(random, batch.linkAttributes);
    }
    batch.linkOffsets.push(batch.linkTraceId.length);
  }
  return batch;
}

async function collect(pages: AsyncIterable<readonly SpanRecord[]>): Promise<SpanRecord[]> {
  const spans: SpanRecord[] = [];
  for await (const page of pages) spans.push(...page);
  return spans;
}

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  store = createSpanStore({ ...telemetry, clock: new FakeClock(nowMs), retentionMs: 86_400_000 });
  const random = seededRandom(7);
  for (let round = 0; round < 20; round++)
    await store.consumer.consumeSpans(randomBatch(random), { tenant: 't' });
  const range = { tenants, startNs: 0n, endNs: nowNs + 1n };
  const stored = await collect(
    store.source.scanSpans({ ...range, predicate: { kind: 'true' } }, never),
  );
  expect(stored.length).toBeGreaterThan(490);
  memory.add('t', stored);
});
afterAll(() => telemetry.close());

const statics: readonly SpanStatic[] = [
  { kind: 'string', value: 'a' },
  { kind: 'string', value: '' },
  { kind: 'string', value: '5' },
  { kind: 'int', value: 5n },
  { kind: 'int', value: -1n },
  { kind: 'int', value: 9_007_199_254_740_993n },
  { kind: 'float', value: 5 },
  { kind: 'float', value: -0.25 },
  { kind: 'bool', value: true },
  { kind: 'duration', valueNs: 5n },
  { kind: 'nil' },
];
const texts: readonly SpanStatic[] = [
  { kind: 'string', value: 'a' },
  { kind: 'string', value: 'a.b|' },
  { kind: 'string', value: '5'.repeat(16) },
  { kind: 'string', value: '5'.repeat(32) },
  { kind: 'string', value: '1'.padStart(32, '0') },
];
const scopes = ['span', 'resource', 'any', 'event', 'link', 'instrumentation'] as const;
const comparisons = ['=', '!=', '>', '>=', '<', '<='] as const;

function randomCondition(random: Random): SpanPredicate {
  if (random() < 0.3) {
    const [name, operator, value] = pick(random, [
      [
        'status',
        pick(random, ['=', '!='] as const),
        { kind: 'keyword', value: pick(random, ['unset', 'ok', 'error']) },
      ],
      [
        'kind',
        pick(random, ['=', '!='] as const),
        { kind: 'keyword', value: pick(random, ['server', 'unspecified']) },
      ],
      ['duration', pick(random, comparisons), { kind: 'duration', valueNs: 5n }],
      [
        pick(random, [
          'name',
          'statusMessage',
          'event:name',
          'instrumentation:name',
          'rootName',
          'rootServiceName',
          'trace:id',
          'span:id',
          'link:traceID',
          'link:spanID',
        ]),
        pick(random, ['=', '!=', '=~', '!~'] as const),
        pick(random, texts),
      ],
    ] as const satisfies readonly (readonly [string, string, SpanStatic])[]);
    return { kind: 'condition', scope: 'intrinsic', name, operator, value };
  }
  const scope = pick(random, scopes);
  const name = pick(random, ['x', 'y', "it's", 'service.name', 'nowhere']);
  if (random() < 0.2) {
    const operator = pick(random, ['=~', '!~'] as const);
    return { kind: 'condition', scope, name, operator, value: pick(random, texts) };
  }
  const value = pick(random, statics);
  const operator =
    value.kind === 'nil' ? pick(random, ['=', '!='] as const) : pick(random, comparisons);
  return { kind: 'condition', scope, name, operator, value };
}

function randomPredicate(random: Random, depth: number): SpanPredicate {
  if (depth === 0 || random() < 0.5) return randomCondition(random);
  const operands = [randomPredicate(random, depth - 1), randomPredicate(random, depth - 1)];
  return { kind: pick(random, ['and', 'or'] as const), operands };
}

const printed = (of: unknown): string =>
  JSON.stringify(of, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

test('a scan returns every span for which the predicate holds', async () => {
  const random = seededRandom(11);
  let narrowed = 0;
  for (let round = 0; round < 100; round++) {
    const predicate = randomPredicate(random, 2);
    const startNs = nowNs - BigInt(Math.floor(random() * 90)) * minute;
    const request = { tenants, startNs, endNs: nowNs - minute, predicate };
    const wanted = await collect(memory.scanSpans(request, never));
    const found = await collect(store.source.scanSpans(request, never));
    const ids = new Set(found.map((span) => span.spanId));
    const lost = wanted.filter((span) => !ids.has(span.spanId));
    expect(lost, `round ${round}: ${printed(predicate)}`).toEqual([]);
    if (found.length < 450) narrowed++;
  }
  expect(narrowed).toBeGreaterThan(30);
}, 120_000);

test('a search returns every trace that has all that is required, whole and once', async () => {
  const random = seededRandom(13);
  for (let round = 0; round < 40; round++) {
    const required = Array.from({ length: Math.floor(random() * 3) }, () =>
      randomPredicate(random, 1),
    );
    const startNs = nowNs - BigInt(Math.floor(random() * 90)) * minute;
    const request = { tenants, startNs, endNs: nowNs - minute, required, tracesWanted: 20 };
    const wanted = new Map<string, number>();
    for await (const page of memory.searchTraces(request, never))
      for (const { traceId, spans } of page) wanted.set(traceId, spans.length);
    const found = new Map<string, number>();
    for await (const page of store.source.searchTraces(request, never)) {
      for (const { traceId, spans } of page) {
        expect(found.has(traceId)).toBe(false);
        found.set(traceId, spans.length);
      }
    }
    const lost = [...wanted].filter(([traceId, spans]) => found.get(traceId) !== spans);
    expect(lost, `round ${round}: ${printed(required)}`).toEqual([]);
  }
}, 120_000);

test('names and values of tags are those in memory', async () => {
  const range = { tenants, startNs: nowNs - 60n * minute, endNs: nowNs + 1n };
  for (const scope of scopes) {
    for (const name of ['x', 'y', "it's", 'service.name']) {
      const request = { ...range, scope, name, limit: 100, predicate: { kind: 'true' as const } };
      const key = ({ type, value }: { type: string; value: string }): string => `${type} ${value}`;
      const wanted = (await memory.tagValues(request, never)).map(key).toSorted();
      const found = (await store.source.tagValues(request, never)).map(key).toSorted();
      // In memory an unscoped name is the resource's only where the span has none.
      if (scope === 'any')
        expect(found, `${scope} ${name}`).toEqual(expect.arrayContaining(wanted));
      else expect(found, `${scope} ${name}`).toEqual(wanted);
    }
  }
});
