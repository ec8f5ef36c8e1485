// What a small shop sends in half an hour, the same each time but for the clock: traces through four services, logs that carry
// their trace IDs in every usual way (and one service's that carry none), metrics with exemplars. Sent through the front door:
// OTLP over HTTP as protobuf and JSON, Loki's push API as JSON and as snappy protobuf, remote write.

import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { ClewProcess } from '../clew-process.ts';
import { type Port, send } from './exchange.ts';
import { encodeMessage, keyValues } from './wire-messages.ts';

// The package has no types of its own.
const snappy = createRequire(import.meta.url)('snappyjs') as {
  compress(bytes: Uint8Array): Uint8Array;
};

export function snappyBlock(bytes: Uint8Array): Buffer {
  return Buffer.from(snappy.compress(new Uint8Array(bytes)));
}

const minuteMs = 60_000;

/** mulberry32: the shop's dice. */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ShopTrace {
  readonly traceId: string;
  /** Of the spans: checkout, cart's client, cart, payment, mailer. */
  readonly spanIds: readonly [string, string, string, string, string];
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface Shop {
  /** Whole minute; the first trace starts here, all of it ends within 20 minutes. */
  readonly startMs: number;
  readonly endMs: number;
  readonly traces: readonly ShopTrace[];
  /** A trace whose log line came two seconds after its end. */
  readonly late: ShopTrace;
  /** A trace ID that only a log line names. */
  readonly orphanTraceId: string;
  /** 64-bit, as an old tracer gives them. */
  readonly shortTraceId: string;
  /** Every half hour of two days, one of them on the edge between the days. */
  readonly archiveTimesNs: readonly bigint[];
}

export function planShop(nowMs: number): Shop {
  const dice = diceOf(20_261_122);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, (_, at) =>
      Math.floor(dice() * (at === 0 ? 15 : 16) + (at === 0 ? 1 : 0)).toString(16),
    ).join('');
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs - 30 * minuteMs;
  const one = (at: number): ShopTrace => ({
    traceId: hex(32),
    spanIds: [hex(16), hex(16), hex(16), hex(16), hex(16)],
    startMs: startMs + at * 30_000,
    durationMs: 40 + Math.floor(dice() * 400),
    failed: at % 5 === 4,
  });
  const halfHourNs = 1_800_000_000_000n;
  return {
    startMs,
    endMs: startMs + 20 * minuteMs,
    traces: Array.from({ length: 20 }, (_, at) => one(at)),
    late: { ...one(30), failed: false },
    orphanTraceId: hex(32),
    shortTraceId: hex(16),
    archiveTimesNs: Array.from(
      { length: 97 },
      (_, at) => BigInt(startMs) * 1_000_000n - BigInt(at) * halfHourNs,
    ),
  };
}

export function ns(ms: number): string {
  return `${BigInt(Math.round(ms))}000000`;
}

function resource(service: string): object {
  return {
    attributes: keyValues({
      'service.name': service,
      'service.namespace': 'shop',
      'deployment.environment': 'prod',
      'host.name': `${service}-0`,
      'telemetry.sdk.language': 'nodejs',
    }),
  };
}

const kinds = { internal: 1, server: 2, client: 3 } as const;

/** Spans of one trace by service; IDs in hex. */
function spansOf(trace: ShopTrace): Record<string, object[]> {
  const { traceId, spanIds, startMs, durationMs, failed } = trace;
  const part = (share: number): number => startMs + Math.round(durationMs * share);
  const span = (
    at: number,
    parent: string,
    name: string,
    kind: keyof typeof kinds,
    [from, to]: readonly [number, number],
    attributes: Record<string, string | number | boolean>,
    failedHere: boolean,
  ): object => ({
    traceId,
    spanId: spanIds[at],
    ...(parent === '' ? {} : { parentSpanId: parent }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: ns(part(from)),
    endTimeUnixNano: ns(part(to)),
    attributes: keyValues(attributes),
    status: failedHere ? { code: 2, message: 'card declined' } : {},
  });
  return {
    checkout: [
      span(
        0,
        '',
        'POST /checkout',
        'server',
        [0, 1],
        {
          'http.request.method': 'POST',
          'http.route': '/checkout',
          'http.response.status_code': failed ? 502 : 200,
        },
        failed,
      ),
      span(
        1,
        spanIds[0],
        'GET /cart',
        'client',
        [0.1, 0.4],
        { 'peer.service': 'cart', 'http.request.method': 'GET' },
        false,
      ),
    ],
    cart: [
      span(
        2,
        spanIds[1],
        'GET /cart',
        'server',
        [0.15, 0.35],
        { 'http.route': '/cart', items: 3, cached: true, ratio: 0.25 },
        false,
      ),
    ],
    payment: [
      span(3, spanIds[0], 'charge card', 'server', [0.4, 0.8], { currency: 'EUR' }, failed),
    ],
    mailer: [span(4, spanIds[0], 'send mail', 'internal', [0.8, 0.95], {}, false)],
  };
}

/** IDs as bytes, which protobuf wants where JSON has hex. */
function withByteIds(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      /^(?:traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(value), 'hex') : value,
    ]),
  );
}

