// A recorded request and what its answer must say: status, the headers that matter, part of its JSON. Sent over node:http so
// that every header goes out exactly as written, `Host` and `Origin` included.

import { type IncomingHttpHeaders, request as openRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { ClewProcess } from '../clew-process.ts';

/** Clew's ports before the shift, by what they speak. */
export const ports = {
  ui: 3000,
  loki: 3100,
  tempo: 3200,
  prometheus: 9009,
  otlpGrpc: 4317,
  otlpHttp: 4318,
} as const;

export type Port = keyof typeof ports;

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  json<T>(): T;
}

/** As Go's `net/http`, which Grafana, logcli and promtool use, sends it unless told otherwise. */
const usualHeaders: Readonly<Record<string, string>> = {
  'user-agent': 'Go-http-client/1.1',
  'accept-encoding': 'gzip',
};

export function send(
  clew: ClewProcess,
  port: Port,
  path: string,
  { method = 'GET', headers = {}, body, signal }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = openRequest(
      {
        host: '127.0.0.1',
        port: ports[port] + clew.shift,
        path,
        method,
        headers: {
          ...usualHeaders,
          ...(body === undefined || headers['transfer-encoding'] === 'chunked'
            ? {}
            : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const raw = Buffer.concat(chunks);
          const bytes =
            response.headers['content-encoding'] === 'gzip' && raw.length > 0
              ? gunzipSync(raw)
              : raw;
          const text = bytes.toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text,
            json: <T>() => JSON.parse(text) as T,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Query parameters as a path: `path('/api/v1/query', {query: 'up'})`; a list repeats the name. */
export function path(
  base: string,
  parameters: Readonly<Record<string, string | number | bigint | readonly string[]>> = {},
): string {
  const query = form(parameters);
  return query === '' ? base : `${base}?${query}`;
}

export function form(
  parameters: Readonly<Record<string, string | number | bigint | readonly string[]>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? (value as string[]) : [String(value)])
      search.append(name, one);
  }
  return search.toString();
}

export const formHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/x-www-form-urlencoded',
};

export interface Recorded extends Sent {
  readonly port: Port;
  readonly path: string;
}

export interface Expected {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  /** Part of the answer, as `toMatchObject` compares. */
  readonly json?: object;
  readonly text?: string | RegExp;
}

/** Sends what was recorded and compares; the answer is given back for what a partial match cannot say. */
export async function check(
  clew: ClewProcess,
  recorded: Recorded,
  { status = 200, headers = {}, json, text }: Expected = {},
): Promise<Answer> {
  const answer = await send(clew, recorded.port, recorded.path, recorded);
  expect({ status: answer.status, body: answer.status === status ? '' : answer.text }).toEqual({
    status,
    body: '',
  });
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string')
      expect({ [name]: answer.headers[name] }).toEqual({ [name]: value });
    else expect(answer.headers[name] ?? '').toMatch(value);
  }
  if (typeof text === 'string') expect(answer.text).toBe(text);
  else if (text !== undefined) expect(answer.text).toMatch(text);
  if (json !== undefined) expect(answer.json()).toMatchObject(json);
  return answer;
}
