// Our OTLP against protobufjs: whatever it writes we read and write again as the same message, by way of JSON too.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../base/errors.ts';
import { loadProtos, plainMessage } from '../../../test/proto-oracle.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { decodeLogsProtobuf } from './decode-logs.ts';
import { decodeLogsJson } from './decode-logs-json.ts';
import { decodeMetricsJson } from './decode-metrics-json.ts';
import { decodeSpansJson } from './decode-spans-json.ts';
import { encodeLogsJson, encodeMetricsJson, encodeSpansJson } from './encode-json.ts';
import { decodeMetricsProtobuf } from './decode-metrics.ts';
import { decodeSpansProtobuf } from './decode-spans.ts';
import { encodeLogsProtobuf } from './encode-logs.ts';
import { encodeMetricsProtobuf } from './encode-metrics.ts';
import { encodeSpansProtobuf } from './encode-spans.ts';

const protos = loadProtos('', [
  'opentelemetry/proto/collector/logs/v1/logs_service.proto',
  'opentelemetry/proto/collector/trace/v1/trace_service.proto',
  'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
]);

const text = fc.string({ unit: 'binary', maxLength: 40 });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const uint64 = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }).map(String);
const count = fc.integer({ min: 0, max: 2 ** 53 - 1 }).map(String);
const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const traceId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .filter((id) => id.some((byte) => byte > 0));
const spanId = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .filter((id) => id.some((byte) => byte > 0));

