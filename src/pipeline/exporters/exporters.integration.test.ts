// Exporters against servers elsewhere, played by small servers of the test and by Clew's own receiver.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../base/errors.ts';
import { accepted, type ConsumeOutcome } from '../../model/consumers.ts';
import { labelValue } from '../../model/labels.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { decodeLogsJson } from '../../wire/otlp/decode-logs-json.ts';
import { decodeLogsProtobuf } from '../../wire/otlp/decode-logs.ts';
import { decodeMetricsJson } from '../../wire/otlp/decode-metrics-json.ts';
import { decodeRemoteWrite } from '../../wire/prometheus/remote-write.ts';
import { decodeSnappy } from '../../wire/snappy.ts';
import { encodeRpcStatus } from '../../wire/rpc-status.ts';
import { parseYamlValue } from '../../config/yaml-documents.ts';
import { deferred, type TestSettings, testSettings } from '../../../test/pipeline-fixtures.ts';
import type { Component, ExporterFactory, NextConsumers } from '../component.ts';
import { type OtlpReceiver, otlpReceiver } from '../receivers/otlp/receiver.ts';
import { lokiExporter } from './loki/exporter.ts';
import { otlpGrpcExporter } from './otlp-grpc.ts';
import { otlpHttpExporter } from './otlp-http.ts';
import { prometheusRemoteWriteExporter } from './prometheus-remote-write.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

interface Elsewhere {
  readonly url: string;
  readonly received: readonly Received[];
}

/** A server that answers request after request with `replies`, the last one for ever. */
async function elsewhere(...replies: readonly (Reply | Promise<Reply>)[]): Promise<Elsewhere> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = replies[Math.min(received.length, replies.length - 1)] ?? { status: 200 };
      received.push({
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      void Promise.resolve(reply).then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

interface Running {
  readonly settings: TestSettings;
  readonly exporter: Component & NextConsumers;
  readonly send: (...bodies: readonly string[]) => Promise<ConsumeOutcome>;
}

async function start<Config>(factory: ExporterFactory<Config>, yaml: string): Promise<Running> {
  const settings = testSettings();
  const config = factory.parseConfig(parseYamlValue(yaml), (path, message) => {
    throw new Error(`${path.join('::')}: ${message}`);
  });
  const exporter = factory.create({ ...settings, id: factory.type }, config, 'logs');
  await exporter.start();
  closers.push(() => exporter.stop(AbortSignal.timeout(2000)));
  return {
    settings,
    exporter,
    send: (...bodies) => exporter.logs!.consumeLogs(logs(...bodies), { tenant: 't' }),
  };
}

function logs(...bodies: readonly string[]): LogsBatch {
  const logRecords = bodies.map((body) => ({
    timeUnixNano: '5',
    severityText: 'INFO',
    body: { stringValue: body },
  }));
  return decodeLogsJson(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).batch;
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate);
}

const waiting = 'sending_queue: {wait_for_result: true}';
const quick = 'retry_on_failure: {initial_interval: 1ms, max_interval: 2ms}';

test('OTLP over HTTP: protobuf, gzip, headers', async () => {
  const server = await elsewhere({ status: 200 });
  const { send, settings } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}/otlp/\nheaders: {X-Scope-OrgID: team}\n${waiting}`,
  );
  expect(await send('a', 'b')).toEqual(accepted);
  const [request] = server.received;
  expect(request?.url).toBe('/otlp/v1/logs');
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
    'x-scope-orgid': 'team',
  });
  const { batch } = decodeLogsProtobuf(gunzipSync(request!.body));
  expect([batch.body.textAt(0), batch.body.textAt(1)]).toEqual(['a', 'b']);
  expect(settings.counters.total('otelcol_exporter_sent_log_records')).toBe(2);
});

test('OTLP over HTTP: JSON, uncompressed, an endpoint of its own', async () => {
  const server = await elsewhere({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}',
  });
  const { send, settings } = await start(
    otlpHttpExporter,
    `logs_endpoint: ${server.url}/in\nencoding: json\ncompression: none\n${waiting}`,
  );
  expect(await send('a', 'b')).toEqual({ rejected: 1, message: 'too old' });
  expect(server.received[0]?.url).toBe('/in');
  expect(decodeLogsJson(server.received[0]!.body.toString('utf8')).batch.length).toBe(2);
  expect(settings.counters.total('otelcol_exporter_send_failed_log_records')).toBe(1);
});

test('what may be retried is retried', async () => {
  const server = await elsewhere(
    { status: 503 },
    { status: 429, headers: { 'Retry-After': '0' } },
    { status: 502 },
    { status: 200 },
  );
  const { send, settings } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\n${waiting}\n${quick}`,
  );
  expect(await send('a')).toEqual(accepted);
  expect(server.received.length).toBe(4);
  expect(settings.logged).toEqual([
    'warn: sending failed and is tried again; what comes meanwhile is queued',
    'info: the other side takes data again',
  ]);
  expect(new Set(server.received.map(({ body }) => body.toString('hex'))).size).toBe(1);
});

