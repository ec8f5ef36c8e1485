import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../../test/storage/telemetry-database.ts';
import { FakeClock } from '../../base/clock.ts';
import type { Attribute, AttributeValue } from '../../model/attributes.ts';
import type { SpanEvent, SpanLink, SpanRecord } from '../../model/span-record.ts';
import {
  type SpanKind,
  spanKinds,
  SpansBatch,
  type SpanStatus,
  spanStatuses,
} from '../../model/spans-batch.ts';
import type { SpanPredicate, SpanScope, SpanStatic, TraceSearch } from '../../query/sources.ts';
import { createSpanStore, type SpanStore } from './span-store.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const ms = 1_000_000n;
const second = 1000n * ms;
const hour = 3600n * second;
const day = 24n * hour;
const never = new AbortController().signal;

let telemetry: TelemetryDatabase;
let store: SpanStore;
beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  store = createSpanStore({
    ...telemetry,
    clock: new FakeClock(nowMs),
    retentionMs: 7 * 86_400_000,
  });
});
afterAll(() => telemetry.close());

interface SpanShape {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly startNs?: bigint;
  readonly durationNs?: bigint;
  readonly status?: SpanStatus;
  readonly statusMessage?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
}

const text = (value: string): AttributeValue => ({ kind: 'string', value });
const int = (value: bigint): AttributeValue => ({ kind: 'int', value });

