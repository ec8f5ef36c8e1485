// One port of Clew: HTTP/1.1 on the addresses that it is told, each request guarded, and optionally gRPC over cleartext
// HTTP/2 on the very same port, told apart by the first bytes of the connection.

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Failure } from '../../base/errors.ts';
import { type GuardOptions, refusalOf } from './guard.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface ListenerOptions {
  /** For messages: `Loki API`. */
  readonly name: string;
  /** Each is bound; a missing IPv6 stack is tolerated when another address works. */
  readonly addresses: readonly string[];
  /** 0 picks a free port. */
  readonly port: number;
  readonly guard: GuardOptions;
  readonly handle: RequestHandler;
  readonly upgrade?: UpgradeHandler | undefined;
  /** Takes connections that begin with the HTTP/2 preface. */
  readonly injectHttp2?: ((socket: Socket) => void) | undefined;
  /** From the first byte to the end of the headers. */
  readonly headersTimeoutMs?: number | undefined;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  /** Stops accepting, lets running requests end until the signal fires, then cuts them. */
  close(signal: AbortSignal): Promise<void>;
}

const http2Preface = Buffer.from('PRI * HTTP/2.0');
/** As Go's `net/http` allows: Grafana puts whole queries into the URL. */
const headerBytesMax = 1024 * 1024;
const headersTimeoutMsDefault = 20_000;
const lingerMs = 1000;
/** Between two requests, as Loki, Tempo and Mimir have it: a client must not write into a connection that is just being closed. */
const keepAliveTimeoutMs = 120_000;
/** A whole request; generous, for a body of 100 MB over a slow line. */
const requestTimeoutMs = 300_000;

/** Fails with `config` when the port is taken: one sentence with the port and the flag. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { headersTimeoutMs = headersTimeoutMsDefault } = options;
  const http = createHttp(options, headersTimeoutMs);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const servers: NetServer[] = [];
  let port = options.port;
  for (const address of options.addresses) {
    // Half-open as node:http has it: a client may end its side and then read the answer.
    const server = createNetServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // A reset by the peer is no event of ours; without a listener it would end the process.
      socket.on('error', () => socket.destroy());
      if (options.injectHttp2 === undefined) http.emit('connection', socket);
      else {
        undecided.add(socket);
        const timer = setTimeout(() => socket.destroy(), headersTimeoutMs);
        const decided = (): void => {
          clearTimeout(timer);
          undecided.delete(socket);
        };
        socket.once('close', decided);
        routeByPreface(socket, decided, http, options.injectHttp2);
      }
    });
    try {
      port = await bind(server, address, port, options.name);
      servers.push(server);
    } catch (error) {
      const tolerable = address === '::1' && servers.length > 0 && isMissingAddress(error);
      if (tolerable) continue;
      for (const bound of servers) bound.close();
      http.close();
      throw error;
    }
  }
  return {
    name: options.name,
    port,
    close: (signal) => {
      for (const socket of undecided) socket.destroy();
      return close(servers, http, sockets, signal);
    },
  };
}

/** The HTTP/1 server; it never listens itself but is handed connections. */
function createHttp(options: ListenerOptions, headersTimeoutMs: number): HttpServer {
  let closing = false;
  const http = createHttpServer(
    {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(headersTimeoutMs, 5000),
    },
    (request, response) => {
      response.once('close', () => {
        if (closing) http.closeIdleConnections();
      });
      const refusal = refusalOf(request, options.guard);
      if (refusal === undefined) options.handle(request, response);
      else
        response
          .writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
          .end(`${refusal}\n`);
    },
  );
  http.on('upgrade', (request, socket, head) => {
    const refusal = refusalOf(request, options.guard);
    if (refusal !== undefined || options.upgrade === undefined) {
      const status = refusal === undefined ? '404 Not Found' : '403 Forbidden';
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${refusal ?? ''}`,
      );
      return;
    }
    options.upgrade(request, socket, head);
  });
  const refused = new WeakSet<Duplex>();
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const status = clientErrors[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    // A client that is still sending would lose the answer with the connection: it may go on for a moment.
    setTimeout(() => socket.destroy(), lingerMs).unref();
  });
  http.once('close', () => (closing = true));
  // What a listening server does for itself: keep the list of connections by which slow and idle ones are found.
  http.emit('listening');
  return http;
}

const clientErrors: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function isMissingAddress(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function bind(server: NetServer, address: string, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `port ${port} (${name}) is in use on ${address}: stop what listens there, or move Clew with --port-shift N`
          : `cannot listen on ${address} port ${port} (${name}): ${error.code ?? error.message}`;
      reject(new Failure('config', message, { cause: error }));
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** Waits for the bytes that tell HTTP/2 from HTTP/1, puts them back, and hands the socket on. */
function routeByPreface(
  socket: Socket,
  decided: () => void,
  http: HttpServer,
  injectHttp2: (socket: Socket) => void,
): void {
  let seen = Buffer.alloc(0);
  const onEnd = (): void => void socket.destroy();
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, http2Preface.length);
    const isPrefix = seen.subarray(0, compared).equals(http2Preface.subarray(0, compared));
    // `P` alone may still become POST or PUT: wait for more.
    if (isPrefix && compared < http2Preface.length) return;
    decided();
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
    socket.unshift(seen);
    if (isPrefix) injectHttp2(socket);
    else http.emit('connection', socket);
  };
  socket.on('readable', onReadable);
  socket.on('end', onEnd);
}

function close(
  servers: readonly NetServer[],
  http: HttpServer,
  sockets: ReadonlySet<Socket>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let open = servers.length;
    if (open === 0) resolve();
    const cut = (): void => {
      for (const socket of sockets) socket.destroy();
    };
    signal.addEventListener('abort', cut, { once: true });
    if (signal.aborted) cut();
    for (const server of servers) {
      server.close(() => {
        open--;
        if (open > 0) return;
        signal.removeEventListener('abort', cut);
        resolve();
      });
    }
    // Those that rest now; the others follow when their answer has gone out.
    http.close();
  });
}
