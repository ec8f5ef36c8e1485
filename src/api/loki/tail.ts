// Live tail: a WebSocket that sends what arrives, as Loki's `/loki/api/v1/tail`.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { asFailure, Failure } from '../../base/errors.ts';
import { durationParameterNs, readRange } from './time-parameters.ts';
import { answerableFailure } from '../http/defect.ts';
import { tenantsOf } from '../http/tenant.ts';
import type { LokiDependencies } from './dependencies.ts';
import { streamsJson, wantsCategorizedLabels } from './query-response.ts';

const pingIntervalMs = 1000;
const durationMaxMs = 3_600_000;
/** Text that a slow client has not taken yet; beyond it the tail is closed rather than buffered without bound. */
const bufferedBytesMax = 16 * 1024 * 1024;
const tailPath = '/loki/api/v1/tail';

export interface TailServer {
  /** Takes the upgrade when its path is a tail's; `path` has no mount prefix. */
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

export function createTailServer(dependencies: LokiDependencies): TailServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  return {
    upgrade: (path, request, socket, head) => {
      if (path !== tailPath && path !== '/api/prom/tail') return false;
      try {
        tenantsOf(headersOf(request), dependencies.tenants);
      } catch (thrown) {
        const { code, message } = asFailure(thrown);
        const status = code === 'unauthenticated' ? '401 Unauthorized' : '400 Bad Request';
        refuse(socket, status, message);
        return true;
      }
      if (server.clients.size >= dependencies.limits.tailsMax) {
        const reason = `max concurrent tail requests limit exceeded, count > limit (${server.clients.size + 1} > ${dependencies.limits.tailsMax})`;
        refuse(socket, '429 Too Many Requests', reason);
        return true;
      }
      server.handleUpgrade(
        request,
        socket,
        head,
        (client) => void follow(client, request, dependencies),
      );
      return true;
    },
    close: () => {
      for (const client of server.clients) client.close(1001, 'server is stopping');
      server.close();
    },
  };
}

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${reason}`,
  );
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, text] of Object.entries(request.headers))
    if (typeof text === 'string') headers.set(name, text);
  return headers;
}

async function follow(
  client: WebSocket,
  request: IncomingMessage,
  dependencies: LokiDependencies,
): Promise<void> {
  const stopped = new AbortController();
  client.on('close', () => stopped.abort());
  client.on('error', () => stopped.abort());
  const pings = setInterval(() => client.ping(), pingIntervalMs);
  const longest = setTimeout(
    () => client.close(1000, 'reached tail max duration limit'),
    durationMaxMs,
  );
  try {
    const url = new URL(request.url ?? '', 'http://localhost');
    const headers = headersOf(request);
    const delayNs = durationParameterNs(url.searchParams, 'delay_for') ?? 0n;
    if (delayNs > 5_000_000_000n)
      throw new Failure('invalid-data', "delay_for can't be greater than 5");
    const categorize = wantsCategorizedLabels(headers);
    const flags = categorize ? ',"encodingFlags":["categorize-labels"]' : '';
    const frames = dependencies.engine.tail(
      {
        query: url.searchParams.get('query') ?? '',
        tenants: tenantsOf(headers, dependencies.tenants),
        startNs: readRange(url.searchParams, dependencies.clock.nowNs()).startNs,
      },
      stopped.signal,
    );
    for await (const streams of frames) {
      if (streams.length === 0) continue;
      if (client.bufferedAmount > bufferedBytesMax)
        throw new Failure('limit', 'the client reads too slowly');
      client.send(`{"streams":${streamsJson(streams, categorize)}${flags}}`);
    }
  } catch (error) {
    // 123 bytes is what a close frame holds.
    if (!stopped.signal.aborted)
      client.close(1011, Buffer.from(answerableFailure(error).message).subarray(0, 120).toString());
  } finally {
    clearInterval(pings);
    clearTimeout(longest);
    stopped.abort();
  }
}
