// The receiver over real sockets, in front of a store in memory.

import { request as requestHttp } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { accepted, type ConsumeOutcome } from '../../../model/consumers.ts';
import { decodeLogsJson } from '../../../wire/otlp/decode-logs-json.ts';
import { encodeLogsProtobuf } from '../../../wire/otlp/encode-logs.ts';
import { decodeExportResponse } from '../../../wire/otlp/export-response.ts';
import { decodeRpcStatus } from '../../../wire/rpc-status.ts';
import { deferred, type TestSettings, testSettings } from '../../../../test/pipeline-fixtures.ts';
import type { NextConsumers } from '../../component.ts';
import { exportPaths } from '../../otlp-grpc-paths.ts';
import { type OtlpReceiver, otlpReceiver } from './receiver.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function map(entries: Record<string, unknown>): unknown {
  return Object.assign(Object.create(null) as object, entries);
}

interface Running {
  readonly settings: TestSettings;
  readonly receiver: OtlpReceiver;
  readonly httpPort: number;
  readonly grpcPort: number;
  stop(): Promise<void>;
}

async function start(
  http: Record<string, unknown> = {},
  grpc: Record<string, unknown> = {},
  consumers: (settings: TestSettings) => NextConsumers = ({ store }) => store,
): Promise<Running> {
  const settings = testSettings();
  const config = otlpReceiver.parseConfig(
    map({
      protocols: map({
        http: map({ endpoint: 'localhost:0', ...http }),
        grpc: map({ endpoint: 'localhost:0', ...grpc }),
      }),
    }),
    (path, message) => {
      throw new Error(`${path.join('::')}: ${message}`);
    },
  );
  const receiver = otlpReceiver.create(
    { ...settings, id: 'otlp' },
    config,
    consumers(settings),
  ) as OtlpReceiver;
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await receiver.stop(AbortSignal.timeout(5000));
    isStopped = true;
  };
  closers.push(stop);
  await receiver.start();
  const { http: httpPort = 0, grpc: grpcPort = 0 } = receiver.ports;
  return { settings, receiver, httpPort, grpcPort, stop };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly host?: string;
}

function send(port: number, sent: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(
      {
        host: sent.host ?? '127.0.0.1',
        port,
        method: sent.method ?? 'POST',
        path: sent.path ?? '/v1/logs',
        headers: { 'Content-Type': 'application/json', ...sent.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            text: body.toString('utf8'),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(sent.body);
  });
}

function logsJson(...bodies: readonly string[]): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
        scopeLogs: [
          {
            logRecords: bodies.map((body) => ({
              timeUnixNano: '1700000000000000000',
              severityText: 'INFO',
              body: { stringValue: body },
            })),
          },
        ],
      },
    ],
  });
}

function logsProtobuf(...bodies: readonly string[]): Uint8Array {
  return encodeLogsProtobuf(decodeLogsJson(logsJson(...bodies)).batch);
}

const protobufHeaders = { 'Content-Type': 'application/x-protobuf' };

test('JSON and protobuf, plain, gzip and deflate', async () => {
  const { httpPort, settings } = await start();
  const answers = await Promise.all([
    send(httpPort, { body: logsJson('json') }),
    send(httpPort, {
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Encoding': 'gzip' },
      body: gzipSync(logsJson('json gzip')),
    }),
    send(httpPort, { headers: protobufHeaders, body: logsProtobuf('protobuf') }),
    send(httpPort, {
      headers: { ...protobufHeaders, 'Content-Encoding': 'deflate' },
      body: deflateSync(logsProtobuf('protobuf deflate')),
    }),
    send(httpPort, { host: '::1', body: logsJson('over IPv6') }),
  ]);
  expect(answers.map(({ status: code, text }) => [code, text])).toEqual([
    [200, '{}'],
    [200, '{}'],
    [200, ''],
    [200, ''],
    [200, '{}'],
  ]);
  expect(answers.map(({ headers }) => headers['content-type'])).toEqual([
    'application/json',
    'application/json',
    'application/x-protobuf',
    'application/x-protobuf',
    'application/json',
  ]);
  expect(settings.store.bodies().toSorted()).toEqual([
    'json',
    'json gzip',
    'over IPv6',
    'protobuf',
    'protobuf deflate',
  ]);
  expect(settings.store.contexts[0]).toEqual({ tenant: 'default' });
  expect(settings.counters.total('otelcol_receiver_accepted_log_records')).toBe(5);
});

