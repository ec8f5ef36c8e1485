import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attributes, AttributeValue } from '../attributes.ts';
import { labelsFromEntries } from '../labels.ts';
import { bodyKind, LogsBatch } from '../logs-batch.ts';
import { emptyResource, emptyScope } from '../resource.ts';
import { findTraceIds } from './find.ts';
import { classifyIdKey, idKey } from './id-keys.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const other = 'aaaabbbbccccdddd1111222233334444';
const span = '00f067aa0ba902b7';
const half = 'a3ce929d0e0e4736';
const padded = `0000000000000000${half}`;

interface Row {
  readonly field?: string;
  readonly fieldSpan?: string;
  readonly attributes?: Record<string, string | bigint | AttributeValue>;
  readonly labels?: Record<string, string>;
  readonly body?: string;
}

function batchOf(row: Row): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push(emptyResource);
  batch.scopes.push(emptyScope);
  batch.resource.push(0);
  batch.scope.push(0);
  batch.bodyKind.push(row.body === undefined ? bodyKind.empty : bodyKind.text);
  batch.body.pushText(row.body ?? '');
  batch.traceId.pushAbsent();
  batch.spanId.pushAbsent();
  if (row.field !== undefined) batch.traceId.setHex(0, row.field);
  if (row.fieldSpan !== undefined) batch.spanId.setHex(0, row.fieldSpan);
  const attributes: Attributes = Object.entries(row.attributes ?? {}).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { kind: 'string', value }
        : typeof value === 'bigint'
          ? { kind: 'int', value }
          : value,
  }));
  for (const { key, value } of attributes) batch.attributes.push(key, value);
  batch.attributes.endRow();
  if (row.labels !== undefined) {
    batch.streams.push(labelsFromEntries(Object.entries(row.labels)));
    batch.stream.push(0);
  }
  return batch;
}

function check(row: Row, expected: readonly string[]): void {
  const found = findTraceIds(batchOf(row), 0).map(({ traceId, spanId, source }) =>
    `${source} ${traceId} ${spanId}`.trim(),
  );
  expect(found).toEqual(expected);
}

describe('fields, attributes and labels', () => {
  const cases: readonly (readonly [string, Row, readonly string[]])[] = [
    ['nothing', { body: 'GET /cart 200 in 12ms', attributes: { user: 'u-1' } }, []],
    ['the field', { field: id, fieldSpan: span }, [`field ${id} ${span}`]],
    [
      'the field first, then what the text names; each trace once',
      { field: id, body: `{"traceId":"${id}","cause":{"trace_id":"${other}"}}` },
      [`field ${id}`, `key ${other}`],
    ],
    ['an attribute', { attributes: { traceId: id, spanId: span } }, [`key ${id} ${span}`]],
    ['64 bits', { attributes: { 'trace.id': half } }, [`key ${padded}`]],
    [
      'datadog, decimal',
      { attributes: { 'dd.trace_id': '11803532876627986230', 'dd.span_id': '67667974448284343' } },
      [`key ${padded} ${span}`],
    ],
    [
      'datadog, as an int',
      { attributes: { 'dd.trace_id': -6643211197081565386n } },
      [`key ${padded}`],
    ],
    [
      'a short decimal of datadog',
      { attributes: { 'dd.trace_id': '255' } },
      [`key ${'0'.repeat(30)}ff`],
    ],
    [
      'bytes',
      { attributes: { trace_id: { kind: 'bytes', value: Buffer.from(id, 'hex') } } },
      [`key ${id}`],
    ],
    [
      'a header attribute',
      { attributes: { 'http.request.header.traceparent': `00-${id}-${span}-01` } },
      [`traceparent ${id} ${span}`],
    ],
    [
      'google',
      {
        attributes: {
          'logging.googleapis.com/trace': `projects/p/traces/${id}`,
          'logging.googleapis.com/spanId': span,
        },
      },
      [`key ${id} ${span}`],
    ],
    ['a label', { labels: { app: 'cart', traceID: id } }, [`key ${id}`]],
    ['a key without an ID', { attributes: { trace_id: 'none', trace: 'yes', traceId: '' } }, []],
    [
      'zeroes',
      { attributes: { trace_id: '0'.repeat(32) }, body: `trace_id=${'0'.repeat(32)}` },
      [],
    ],
    [
      'a parent span is not the span',
      { attributes: { trace_id: id, parent_span_id: span } },
      [`key ${id}`],
    ],
  ];
  for (const [name, row, expected] of cases) test(name, () => check(row, expected));
});

