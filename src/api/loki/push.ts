// Writing in: Loki's push API and its OTLP endpoint. The answer leaves when the lines are durable.

import { Failure } from '../../base/errors.ts';
import { decodeLogsJson } from '../../wire/otlp/decode-logs-json.ts';
import { decodeLogsProtobuf } from '../../wire/otlp/decode-logs.ts';
import { encodeRpcStatus } from '../../wire/rpc-status.ts';
import { decodePushJson, decodePushProtobuf } from '../../wire/loki/push.ts';
import { decodeSnappy } from '../../wire/snappy.ts';
import { asFailure } from '../../base/errors.ts';
import { inflate } from '../http/inflate.ts';
import { readBytes } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import type { LokiDependencies } from './dependencies.ts';
import { lokiErrorResponse } from './errors.ts';

const noStreams = 'error at least one valid stream is required for ingestion';

function mediaType(request: Request): string {
  const header = request.headers.get('content-type');
  if (header === null || header.trim() === '')
    throw new Failure('invalid-data', 'mime: no media type');
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

/** `POST /loki/api/v1/push`. */
export async function push(
  request: Request,
  { consumer, tenants, limits }: LokiDependencies,
): Promise<Response> {
  try {
    const tenant = tenantOf(request.headers, tenants);
    const type = mediaType(request);
    const encoding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase();
    const raw = await readBytes(request, limits.bodyBytesMax);
    const body = await inflate(raw, encoding === 'snappy' ? '' : encoding, limits.bodyBytesMax);
    const decoded =
      type === 'application/json'
        ? decodePushJson(Buffer.from(body).toString('utf8'))
        : decodePushProtobuf(decodeSnappy(body, limits.bodyBytesMax));
    if (decoded.batch.length === 0) {
      return decoded.rejected > 0
        ? lokiErrorResponse(new Failure('invalid-data', decoded.message))
        : lokiErrorResponse(new Failure('invalid-data', noStreams), 422);
    }
    const outcome = await consumer.consumeLogs(decoded.batch, { tenant });
    const messages = [decoded.message, outcome.message].filter((message) => message !== '');
    if (messages.length === 0) return new Response(null, { status: 204 });
    return lokiErrorResponse(new Failure('invalid-data', `${messages.join('\n')}\n`));
  } catch (error) {
    const failure = asFailure(error);
    return lokiErrorResponse(failure, failure.code === 'limit' ? 413 : undefined);
  }
}

/** `POST /otlp/v1/logs`, where a Collector's `otlphttp` exporter sends to Loki. */
export async function pushOtlp(
  request: Request,
  { consumer, tenants, limits }: LokiDependencies,
): Promise<Response> {
  try {
    const tenant = tenantOf(request.headers, tenants);
    const type = request.headers.get('content-type') ?? '';
    if (type !== 'application/x-protobuf' && type !== 'application/json') {
      throw new Failure('invalid-data', `content type: ${type.slice(0, 100)} is not supported`);
    }
    const encoding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase();
    const body = await inflate(
      await readBytes(request, limits.bodyBytesMax),
      encoding,
      limits.bodyBytesMax,
    );
    const decoded =
      type === 'application/json'
        ? decodeLogsJson(Buffer.from(body).toString('utf8'))
        : decodeLogsProtobuf(body);
    if (decoded.batch.length === 0) return otlpError(new Failure('invalid-data', noStreams), 422);
    const outcome = await consumer.consumeLogs(decoded.batch, { tenant });
    if (outcome.rejected === 0) return new Response(null, { status: 204 });
    return otlpError(new Failure('invalid-data', outcome.message));
  } catch (error) {
    return otlpError(error);
  }
}

/** Loki answers here with a protobuf `google.rpc.Status`, and turns 500 into the retryable 503. */
function otlpError(thrown: unknown, statusOverride?: number): Response {
  const failure = asFailure(thrown);
  const plain = lokiErrorResponse(failure, statusOverride);
  const status = plain.status === 500 ? 503 : failure.code === 'limit' ? 413 : plain.status;
  const headers = new Headers({ 'content-type': 'application/octet-stream' });
  const retryAfter = plain.headers.get('retry-after');
  if (retryAfter !== null) headers.set('retry-after', retryAfter);
  return new Response(Buffer.from(encodeRpcStatus({ code: 0, message: failure.message })), {
    status,
    headers,
  });
}
