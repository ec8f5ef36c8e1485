// JSON over HTTP between the services: a server with named routes, and calls to the others. The HTTP instrumentation makes
// the spans and carries the trace from one process to the next; all that is added here is the name of the route.
'use strict';

const http = require('node:http');
const { context, SpanStatusCode, trace } = require('@opentelemetry/api');
const { getRPCMetadata } = require('@opentelemetry/core');
const { addressOf, ready } = require('./platform.js');
const { shutdown } = require('../telemetry.js');

const agent = new http.Agent({ keepAlive: true });
const timeoutMs = 10_000;

/** The names of the services are no host names here; in a cluster they would be. */
function toThisMachine(name, options, found) {
  if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
}

async function readJson(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** An answer of another service that is no success. */
class UpstreamError extends Error {
  constructor(service, status, reason) {
    super(`${service} answered ${status}: ${reason}`);
    this.status = status;
  }
}

/**
 * Serves `{ 'GET /products/:id': (request) => body }`. A handler may return `{ status, ...body }`; what it throws becomes a
 * 500 with the exception on the span, and `onError` may log it.
 */
function serve(routes, onError) {
  const table = Object.entries(routes).map(([name, handler]) => {
    const [method, route] = name.split(' ');
    const pattern = new RegExp(`^${route.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    return { method, route, pattern, handler };
  });
  const handle = async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url, 'http://shop');
    const found = table.find(
      ({ method, pattern }) => method === request.method && pattern.test(path),
    );
    if (found === undefined) return answer(response, 404, { reason: `no ${path} here` });
    const metadata = getRPCMetadata(context.active());
    if (metadata !== undefined) metadata.route = found.route;
    try {
      const { groups: parameters } = found.pattern.exec(path);
      const body = request.method === 'POST' ? await readJson(request) : {};
      const { status = 200, ...result } = await found.handler({
        ...Object.fromEntries(searchParams),
        ...parameters,
        ...body,
      });
      return answer(response, status, result);
    } catch (error) {
      // A refusal is an answer, not a failure of this service.
      if (error instanceof UpstreamError && error.status < 500)
        return answer(response, error.status, { reason: error.message });
      const span = trace.getActiveSpan();
      span?.recordException(error);
      span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      onError(error, `${found.method} ${found.route}`);
      return answer(response, error instanceof UpstreamError ? 502 : 500, {
        reason: error.message,
      });
    }
  };
  const server = http.createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1', () =>
    ready(server.address().port, async () => {
      await finish(server);
      await shutdown();
    }),
  );
}

/** Settles when every request that has been taken is answered; no new ones are. */
function finish(server) {
  return new Promise((resolve) => {
    const timer = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(timer);
      resolve();
    });
  });
}

/** Asks another service; fails unless it answers with a success. */
function call(service, method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: service,
      port: new URL(addressOf(service)).port,
      path,
      method,
      agent,
      lookup: toThisMachine,
      timeout: timeoutMs,
      headers: { 'content-type': 'application/json' },
    });
    request.on('response', (response) => {
      readJson(response).then((result) => {
        if (response.statusCode < 400) resolve(result);
        else reject(new UpstreamError(service, response.statusCode, result.reason));
      }, reject);
    });
    request.on('timeout', () => request.destroy(new Error(`${service} did not answer in time`)));
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

module.exports = { call, serve, UpstreamError };