export function tracesRequest({ traces, late }: Shop): Buffer {
  const byService = new Map<string, object[]>();
  for (const trace of [...traces, late]) {
    for (const [service, spans] of Object.entries(spansOf(trace)))
      byService.set(service, [...(byService.get(service) ?? []), ...spans.map(withByteIds)]);
  }
  return encodeMessage('Traces', {
    resourceSpans: [...byService].map(([service, spans]) => ({
      resource: resource(service),
      scopeSpans: [{ scope: { name: 'shop', version: '1.2.0' }, spans }],
    })),
  });
}

/** `checkout` logs over OTLP JSON with the IDs in their fields; `mailer` logs without any. */
export function otlpJsonLogs({ traces, late, orphanTraceId, endMs }: Shop): string {
  const record = (trace: ShopTrace, timeMs: number, text: string): object => ({
    timeUnixNano: ns(timeMs),
    severityNumber: trace.failed ? 17 : 9,
    severityText: trace.failed ? 'ERROR' : 'INFO',
    body: { stringValue: text },
    attributes: keyValues({ 'order.id': Math.round(trace.startMs / 1000) % 1000, currency: 'EUR' }),
    flags: 1,
    traceId: trace.traceId,
    spanId: trace.spanIds[0],
  });
  const records = [
    ...traces.map((trace) =>
      record(
        trace,
        trace.startMs + 5,
        trace.failed ? 'order failed <b>&co' : 'order placed <b>&co',
      ),
    ),
    record(late, late.startMs + late.durationMs + 7000, 'order archived'),
    record({ ...late, traceId: orphanTraceId }, endMs - 1000, 'order without spans'),
  ];
  const mails = traces.map((trace, at) => ({
    timeUnixNano: ns(trace.startMs + trace.durationMs),
    severityNumber: 9,
    body: { stringValue: `mail ${at} queued` },
    attributes: [],
  }));
  return JSON.stringify({
    resourceLogs: [
      {
        resource: resource('checkout'),
        scopeLogs: [{ scope: { name: 'winston' }, logRecords: records }],
      },
      { resource: resource('mailer'), scopeLogs: [{ logRecords: mails }] },
    ],
  });
}

/** `cart` logs JSON lines over OTLP protobuf, the trace ID a key of the line. */
export function otlpProtobufLogs({ traces, shortTraceId, endMs }: Shop): Buffer {
  const line = (at: number, traceId: string): string =>
    JSON.stringify({
      level: at % 4 === 3 ? 'warn' : 'debug',
      msg: 'cart read',
      traceId,
      items: at % 7,
      took: `${at + 1}ms`,
      size: `${at + 1}KB`,
      user: { id: `u${at % 3}` },
    });
  const logRecords = traces.map((trace, at) => ({
    timeUnixNano: ns(trace.startMs + 20),
    body: { stringValue: line(at, at % 2 === 0 ? trace.traceId : trace.traceId.toUpperCase()) },
  }));
  logRecords.push({
    timeUnixNano: ns(endMs - 2000),
    body: { stringValue: line(3, shortTraceId) },
  });
  return encodeMessage('Logs', {
    resourceLogs: [
      { resource: resource('cart'), scopeLogs: [{ scope: { name: 'pino' }, logRecords }] },
    ],
  });
}

/** `edge` writes logfmt, read by an agent that pushes JSON; the second stream is the archive of two days. */
export function lokiJsonPush({ traces, archiveTimesNs }: Shop): string {
  return JSON.stringify({
    streams: [
      {
        stream: { app: 'edge', env: 'prod' },
        values: traces.map((trace, at) => [
          ns(trace.startMs + 1),
          `level=${trace.failed ? 'error' : 'info'} method=POST path=/checkout status=${trace.failed ? 502 : 200} took=${trace.durationMs}ms trace_id=${trace.traceId}`,
          { pod: `edge-${at % 2}` },
        ]),
      },
      {
        stream: { job: 'archive', env: 'prod' },
        values: archiveTimesNs.map((timeNs, at) => [String(timeNs), `archived ${at}`]),
      },
    ],
  });
}

/** `worker` is read by Promtail: snappy protobuf, structured metadata, no level anywhere. */
export function lokiProtobufPush({ traces }: Shop): Buffer {
  const push = encodeMessage('Push', {
    streams: [
      {
        labels: '{job="worker", env="prod"}',
        entries: traces.map((trace, at) => ({
          timestamp: { seconds: Math.floor(trace.startMs / 1000), nanos: 250_000_000 + at },
          line: `batch ${at} done for 00-${trace.traceId}-${trace.spanIds[0]}-01`,
          structuredMetadata: [{ name: 'attempt', value: String(at % 2) }],
        })),
      },
    ],
  });
  return snappyBlock(push);
}

/** A push of some lines in one stream, as Promtail sends it. */
export function lokiProtobuf(labels: string, timeMs: number, lines: readonly string[]): Buffer {
  const entries = lines.map((line, at) => ({
    timestamp: { seconds: Math.floor(timeMs / 1000), nanos: (timeMs % 1000) * 1_000_000 + at },
    line,
  }));
  const push = encodeMessage('Push', { streams: [{ labels, entries }] });
  return snappyBlock(push);
}

