// One Clew, many doors: every API under the UI's port, Grafana's proxy paths by uid, each write path, and what comes in by one
// is there at the others.

import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { form, formHeaders, path, type Port } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns, remoteWriteOf, lokiProtobuf } from './shop-telemetry.ts';
import { encodeMessage, keyValues } from './wire-messages.ts';

const running = runShop();
const { ask } = running;

const proxy = (uid: string): string => `/api/datasources/proxy/uid/${uid}`;

function window(): { start: string; end: string } {
  const { startMs, endMs } = running.shop;
  return { start: ns(startMs), end: ns(endMs) };
}

describe('reads', () => {
  for (const [port, prefix] of [
    ['loki', ''],
    ['ui', ''],
    ['ui', proxy('loki')],
  ] as const) {
    test(`Loki at ${port}${prefix}`, async () => {
      await ask(
        { port, path: path(`${prefix}/loki/api/v1/label/app/values`, window()) },
        { json: { status: 'success', data: ['edge'] } },
      );
      const posted = await ask({
        port,
        path: `${prefix}/loki/api/v1/query_range`,
        method: 'POST',
        headers: formHeaders,
        body: form({ query: '{app="edge"}', limit: 5, ...window() }),
      });
      expect(
        posted
          .json<{ data: { result: { values: object[] }[] } }>()
          .data.result.flatMap(({ values }) => values),
      ).toHaveLength(5);
      await ask(
        { port, path: path(`${prefix}/loki/api/v1/query_range`, { query: '{' }) },
        { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } },
      );
    });
  }

  for (const [port, prefix] of [
    ['tempo', ''],
    ['tempo', '/tempo'],
    ['ui', '/tempo'],
    ['ui', proxy('tempo')],
  ] as const) {
    test(`Tempo at ${port}${prefix}`, async () => {
      const { traceId } = running.shop.traces[0]!;
      await ask({ port, path: `${prefix}/api/echo` }, { text: 'echo\n' });
      await ask(
        {
          port,
          path: `${prefix}/api/v2/traces/${traceId}`,
          headers: { accept: 'application/protobuf' },
        },
        { headers: { 'content-type': 'application/protobuf' } },
      );
      await ask(
        { port, path: path(`${prefix}/api/search`, { q: '{ status = error }' }) },
        { json: { traces: [{ rootServiceName: 'checkout' }, {}, {}, {}] } },
      );
      await ask({ port, path: `${prefix}/api/v2/search/tag/nope/values` }, { status: 400 });
    });
  }

  for (const [port, prefix] of [
    ['prometheus', ''],
    ['prometheus', '/prometheus'],
    ['ui', '/prometheus'],
    ['ui', proxy('prometheus')],
  ] as const) {
    test(`Prometheus at ${port}${prefix}`, async () => {
      const time = running.shop.endMs / 1000;
      const json = { status: 'success', data: { result: [{ value: [time, '1'] }] } };
      await ask(
        {
          port,
          path: `${prefix}/api/v1/query`,
          method: 'POST',
          headers: formHeaders,
          body: form({ query: 'up', time }),
        },
        { json },
      );
      await ask({ port, path: path(`${prefix}/api/v1/query`, { query: 'up', time }) }, { json });
      await ask(
        { port, path: `${prefix}/api/v1/nope` },
        { status: 404, json: { status: 'error' } },
      );
    });
  }

  test('answers are gzipped when the client takes it', async () => {
    const { headers } = await ask({
      port: 'loki',
      path: path('/loki/api/v1/query_range', { query: '{env="prod"}', limit: 1000, ...window() }),
    });
    expect(headers['content-encoding']).toBe('gzip');
  });

  test('each port says that it is ready and shows its metrics', async () => {
    for (const port of ['ui', 'loki', 'tempo', 'prometheus'] as const) {
      await ask({ port, path: '/ready' }, { text: 'ready\n' });
      await ask({ port, path: '/metrics' }, { text: /^clew_uptime_seconds /m });
    }
    // A browser that asks the UI's port is shown the page of that name.
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    await ask(
      { port: 'prometheus', path: '/metrics', headers },
      { text: /^clew_uptime_seconds /m },
    );
    const page = await ask({ port: 'ui', path: '/metrics', headers });
    expect(page.text).not.toMatch(/^clew_uptime_seconds /m);
    expect(page.headers['content-type']).toContain('text/html');
    await ask(
      { port: 'ui', path: '/api/health' },
      { json: { status: 'ok', problems: [], received: { spans: 105 } } },
    );
    await ask({ port: 'ui', path: '/api/running' }, { json: { portShift: running.clew.shift } });
  });

  test('a datasource that is not there, and paths that lead nowhere', async () => {
    await ask(
      { port: 'ui', path: `${proxy('nope')}/api/echo` },
      { status: 404, text: /^no datasource has the uid "nope"/ },
    );
    await ask({ port: 'ui', path: `${proxy('%zz')}/api/echo` }, { status: 404 });
    await ask(
      { port: 'ui', path: '/api/nope' },
      { status: 404, json: { error: { code: 'not-found' } } },
    );
    await ask({ port: 'loki', path: '/nope' }, { status: 404, text: '404 page not found\n' });
  });
});

interface Write {
  readonly name: string;
  readonly port: Port;
  readonly path: string;
  readonly type: string;
  readonly headers?: Record<string, string>;
  readonly body: (app: string) => Buffer | string;
  readonly status: number;
}

function pushJson(app: string): string {
  return JSON.stringify({
    streams: [{ stream: { app }, values: [[ns(Date.now()), `level=warn from=${app}`]] }],
  });
}

