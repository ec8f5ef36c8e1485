// OTLP over HTTP on raw `node:http`: three paths, one method, protobuf and JSON, and the answers that the OTLP specification and the
// Collector give. Web pages of origins that the user did not list get nothing in.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asFailure, Failure } from '../../../base/errors.ts';
import { isLoopbackHost, parseAddress } from '../../../config/embedded-names.ts';
import { tenantHeader } from '../../../model/tenant.ts';
import type { ComponentSettings, Signal } from '../../component.ts';
import { InFlightBytes } from '../../in-flight.ts';
import { type HttpListener, listenHttp, type ListenTarget } from '../../listen.ts';
import { encodeExportResponse, encodeStatus, type OtlpEncoding } from '../../otlp-codecs.ts';
import { readBody } from './body.ts';
import type { OtlpHttpConfig } from './config.ts';
import { otlpFailure } from './failures.ts';
import type { Intake } from './intake.ts';

const contentTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Exporters send every few seconds and should find their connection open. */
const keepAliveMs = 75_000;

export interface OtlpHttpServer {
  readonly port: number;
  close(signal: AbortSignal): Promise<void>;
}

export async function startOtlpHttp(
  config: OtlpHttpConfig,
  target: ListenTarget,
  settings: ComponentSettings,
  intake: Intake,
): Promise<OtlpHttpServer> {
  const handler = new OtlpHttpHandler(config, settings, intake);
  const listener: HttpListener = await listenHttp(target, 'OTLP over HTTP', (): Server => {
    const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
      handler.answer(request, response).catch((thrown: unknown) => {
        settings.logger.error('an OTLP request could not be answered', {
          reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
        });
        response.destroy();
      });
    });
    // A body that is refused by its announced length need not be sent at all.
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      if (Number(request.headers['content-length'] ?? 0) <= config.bodyBytesMax)
        response.writeContinue();
      server.emit('request', request, response);
    });
    return server;
  });
  settings.logger.info('OTLP over HTTP is listening', { port: listener.port });
  return {
    port: listener.port,
    close: async (signal) => {
      handler.isClosing = true;
      await listener.close(signal);
    },
  };
}

class OtlpHttpHandler {
  /** Makes clients let go of their connections. */
  isClosing: boolean = false;
  readonly #config: OtlpHttpConfig;
  readonly #settings: ComponentSettings;
  readonly #intake: Intake;
  readonly #held: InFlightBytes = new InFlightBytes();
  readonly #signals: ReadonlyMap<string, Signal>;
  readonly #origins: readonly RegExp[];

