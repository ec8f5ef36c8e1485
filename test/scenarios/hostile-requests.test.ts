// Requests as a web page that attacks localhost, a slow or vanishing client, or one that mistakes the port would make them.

import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../clew-process.ts';
import { form, formHeaders, path, type Port, ports, send } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

const httpPorts: readonly Port[] = ['ui', 'loki', 'tempo', 'prometheus'];

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection that says something and then waits. */
async function dangling(port: Port, text: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: ports[port] + running.clew.shift });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await new Promise((resolve) => void socket.once('connect', resolve));
  await new Promise((resolve) => void socket.write(text, resolve));
  return socket;
}

const reads: Readonly<Record<string, string>> = {
  ui: '/api/health',
  loki: '/loki/api/v1/labels',
  tempo: '/api/echo',
  prometheus: '/api/v1/status/buildinfo',
};

describe('a name that was rebound to localhost', () => {
  for (const port of httpPorts) {
    test(`reads nothing at ${port}`, async () => {
      for (const host of [
        'evil.example',
        'evil.example:3000',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        '[::2]',
      ]) {
        await ask(
          { port, path: reads[port] ?? '/', headers: { host } },
          { status: 403, text: /is not one of this server's names; start with --allow-host/ },
        );
      }
      for (const host of ['localhost', '127.0.0.1:3000', '[::1]', 'LOCALHOST:1', 'loki:3100'])
        await ask({ port, path: reads[port] ?? '/', headers: { host } });
    });
  }

  test('sends nothing over OTLP', () =>
    ask(
      {
        port: 'otlpHttp',
        path: '/v1/logs',
        method: 'POST',
        headers: { host: 'evil.example', 'content-type': 'application/json' },
        body: '{}',
      },
      { status: 403 },
    ));
});

describe('a foreign page', () => {
  const foreign = ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://'];
  const writes: readonly [Port, string][] = [
    ['loki', '/loki/api/v1/push'],
    ['loki', '/otlp/v1/logs'],
    ['prometheus', '/api/v1/write'],
    ['ui', '/loki/api/v1/push'],
    ['ui', '/api/datasources/proxy/uid/loki/loki/api/v1/push'],
    ['ui', '/api/run/output'],
    ['otlpHttp', '/v1/logs'],
    ['otlpHttp', '/v1/traces'],
  ];
  for (const [port, target] of writes) {
    test(`writes nothing at ${port}${target}`, async () => {
      const body = JSON.stringify({
        streams: [{ stream: { app: 'foreign' }, values: [[ns(Date.now()), 'x']] }],
      });
      // `text/plain` is what a page may send without asking first.
      for (const type of ['application/json', 'text/plain']) {
        for (const origin of foreign) {
          await ask(
            { port, path: target, method: 'POST', headers: { origin, 'content-type': type }, body },
            { status: 403 },
          );
        }
      }
    });
  }

  test('asks no query by form, and may read no answer', async () => {
    const origin = 'https://evil.example';
    await ask(
      {
        port: 'prometheus',
        path: '/api/v1/query',
        method: 'POST',
        headers: { origin, ...formHeaders },
        body: form({ query: 'up' }),
      },
      { status: 403 },
    );
    for (const port of [...httpPorts, 'otlpHttp'] as const) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await send(running.clew, port, reads[port] ?? '/v1/logs', {
          method,
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        expect(answer.headers['access-control-allow-origin'], `${method} ${port}`).toBeUndefined();
      }
    }
  });

  test('nothing of it was stored', () =>
    ask(
      { port: 'loki', path: path('/loki/api/v1/series', { 'match[]': '{app="foreign"}' }) },
      { text: '{"status":"success","data":[]}\n' },
    ));

  test('the own screen may write', () =>
    ask(
      {
        port: 'ui',
        path: '/loki/api/v1/push',
        method: 'POST',
        headers: { origin: running.clew.url(3000), 'content-type': 'application/json' },
        body: JSON.stringify({
          streams: [{ stream: { app: 'own' }, values: [[ns(Date.now()), 'x']] }],
        }),
      },
      { status: 204 },
    ));
});

describe('slow and vanishing clients', () => {
  test('half requests in number do not keep others waiting', async () => {
    for (const port of [...httpPorts, 'otlpHttp'] as const) {
      const halves = ['P', 'PRI * HT', 'GET / HT', 'POST /v1/logs HTTP/1.1\r\nhost: localhost\r\n'];
      const bodies = `POST ${port === 'otlpHttp' ? '/v1/logs' : '/loki/api/v1/push'} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"`;
      for (let at = 0; at < 50; at++) await dangling(port, [...halves, bodies][at % 5] ?? '');
    }
    await dangling('otlpGrpc', 'PRI * HTTP/2.0\r\n\r\nSM');
    await Promise.all(httpPorts.map((port) => ask({ port, path: reads[port] ?? '/' })));
    await ask({
      port: 'otlpHttp',
      path: '/v1/logs',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  });

  test('a body that breaks off leaves nothing behind', async () => {
    const whole = JSON.stringify({
      streams: [{ stream: { app: 'broken-off' }, values: [[ns(Date.now()), 'x']] }],
    });
    const socket = await dangling(
      'loki',
      `POST /loki/api/v1/push HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${whole.length + 10}\r\n\r\n${whole}`,
    );
    socket.destroy();
    await ask(
      { port: 'loki', path: path('/loki/api/v1/series', { 'match[]': '{app="broken-off"}' }) },
      { text: '{"status":"success","data":[]}\n' },
    );
  });

  test('a client that goes away ends its query', async () => {
    // Minutes of work: each point of the outer window evaluates the inner one anew.
    const query =
      'sum(quantile_over_time(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[10m]))[6h:1s]))';
    const { startMs, endMs } = running.shop;
    // A query may be done before its client leaves: then another one is asked, and left sooner or later than the one before.
    await eventually('a query whose client leaves is canceled', async () => {
      const leaving = new AbortController();
      const answer = send(running.clew, 'prometheus', '/api/v1/query_range', {
        method: 'POST',
        headers: formHeaders,
        body: form({ query, start: startMs / 1000, end: endMs / 1000, step: 1 }),
        signal: leaving.signal,
      });
      answer.catch(() => undefined);
      setTimeout(() => leaving.abort(), 5 + 50 * Math.random());
      await Promise.allSettled([answer]);
      const metrics = (await send(running.clew, 'prometheus', '/metrics')).text;
      return /clew_http_answers_total\{api="prometheus",status="499"\} [1-9]/.test(metrics);
    });
  });
});

describe('the wrong port or method', () => {
  test('says what is wrong', async () => {
    await ask({ port: 'loki', path: '/api/echo' }, { status: 404 });
    await ask({ port: 'otlpHttp', path: '/loki/api/v1/labels' }, { status: 404 });
    await ask(
      { port: 'otlpHttp', path: '/v1/logs' },
      { status: 405, text: /supported: \[POST\]/, headers: { allow: 'POST' } },
    );
    for (const target of ['/loki/api/v1/push', '/otlp/v1/logs'])
      expect([404, 405]).toContain((await send(running.clew, 'loki', target)).status);
    expect([404, 405]).toContain((await send(running.clew, 'prometheus', '/api/v1/write')).status);
    expect([404, 405]).toContain(
      (await send(running.clew, 'ui', '/api/health', { method: 'DELETE' })).status,
    );
  });

  test('TLS, gRPC and noise on an HTTP port get an answer or a closed connection', async () => {
    const hello = Buffer.from('16030100c8010000c40303', 'hex').toString('latin1');
    for (const port of httpPorts) {
      for (const text of [
        `${hello}\r\n\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\u0000\u0001\u0002\r\n\r\n',
      ]) {
        const socket = await dangling(port, text);
        socket.resume();
        // An HTTP/2 client is answered with SETTINGS where gRPC is spoken: both count.
        await new Promise((resolve) => {
          socket.once('close', resolve);
          socket.once('data', resolve);
        });
      }
    }
    for (const port of httpPorts) await ask({ port, path: reads[port] ?? '/' });
  });

  test('paths that try to leave the folder of the screen find nothing of it', async () => {
    for (const target of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd.txt',
      '/assets/%00.js',
      '/%zz.js',
    ]) {
      const answer = await send(running.clew, 'ui', target);
      expect([200, 400, 404], target).toContain(answer.status);
      expect(answer.text).not.toMatch(/"dependencies"|root:/);
    }
  });
});
