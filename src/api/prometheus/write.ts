// Writing in: remote write 1.0 and OTLP metrics. The answer leaves when the samples are durable.

import { Failure } from '../../base/errors.ts';
import type { MetricsBatch } from '../../model/metrics-batch.ts';
import { decodeMetricsJson } from '../../wire/otlp/decode-metrics-json.ts';
import { decodeMetricsProtobuf } from '../../wire/otlp/decode-metrics.ts';
import { decodeRemoteWrite } from '../../wire/prometheus/remote-write.ts';
import { decodeSnappy } from '../../wire/snappy.ts';
import { answerableFailure } from '../http/defect.ts';
import { inflate } from '../http/inflate.ts';
import { readBytes } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import type { PrometheusDependencies } from './dependencies.ts';

function plain(status: number, message: string, retryAfterMs?: number): Response {
  const headers = new Headers({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  if (retryAfterMs !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  return new Response(`${message}\n`, { status, headers });
}

/** What makes a sender drop (4xx) and what makes it retry (429, 5xx). */
function writeError(thrown: unknown): Response {
  const failure = answerableFailure(thrown);
  switch (failure.code) {
    case 'overloaded':
      return plain(429, failure.message, failure.retryAfterMs ?? 1000);
    case 'unavailable':
      return plain(503, failure.message, failure.retryAfterMs ?? 1000);
    case 'unauthenticated':
      return plain(401, failure.message);
    case 'limit':
      return plain(413, failure.message);
    case 'unsupported':
      return plain(415, failure.message);
    case 'internal':
    case 'timeout':
    case 'canceled':
      return plain(500, failure.message);
    default:
      return plain(400, failure.message);
  }
}

const writeV2 = 'io.prometheus.write.v2.request';

/** `POST /api/v1/write` and Mimir's `/api/v1/push`. */
export async function remoteWrite(
  request: Request,
  { seriesConsumer, tenants, limits }: PrometheusDependencies,
): Promise<Response> {
  try {
    const tenant = tenantOf(request.headers, tenants);
    const type = (request.headers.get('content-type') ?? '').toLowerCase().replaceAll(' ', '');
    if (!type.startsWith('application/x-protobuf') || type.includes(writeV2)) {
      throw new Failure(
        'unsupported',
        `unsupported content type ${JSON.stringify(type.slice(0, 100))}: expected application/x-protobuf (remote write 1.0)`,
      );
    }
    const encoding = (request.headers.get('content-encoding') ?? 'snappy').toLowerCase();
    if (encoding !== 'snappy') {
      throw new Failure(
        'unsupported',
        `unsupported content encoding ${JSON.stringify(encoding.slice(0, 40))}: expected snappy`,
      );
    }
    const compressed = await readBytes(request, limits.bodyBytesMax);
    const batch = decodeRemoteWrite(decodeSnappy(compressed, limits.bodyBytesMax));
    const outcome = await seriesConsumer.consumeSeries(batch, { tenant });
    return outcome.rejected > 0 ? plain(400, outcome.message) : new Response(null, { status: 204 });
  } catch (error) {
    return writeError(error);
  }
}

/** `POST /api/v1/otlp/v1/metrics` and Mimir's `/otlp/v1/metrics`. */
export async function otlpMetrics(
  request: Request,
  { metricsConsumer, tenants, limits }: PrometheusDependencies,
): Promise<Response> {
  try {
    const tenant = tenantOf(request.headers, tenants);
    const type =
      (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const encoding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase();
    const body = await inflate(
      await readBytes(request, limits.bodyBytesMax),
      encoding,
      limits.bodyBytesMax,
    );
    let batch: MetricsBatch;
    if (type === 'application/json')
      batch = decodeMetricsJson(Buffer.from(body).toString('utf8')).batch;
    else if (type === 'application/x-protobuf') batch = decodeMetricsProtobuf(body).batch;
    else
      throw new Failure(
        'unsupported',
        `unsupported content type ${JSON.stringify(type.slice(0, 100))}: expected application/x-protobuf or application/json`,
      );
    const outcome = await metricsConsumer.consumeMetrics(batch, { tenant });
    return outcome.rejected > 0 ? plain(400, outcome.message) : new Response(null, { status: 200 });
  } catch (error) {
    return writeError(error);
  }
}