describe('bodies', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      `{"level":"info","message":"hello","spanId":"${span}","traceId":"${id}"}`,
      [`key ${id} ${span}`],
    ],
    [`{"msg":"x","trace":{"id":"${id}"},"span":{"id":"${span}"}}`, [`key ${id} ${span}`]],
    [`{"a":{"b":{"c":{"TraceID" : "${id}"}}}}`, [`key ${id}`]],
    [`{"log":"{\\"trace_id\\":\\"${id}\\"}"}`, [`key ${id}`]],
    [`{"dd":{"trace_id":"11803532876627986230"}}`, [`key ${padded}`]],
    [`{"trace_id":11803532876627986230}`, [`key ${padded}`]],
    [`{"trace_id":"S/kvNXezTaajzpKdDg5HNg=="}`, [`key ${id}`]],
    [`{"trace":"projects/p/traces/${id}"}`, [`key ${id}`]],
    [`{'trace_id': '${id}', 'span_id': '${span}'}`, [`key ${id} ${span}`]],
    [`level=info trace_id=${id} span_id=${span} msg=ok`, [`key ${id} ${span}`]],
    [`level=info traceID=${half} msg=ok`, [`key ${padded}`]],
    [`otelTraceID=${id.toUpperCase()}`, [`key ${id}`]],
    [`traceId=4bf92f35-77b3-4da6-a3ce-929d0e0e4736, x=1`, [`key ${id}`]],
    [`trace_id=${id};span_id=${span}`, [`key ${id} ${span}`]],
    [`trace_id=3ce929d0e0e4736 msg`, ['key 000000000000000003ce929d0e0e4736']],
    [`2026-01-01 INFO [cart,${id},${span}] served`, [`text ${id}`]],
    [`INFO trace id ${id}: failed`, [`key ${id}`]],
    [`[trace=${half}] boom`, [`key ${padded}`]],
    [`headers: traceparent: 00-${id}-${span}-01`, [`traceparent ${id} ${span}`]],
    [`{"headers":{"traceparent":["00-${id}-${span}-01"]}}`, [`traceparent ${id} ${span}`]],
    [`calling with 00-${id}-${span}-01 now`, [`traceparent ${id} ${span}`]],
    [`X-B3-TraceId: ${half}\nX-B3-SpanId: ${span}`, [`key ${padded} ${span}`]],
    [`uber-trace-id: ${id}:${span}:0:1`, [`key ${id} ${span}`]],
    [`md5 ${id} and ${other}`, [`text ${id}`, `text ${other}`]],
    [`/var/${id}.log`, [`text ${id}`]],
    [`stack trace: at foo (bar.js:12)`, []],
    ['level=trace msg=entered', []],
    [`{"level":"trace","traces":12,"trace":true}`, []],
    ['trace_id=42 trace_id= trace_id', []],
    ['{"trace_id":12345678,"traceId":"1700000000000"}', []],
    ['otelTraceID=0 otelSpanID=0', []],
    [`trace_id=${'0'.repeat(32)}`, []],
    [`hash ${id}${id}`, []],
    [`blob x${id}`, []],
    [`request 16 digits ${half}`, []],
    [`traceback id=${half}`, []],
    ['', []],
    ['trace', []],
    ['"trace":{', []],
    ['traceparent', []],
  ];
  for (const [body, expected] of cases) test(body, () => check({ body }, expected));

  test('at most four', () => {
    const ids = Array.from({ length: 9 }, (_, at) => `${at + 1}`.repeat(32));
    expect(findTraceIds(batchOf({ body: ids.join(' ') }), 0)).toHaveLength(4);
  });

  test('an ID is found wherever it stands in a text that has none of its own', () => {
    const filler = fc.string({
      unit: fc.constantFrom(...'ghijkl {}=:,"xyz['.split('')),
      maxLength: 200,
    });
    fc.assert(
      fc.property(filler, filler, (before, after) => {
        const found = findTraceIds(batchOf({ body: `${before} ${id} ${after}` }), 0);
        expect(found.map(({ traceId }) => traceId)).toEqual([id]);
      }),
    );
  });

  test('any text: at most four full IDs', () => {
    const noise = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'.split('')), maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            'trace',
            '_id',
            'Id',
            '"',
            ':',
            '=',
            '{',
            '}',
            half,
            id,
            ' ',
            'span',
            '\\',
          ),
          {
            maxLength: 40,
          },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(noise, (body) => {
        const found = findTraceIds(batchOf({ body }), 0);
        expect(found.length).toBeLessThanOrEqual(4);
        for (const { traceId } of found) expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('keys', () => {
  const kinds: readonly (readonly [string, keyof typeof idKey])[] = [
    ['trace_id', 'trace'],
    ['traceId', 'trace'],
    ['traceID', 'trace'],
    ['TraceId', 'trace'],
    ['TRACE_ID', 'trace'],
    ['trace-id', 'trace'],
    ['trace.id', 'trace'],
    ['traceid', 'trace'],
    ['otelTraceID', 'trace'],
    ['X-B3-TraceId', 'trace'],
    ['dd.trace_id', 'trace'],
    ['uber-trace-id', 'trace'],
    ['logging.googleapis.com/trace', 'weakTrace'],
    ['trace', 'weakTrace'],
    ['spanId', 'span'],
    ['dd.span_id', 'span'],
    ['parentSpanId', 'none'],
    ['parent_span_id', 'none'],
    ['traceparent', 'traceparent'],
    ['stacktrace', 'none'],
    ['exception.stacktrace', 'none'],
    ['request_id', 'none'],
    ['traces', 'none'],
    ['id', 'none'],
    ['', 'none'],
  ];
  for (const [key, kind] of kinds) {
    test(key, () => expect(classifyIdKey(key)).toBe(idKey[kind]));
  }
});
