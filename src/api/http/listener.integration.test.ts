// One port over real sockets: HTTP/1 and HTTP/2 told apart, the guard, a port in use, half requests, closing.

import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { request as openRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { localHosts } from './guard.ts';
import { withoutPrefix } from './port.ts';
import { listen, type Listener, type ListenerOptions } from './listener.ts';

const guard = {
  allowedHosts: new Set(localHosts),
  allowedOrigins: new Set<string>(),
  anyHost: false,
};

const opened: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function open(options: Partial<ListenerOptions> = {}): Promise<Listener> {
  const listener = await listen({
    name: 'test API',
    addresses: ['127.0.0.1'],
    port: 0,
    guard,
    handle: (request, response) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      request.on('end', () => response.end(`${request.method} ${request.url} ${length}`));
    },
    ...options,
  });
  opened.push({ close: () => listener.close(AbortSignal.abort()) });
  return listener;
}

/** Takes every stream and says so, as a gRPC server would. */
function http2Injector(): (socket: Socket) => void {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200 });
    stream.end(`h2 ${headers[':path']}`);
  });
  opened.push({ close: () => void server.close() });
  return (socket) => server.emit('connection', socket);
}

function get(
  port: number,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = openRequest(
      { host: '127.0.0.1', port, path: '/x', method, headers, agent: false },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject);
    request.end();
  });
}

async function getHttp2(port: number, path: string): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path });
      let body = '';
      stream.on('data', (chunk: Buffer) => (body += chunk.toString()));
      stream.on('end', () => resolve(body));
      stream.on('error', reject);
    });
  } finally {
    session.close();
  }
}

/** A bare connection; `received` is all that has come, `closed` settles when the other side is done. */
async function rawSocket(
  port: number,
): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => socket.destroy());
  opened.push({ close: () => void socket.destroy() });
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  return { socket, received: () => text, closed };
}

