// Broken, huge and unknown calls over gRPC, at OTLP's port and at the one that Tempo's streaming shares with HTTP: a status that a
// client understands, what came beside them stored.

import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { check, path, type Port, ports } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';
import { decodeMessage, encodeMessage, keyValues } from './wire-messages.ts';

const running = runShop();
const { ask } = running;

const megabyte = 1024 * 1024;
const raw = (bytes: Buffer): Buffer => bytes;
const roomy = {
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
} as const;

async function withClient<T>(port: Port, work: (client: Client) => Promise<T>): Promise<T> {
  const address = `127.0.0.1:${ports[port] + running.clew.shift}`;
  const client = new Client(address, credentials.createInsecure(), roomy);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const exports = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const;

/** The answer's bytes, or the status that refused. */
function call(method: string, body: Buffer): Promise<Buffer | ServiceError> {
  return withClient(
    'otlpGrpc',
    (client) =>
      new Promise((resolve) =>
        client.makeUnaryRequest(method, raw, raw, body, new Metadata(), {}, (error, answer) =>
          resolve(error ?? answer ?? Buffer.alloc(0)),
        ),
      ),
  );
}

async function refused(method: string, body: Buffer, code: status): Promise<void> {
  const answer = await call(method, body);
  expect(answer).toMatchObject({ code });
  expect((answer as ServiceError).details.length).toBeGreaterThan(5);
  expect((answer as ServiceError).details).not.toMatch(/\n\s+at |\.ts:\d/);
}

function logs(texts: readonly string[], timeUnixNano: string = ns(Date.now())): Buffer {
  return encodeMessage('Logs', {
    resourceLogs: [
      {
        resource: { attributes: keyValues({ 'service.name': 'grpc' }) },
        scopeLogs: [
          { logRecords: texts.map((stringValue) => ({ timeUnixNano, body: { stringValue } })) },
        ],
      },
    ],
  });
}

describe('OTLP', () => {
  for (const [signal, method] of Object.entries(exports)) {
    test(`${signal}: an empty request is fine, noise and truncation are not`, async () => {
      expect(await call(method, Buffer.alloc(0))).toEqual(Buffer.alloc(0));
      await refused(method, Buffer.alloc(100, 0xff), status.INVALID_ARGUMENT);
      await refused(method, Buffer.from([0x0a, 0x7f, 1, 2, 3]), status.INVALID_ARGUMENT);
    });
  }

  test('more than it takes is refused for good', () =>
    refused(exports.logs, logs(['a'.repeat(25 * megabyte)]), status.RESOURCE_EXHAUSTED));

  test('a time that cannot be is counted, its neighbour stored', async () => {
    const both = Buffer.concat([
      logs(['grpc neighbour']),
      logs(['grpc 2500'], '16725225600000000000'),
    ]);
    const answer = await call(exports.logs, both);
    expect(decodeMessage('LogsResponse', answer as Buffer)).toMatchObject({
      partialSuccess: { rejectedLogRecords: '1' },
    });
    const found = await ask({
      port: 'loki',
      path: path('/loki/api/v1/query_range', { query: '{service_name="grpc"}' }),
    });
    expect(found.text).toContain('grpc neighbour');
    expect(found.text).not.toContain('grpc 2500');
  });

  test('a service that is not there', () =>
    refused(
      '/opentelemetry.proto.collector.nope.v1.Nope/Export',
      Buffer.alloc(0),
      status.UNIMPLEMENTED,
    ));
});

describe("Tempo's streaming", () => {
  function stream(method: string, body: Buffer): Promise<ServiceError | undefined> {
    return withClient(
      'tempo',
      (client) =>
        new Promise((resolve) => {
          const answer = client.makeServerStreamRequest(
            `/tempopb.StreamingQuerier/${method}`,
            raw,
            raw,
            body,
          );
          answer.on('data', () => undefined);
          answer.on('error', (error) => resolve(error as ServiceError));
          answer.on('end', () => resolve(undefined));
        }),
    );
  }

  for (const method of [
    'Search',
    'SearchTags',
    'SearchTagsV2',
    'SearchTagValues',
    'SearchTagValuesV2',
    'MetricsQueryRange',
    'MetricsQueryInstant',
  ]) {
    test(`${method}: noise and truncation are refused`, async () => {
      for (const body of [Buffer.alloc(100, 0xff), Buffer.from([0x0a, 0x7f, 1])])
        expect(await stream(method, body)).toMatchObject({ code: status.INVALID_ARGUMENT });
    });
  }

  test('more than it takes, and a method that is not there', async () => {
    expect(await stream('Search', Buffer.alloc(5 * megabyte))).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    expect(await stream('Nope', Buffer.alloc(0))).toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test('a client that goes away in the middle leaves the port alive', async () => {
    await withClient('tempo', async (client) => {
      const answer = client.makeServerStreamRequest(
        '/tempopb.StreamingQuerier/Search',
        raw,
        raw,
        Buffer.alloc(0),
      );
      const ended = new Promise((resolve) => void answer.once('error', resolve));
      answer.cancel();
      expect(await ended).toMatchObject({ code: status.CANCELLED });
    });
    await check(running.clew, { port: 'tempo', path: '/api/echo' }, { text: 'echo\n' });
    expect(running.clew.output()).not.toMatch(/a promise failed unattended|a mistake of ours/);
  });
});
