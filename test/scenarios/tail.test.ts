// Live tail over WebSocket as Grafana's browser side and logcli open it: on Loki's port, under the UI's, through Grafana's proxy path.

import type { ClientRequest, IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../clew-process.ts';
import { path, type Port, ports } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

interface Frame {
  readonly streams: {
    readonly stream: Record<string, string>;
    readonly values: [string, string, object?][];
  }[];
  readonly encodingFlags?: string[];
}

const clients: WebSocket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

function open(port: Port, target: string, headers: Record<string, string> = {}): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${ports[port] + running.clew.shift}${target}`, {
    headers,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

/** Frames as they come; opened before it returns. */
async function tail(port: Port, target: string, headers: Record<string, string> = {}) {
  const client = open(port, target, headers);
  const frames: Frame[] = [];
  client.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  await new Promise((resolve, reject) => {
    client.once('open', resolve);
    client.once('error', reject);
  });
  const lines = (): string[] =>
    frames.flatMap(({ streams }) =>
      streams.flatMap(({ values }) => values.map(([, line]) => line)),
    );
  return { client, frames, lines };
}

/** Status and body of a refused upgrade. */
function refusal(port: Port, target: string, headers: Record<string, string> = {}) {
  const client = open(port, target, headers);
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    client.once('open', () => reject(new Error('was not refused')));
    client.once('unexpected-response', (_: ClientRequest, response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}

/** Code and reason with which the server closes. */
function closing(port: Port, target: string) {
  const client = open(port, target);
  return new Promise<{ code: number; reason: string }>((resolve) => {
    client.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

async function push(app: string, line: string): Promise<void> {
  await ask(
    {
      port: 'loki',
      path: '/loki/api/v1/push',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        streams: [{ stream: { app }, values: [[ns(Date.now()), line, { pod: 'p-1' }]] }],
      }),
    },
    { status: 204 },
  );
}

const places: readonly [string, Port, string, Record<string, string>][] = [
  ["Loki's port", 'loki', '/loki/api/v1/tail', {}],
  ["the UI's port", 'ui', '/loki/api/v1/tail', { origin: 'http://localhost:3000' }],
  [
    "Grafana's proxy",
    'ui',
    '/api/datasources/proxy/uid/loki/loki/api/v1/tail',
    { origin: 'http://127.0.0.1:3000' },
  ],
];

describe('tail', () => {
  for (const [at, [name, port, base, headers]] of places.entries()) {
    test(`at ${name}: what arrives, and only what the query selects`, async () => {
      const app = `tailed-${at}`;
      const { frames, lines } = await tail(
        port,
        path(base, { query: `{app="${app}"} |= "take"`, limit: 100 }),
        headers,
      );
      await push(app, 'take one');
      await push(app, 'leave this');
      await push('other', 'take not this');
      await push(app, 'take two');
      await eventually('both lines are there', async () => lines().length === 2);
      expect(lines()).toEqual(['take one', 'take two']);
      // Without the flag the stream is the union, as Grafana's browser side expects.
      expect(frames[0]?.encodingFlags).toBeUndefined();
      expect(frames[0]?.streams[0]?.stream).toMatchObject({ app, pod: 'p-1', service_name: app });
      expect(frames[0]?.streams[0]?.values[0]).toHaveLength(2);
    });
  }

  test('begins with what is there since start, each stream in order', async () => {
    const { traces, startMs } = running.shop;
    const { frames, lines } = await tail(
      'loki',
      path('/loki/api/v1/tail', {
        query: '{job="worker"}',
        limit: 100,
        start: ns(startMs),
        delay_for: 0,
      }),
      { 'user-agent': 'loki-logcli/3.8.0' },
    );
    await eventually('the past lines are there', async () => lines().length >= traces.length);
    const batches = (attempt: string): number[] =>
      frames
        .flatMap(({ streams }) => streams)
        .filter(({ stream }) => stream['attempt'] === attempt)
        .flatMap(({ values }) => values.map(([, line]) => Number(/^batch (\d+)/.exec(line)?.[1])));
    const numbers = traces.map((_, number) => number);
    expect(batches('0')).toEqual(numbers.filter((number) => number % 2 === 0));
    expect(batches('1')).toEqual(numbers.filter((number) => number % 2 === 1));
  });

  test('with categorize-labels the frames say so', async () => {
    const { frames, lines } = await tail(
      'loki',
      path('/loki/api/v1/tail', { query: '{app="flagged"}' }),
      { 'x-loki-response-encoding-flags': 'categorize-labels' },
    );
    await push('flagged', 'x');
    await eventually('the line is there', async () => lines().length === 1);
    expect(frames[0]).toMatchObject({
      encodingFlags: ['categorize-labels'],
      streams: [
        {
          stream: { app: 'flagged', service_name: 'flagged' },
          values: [[expect.any(String), 'x', { structuredMetadata: { pod: 'p-1' } }]],
        },
      ],
    });
  });

  const refused: readonly [string, Record<string, string>, RegExp][] = [
    ['a query that does not parse', { query: '{app=' }, /^parse error/],
    ['a metric query', { query: 'rate({app="edge"}[1m])' }, /log/],
    [
      'a delay over 5 s',
      { query: '{app="edge"}', delay_for: '6' },
      /^delay_for can't be greater than 5/,
    ],
  ];
  for (const [name, parameters, reason] of refused) {
    test(`${name} closes with the reason`, async () => {
      const closed = await closing('loki', path('/loki/api/v1/tail', parameters));
      expect(closed.code).toBe(1011);
      expect(closed.reason).toMatch(reason);
    });
  }

  test('a foreign page cannot open one', async () => {
    const query = path('/loki/api/v1/tail', { query: '{app="edge"}' });
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
      expect(await refusal('loki', query, headers)).toMatchObject({ status: 403 });
      expect(await refusal('ui', query, headers)).toMatchObject({ status: 403 });
    }
  });

  test('a datasource that is not there, or is no Loki, has no tail', async () => {
    for (const uid of ['nope', 'tempo', '%zz'])
      expect(
        await refusal(
          'ui',
          `/api/datasources/proxy/uid/${uid}/loki/api/v1/tail?query=%7Bapp%3D%22edge%22%7D`,
        ),
      ).toMatchObject({ status: 404 });
    expect(await refusal('loki', '/loki/api/v1/nope')).toMatchObject({ status: 404 });
  });

  test('over the most at a time it says so', async () => {
    const query = path('/loki/api/v1/tail', { query: '{app="edge"}' });
    for (let at = 0; at < 10; at++) await tail('loki', query);
    expect(await refusal('loki', query)).toEqual({
      status: 429,
      body: 'max concurrent tail requests limit exceeded, count > limit (11 > 10)',
    });
  });

  test('without an upgrade it is a bad request', () =>
    ask({ port: 'loki', path: '/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D' }, { status: 400 }));
});