const buckets = ['0.1', '0.25', '0.5', '+Inf'];

/** A counter and a classic histogram with exemplars, every 15 seconds for 20 minutes. */
export function remoteWriteRequest({ startMs, traces }: Shop): Buffer {
  const labels = (pairs: Record<string, string>): { name: string; value: string }[] =>
    Object.entries(pairs)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value }));
  const steps = Array.from({ length: 81 }, (_, at) => at);
  const counter = (code: string, perStep: number): object => ({
    labels: labels({ __name__: 'http_requests_total', job: 'shop/checkout', code }),
    samples: steps.map((at) => ({ value: at * perStep, timestamp: startMs + at * 15_000 })),
  });
  const bucket = (le: string, index: number): object => ({
    labels: labels({ __name__: 'http_request_duration_seconds_bucket', job: 'shop/checkout', le }),
    samples: steps.map((at) => ({ value: at * (index + 1) * 5, timestamp: startMs + at * 15_000 })),
    exemplars: traces
      .filter((_, at) => at % buckets.length === index)
      .map((trace) => ({
        labels: labels({ trace_id: trace.traceId, span_id: trace.spanIds[0] }),
        value: trace.durationMs / 1000,
        timestamp: trace.startMs,
      })),
  });
  const write = encodeMessage('Write', {
    timeseries: [
      counter('200', 30),
      counter('500', 3),
      ...buckets.map(bucket),
      {
        labels: labels({ __name__: 'up', job: 'shop/checkout' }),
        samples: steps.map((at) => ({ value: 1, timestamp: startMs + at * 15_000 })),
      },
      {
        labels: labels({ __name__: 'queue.depth', 'queue.name': 'mails', job: 'shop/mailer' }),
        samples: steps.map((at) => ({ value: at % 5, timestamp: startMs + at * 15_000 })),
      },
    ],
    metadata: [
      { type: 1, metricFamilyName: 'http_requests_total', help: 'Requests.', unit: '' },
      {
        type: 3,
        metricFamilyName: 'http_request_duration_seconds',
        help: 'Time.',
        unit: 'seconds',
      },
    ],
  });
  return snappyBlock(write);
}

/** One series with one sample. */
export function remoteWriteOf(
  labels: Readonly<Record<string, string>>,
  value: number,
  timeMs: number,
): Buffer {
  const write = encodeMessage('Write', {
    timeseries: [
      {
        labels: Object.entries(labels).map(([name, text]) => ({ name, value: text })),
        samples: [{ value, timestamp: timeMs }],
      },
    ],
  });
  return snappyBlock(write);
}

/** OTLP metrics as an SDK sends them: a gauge, and a sum whose Prometheus name gets unit and `_total`. */
export function otlpMetrics({ endMs }: Shop): string {
  const time = { startTimeUnixNano: ns(endMs - 60_000), timeUnixNano: ns(endMs) };
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: resource('cart'),
        scopeMetrics: [
          {
            scope: { name: 'meter' },
            metrics: [
              {
                name: 'cart.size',
                unit: 'By',
                description: 'Bytes in carts.',
                gauge: { dataPoints: [{ ...time, asInt: '512', attributes: [] }] },
              },
              {
                name: 'cart.reads',
                unit: '1',
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [{ ...time, asDouble: 42, attributes: keyValues({ cached: true }) }],
                },
              },
            ],
          },
        ],
      },
    ],
  });
}

async function post(
  clew: ClewProcess,
  port: Port,
  path: string,
  contentType: string,
  body: string | Buffer,
  status: number,
): Promise<void> {
  const headers = { 'content-type': contentType };
  const answer = await send(clew, port, path, { method: 'POST', headers, body });
  expect({
    path,
    status: answer.status,
    body: answer.status === status ? '' : answer.text,
  }).toEqual({ path, status, body: '' });
}

const protobufType = 'application/x-protobuf';
const jsonType = 'application/json';

/** Sends all of it; each answer has come, so everything can be asked for. */
export async function openShop(clew: ClewProcess): Promise<Shop> {
  const shop = planShop(Date.now());
  await Promise.all([
    post(clew, 'otlpHttp', '/v1/traces', protobufType, tracesRequest(shop), 200),
    post(clew, 'otlpHttp', '/v1/logs', jsonType, otlpJsonLogs(shop), 200),
    post(clew, 'otlpHttp', '/v1/logs', protobufType, otlpProtobufLogs(shop), 200),
    post(clew, 'otlpHttp', '/v1/metrics', jsonType, otlpMetrics(shop), 200),
    post(clew, 'loki', '/loki/api/v1/push', jsonType, lokiJsonPush(shop), 204),
    post(clew, 'loki', '/loki/api/v1/push', protobufType, lokiProtobufPush(shop), 204),
    post(clew, 'prometheus', '/api/v1/push', protobufType, remoteWriteRequest(shop), 204),
  ]);
  return shop;
}