function attributesOf(record: Readonly<Record<string, AttributeValue>> = {}): Attribute[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

function batchOf(service: string, spans: readonly SpanShape[]): SpansBatch {
  const batch = new SpansBatch();
  batch.resources.push({
    attributes: attributesOf({ 'service.name': text(service), 'host.cpus': int(8n) }),
    droppedAttributesCount: 0,
    schemaUrl: '',
  });
  batch.scopes.push({
    name: 'http',
    version: '2.0',
    attributes: attributesOf({ lib: text('express') }),
    droppedAttributesCount: 0,
    schemaUrl: '',
  });
  for (const span of spans) {
    const startNs = span.startNs ?? nowNs - hour;
    batch.resource.push(0);
    batch.scope.push(0);
    batch.traceId.pushAbsent();
    batch.traceId.setHex(batch.traceId.length - 1, span.traceId);
    batch.spanId.pushAbsent();
    batch.spanId.setHex(batch.spanId.length - 1, span.spanId);
    batch.parentSpanId.pushAbsent();
    batch.parentSpanId.setHex(batch.parentSpanId.length - 1, span.parentSpanId ?? '');
    batch.traceState.pushText('a=b');
    batch.name.pushText(span.name ?? 'work');
    batch.kind.push(spanKinds.indexOf(span.kind ?? 'internal'));
    batch.startNs.push(startNs);
    batch.endNs.push(startNs + (span.durationNs ?? ms));
    batch.statusCode.push(spanStatuses.indexOf(span.status ?? 'unset'));
    batch.statusMessage.pushText(span.statusMessage ?? '');
    batch.flags.push(257);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    for (const { key, value } of attributesOf(span.attributes)) batch.attributes.push(key, value);
    batch.attributes.endRow();
    for (const event of span.events ?? []) {
      batch.eventTimeNs.push(event.timeNs);
      batch.eventName.pushText(event.name);
      for (const { key, value } of event.attributes) batch.eventAttributes.push(key, value);
      batch.eventAttributes.endRow();
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    for (const link of span.links ?? []) {
      batch.linkTraceId.pushAbsent();
      batch.linkTraceId.setHex(batch.linkTraceId.length - 1, link.traceId);
      batch.linkSpanId.pushAbsent();
      batch.linkSpanId.setHex(batch.linkSpanId.length - 1, link.spanId);
      batch.linkTraceState.pushText(link.traceState);
      for (const { key, value } of link.attributes) batch.linkAttributes.push(key, value);
      batch.linkAttributes.endRow();
    }
    batch.linkOffsets.push(batch.linkTraceId.length);
  }
  return batch;
}

const id = (digit: string): string => digit.repeat(32);
const spanId = (digit: string): string => digit.repeat(16);

test('a span comes back as it was sent', async () => {
  const outcome = await store.consumer.consumeSpans(
    batchOf('cart', [
      {
        traceId: id('a'),
        spanId: spanId('1'),
        parentSpanId: spanId('2'),
        name: 'GET /',
        kind: 'server',
        startNs: nowNs - second,
        durationNs: 4_294_967_299n,
        status: 'error',
        statusMessage: "it's",
        attributes: {
          text: text('x'),
          int: int(-5n),
          double: { kind: 'double', value: 2 },
          bool: { kind: 'bool', value: false },
          list: { kind: 'list', values: [int(1n), { kind: 'double', value: 1 }] },
          bytes: { kind: 'bytes', value: new Uint8Array([1, 2, 3]) },
        },
        events: [
          {
            timeNs: nowNs,
            name: 'exception',
            attributes: attributesOf({ 'exception.type': text('E'), n: int(3n) }),
          },
          { timeNs: nowNs, name: 'bare', attributes: [] },
        ],
        links: [
          {
            traceId: id('b'),
            spanId: spanId('9'),
            traceState: 's=t',
            attributes: attributesOf({ why: text('retry') }),
          },
        ],
      },
    ]),
    { tenant: 'whole' },
  );
  expect(outcome).toEqual({ rejected: 0, message: '' });
  const [span] = await store.source.spansOfTrace(['whole'], id('a'), never);
  expect(span).toEqual({
    traceId: id('a'),
    spanId: spanId('1'),
    parentSpanId: spanId('2'),
    traceState: 'a=b',
    flags: 257,
    name: 'GET /',
    kind: 'server',
    startNs: nowNs - second,
    endNs: nowNs - second + 4_294_967_299n,
    status: 'error',
    statusMessage: "it's",
    resource: {
      attributes: attributesOf({ 'service.name': text('cart'), 'host.cpus': int(8n) }),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: {
      name: 'http',
      version: '2.0',
      attributes: attributesOf({ lib: text('express') }),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    attributes: attributesOf({
      text: text('x'),
      int: int(-5n),
      double: { kind: 'double', value: 2 },
      bool: { kind: 'bool', value: false },
      list: { kind: 'list', values: [int(1n), { kind: 'double', value: 1 }] },
      bytes: { kind: 'bytes', value: new Uint8Array([1, 2, 3]) },
    }),
    events: [
      {
        timeNs: nowNs,
        name: 'exception',
        attributes: attributesOf({ 'exception.type': text('E'), n: int(3n) }),
      },
      { timeNs: nowNs, name: 'bare', attributes: [] },
    ],
    links: [
      {
        traceId: id('b'),
        spanId: spanId('9'),
        traceState: 's=t',
        attributes: attributesOf({ why: text('retry') }),
      },
    ],
  } satisfies SpanRecord);
  // The outline is the same span without what senders said of it.
  const [outline] = await store.source.outlineOfTrace(['whole'], id('a'), never);
  expect(outline).toEqual({
    ...span,
    traceState: '',
    attributes: [],
    events: span?.events.map((event) => ({ ...event, attributes: [] })),
    links: span?.links.map((link) => ({ ...link, traceState: '', attributes: [] })),
  });
});

test('spans of a trace: one a (span, kind), by start, whatever day they are of', async () => {
  const spans: SpanShape[] = [
    { traceId: id('c'), spanId: spanId('2'), startNs: nowNs - hour },
    { traceId: id('c'), spanId: spanId('1'), startNs: nowNs - 2n * day, durationNs: -5n },
    { traceId: id('c'), spanId: spanId('2'), startNs: nowNs - hour, kind: 'server' },
    { traceId: id('d'), spanId: spanId('3') },
  ];
  await store.consumer.consumeSpans(batchOf('a', spans), { tenant: 'twice' });
  await store.consumer.consumeSpans(batchOf('a', spans), { tenant: 'twice' });
  const found = await store.source.spansOfTrace(['twice'], id('c'), never);
  expect(found.map((span) => [span.spanId[0], span.kind, span.endNs - span.startNs])).toEqual([
    ['1', 'internal', -5n],
    ['2', 'internal', ms],
    ['2', 'server', ms],
  ]);
  expect(await store.source.spansOfTrace(['another'], id('c'), never)).toEqual([]);
  expect(await store.source.outlineOfTrace(['another'], id('c'), never)).toEqual([]);
  expect(await store.source.spansOfTrace(['twice'], id('e'), never)).toEqual([]);
  expect(await store.source.spansOfTrace(['twice'], "' OR 1=1", never)).toEqual([]);
  const scanned = [];
  for await (const page of store.source.scanSpans(
    { tenants: ['twice'], startNs: nowNs - 3n * hour, endNs: nowNs, predicate: { kind: 'true' } },
    never,
  ))
    scanned.push(...page);
  expect(scanned).toHaveLength(3);
});

test('times outside of retention and the near future are refused', async () => {
  const outcome = await store.consumer.consumeSpans(
    batchOf('t', [
      { traceId: id('1'), spanId: spanId('1'), startNs: nowNs - 8n * day },
      { traceId: id('1'), spanId: spanId('2'), startNs: nowNs + hour },
      { traceId: id('1'), spanId: spanId('3'), startNs: 0n, durationNs: nowNs },
    ]),
    { tenant: 'times' },
  );
  expect(outcome.rejected).toBe(2);
  const found = await store.source.spansOfTrace(['times'], id('1'), never);
  expect(found.map((span) => [span.spanId[0], span.startNs])).toEqual([['3', nowNs]]);
});

function condition(
  scope: SpanScope,
  name: string,
  operator: Extract<SpanPredicate, { kind: 'condition' }>['operator'],
  value: SpanStatic,
): SpanPredicate {
  return { kind: 'condition', scope, name, operator, value };
}
const isText = (value: string): SpanStatic => ({ kind: 'string', value });
const isInt = (value: bigint): SpanStatic => ({ kind: 'int', value });
const isKeyword = (value: string): SpanStatic => ({ kind: 'keyword', value });

describe('searches', () => {
  // One trace a row, named by its digit, each a minute before the last.
  const traces: readonly (readonly [string, string, Omit<SpanShape, 'traceId' | 'spanId'>])[] = [
    [
      '1',
      'cart',
      {
        name: 'GET /cart',
        kind: 'server',
        attributes: { 'http.status_code': int(200n), user: text('ann') },
      },
    ],
    [
      '2',
      'cart',
      {
        name: 'GET /cart',
        kind: 'client',
        status: 'error',
        statusMessage: 'no',
        attributes: { 'http.status_code': int(500n), user: text("o'brien") },
      },
    ],
    [
      '3',
      'pay',
      {
        name: 'charge',
        durationNs: 2n * second,
        attributes: { amount: { kind: 'double', value: 1.5 }, ok: { kind: 'bool', value: true } },
      },
    ],
    [
      '4',
      'pay',
      {
        name: 'a\nb',
        attributes: {
          tags: { kind: 'list', values: [text('x'), text('y')] },
          'http.status_code': text('500'),
        },
      },
    ],
    [
      '5',
      'pay',
      {
        events: [
          {
            timeNs: nowNs,
            name: 'exception',
            attributes: attributesOf({ 'exception.type': text('Timeout'), retries: int(3n) }),
          },
        ],
      },
    ],
    [
      '6',
      'pay',
      {
        links: [
          {
            traceId: id('7'),
            spanId: spanId('8'),
            traceState: '',
            attributes: attributesOf({ why: text('retry') }),
          },
        ],
      },
    ],
  ];

  beforeAll(async () => {
    for (const [index, [digit, service, shape]] of traces.entries()) {
      const startNs = nowNs - BigInt(index + 1) * 60n * second;
      await store.consumer.consumeSpans(
        batchOf(service, [
          { ...shape, traceId: id(digit), spanId: spanId(digit), startNs },
          // A sibling long before, outside of most ranges, that belongs to the whole trace.
          { traceId: id(digit), spanId: spanId('f'), name: 'early', startNs: startNs - 2n * day },
        ]),
        { tenant: 'search' },
      );
    }
  });

  async function search(part: Partial<TraceSearch>): Promise<string[]> {
    const found: string[] = [];
    const request: TraceSearch = {
      tenants: ['search'],
      startNs: nowNs - day,
      endNs: nowNs,
      required: [],
      ...part,
    };
    for await (const page of store.source.searchTraces(request, never)) {
      for (const { traceId, spans } of page) {
        expect(spans).toHaveLength(2);
        found.push(traceId[0] ?? '');
      }
    }
    return found;
  }

  const cases: readonly (readonly [string, readonly SpanPredicate[], string])[] = [
    ['everything, newest first', [], '123456'],
    ['a text attribute', [condition('span', 'user', '=', isText('ann'))], '1'],
    ['a quote', [condition('span', 'user', '=', isText("o'brien"))], '2'],
    ['an attempt', [condition('span', "user'] = '' OR 1 --", '=', isText("' OR 1=1 --"))], ''],
    [
      'an int attribute, not a text one',
      [condition('span', 'http.status_code', '>=', isInt(500n))],
      '2',
    ],
    [
      'a text attribute, not an int one',
      [condition('span', 'http.status_code', '=', isText('500'))],
      '4',
    ],
    ['a double attribute against an int', [condition('any', 'amount', '<', isInt(2n))], '3'],
    ['a bool attribute', [condition('any', 'ok', '=', { kind: 'bool', value: true })], '3'],
    ['an element of a list', [condition('span', 'tags', '=', isText('y'))], '4'],
    ['existence', [condition('span', 'http.status_code', '!=', { kind: 'nil' })], '124'],
    ['absence', [condition('span', 'http.status_code', '=', { kind: 'nil' })], '356'],
    ['the service', [condition('resource', 'service.name', '=', isText('cart'))], '12'],
    [
      'a pattern on the service',
      [condition('resource', 'service.name', '=~', isText('ca.*'))],
      '12',
    ],
    [
      'a resource attribute',
      [
        condition('resource', 'host.cpus', '>', isInt(7n)),
        condition('intrinsic', 'kind', '=', isKeyword('server')),
      ],
      '1',
    ],
    ['a resource attribute, unscoped', [condition('any', 'host.cpus', '>', isInt(8n))], ''],
    [
      'a duration',
      [condition('intrinsic', 'duration', '>', { kind: 'duration', valueNs: second })],
      '3',
    ],
    ['a status', [condition('intrinsic', 'status', '=', isKeyword('error'))], '2'],
    ['not a status', [condition('intrinsic', 'status', '!=', isKeyword('error'))], '13456'],
    ['a name', [condition('intrinsic', 'name', '=~', isText('a.b|charge'))], '34'],
    ['a status message', [condition('intrinsic', 'statusMessage', '=', isText('no'))], '2'],
    ['a span ID', [condition('intrinsic', 'span:id', '=', isText(spanId('3')))], '3'],
    ['a trace ID', [condition('intrinsic', 'trace:id', '=', isText(id('3')))], '3'],
    ['an event name', [condition('intrinsic', 'event:name', '=', isText('exception'))], '5'],
    ['an event attribute', [condition('event', 'exception.type', '=', isText('Timeout'))], '5'],
    ['an event attribute, too small', [condition('event', 'retries', '>', isInt(3n))], ''],
    ['a link', [condition('intrinsic', 'link:traceID', '=', isText(id('7')))], '6'],
    ['a link attribute', [condition('link', 'why', '=', isText('retry'))], '6'],
    ['a scope attribute', [condition('instrumentation', 'lib', '=', isText('express'))], '123456'],
    ['a scope name', [condition('intrinsic', 'instrumentation:name', '=', isText('grpc'))], ''],
    [
      'either',
      [
        {
          kind: 'or',
          operands: [
            condition('span', 'user', '=', isText('ann')),
            condition('intrinsic', 'name', '=', isText('charge')),
          ],
        },
      ],
      '13',
    ],
    [
      'both',
      [
        {
          kind: 'and',
          operands: [
            condition('span', 'user', '=~', isText('.+')),
            condition('intrinsic', 'status', '=', isKeyword('error')),
          ],
        },
      ],
      '2',
    ],
    [
      'two that different spans may satisfy',
      [
        condition('intrinsic', 'name', '=', isText('charge')),
        condition('intrinsic', 'duration', '<', { kind: 'duration', valueNs: second }),
      ],
      '',
    ],
  ];
  for (const [name, required, expected] of cases) {
    test(name, async () => {
      expect((await search({ required })).join('')).toBe(expected);
    });
  }

  test('conditions on different spans of one trace, over the whole range', async () => {
    const required = [
      condition('intrinsic', 'name', '=', isText('charge')),
      condition('intrinsic', 'name', '=', isText('early')),
    ];
    expect(await search({ required, startNs: nowNs - 4n * day })).toEqual(['3']);
    expect(await search({ required })).toEqual([]);
  });

  test('more traces than a page, each once', async () => {
    const many = Array.from({ length: 130 }, (_, at) => ({
      traceId: (at + 1).toString(16).padStart(32, '0'),
      spanId: spanId('1'),
      startNs: nowNs - BigInt(at % 3) * hour - BigInt(at % 7),
    }));
    await store.consumer.consumeSpans(batchOf('many', many), { tenant: 'many' });
    const found: string[] = [];
    for await (const page of store.source.searchTraces(
      {
        tenants: ['many'],
        startNs: nowNs - day,
        endNs: nowNs + 1n,
        required: [],
        tracesWanted: 20,
      },
      never,
    ))
      found.push(...page.map(({ traceId }) => traceId));
    expect(found).toHaveLength(130);
    expect(new Set(found).size).toBe(130);
  });

  test('names and values of tags', async () => {
    const range = { tenants: ['search'], startNs: nowNs - day, endNs: nowNs };
    expect(await store.source.tagNames(range, never)).toEqual([
      { scope: 'resource', names: ['host.cpus', 'service.name'] },
      { scope: 'span', names: ['amount', 'http.status_code', 'ok', 'tags', 'user'] },
      { scope: 'event', names: ['exception.type', 'retries'] },
      { scope: 'link', names: ['why'] },
      { scope: 'instrumentation', names: ['lib'] },
    ]);
    const check = async (
      scope: SpanScope,
      name: string,
      expected: readonly string[],
      predicate: SpanPredicate = { kind: 'true' },
    ): Promise<void> => {
      const values = await store.source.tagValues(
        { ...range, scope, name, predicate, limit: 10 },
        never,
      );
      expect(values.map(({ type, value }) => `${type} ${value}`).toSorted()).toEqual(expected);
    };
    await check('span', 'http.status_code', ['int 200', 'int 500', 'string 500']);
    await check('resource', 'service.name', ['string cart', 'string pay']);
    await check(
      'any',
      'service.name',
      ['string cart'],
      condition('span', 'user', '=', isText('ann')),
    );
    await check('span', 'ok', ['bool true']);
    await check('span', 'amount', ['float 1.5']);
    await check('span', 'tags', ['string x', 'string y']);
    await check('event', 'retries', ['int 3']);
    await check('event', 'exception.type', ['string Timeout']);
    await check('link', 'why', ['string retry']);
    await check('instrumentation', 'lib', ['string express']);
    await check('intrinsic', 'status', ['keyword error', 'keyword unset']);
    await check('intrinsic', 'name', [
      'string GET /cart',
      'string a\nb',
      'string charge',
      'string work',
    ]);
    await check('span', "it's", []);
  });
});
