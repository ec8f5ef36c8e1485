// One trace by its ID, both generations: `/api/traces/{id}` (404 when unknown) and `/api/v2/traces/{id}` (200 and an empty
// trace). JSON is protobuf's JSON mapping, in which Tempo's IDs are base64.

import { Failure } from '../../base/errors.ts';
import {
  encodeSpanRecordsProtobuf,
  printSpanRecordsJson,
} from '../../wire/otlp/encode-span-records.ts';
import { encodeTraceByIdResponse } from '../../wire/tempo/trace-response.ts';
import type { TempoDependencies } from './dependencies.ts';

/** Up to 32 hex digits; shorter ones lost their leading zeroes. */
export function readTraceId(text: string): string {
  if (!/^[0-9a-fA-F]{1,32}$/.test(text)) {
    throw new Failure(
      'invalid-data',
      `trace IDs can only contain hex characters: invalid trace ID ${JSON.stringify(text.slice(0, 100))}`,
    );
  }
  return text.toLowerCase().padStart(32, '0');
}

export function wantsProtobuf(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('application/protobuf');
}

function protobuf(body: Uint8Array): Response {
  return new Response(new Uint8Array(body), {
    headers: { 'content-type': 'application/protobuf' },
  });
}

function json(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

export async function traceV1(
  request: Request,
  tenants: readonly string[],
  traceId: string,
  { spans: source }: TempoDependencies,
  signal: AbortSignal,
): Promise<Response> {
  const spans = await source.spansOfTrace(tenants, traceId, signal);
  if (spans.length === 0) return new Response(null, { status: 404 });
  if (wantsProtobuf(request)) return protobuf(encodeSpanRecordsProtobuf(spans));
  return json(`{"batches":${printSpanRecordsJson(spans)}}`);
}

export async function traceV2(
  request: Request,
  tenants: readonly string[],
  traceId: string,
  { spans: source }: TempoDependencies,
  signal: AbortSignal,
): Promise<Response> {
  const spans = await source.spansOfTrace(tenants, traceId, signal);
  if (wantsProtobuf(request))
    return protobuf(encodeTraceByIdResponse(encodeSpanRecordsProtobuf(spans)));
  return json(
    spans.length === 0
      ? '{"trace":{},"metrics":{}}'
      : `{"trace":{"resourceSpans":${printSpanRecordsJson(spans)}},"metrics":{}}`,
  );
}