test('spans and metrics', async () => {
  const { httpPort, settings } = await start();
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'GET /',
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
  };
  const gauge = { name: 'g', gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: '1' }] } };
  const answers = [
    await send(httpPort, {
      path: '/v1/traces',
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    }),
    await send(httpPort, {
      path: '/v1/metrics',
      body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [gauge] }] }] }),
    }),
  ];
  expect(answers.map(({ status: code }) => code)).toEqual([200, 200]);
  expect(settings.store.spansBatches[0]?.name.textAt(0)).toBe('GET /');
  expect(settings.store.metricsBatches[0]?.resources[0]?.scopes[0]?.metrics[0]?.name).toBe('g');
});

test('what is only partly taken says so', async () => {
  const { httpPort, settings } = await start();
  settings.store.answer = async () => ({ rejected: 1, message: 'too old' });
  const json = await send(httpPort, { body: logsJson('a', 'b') });
  expect(JSON.parse(json.text)).toEqual({
    partialSuccess: { rejectedLogRecords: '1', errorMessage: 'too old' },
  });
  const protobuf = await send(httpPort, { headers: protobufHeaders, body: logsProtobuf('a') });
  expect(decodeExportResponse(protobuf.body)).toEqual({ rejected: 1, message: 'too old' });
  expect(settings.counters.total('otelcol_receiver_accepted_log_records')).toBe(1);
  expect(settings.counters.total('otelcol_receiver_refused_log_records')).toBe(2);
});

test('an empty request is a success and reaches no consumer', async () => {
  const { httpPort, settings } = await start();
  const answers = [
    await send(httpPort, { headers: protobufHeaders }),
    await send(httpPort, { body: '' }),
    await send(httpPort, { body: '{}' }),
  ];
  expect(answers.map(({ status: code }) => code)).toEqual([200, 200, 200]);
  expect(settings.store.logsBatches).toEqual([]);
});

interface Refusal {
  readonly status: number;
  readonly text: string | RegExp;
}

function checkRefusal(
  name: string,
  sent: () => Sent,
  expected: Refusal,
  http: Record<string, unknown> = {},
): void {
  test(`refused: ${name}`, async () => {
    const { httpPort, settings } = await start({ max_request_body_size: 1_000_000, ...http });
    const answer = await send(httpPort, sent());
    const isStatus = answer.headers['content-type'] === 'application/x-protobuf';
    const isJson = answer.headers['content-type'] === 'application/json';
    const text = isStatus
      ? decodeRpcStatus(answer.body).message
      : isJson
        ? (JSON.parse(answer.text) as { message: string }).message
        : answer.text;
    expect({ status: answer.status, text }).toEqual({
      status: expected.status,
      text:
        typeof expected.text === 'string' ? expected.text : expect.stringMatching(expected.text),
    });
    expect(settings.store.logsBatches).toEqual([]);
    // The neighbours are not disturbed.
    expect((await send(httpPort, { body: logsJson('next') })).status).toBe(200);
  });
}

checkRefusal('a method other than POST', () => ({ method: 'GET' }), {
  status: 405,
  text: '405 method not allowed, supported: [POST]',
});
checkRefusal('another path', () => ({ path: '/v1/log' }), {
  status: 404,
  text: '404 page not found',
});
checkRefusal(
  'another content type',
  () => ({ headers: { 'Content-Type': 'text/plain' }, body: 'x' }),
  {
    status: 415,
    text: '415 unsupported media type, supported: [application/json, application/x-protobuf]',
  },
);
checkRefusal('another encoding', () => ({ headers: { 'Content-Encoding': 'zstd' }, body: 'x' }), {
  status: 400,
  text: 'unsupported Content-Encoding "zstd", expected gzip, deflate or none',
});
checkRefusal(
  'truncated protobuf',
  () => ({ headers: protobufHeaders, body: logsProtobuf('a').subarray(0, -3) }),
  {
    status: 400,
    text: /./,
  },
);
checkRefusal('truncated JSON', () => ({ body: logsJson('a').slice(0, -5) }), {
  status: 400,
  text: /./,
});
checkRefusal(
  'invalid UTF-8 in JSON',
  () => ({ body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }),
  {
    status: 400,
    text: 'the body is not valid UTF-8',
  },
);
checkRefusal(
  'what is not gzip',
  () => ({ headers: { 'Content-Encoding': 'gzip' }, body: 'plain' }),
  {
    status: 400,
    text: 'the body is not valid gzip',
  },
);
checkRefusal(
  'truncated gzip',
  () => ({
    headers: { 'Content-Encoding': 'gzip' },
    body: gzipSync(logsJson('a')).subarray(0, 40),
  }),
  {
    status: 400,
    text: 'the body is not valid gzip',
  },
);
checkRefusal(
  'a gzip bomb',
  () => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) }),
  {
    status: 413,
    text: 'http: request body too large: the limit is 1000000 bytes',
  },
);
checkRefusal('a body of 100 MB, announced', () => ({ body: Buffer.alloc(100_000_000, 32) }), {
  status: 413,
  text: 'http: request body too large: the limit is 1000000 bytes',
});
checkRefusal(
  'a body of 100 MB, in chunks',
  () => ({ headers: { 'Transfer-Encoding': 'chunked' }, body: Buffer.alloc(100_000_000, 32) }),
  { status: 413, text: 'http: request body too large: the limit is 1000000 bytes' },
);
checkRefusal(
  'a page of another origin',
  () => ({ headers: { Origin: 'https://evil.example' }, body: logsJson('x') }),
  {
    status: 403,
    text: 'pages of this origin may not send; list it under cors.allowed_origins',
  },
);
checkRefusal(
  'another Host',
  () => ({ headers: { Host: 'evil.example:4318' }, body: logsJson('x') }),
  {
    status: 403,
    text: 'the Host header names another machine; start with --allow-host to add its name',
  },
);