  constructor(config: OtlpHttpConfig, settings: ComponentSettings, intake: Intake) {
    this.#config = config;
    this.#settings = settings;
    this.#intake = intake;
    this.#signals = new Map([
      [config.tracesPath, 'traces'],
      [config.metricsPath, 'metrics'],
      [config.logsPath, 'logs'],
    ]);
    this.#origins = config.allowedOrigins.map(originPattern);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isKnownHost(request.headers.host)) {
      await refuse(
        request,
        response,
        403,
        'the Host header names another machine; start with --allow-host to add its name',
      );
      return;
    }
    const { origin } = request.headers;
    const isAllowed = origin === undefined || this.#origins.some((pattern) => pattern.test(origin));
    if (origin !== undefined && isAllowed) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Vary', 'Origin');
    }
    if (
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined
    ) {
      this.#answerPreflight(request, response, isAllowed);
      return;
    }
    if (!isAllowed) {
      await refuse(
        request,
        response,
        403,
        'pages of this origin may not send; list it under cors.allowed_origins',
      );
      return;
    }
    await this.#answerExport(request, response);
  }

  #isKnownHost(host: string | undefined): boolean {
    if (this.#settings.bindAnywhere || isOwnHost(host)) return true;
    const name = parseAddress(host ?? '')?.host;
    return this.#settings.allowedHosts?.some((allowed) => allowed.toLowerCase() === name) === true;
  }

  #answerPreflight(request: IncomingMessage, response: ServerResponse, isAllowed: boolean): void {
    if (isAllowed && request.headers.origin !== undefined) {
      const wanted = request.headers['access-control-request-headers'] ?? '';
      const configured = this.#config.allowedHeaders;
      const any = configured.length === 0 || configured.includes('*');
      response.setHeader('Access-Control-Allow-Methods', 'POST');
      response.setHeader(
        'Access-Control-Allow-Headers',
        any ? wanted : ['content-type', ...configured].join(', '),
      );
      if (this.#config.corsMaxAgeSeconds > 0)
        response.setHeader('Access-Control-Max-Age', String(this.#config.corsMaxAgeSeconds));
    }
    response.writeHead(204).end();
  }

  async #answerExport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signal = this.#signals.get((request.url ?? '').split('?', 1)[0] ?? '');
    if (signal === undefined) {
      await refuse(request, response, 404, '404 page not found');
      return;
    }
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      await refuse(request, response, 405, '405 method not allowed, supported: [POST]');
      return;
    }
    const encoding = encodingOf(request.headers['content-type']);
    if (encoding === undefined) {
      await refuse(
        request,
        response,
        415,
        '415 unsupported media type, supported: [application/json, application/x-protobuf]',
      );
      return;
    }
    let taken = 0;
    try {
      const tenant = await this.#tenantOf(request);
      const body = await readBody(request, this.#config.bodyBytesMax, this.#held, (bytes) => {
        taken += bytes;
      });
      const outcome = await this.#intake.accept(signal, body, encoding, 'http', { tenant });
      this.#beforeAnswer(response);
      send(response, 200, encoding, encodeExportResponse(signal, outcome, encoding));
    } catch (thrown) {
      const failure = asFailure(thrown);
      this.#beforeAnswer(response);
      const { httpStatus, httpCode, retryAfterMs } = otlpFailure(failure);
      if (retryAfterMs !== undefined)
        response.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
      send(
        response,
        httpStatus,
        encoding,
        encodeStatus(httpCode, failure.message, retryAfterMs, encoding),
      );
    } finally {
      this.#held.release(taken);
    }
  }

  /** A body without a tenant is passed by, so that its sender sees the answer. */
  async #tenantOf(request: IncomingMessage): Promise<string> {
    try {
      return this.#intake.tenantOf(request.headers[tenantHeader]?.toString() ?? '');
    } catch (thrown) {
      await passBody(request);
      throw thrown;
    }
  }

  /** While stopping, connections that are kept open would hold the server. */
  #beforeAnswer(response: ServerResponse): void {
    if (this.isClosing && !response.headersSent) response.setHeader('Connection', 'close');
  }
}

function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  switch ((contentType ?? '').split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/x-protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      return undefined;
  }
}

/** `https://*.example.com` as a pattern over the whole origin; the scheme and host do not tell cases apart. */
function originPattern(allowed: string): RegExp {
  const escaped = allowed
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${escaped}$`, 'i');
}

/**
 * Names that only this machine or its own network has: loopback, addresses, and names without a dot as containers have
 * them. A page that was lured here by DNS comes with its own name.
 */
function isOwnHost(host: string | undefined): boolean {
  const address = parseAddress(host ?? '');
  if (address === undefined) return false;
  return (
    isLoopbackHost(address.host) ||
    !address.host.includes('.') ||
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address.host) ||
    /\.(?:local|internal|docker|localdomain|svc|test)$/.test(address.host)
  );
}

function send(
  response: ServerResponse,
  status: number,
  encoding: OtlpEncoding,
  body: Uint8Array,
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': contentTypes[encoding],
    'Content-Length': body.length,
  });
  response.end(body);
}

/** Reads the body and throws it away. */
async function passBody(request: IncomingMessage): Promise<void> {
  try {
    await readBody(request, 0, new InFlightBytes(), () => undefined);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
  }
}

/** Answers in plain text without looking at the body, which is passed by first so that the sender sees the answer. */
async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): Promise<void> {
  await passBody(request);
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