describe('one port', () => {
  test('HTTP/1 and HTTP/2 side by side', async () => {
    const { port } = await open({ injectHttp2: http2Injector() });
    const [one, two] = await Promise.all([get(port), getHttp2(port, '/y')]);
    expect(one).toEqual({ status: 200, body: 'GET /x 0' });
    expect(two).toBe('h2 /y');
  });

  test('a request that begins as the preface does, byte by byte, is still a request', async () => {
    const { port } = await open({ injectHttp2: http2Injector() });
    const { socket, received, closed } = await rawSocket(port);
    for (const character of 'P') socket.write(character);
    // Others are answered while nobody can tell yet what this one will be.
    expect(await get(port)).toMatchObject({ status: 200 });
    socket.write('OST /z HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n');
    expect(await get(port)).toMatchObject({ status: 200 });
    socket.write('connection: close\r\n\r\nabc');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*POST \/z 3$/);
  });

  test('the guard answers before the handler, for requests and for upgrades', async () => {
    let handled = 0;
    const { port } = await open({
      handle: (_, response) => {
        handled++;
        response.end();
      },
      upgrade: (_, socket) => {
        handled++;
        socket.end();
      },
    });
    expect(await get(port, { host: 'evil.example' })).toMatchObject({
      status: 403,
      body: expect.stringMatching(
        /^host "evil\.example" is not one of this server's names/,
      ) as string,
    });
    expect(await get(port, { origin: 'https://evil.example' }, 'POST')).toMatchObject({
      status: 403,
      body: expect.stringMatching(/^origin "https:\/\/evil\.example" may not write here/) as string,
    });
    const { socket, received, closed } = await rawSocket(port);
    socket.write(
      'GET / HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(handled).toBe(0);
    expect(await get(port, { origin: 'http://localhost:3000' }, 'POST')).toMatchObject({
      status: 200,
    });
    expect(handled).toBe(1);
  });

  test('what is not HTTP gets 400', async () => {
    const { port } = await open();
    const { socket, received, closed } = await rawSocket(port);
    socket.write('\x16\x03\x01\x02\x00\r\n\r\n');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test('a URL that is too long gets 431, which its sender sees although it is still sending', async () => {
    const { port } = await open();
    const { socket, received } = await rawSocket(port);
    const answered = new Promise<void>((resolve) => void socket.once('data', () => resolve()));
    socket.write(`GET /${'a'.repeat(8 * 1024 * 1024)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await answered;
    expect(received()).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  });

  test('headers that never end are cut', async () => {
    const { port } = await open({ headersTimeoutMs: 200 });
    const { socket, received, closed } = await rawSocket(port);
    socket.write('GET / HTTP/1.1\r\nhost: local');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  test('a connection that never says what it is is cut', async () => {
    const { port } = await open({ headersTimeoutMs: 200, injectHttp2: http2Injector() });
    const silent = await rawSocket(port);
    const half = await rawSocket(port);
    half.socket.write('PRI * HT');
    await Promise.all([silent.closed, half.closed]);
    expect(await get(port)).toMatchObject({ status: 200 });
  });

  test('a port in use is one sentence with the port and the flag', async () => {
    const { port } = await open();
    await expect(open({ port })).rejects.toMatchObject({
      code: 'config',
      message: `port ${port} (test API) is in use on 127.0.0.1: stop what listens there, or move Clew with --port-shift N`,
    });
  });
});

describe('a client that goes away', () => {
  test('aborts the request of the handler, behind a path prefix too', async () => {
    const aborted: string[] = [];
    let arrived: (() => void) | undefined;
    const app = new Hono();
    app.all('/slow', async ({ req }) => {
      arrived?.();
      await new Promise<void>((resolve) => {
        req.raw.signal.addEventListener('abort', () => resolve());
      });
      aborted.push(req.method);
      return new Response(null, { status: 499 });
    });
    const outer = new Hono();
    outer.all('/prefix/*', ({ req }) => app.fetch(withoutPrefix(req.raw, '/prefix')));
    outer.route('/', app);
    const answer = getRequestListener(outer.fetch, { overrideGlobalObjects: false });
    const { port } = await open({ handle: (request, response) => void answer(request, response) });
    for (const [method, path] of [
      ['GET', '/slow'],
      ['POST', '/slow'],
      ['GET', '/prefix/slow'],
      ['POST', '/prefix/slow'],
    ] as const) {
      const running = new Promise<void>((resolve) => (arrived = resolve));
      const { socket } = await rawSocket(port);
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`);
      await running;
      const before = aborted.length;
      socket.destroy();
      await vi.waitFor(() => expect(aborted).toHaveLength(before + 1));
    }
    expect(aborted).toEqual(['GET', 'POST', 'GET', 'POST']);
  });
});

describe('closing', () => {
  test('does not wait for connections that rest between requests', async () => {
    const listener = await open();
    const { socket, received, closed } = await rawSocket(listener.port);
    socket.write('GET /k HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise<void>((resolve) => void socket.once('data', () => resolve()));
    expect(received()).toContain('keep-alive');
    // Never fires: what is waited for must end by itself.
    await listener.close(new AbortController().signal);
    await closed;
  });

  test('lets a running request end and its connection with it', async () => {
    let finish: (() => void) | undefined;
    const started = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let answer: (() => void) | undefined;
    const listener = await open({
      handle: (_, response) => {
        answer = () => void response.end('late');
        finish?.();
      },
    });
    const { socket, received, closed } = await rawSocket(listener.port);
    socket.write('GET /k HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await started;
    const closing = listener.close(new AbortController().signal);
    answer?.();
    await closing;
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*late$/);
  });

  test('does not wait for connections that have not said what they are', async () => {
    const listener = await open({ injectHttp2: http2Injector() });
    const { socket, closed } = await rawSocket(listener.port);
    socket.write('PRI');
    expect(await get(listener.port)).toMatchObject({ status: 200 });
    await listener.close(new AbortController().signal);
    await closed;
  });

  test('cuts what still runs when the signal fires', async () => {
    let started: (() => void) | undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const listener = await open({ handle: () => started?.() });
    const asked = get(listener.port);
    asked.catch(() => undefined);
    await running;
    const cut = new AbortController();
    const closing = listener.close(cut.signal);
    cut.abort();
    await closing;
    await expect(asked).rejects.toThrow();
  });
});