test('a signal that no pipeline takes', async () => {
  const { httpPort } = await start({}, {}, ({ store }) => ({ spans: store.spans }));
  const answer = await send(httpPort, { body: logsJson('a') });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    404,
    { code: 12, message: 'no pipeline takes logs from the receiver "otlp"' },
  ]);
});

test.each([
  [new Failure('overloaded', 'the writer is behind', { retryAfterMs: 2500 }), 429, '3', 8],
  [new Failure('overloaded', 'the writer is behind'), 429, '1', 8],
  [new Failure('unavailable', 'the store is restarting'), 503, undefined, 14],
  [new Failure('timeout', 'too slow'), 503, undefined, 4],
  [new Failure('internal', 'internal error'), 500, undefined, 13],
])('%s becomes %d', async (failure, code, retryAfter, grpcCode) => {
  const { httpPort, settings } = await start();
  settings.store.answer = () => Promise.reject(failure);
  const answer = await send(httpPort, { headers: protobufHeaders, body: logsProtobuf('a') });
  expect(answer.status).toBe(code);
  expect(answer.headers['retry-after']).toBe(retryAfter);
  expect(decodeRpcStatus(answer.body)).toMatchObject({ code: grpcCode, message: failure.message });
});

test('pages of listed origins may send', async () => {
  const { httpPort } = await start({
    cors: map({
      allowed_origins: ['https://*.example.com'],
      allowed_headers: ['x-team'],
      max_age: 60,
    }),
  });
  const origin = 'https://shop.example.com';
  const preflight = (from: string): Promise<Answer> =>
    send(httpPort, {
      method: 'OPTIONS',
      headers: {
        Origin: from,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
  const allowed = await preflight(origin);
  expect(allowed.status).toBe(204);
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, x-team',
    'access-control-max-age': '60',
  });
  const other = await preflight('https://example.org');
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
  const sent = await send(httpPort, { headers: { Origin: origin }, body: logsJson('from a page') });
  expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, origin]);
});

test('a connection that breaks off takes nothing with it', async () => {
  const { httpPort, settings } = await start();
  await new Promise<void>((resolve) => {
    const socket = connect(httpPort, '127.0.0.1', () => {
      socket.write(
        'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"resourceLogs"',
        () => socket.destroy(),
      );
    });
    socket.on('close', () => resolve());
  });
  expect((await send(httpPort, { body: logsJson('next') })).status).toBe(200);
  expect(settings.store.bodies()).toEqual(['next']);
});

test('stopping lets running requests finish and takes no new ones', async () => {
  const running = await start();
  const { httpPort, settings } = running;
  const answer = deferred<ConsumeOutcome>();
  const arrived = deferred<undefined>();
  settings.store.answer = () => {
    arrived.resolve(undefined);
    return answer.promise;
  };
  const sent = send(httpPort, { body: logsJson('last') });
  await arrived.promise;
  const stopped = running.stop();
  await expect(send(httpPort, { body: logsJson('too late') })).rejects.toThrow('ECONNREFUSED');
  answer.resolve(accepted);
  const last = await sent;
  expect([last.status, last.headers['connection']]).toEqual([200, 'close']);
  await stopped;
});

test('a port in use is one sentence', async () => {
  const { httpPort } = await start();
  await expect(start({ endpoint: `localhost:${httpPort}` })).rejects.toMatchObject({
    code: 'config',
    message: `port ${httpPort} for OTLP over HTTP on 127.0.0.1 is in use; stop what uses it, or move all of Clew's ports with --port-shift`,
  });
  await expect(start({}, { endpoint: `localhost:${httpPort}` })).rejects.toMatchObject({
    code: 'config',
    message: `port ${httpPort} for OTLP over gRPC on 127.0.0.1 is in use; stop what uses it, or move all of Clew's ports with --port-shift`,
  });
});