test('what will never be taken is not', async () => {
  const server = await elsewhere({
    status: 400,
    headers: { 'Content-Type': 'application/x-protobuf' },
    body: encodeRpcStatus({ code: 3, message: 'bad data' }),
  });
  const { send, settings } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\n${waiting}\n${quick}`,
  );
  await expect(send('a')).rejects.toMatchObject({
    code: 'invalid-data',
    message: `${server.url} answered 400: bad data`,
  });
  expect(server.received.length).toBe(1);
  expect(settings.counters.total('otelcol_exporter_send_failed_log_records')).toBe(1);
});

test('a server that is not there', async () => {
  const server = await elsewhere({ status: 200 });
  await closers.pop()?.();
  const { send } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\nsending_queue: {enabled: false}\nretry_on_failure: {enabled: false}`,
  );
  await expect(send('a')).rejects.toMatchObject({
    code: 'unavailable',
    message: `cannot reach ${server.url}: ECONNREFUSED`,
  });
});

test('acknowledged when queued; refused when the queue is full; drained when stopped', async () => {
  const answer = deferred<Reply>();
  const server = await elsewhere(answer.promise);
  const { send, exporter, settings } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\nsending_queue: {num_consumers: 1, queue_size: 2}`,
  );
  expect([await send('1'), await send('2'), await send('3')]).toEqual([
    accepted,
    accepted,
    accepted,
  ]);
  await expect(send('4')).rejects.toMatchObject({
    code: 'overloaded',
    message: 'sending queue is full',
  });
  expect(settings.counters.total('otelcol_exporter_enqueue_failed_log_records')).toBe(1);
  const gauges = settings.counters.read().filter(({ kind }) => kind === 'gauge');
  expect(gauges.map(({ name, value }) => [name, value])).toEqual([
    ['otelcol_exporter_queue_capacity', 2],
    ['otelcol_exporter_queue_size', 2],
  ]);
  const stopped = exporter.stop(AbortSignal.timeout(5000));
  answer.resolve({ status: 200 });
  await stopped;
  expect(server.received.length).toBe(3);
  expect(settings.counters.total('otelcol_exporter_sent_log_records')).toBe(3);
});

test('stopping does not wait for a server that never answers', async () => {
  const server = await elsewhere(new Promise<Reply>(() => undefined));
  const { send, exporter, settings } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\nsending_queue: {num_consumers: 1}`,
  );
  await send('1');
  await send('2');
  await exporter.stop(AbortSignal.abort());
  expect(settings.logged).toContain('error: stopped with a queue that was not sent');
});

test('no answer in time', async () => {
  const server = await elsewhere(new Promise<Reply>(() => undefined));
  const { send } = await start(
    otlpHttpExporter,
    `endpoint: ${server.url}\ntimeout: 20ms\n${waiting}\nretry_on_failure: {enabled: false}`,
  );
  await expect(send('a')).rejects.toMatchObject({
    code: 'timeout',
    message: 'no answer within 20 ms',
  });
});

async function receiver(): Promise<{ readonly port: number; readonly settings: TestSettings }> {
  const settings = testSettings();
  const config = otlpReceiver.parseConfig(
    parseYamlValue('protocols: {grpc: {endpoint: "localhost:0"}}'),
    () => undefined,
  );
  const created = otlpReceiver.create(
    { ...settings, id: 'otlp' },
    config,
    settings.store,
  ) as OtlpReceiver;
  await created.start();
  closers.push(() => created.stop(AbortSignal.timeout(2000)));
  return { port: created.ports.grpc ?? 0, settings };
}