const { nested } = fc.letrec<{ nested: object }>((tie) => ({
  nested: fc.oneof(
    { depthSize: 'small' },
    fc.record({ string_value: text }),
    fc.record({ bool_value: fc.boolean() }),
    fc.record({ int_value: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String) }),
    fc.record({ double_value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({
      array_value: fc.record({ values: fc.array(tie('nested'), { minLength: 1, maxLength: 3 }) }),
    }),
    fc.record({
      kvlist_value: fc.record({
        values: fc.array(fc.record({ key: name, value: tie('nested') }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    }),
  ),
}));
const value = fc.oneof(
  nested,
  fc.record({ bytes_value: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ double_value: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0) }),
);
const attributes = fc.array(fc.record({ key: name, value }), { minLength: 1, maxLength: 4 });

/** Fields may be absent. */
function some<T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const resource = some({ attributes, dropped_attributes_count: uint32 });
const scope = some({ name, version: name, attributes, dropped_attributes_count: uint32 });

function request(
  outer: string,
  inner: string,
  records: string,
  record: fc.Arbitrary<object>,
): fc.Arbitrary<object> {
  const many = fc.array(record, { minLength: 1, maxLength: 4 });
  const scopes = fc.tuple(scope, many, fc.option(name)).map(([of, list, url]) => ({
    scope: of,
    [records]: list,
    ...(url === null ? {} : { schema_url: url }),
  }));
  const resources = fc
    .tuple(resource, fc.array(scopes, { minLength: 1, maxLength: 3 }), fc.option(name))
    .map(([of, list, url]) => ({
      resource: of,
      [inner]: list,
      ...(url === null ? {} : { schema_url: url }),
    }));
  return fc
    .array(resources, { maxLength: 3 })
    .map((list) => (list.length === 0 ? {} : { [outer]: list }));
}

function check(
  typeName: string,
  messages: fc.Arbitrary<object>,
  again: (bytes: Uint8Array) => Uint8Array,
  againByJson: (bytes: Uint8Array) => Uint8Array,
): void {
  const type = protos!.lookupType(`opentelemetry.proto.collector.${typeName}`);
  fc.assert(
    fc.property(messages, (message) => {
      const bytes = type.encode(type.fromObject(message)).finish();
      const expected = plainMessage(type, bytes);
      expect(plainMessage(type, again(bytes))).toEqual(expected);
      expect(plainMessage(type, againByJson(bytes))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
}

describe.skipIf(protos === undefined)('what protobufjs writes, read and written again', () => {
  test('logs', () => {
    const record = some({
      time_unix_nano: uint64,
      observed_time_unix_nano: uint64,
      severity_number: fc.integer({ min: 1, max: 24 }),
      severity_text: name,
      body: value,
      attributes,
      dropped_attributes_count: uint32,
      flags: uint32,
      trace_id: traceId,
      span_id: spanId,
      event_name: name,
    });
    check(
      'logs.v1.ExportLogsServiceRequest',
      request('resource_logs', 'scope_logs', 'log_records', record),
      (bytes) => encodeLogsProtobuf(decodeLogsProtobuf(bytes).batch),
      (bytes) =>
        encodeLogsProtobuf(decodeLogsJson(encodeLogsJson(decodeLogsProtobuf(bytes).batch)).batch),
    );
  });

  test('spans', () => {
    const rest = some({
      trace_state: name,
      parent_span_id: spanId,
      flags: uint32,
      name,
      kind: fc.integer({ min: 1, max: 5 }),
      start_time_unix_nano: uint64,
      end_time_unix_nano: uint64,
      attributes,
      dropped_attributes_count: uint32,
      events: fc.array(some({ time_unix_nano: uint64, name, attributes }), {
        minLength: 1,
        maxLength: 3,
      }),
      dropped_events_count: uint32,
      links: fc.array(some({ trace_id: traceId, span_id: spanId, trace_state: name, attributes }), {
        minLength: 1,
        maxLength: 3,
      }),
      dropped_links_count: uint32,
      status: fc.record({ code: fc.integer({ min: 1, max: 2 }), message: name }),
    });
    const record = fc
      .tuple(traceId, spanId, rest)
      .map(([trace, span, fields]) => ({ trace_id: trace, span_id: span, ...fields }));
    check(
      'trace.v1.ExportTraceServiceRequest',
      request('resource_spans', 'scope_spans', 'spans', record),
      (bytes) => encodeSpansProtobuf(decodeSpansProtobuf(bytes).batch),
      (bytes) =>
        encodeSpansProtobuf(
          decodeSpansJson(encodeSpansJson(decodeSpansProtobuf(bytes).batch)).batch,
        ),
    );
  });

  test('metrics', () => {
    const finite = fc.double({ noNaN: true }).filter((double) => !Object.is(double, 0));
    const common = {
      start_time_unix_nano: uint64,
      time_unix_nano: uint64,
      attributes,
      flags: uint32,
    };
    const exemplar = fc
      .tuple(
        some({
          filtered_attributes: attributes,
          time_unix_nano: uint64,
          span_id: spanId,
          trace_id: traceId,
        }),
        finite,
      )
      .map(([fields, as_double]) => ({ ...fields, as_double }));
    const exemplars = fc.array(exemplar, { minLength: 1, maxLength: 2 });
    const number = fc
      .tuple(
        some({ ...common, exemplars }),
        fc.oneof(
          fc.record({ as_double: fc.double() }),
          fc.record({
            as_int: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String),
          }),
        ),
      )
      .map(([fields, point]) => ({ ...fields, ...point }));
    const positive = fc.integer({ min: 1, max: 2 ** 53 - 1 }).map(String);
    const totals = { count: positive, sum: fc.double(), min: fc.double(), max: fc.double() };
    const histogram = some({
      ...common,
      ...totals,
      exemplars,
      bucket_counts: fc.array(count, { minLength: 1, maxLength: 5 }),
      explicit_bounds: fc.array(finite, { minLength: 1, maxLength: 5 }),
    });
    const offset = fc.integer({ min: 1, max: 2 ** 31 - 1 }).chain((at) => fc.constantFrom(at, -at));
    const buckets = fc.record({
      offset,
      bucket_counts: fc.array(count, { minLength: 1, maxLength: 5 }),
    });
    const exponential = some({
      ...common,
      ...totals,
      exemplars,
      scale: offset,
      zero_count: positive,
      positive: buckets,
      negative: buckets,
      zero_threshold: finite,
    });
    const quantile = fc.record({ quantile: finite, value: finite });
    const summary = fc
      .tuple(
        some({ ...common, count: positive }),
        fc.array(quantile, { minLength: 1, maxLength: 3 }),
        finite,
      )
      .map(([fields, quantile_values, sum]) => ({ ...fields, quantile_values, sum }));
    const temporality = fc.integer({ min: 1, max: 2 });
    const points = <T>(point: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(point, { minLength: 1, maxLength: 3 });
    const data = fc.oneof(
      fc.record({ gauge: fc.record({ data_points: points(number) }) }),
      fc.record({
        sum: fc.record({
          data_points: points(number),
          aggregation_temporality: temporality,
          is_monotonic: fc.constant(true),
        }),
      }),
      fc.record({
        histogram: fc.record({
          data_points: points(histogram),
          aggregation_temporality: temporality,
        }),
      }),
      fc.record({
        exponential_histogram: fc.record({
          data_points: points(exponential),
          aggregation_temporality: temporality,
        }),
      }),
      fc.record({ summary: fc.record({ data_points: points(summary) }) }),
    );
    const metric = fc
      .tuple(some({ name, description: name, unit: name, metadata: attributes }), data)
      .map(([fields, kind]) => ({ ...fields, ...kind }));
    check(
      'metrics.v1.ExportMetricsServiceRequest',
      request('resource_metrics', 'scope_metrics', 'metrics', metric),
      (bytes) => encodeMetricsProtobuf(decodeMetricsProtobuf(bytes).batch),
      (bytes) =>
        encodeMetricsProtobuf(
          decodeMetricsJson(encodeMetricsJson(decodeMetricsProtobuf(bytes).batch)).batch,
        ),
    );
  });
});

describe.skipIf(protos === undefined)('what is wrong in a request', () => {
  const logsType = protos?.lookupType(
    'opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest',
  );
  const spansType = protos?.lookupType(
    'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
  );

  test('a record with IDs of a wrong length is kept without them', () => {
    const records = [
      {
        trace_id: new Uint8Array(15).fill(1),
        span_id: new Uint8Array(9).fill(1),
        severity_text: 'x',
      },
      {
        trace_id: new Uint8Array(16).fill(2),
        span_id: new Uint8Array(8).fill(2),
        severity_number: 1000,
      },
    ];
    const bytes = logsType!
      .encode(logsType!.fromObject({ resource_logs: [{ scope_logs: [{ log_records: records }] }] }))
      .finish();
    const { batch, rejected } = decodeLogsProtobuf(bytes);
    expect([batch.length, rejected]).toEqual([2, 0]);
    expect([batch.traceId.hexAt(0), batch.spanId.hexAt(0)]).toEqual(['', '']);
    expect([batch.traceId.hexAt(1), batch.spanId.hexAt(1)]).toEqual([
      '02'.repeat(16),
      '02'.repeat(8),
    ]);
    expect(batch.severityNumber.at(1)).toBe(0);
  });

  test('spans without IDs are rejected and counted, their neighbours kept', () => {
    const [good, half] = [new Uint8Array(16).fill(1), new Uint8Array(8).fill(1)];
    const attribute = [{ key: 'a', value: { int_value: 1 } }];
    const spans = [
      { trace_id: good, span_id: half, name: 'first', attributes: attribute },
      { span_id: half, name: 'no trace', attributes: attribute, events: [{ name: 'e' }] },
      {
        trace_id: good,
        span_id: new Uint8Array(8),
        name: 'zero span',
        links: [{ trace_id: good }],
      },
      { trace_id: new Uint8Array(8), span_id: half, name: 'short' },
      { trace_id: good, span_id: half, parent_span_id: new Uint8Array(3), name: 'last' },
    ];
    const bytes = spansType!
      .encode(spansType!.fromObject({ resource_spans: [{ scope_spans: [{ spans }] }] }))
      .finish();
    const { batch, rejected, message } = decodeSpansProtobuf(bytes);
    expect([batch.name.textAt(0), batch.name.textAt(1)]).toEqual(['first', 'last']);
    expect([batch.length, batch.eventTimeNs.length, batch.linkTraceId.length]).toEqual([2, 0, 0]);
    expect(batch.attributes.rowAt(1)).toEqual([]);
    expect(batch.parentSpanId.hexAt(1)).toBe('');
    expect(rejected).toBe(3);
    expect(message).toMatch(/^3 spans without a valid trace ID/);
  });

  test('values nested too deep', () => {
    const nest = (depth: number): Uint8Array => {
      const writer = new ProtobufWriter();
      const open = [10, 18, 18, 42].map((tag) => writer.open(tag));
      for (let level = 0; level < depth; level++) open.push(writer.open(42), writer.open(10));
      for (const start of open.toReversed()) writer.close(start);
      return writer.finish();
    };
    expect(decodeLogsProtobuf(nest(63)).batch.length).toBe(1);
    expect(() => decodeLogsProtobuf(nest(64))).toThrow(
      /values nested more than 64 deep in AnyValue at byte/,
    );
    expect(() => decodeLogsProtobuf(nest(100_000))).toThrow(Failure);
  });

  test('every cut of a request is malformed or a shorter request, and says where', () => {
    const record = {
      body: { string_value: 'hello' },
      attributes: [{ key: 'a', value: { int_value: 300 } }],
    };
    const bytes = logsType!
      .encode(
        logsType!.fromObject({ resource_logs: [{ scope_logs: [{ log_records: [record] }] }] }),
      )
      .finish();
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodeLogsProtobuf(bytes.subarray(0, length))).toThrow(
        /^malformed protobuf: .* in [A-Za-z]+ at byte \d+$/,
      );
    }
  });
});

describe('bytes that mean nothing', () => {
  const decoders = [decodeLogsProtobuf, decodeSpansProtobuf, decodeMetricsProtobuf];
  test('are a failure or an empty batch, never another error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(...decoders),
        (bytes, decode) => {
          try {
            decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
            expect((error as Failure).code).toBe('invalid-data');
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
