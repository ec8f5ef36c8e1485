// Tenants at the receiver's door, over real sockets: the header of HTTP, the metadata of gRPC.

import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestSettings, testSettings } from '../../../../test/pipeline-fixtures.ts';
import { parseYamlValue } from '../../../config/yaml-documents.ts';
import { decodeLogsJson } from '../../../wire/otlp/decode-logs-json.ts';
import { encodeLogsProtobuf } from '../../../wire/otlp/encode-logs.ts';
import { exportPaths } from '../../otlp-grpc-paths.ts';
import { type OtlpReceiver, otlpReceiver } from './receiver.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Running {
  readonly settings: TestSettings;
  readonly ports: OtlpReceiver['ports'];
}

async function start(enabled: boolean): Promise<Running> {
  const settings = testSettings({ tenants: { enabled } });
  const yaml = 'protocols: {http: {endpoint: "localhost:0"}, grpc: {endpoint: "localhost:0"}}';
  const config = otlpReceiver.parseConfig(parseYamlValue(yaml), (path, message) => {
    throw new Error(`${path.join('::')}: ${message}`);
  });
  const receiver = otlpReceiver.create({ ...settings, id: 'otlp' }, config, settings.store);
  await receiver.start();
  closers.push(() => receiver.stop(AbortSignal.timeout(5000)));
  return { settings, ports: (receiver as OtlpReceiver).ports };
}

const json = JSON.stringify({
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hello' } }] }] }],
});

async function sendHttp(
  { ports }: Running,
  tenant: string | undefined,
): Promise<readonly [number, string]> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/logs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(tenant !== undefined && { 'x-scope-orgid': tenant }),
    },
    body: json,
  });
  const { message = '' } = (await answer.json()) as { message?: string };
  return [answer.status, message];
}

function sendGrpc(
  { ports }: Running,
  ...tenants: readonly string[]
): Promise<readonly [number, string]> {
  const client = new Client(`127.0.0.1:${ports.grpc}`, credentials.createInsecure());
  closers.push(async () => client.close());
  const metadata = new Metadata();
  for (const tenant of tenants) metadata.add('x-scope-orgid', tenant);
  const same = (bytes: Buffer): Buffer => bytes;
  const body = Buffer.from(encodeLogsProtobuf(decodeLogsJson(json).batch));
  return new Promise((resolve) => {
    const answered = (error: ServiceError | null): void =>
      resolve([error?.code ?? status.OK, error?.details ?? '']);
    client.makeUnaryRequest(exportPaths.logs, same, same, body, metadata, answered);
  });
}

const badCharacters = /has characters that are not allowed/;

describe('tenants on', () => {
  test('data is of the tenant that the request names', async () => {
    const running = await start(true);
    expect(await sendHttp(running, 'shop')).toEqual([200, '']);
    expect(await sendGrpc(running, 'cart')).toEqual([status.OK, '']);
    expect(running.settings.store.contexts).toEqual([{ tenant: 'shop' }, { tenant: 'cart' }]);
  });

  test('a request that names none, or several, brings nothing in', async () => {
    const running = await start(true);
    expect(await sendHttp(running, undefined)).toEqual([401, 'no org id']);
    expect(await sendGrpc(running)).toEqual([status.UNAUTHENTICATED, 'no org id']);
    expect(await sendHttp(running, 'a|b')).toEqual([400, expect.stringMatching(badCharacters)]);
    expect(await sendGrpc(running, 'a', 'b')).toEqual([
      status.INVALID_ARGUMENT,
      expect.stringMatching(badCharacters),
    ]);
    expect(running.settings.store.bodies()).toEqual([]);
  });
});

test('tenants off: what a request names is not looked at', async () => {
  const running = await start(false);
  expect(await sendHttp(running, 'a/b|')).toEqual([200, '']);
  expect(await sendGrpc(running, 'shop')).toEqual([status.OK, '']);
  expect(running.settings.store.contexts).toEqual([{ tenant: 'default' }, { tenant: 'default' }]);
});