test('OTLP over gRPC: sent, partly taken, retried, refused', async () => {
  const { port, settings } = await receiver();
  const exporter = await start(
    otlpGrpcExporter,
    `endpoint: 127.0.0.1:${port}\ntls: {insecure: true}\n${waiting}\n${quick}`,
  );
  expect(await exporter.send('a', 'b')).toEqual(accepted);
  expect(settings.store.bodies()).toEqual(['a', 'b']);

  settings.store.answer = async () => ({ rejected: 1, message: 'too old' });
  expect(await exporter.send('c')).toEqual({ rejected: 1, message: 'too old' });

  let tries = 0;
  settings.store.answer = () =>
    ++tries < 3
      ? Promise.reject(new Failure('overloaded', 'later', { retryAfterMs: 1 }))
      : Promise.resolve(accepted);
  expect(await exporter.send('d')).toEqual(accepted);
  expect(tries).toBe(3);

  settings.store.answer = () => Promise.reject(new Failure('invalid-data', 'bad data'));
  await expect(exporter.send('e')).rejects.toMatchObject({
    code: 'invalid-data',
    message: `127.0.0.1:${port} answered INVALID_ARGUMENT: bad data`,
  });
});

test('Loki elsewhere: a push as JSON, retried on 5xx', async () => {
  const server = await elsewhere({ status: 500 }, { status: 204 });
  const { send, settings } = await start(
    lokiExporter,
    `endpoint: ${server.url}/loki/api/v1/push\ntenant_id: team\nlabels: {attributes: {severity: level}}\n${waiting}\n${quick}`,
  );
  expect(await send('a')).toEqual(accepted);
  expect(server.received.length).toBe(2);
  const request = server.received[1]!;
  expect(request.url).toBe('/loki/api/v1/push');
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'x-scope-orgid': 'team',
  });
  expect(JSON.parse(gunzipSync(request.body).toString('utf8'))).toEqual({
    streams: [{ stream: { level: 'INFO' }, values: [['5', 'a', { severity_text: 'INFO' }]] }],
  });
  expect(settings.logged.filter((line) => line.startsWith('warn'))).toEqual([
    expect.stringMatching(/^warn: labels\.attributes: "severity" are looked for/),
    expect.stringMatching(/^warn: sending failed and is tried again/),
  ]);
});

test('remote write elsewhere: snappy, and a retry goes on where it stopped', async () => {
  const server = await elsewhere({ status: 200 }, { status: 503 }, { status: 200 });
  const settings = testSettings();
  const config = prometheusRemoteWriteExporter.parseConfig(
    parseYamlValue(`endpoint: ${server.url}/api/v1/push\nmax_batch_size_bytes: 60\n${quick}`),
    () => undefined,
  );
  const exporter = prometheusRemoteWriteExporter.create(
    { ...settings, id: 'p' },
    config,
    'metrics',
  );
  await exporter.start();
  const dataPoints = ['a', 'b'].map((value) => ({
    asDouble: 1,
    timeUnixNano: '1700000000000000000',
    attributes: [{ key: 'attribute', value: { stringValue: value } }],
  }));
  const { batch } = decodeMetricsJson(
    JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'g', gauge: { dataPoints } }] }] }],
    }),
  );
  expect(await exporter.metrics!.consumeMetrics(batch, { tenant: 't' })).toEqual(accepted);
  await waitFor(() => server.received.length === 3);
  await exporter.stop(AbortSignal.timeout(2000));
  expect(server.received[0]?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  });
  const sent = server.received.map(({ body }) =>
    decodeRemoteWrite(decodeSnappy(body, 1_000_000)).series.map(({ labels }) =>
      labelValue(labels, 'attribute'),
    ),
  );
  expect(sent).toEqual([['a'], ['b'], ['b']]);
});

test.each([
  ['loki', lokiExporter, 'endpoint: http://loki:3100/loki/api/v1/push'],
  ['otlp', otlpGrpcExporter, 'endpoint: tempo:4317'],
  ['otlphttp', otlpHttpExporter, 'endpoint: http://loki:3100/otlp'],
])('%s to an embedded name: stored here, acknowledged when durable', async (_, factory, yaml) => {
  const { send, settings, exporter } = await start(factory as ExporterFactory, yaml);
  const answer = deferred<ConsumeOutcome>();
  settings.store.answer = () => answer.promise;
  let isSettled = false;
  const sent = send('a').finally(() => {
    isSettled = true;
  });
  await new Promise(setImmediate);
  expect([settings.store.bodies(), isSettled, exporter.gathers]).toEqual([['a'], false, true]);
  answer.resolve(accepted);
  expect(await sent).toEqual(accepted);
  settings.store.answer = () => Promise.reject(new Failure('unavailable', 'restarting'));
  await expect(send('b')).rejects.toMatchObject({ code: 'unavailable' });
});