test('an address for everybody becomes loopback, with one warning', async () => {
  const { httpPort, settings } = await start({ endpoint: '0.0.0.0:0' }, { endpoint: ':0' });
  expect((await send(httpPort, { body: logsJson('a') })).status).toBe(200);
  expect(settings.logged.filter((line) => line.startsWith('warn'))).toEqual([
    'warn: listening on this machine only; use --insecure to accept connections from others',
  ]);
});

interface GrpcAnswer {
  readonly error: ServiceError | null;
  readonly body: Buffer | undefined;
}

function exportOverGrpc(
  port: number,
  body: Uint8Array,
  options: Record<string, number> = {},
): Promise<GrpcAnswer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    ...options,
  });
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      exportPaths.logs,
      same,
      same,
      Buffer.from(body),
      new Metadata(),
      (error, answer) => {
        client.close();
        resolve({ error, body: answer });
      },
    );
  });
}

test('gRPC, plain and gzip', async () => {
  const { grpcPort, settings } = await start();
  const plain = await exportOverGrpc(grpcPort, logsProtobuf('plain'));
  const gzip = await exportOverGrpc(grpcPort, logsProtobuf('gzip'), {
    'grpc.default_compression_algorithm': 2,
  });
  expect([plain, gzip]).toEqual([
    { error: null, body: Buffer.alloc(0) },
    { error: null, body: Buffer.alloc(0) },
  ]);
  expect(settings.store.bodies()).toEqual(['plain', 'gzip']);
  settings.store.answer = async () => ({ rejected: 1, message: 'too old' });
  const partial = await exportOverGrpc(grpcPort, logsProtobuf('old'));
  expect(decodeExportResponse(partial.body!)).toEqual({ rejected: 1, message: 'too old' });
});

test.each([
  ['malformed', { code: status.INVALID_ARGUMENT }, Buffer.from([0x0a, 0xff]), undefined],
  [
    'overloaded',
    { code: status.UNAVAILABLE, details: 'the writer is behind' },
    logsProtobuf('a'),
    new Failure('overloaded', 'the writer is behind', { retryAfterMs: 2500 }),
  ],
  [
    'unavailable',
    { code: status.UNAVAILABLE, details: 'restarting' },
    logsProtobuf('a'),
    new Failure('unavailable', 'restarting'),
  ],
  ['too large', { code: status.RESOURCE_EXHAUSTED }, Buffer.alloc(2_000_000), undefined],
])('gRPC refuses: %s', async (name, expected, body, failure) => {
  const { grpcPort, settings } = await start({}, { max_recv_msg_size_mib: 1 });
  if (failure !== undefined) settings.store.answer = () => Promise.reject(failure);
  const { error } = await exportOverGrpc(grpcPort, body);
  expect(error).toMatchObject(expected);
  const [details] = error?.metadata.get('grpc-status-details-bin') ?? [];
  const retryAfterMs =
    details instanceof Buffer ? decodeRpcStatus(details).retryAfterMs : undefined;
  expect(retryAfterMs).toBe(name === 'overloaded' ? 2500 : undefined);
});

test('a gRPC message that inflates beyond the limit', async () => {
  const { grpcPort } = await start({}, { max_recv_msg_size_mib: 1 });
  const { error } = await exportOverGrpc(grpcPort, Buffer.alloc(50_000_000), {
    'grpc.default_compression_algorithm': 2,
  });
  expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect((await exportOverGrpc(grpcPort, logsProtobuf('next'))).error).toBeNull();
});

test('stopping waits for running gRPC calls, not for idle connections', async () => {
  const running = await start();
  const { grpcPort, settings } = running;
  const idle = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  await new Promise<void>((resolve, reject) => {
    idle.waitForReady(Infinity, (error) => (error === undefined ? resolve() : reject(error)));
  });
  const answer = deferred<ConsumeOutcome>();
  const arrived = deferred<undefined>();
  settings.store.answer = () => {
    arrived.resolve(undefined);
    return answer.promise;
  };
  const sent = exportOverGrpc(grpcPort, logsProtobuf('last'));
  await arrived.promise;
  const cut = new AbortController();
  const stopped = running.receiver.stop(cut.signal);
  answer.resolve(accepted);
  expect((await sent).error).toBeNull();
  await stopped;
  expect(cut.signal.aborted).toBe(false);
  idle.close();
});

test('a gRPC service that no pipeline needs', async () => {
  const { grpcPort } = await start({}, {}, ({ store }) => ({ spans: store.spans }));
  const { error } = await exportOverGrpc(grpcPort, logsProtobuf('a'));
  expect(error?.code).toBe(status.UNIMPLEMENTED);
});
