// Seeded mutations of valid messages through every decoder: what comes out is a result or a `Failure`, and memory stays
// in proportion to the input. A seed that fails is printed; run it alone with the number in `seeds`.

import { describe, expect, test } from 'vitest';
import { seededRandom } from '../base/clock.ts';
import { Failure } from '../base/errors.ts';
import { decodePushJson, decodePushProtobuf } from './loki/push.ts';
import { decodeLogsProtobuf } from './otlp/decode-logs.ts';
import { decodeLogsJson } from './otlp/decode-logs-json.ts';
import { decodeMetricsProtobuf } from './otlp/decode-metrics.ts';
import { decodeMetricsJson } from './otlp/decode-metrics-json.ts';
import { decodeSpansProtobuf } from './otlp/decode-spans.ts';
import { decodeSpansJson } from './otlp/decode-spans-json.ts';
import { encodeLogsProtobuf } from './otlp/encode-logs.ts';
import { encodeMetricsProtobuf } from './otlp/encode-metrics.ts';
import { encodeSpansProtobuf } from './otlp/encode-spans.ts';
import { decodeExportResponse } from './otlp/export-response.ts';
import { seriesFromMetrics } from './prometheus/from-otlp.ts';
import { decodeRemoteWrite, encodeRemoteWrite } from './prometheus/remote-write.ts';
import { encodePushProtobuf } from './loki/encode-push.ts';
import { decodeRpcStatus, encodeRpcStatus } from './rpc-status.ts';
import { decodeSnappy, encodeSnappy } from './snappy.ts';
import { decodeRangeRequest } from './tempo/metrics.ts';
import { decodeSearchRequest } from './tempo/search.ts';

const seeds = Array.from({ length: 250 }, (_, at) => at + 1);

const attributes = [
  { key: 'http.route', value: { stringValue: '/cart' } },
  { key: 'n', value: { intValue: '-5' } },
  { key: 'd', value: { doubleValue: 1.5 } },
  {
    key: 'list',
    value: { arrayValue: { values: [{ boolValue: true }, { kvlistValue: { values: [] } }] } },
  },
];
const resource = { attributes };
const scope = { name: 'lib', version: '1', attributes };
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const times = { startTimeUnixNano: '1', timeUnixNano: '1700000000000000000' };

const logsJson = JSON.stringify({
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          scope,
          logRecords: [
            {
              ...times,
              severityNumber: 9,
              body: { stringValue: 'hello' },
              attributes,
              traceId,
              spanId,
            },
            { body: { kvlistValue: { values: attributes } }, eventName: 'e', flags: 1 },
          ],
        },
      ],
    },
  ],
});
const spansJson = JSON.stringify({
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope,
          spans: [
            {
              traceId,
              spanId,
              parentSpanId: spanId,
              name: 'GET',
              kind: 2,
              attributes,
              events: [{ timeUnixNano: '5', name: 'e', attributes }],
              links: [{ traceId, spanId, attributes }],
              status: { code: 2, message: 'no' },
            },
          ],
        },
      ],
    },
  ],
});
const exemplars = [{ asDouble: 1, traceId, spanId, filteredAttributes: attributes }];
const metricsJson = JSON.stringify({
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            { name: 'g', gauge: { dataPoints: [{ ...times, attributes, asInt: '5', exemplars }] } },
            {
              name: 'h',
              unit: 's',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...times,
                    count: '3',
                    sum: 1,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [1],
                    exemplars,
                  },
                ],
              },
            },
            {
              name: 'e',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...times,
                    scale: 3,
                    count: '3',
                    positive: { offset: 2, bucketCounts: ['1', '0', '2'] },
                  },
                ],
              },
            },
            {
              name: 's',
              summary: { dataPoints: [{ quantileValues: [{ quantile: 0.5, value: 1 }] }] },
            },
          ],
        },
      ],
    },
  ],
});
const pushJson = JSON.stringify({
  streams: [
    { stream: { app: 'a', b: 'c' }, values: [['1', 'line', { k: 'v' }]] },
    { labels: '{a="b"}', entries: [{ ts: '2023-11-14T23:13:20Z', line: 'x' }] },
  ],
});

const metrics = decodeMetricsJson(metricsJson).batch;
const remoteWrite = encodeRemoteWrite(seriesFromMetrics(metrics).series);

