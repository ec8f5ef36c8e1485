// POST to a server elsewhere over kept-open connections, with the answer's meaning for retries.

import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import type { TlsConfig } from './config.ts';
import { readTlsFiles } from './tls-files.ts';

/** Of an answer; more is not read. */
const answerBytesMax = 64 * 1024;
const connectionsMax = 100;
/** Of a server's own words in our messages. */
const quotedLengthMax = 300;

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly retryAfterMs: number | undefined;
}

export interface HttpClient {
  /** Opens nothing, but reads the key material. */
  start(): void;
  /** Throws `unavailable` when there is no answer. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  close(): void;
}

export function createHttpClient(tls: TlsConfig, clock: Clock): HttpClient {
  const http = new HttpAgent({ keepAlive: true, maxSockets: connectionsMax });
  let https: HttpsAgent | undefined;
  return {
    start() {
      const { ca, cert, key } = readTlsFiles(tls);
      https = new HttpsAgent({
        keepAlive: true,
        maxSockets: connectionsMax,
        rejectUnauthorized: !tls.insecureSkipVerify,
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
        ...(tls.serverName !== undefined && { servername: tls.serverName }),
      });
    },
    post: (url, headers, body, signal) =>
      new Promise((resolve, reject) => {
        const isTls = url.startsWith('https:');
        const options = {
          method: 'POST',
          headers: { 'User-Agent': 'Clew', ...headers, 'Content-Length': body.length },
          signal,
        };
        const unreachable = (cause: Error): void =>
          reject(
            new Failure('unavailable', `cannot reach ${origin(url)}: ${codeOf(cause)}`, { cause }),
          );
        const answered = (response: IncomingMessage): void => {
          readAnswer(response, clock).then(resolve, unreachable);
        };
        const request = isTls
          ? requestHttps(url, { ...options, ...(https && { agent: https }) }, answered)
          : requestHttp(url, { ...options, agent: http }, answered);
        request.on('error', unreachable);
        request.end(body);
      }),
    close() {
      http.destroy();
      https?.destroy();
    },
  };
}

export const gzipBytes: (bytes: Uint8Array) => Promise<Buffer> = promisify(gzip);

export interface AnswerRules {
  /** Of the statuses that are no success; 429 always may be retried. */
  readonly isRetryable: (status: number) => boolean;
  /** The server's words; its body as text by default. */
  readonly describe?: ((answer: HttpAnswer) => string) | undefined;
}

/** Returns for 2xx; throws what the status means otherwise. */
export function checkAnswer(answer: HttpAnswer, url: string, rules: AnswerRules): void {
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return;
  const described = rules.describe?.(answer) ?? answer.body.toString('utf8');
  const words = described.trim().slice(0, quotedLengthMax);
  const message = `${origin(url)} answered ${status}${words === '' ? '' : `: ${words}`}`;
  if (status === 429) throw new Failure('overloaded', message, { retryAfterMs });
  throw new Failure(rules.isRetryable(status) ? 'unavailable' : 'invalid-data', message, {
    retryAfterMs,
  });
}

function origin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

async function readAnswer(response: IncomingMessage, clock: Clock): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    // Node.js gives buffers when no encoding is set.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length <= answerBytesMax) chunks.push(bytes);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
    retryAfterMs: parseRetryAfterMs(response.headers['retry-after'], clock),
  };
}

/** Seconds, or a date. */
export function parseRetryAfterMs(header: string | undefined, clock: Clock): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowMs());
}