function otlpLogs(app: string): object {
  const record = {
    timeUnixNano: ns(Date.now()),
    severityNumber: 13,
    body: { stringValue: `level=warn from=${app}` },
  };
  return {
    resourceLogs: [
      {
        resource: { attributes: keyValues({ 'service.name': app }) },
        scopeLogs: [{ logRecords: [record] }],
      },
    ],
  };
}

const logWrites: readonly Write[] = [
  ...(['loki', 'ui'] as const).map((port): Write => ({
    name: `JSON push at ${port}`,
    port,
    path: '/loki/api/v1/push',
    type: 'application/json; charset=utf-8',
    body: pushJson,
    status: 204,
  })),
  {
    name: 'JSON push through the proxy',
    port: 'ui',
    path: `${proxy('loki')}/loki/api/v1/push`,
    type: 'application/json',
    body: pushJson,
    status: 204,
  },
  {
    name: 'gzipped JSON push',
    port: 'loki',
    path: '/loki/api/v1/push',
    type: 'application/json',
    headers: { 'content-encoding': 'gzip' },
    body: (app) => gzipSync(pushJson(app)),
    status: 204,
  },
  {
    name: 'deflated JSON push',
    port: 'loki',
    path: '/loki/api/v1/push',
    type: 'application/json',
    headers: { 'content-encoding': 'deflate' },
    body: (app) => deflateSync(pushJson(app)),
    status: 204,
  },
  {
    name: 'snappy protobuf push that says so',
    port: 'loki',
    path: '/loki/api/v1/push',
    type: 'application/x-protobuf',
    headers: { 'content-encoding': 'snappy' },
    body: (app) => lokiProtobuf(`{app="${app}"}`, Date.now(), [`level=warn from=${app}`]),
    status: 204,
  },
  {
    name: "a Collector's otlphttp exporter to Loki, JSON",
    port: 'loki',
    path: '/otlp/v1/logs',
    type: 'application/json',
    body: (app) => JSON.stringify(otlpLogs(app)),
    status: 204,
  },
  {
    name: "a Collector's otlphttp exporter to Loki, gzipped protobuf",
    port: 'loki',
    path: '/otlp/v1/logs',
    type: 'application/x-protobuf',
    headers: { 'content-encoding': 'gzip' },
    body: (app) => gzipSync(encodeMessage('Logs', otlpLogs(app))),
    status: 204,
  },
  {
    name: 'OTLP protobuf, gzipped',
    port: 'otlpHttp',
    path: '/v1/logs',
    type: 'application/x-protobuf',
    headers: { 'content-encoding': 'gzip' },
    body: (app) => gzipSync(encodeMessage('Logs', otlpLogs(app))),
    status: 200,
  },
];

describe('writes are there when they are acknowledged', () => {
  for (const [at, write] of logWrites.entries()) {
    test(write.name, async () => {
      const app = `door-${at}`;
      await ask(
        {
          port: write.port,
          path: write.path,
          method: 'POST',
          headers: { 'content-type': write.type, ...write.headers },
          body: write.body(app),
        },
        { status: write.status },
      );
      const found = await ask({
        port: 'loki',
        path: path('/loki/api/v1/query_range', {
          query: `{service_name="${app}"} | logfmt | detected_level="warn" | from="${app}"`,
        }),
      });
      expect(found.json<{ data: { result: object[] } }>().data.result).toHaveLength(1);
    });
  }

  for (const [at, [port, base]] of (
    [
      ['prometheus', '/api/v1/write'],
      ['prometheus', '/api/v1/push'],
      ['prometheus', '/prometheus/api/v1/write'],
      ['ui', '/prometheus/api/v1/write'],
      ['ui', `${proxy('prometheus')}/api/v1/write`],
    ] as const
  ).entries()) {
    test(`remote write at ${port}${base}`, async () => {
      const name = `written_${at}`;
      await ask(
        {
          port,
          path: base,
          method: 'POST',
          headers: {
            'content-type': 'application/x-protobuf',
            'content-encoding': 'snappy',
            'x-prometheus-remote-write-version': '0.1.0',
          },
          body: remoteWriteOf({ __name__: name }, at, Date.now()),
        },
        { status: 204, text: '' },
      );
      await ask(
        { port: 'prometheus', path: path('/api/v1/query', { query: name }) },
        {
          json: {
            data: {
              result: [{ metric: { __name__: name }, value: [expect.any(Number), String(at)] }],
            },
          },
        },
      );
    });
  }

  for (const [at, base] of ['/otlp/v1/metrics', '/api/v1/otlp/v1/metrics'].entries()) {
    test(`OTLP metrics at ${base}`, async () => {
      const gauge = {
        dataPoints: [{ timeUnixNano: ns(Date.now()), asInt: String(at + 7), attributes: [] }],
      };
      await ask(
        {
          port: 'prometheus',
          path: base,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            resourceMetrics: [
              {
                resource: { attributes: keyValues({ 'service.name': 'meter' }) },
                scopeMetrics: [{ metrics: [{ name: `otlp.door.${at}`, gauge }] }],
              },
            ],
          }),
        },
        { status: 200 },
      );
      await ask(
        { port: 'prometheus', path: path('/api/v1/query', { query: `otlp_door_${at}` }) },
        {
          json: {
            data: {
              result: [{ metric: { job: 'meter' }, value: [expect.any(Number), String(at + 7)] }],
            },
          },
        },
      );
    });
  }
});