interface Target {
  readonly name: string;
  readonly valid: Uint8Array;
  /** Bytes that the result holds on to, as far as that can grow. */
  readonly decode: (bytes: Uint8Array) => number;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const points = (bytes: Uint8Array): number => {
  const { series } = seriesFromMetrics(decodeMetricsProtobuf(bytes).batch).series;
  return series.reduce((sum, { values }) => sum + values.length, 0);
};

const targets: readonly Target[] = [
  {
    name: 'logs in protobuf',
    valid: encodeLogsProtobuf(decodeLogsJson(logsJson).batch),
    decode: (bytes) => decodeLogsProtobuf(bytes).batch.arena.length,
  },
  {
    name: 'logs in JSON',
    valid: Buffer.from(logsJson),
    decode: (bytes) => decodeLogsJson(text(bytes)).batch.arena.length,
  },
  {
    name: 'spans in protobuf',
    valid: encodeSpansProtobuf(decodeSpansJson(spansJson).batch),
    decode: (bytes) => decodeSpansProtobuf(bytes).batch.arena.length,
  },
  {
    name: 'spans in JSON',
    valid: Buffer.from(spansJson),
    decode: (bytes) => decodeSpansJson(text(bytes)).batch.arena.length,
  },
  { name: 'metrics in protobuf', valid: encodeMetricsProtobuf(metrics), decode: points },
  {
    name: 'metrics in JSON',
    valid: Buffer.from(metricsJson),
    decode: (bytes) => decodeMetricsJson(text(bytes)).batch.resources.length,
  },
  {
    name: 'remote write',
    valid: remoteWrite,
    decode: (bytes) => decodeRemoteWrite(bytes).series.length,
  },
  {
    name: 'push in protobuf',
    valid: encodePushProtobuf(decodePushJson(pushJson).batch),
    decode: (bytes) => decodePushProtobuf(bytes).batch.arena.length,
  },
  {
    name: 'push in JSON',
    valid: Buffer.from(pushJson),
    decode: (bytes) => decodePushJson(text(bytes)).batch.arena.length,
  },
  {
    name: 'snappy',
    valid: encodeSnappy(remoteWrite),
    decode: (bytes) => decodeSnappy(bytes, 100_000).length,
  },
  {
    name: 'rpc status',
    valid: encodeRpcStatus({ code: 14, message: 'busy', retryAfterMs: 1500 }),
    decode: (bytes) =>
      decodeRpcStatus(bytes).message.length + decodeExportResponse(bytes).rejected * 0,
  },
  {
    name: 'tempo requests',
    valid: Uint8Array.of(10, 6, 10, 1, 97, 18, 1, 98, 32, 20, 66, 2, 123, 125, 72, 3),
    decode: (bytes) =>
      decodeSearchRequest(bytes).query.length + decodeRangeRequest(bytes).query.length,
  },
];

/** One to eight changes: a byte replaced, a piece cut out, a piece repeated, the end cut off. */
function mutate(valid: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  let bytes = Array.from(valid);
  for (let change = below(8); change >= 0; change--) {
    const at = below(bytes.length + 1);
    const size = below(12) + 1;
    switch (below(5)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = [0, 127, 128, 255, 34, 92, 123, 91][below(8)] ?? 0;
        break;
      case 2:
        bytes.splice(at, size);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + size * 4));
        break;
      default:
        bytes = bytes.slice(0, Math.max(at, 1));
    }
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

describe('mutated messages', () => {
  for (const { name, valid, decode } of targets) {
    test(name, () => {
      expect(() => decode(valid)).not.toThrow();
      for (const seed of seeds) {
        const bytes = mutate(valid, seed);
        try {
          expect(decode(bytes), `seed ${seed}`).toBeLessThanOrEqual(bytes.length * 24 + 4096);
        } catch (error) {
          if (!(error instanceof Failure))
            throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
          expect(['invalid-data', 'limit'], `seed ${seed}`).toContain(error.code);
        }
      }
    });
  }
});

describe('many keys', () => {
  test('a hundred thousand different ones are all there', () => {
    const attribute = (at: number): object => ({ key: `key-${at}`, value: { intValue: at } });
    const many = Array.from({ length: 100_000 }, (_, at) => attribute(at));
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes: many }] }] }] };
    const json = decodeLogsJson(JSON.stringify(request)).batch;
    const { batch } = decodeLogsProtobuf(encodeLogsProtobuf(json));
    expect(batch.attributes.keys).toHaveLength(100_000);
    expect(batch.attributes.rowAt(0)[99_999]).toEqual({
      key: 'key-99999',
      value: { kind: 'int', value: 99_999n },
    });
  });
});
