// Exporters pass on whose data they send: to a server elsewhere in its header or metadata, to the embedded store as the context.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { testSettings } from '../../../test/pipeline-fixtures.ts';
import { parseYamlValue } from '../../config/yaml-documents.ts';
import { decodeLogsJson } from '../../wire/otlp/decode-logs-json.ts';
import { decodeMetricsJson } from '../../wire/otlp/decode-metrics-json.ts';
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

/** A server that says yes; what each request named is in `named`. */
async function elsewhere(): Promise<{ url: string; named: (string | undefined)[] }> {
  const named: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    named.push(request.headers['x-scope-orgid']?.toString());
    request.resume();
    request.on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, named };
}

const waiting = 'sending_queue: {wait_for_result: true}';

async function start<Config>(
  factory: ExporterFactory<Config>,
  yaml: string,
  enabled: boolean,
): Promise<{ send: (tenant: string) => Promise<unknown>; contexts: () => unknown }> {
  const settings = testSettings({ tenants: { enabled } });
  const config = factory.parseConfig(parseYamlValue(yaml), (path, message) => {
    throw new Error(`${path.join('::')}: ${message}`);
  });
  const signal = factory.signals.includes('logs') ? 'logs' : 'metrics';
  const exporter: Component & NextConsumers = factory.create(
    { ...settings, id: factory.type },
    config,
    signal,
  );
  await exporter.start();
  closers.push(() => exporter.stop(AbortSignal.timeout(2000)));
  return {
    send: async (tenant) =>
      signal === 'logs'
        ? await exporter.logs?.consumeLogs(logs(), { tenant })
        : await exporter.metrics?.consumeMetrics(metrics(), { tenant }),
    contexts: () => settings.store.contexts,
  };
}

function logs() {
  const logRecords = [{ timeUnixNano: '5', body: { stringValue: 'hello' } }];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] };
  return decodeLogsJson(
    JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  ).batch;
}

function metrics() {
  const gauge = { dataPoints: [{ timeUnixNano: '5000000', asInt: '1' }] };
  const scopeMetrics = [{ metrics: [{ name: 'up', gauge }] }];
  return decodeMetricsJson(JSON.stringify({ resourceMetrics: [{ scopeMetrics }] })).batch;
}

describe('to a server elsewhere', () => {
  const check = <Config>(
    factory: ExporterFactory<Config>,
    path: string,
    more: string = '',
  ): void => {
    test(factory.type, async () => {
      const server = await elsewhere();
      const yaml = `endpoint: ${server.url}${path}\n${more}`;
      const on = await start(factory, yaml, true);
      await on.send('shop');
      await on.send('cart');
      const configured = await start(factory, `${yaml}\nheaders: {x-scope-orgid: fixed}`, true);
      await configured.send('shop');
      const off = await start(factory, yaml, false);
      await off.send('default');
      expect(server.named).toEqual(['shop', 'cart', 'fixed', undefined]);
    });
  };
  check(otlpHttpExporter, '/otlp', waiting);
  check(lokiExporter, '/loki/api/v1/push', waiting);
  check(prometheusRemoteWriteExporter, '/api/v1/write', 'remote_write_queue: {enabled: false}');

  test('otlp, in the metadata', async () => {
    const other = testSettings({ tenants: { enabled: true } });
    const yaml = 'protocols: {grpc: {endpoint: "localhost:0"}}';
    const config = otlpReceiver.parseConfig(parseYamlValue(yaml), () => undefined);
    const receiver = otlpReceiver.create({ ...other, id: 'otlp' }, config, other.store);
    await receiver.start();
    closers.push(() => receiver.stop(AbortSignal.timeout(2000)));
    const { grpc } = (receiver as OtlpReceiver).ports;
    const exporter = await start(
      otlpGrpcExporter,
      `endpoint: 127.0.0.1:${grpc}\ntls: {insecure: true}\n${waiting}`,
      true,
    );
    await exporter.send('shop');
    await exporter.send('cart');
    expect(other.store.contexts).toEqual([{ tenant: 'shop' }, { tenant: 'cart' }]);
  });
});

describe('to the embedded store', () => {
  for (const [header, enabled, expected] of [
    ['', true, 'shop'],
    ['headers: {X-Scope-OrgID: fixed}', true, 'fixed'],
    ['headers: {X-Scope-OrgID: fixed}', false, 'shop'],
  ] as const) {
    test(`tenants ${enabled ? 'on' : 'off'}, ${header || 'nothing configured'}`, async () => {
      const yaml = `endpoint: http://loki:3100/otlp\n${header}`;
      const { send, contexts } = await start(otlpHttpExporter, yaml, enabled);
      await send('shop');
      expect(contexts()).toEqual([{ tenant: expected }]);
    });
  }

  test('a configured header that names several is refused', async () => {
    const yaml = 'endpoint: http://loki:3100/otlp\nheaders: {X-Scope-OrgID: a|b}';
    await expect(start(otlpHttpExporter, yaml, true)).rejects.toThrow(
      'exporters::otlphttp: X-Scope-OrgID "a|b" names no tenant',
    );
  });
});
