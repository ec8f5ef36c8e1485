// The wire's OTLP codecs, chosen by signal and encoding: what the receiver and the exporters of OTLP both need.

import { Failure } from '../base/errors.ts';
import type { ConsumeOutcome } from '../model/consumers.ts';
import { decodeLogsJson } from '../wire/otlp/decode-logs-json.ts';
import { decodeLogsProtobuf } from '../wire/otlp/decode-logs.ts';
import { decodeMetricsJson } from '../wire/otlp/decode-metrics-json.ts';
import { decodeMetricsProtobuf } from '../wire/otlp/decode-metrics.ts';
import { decodeSpansJson } from '../wire/otlp/decode-spans-json.ts';
import { decodeSpansProtobuf } from '../wire/otlp/decode-spans.ts';
import type { DecodedLogs, DecodedMetrics, DecodedSpans } from '../wire/otlp/decoded.ts';
import { encodeLogsJson, encodeMetricsJson, encodeSpansJson } from '../wire/otlp/encode-json.ts';
import { encodeLogsProtobuf } from '../wire/otlp/encode-logs.ts';
import { encodeMetricsProtobuf } from '../wire/otlp/encode-metrics.ts';
import { encodeSpansProtobuf } from '../wire/otlp/encode-spans.ts';
import * as responses from '../wire/otlp/export-response.ts';
import {
  decodeRpcStatus,
  encodeRpcStatus,
  encodeRpcStatusJson,
  type RpcStatus,
} from '../wire/rpc-status.ts';
import type { Signal } from './component.ts';
import type { Outbound } from './exporters/sending/exporter.ts';

export type OtlpEncoding = 'protobuf' | 'json';

const encoder = new TextEncoder();
const lenientText = new TextDecoder('utf-8');
/** JSON must be UTF-8; in protobuf only the one text is spoilt that is not. */
const strictText = new TextDecoder('utf-8', { fatal: true });

function readText(body: Uint8Array): string {
  try {
    return strictText.decode(body);
  } catch (cause) {
    throw new Failure('invalid-data', 'the body is not valid UTF-8', { cause });
  }
}

/** An empty body is an empty request in either encoding. */
const emptyObject = '{}';

export function decodeLogs(body: Uint8Array, encoding: OtlpEncoding): DecodedLogs {
  if (encoding === 'protobuf') return decodeLogsProtobuf(body);
  return decodeLogsJson(body.length === 0 ? emptyObject : readText(body));
}

export function decodeSpans(body: Uint8Array, encoding: OtlpEncoding): DecodedSpans {
  if (encoding === 'protobuf') return decodeSpansProtobuf(body);
  return decodeSpansJson(body.length === 0 ? emptyObject : readText(body));
}

export function decodeMetrics(body: Uint8Array, encoding: OtlpEncoding): DecodedMetrics {
  if (encoding === 'protobuf') return decodeMetricsProtobuf(body);
  return decodeMetricsJson(body.length === 0 ? emptyObject : readText(body));
}

export function encodeExportRequest(outbound: Outbound, encoding: OtlpEncoding): Uint8Array {
  const isJson = encoding === 'json';
  switch (outbound.signal) {
    case 'logs':
      return isJson
        ? encoder.encode(encodeLogsJson(outbound.batch))
        : encodeLogsProtobuf(outbound.batch);
    case 'traces':
      return isJson
        ? encoder.encode(encodeSpansJson(outbound.batch))
        : encodeSpansProtobuf(outbound.batch);
    case 'metrics':
      return isJson
        ? encoder.encode(encodeMetricsJson(outbound.batch))
        : encodeMetricsProtobuf(outbound.batch);
  }
}

const wireSignals: Readonly<Record<Signal, responses.OtlpSignal>> = {
  logs: 'logs',
  traces: 'spans',
  metrics: 'metrics',
};

export function encodeExportResponse(
  signal: Signal,
  outcome: ConsumeOutcome,
  encoding: OtlpEncoding,
): Uint8Array {
  return encoding === 'json'
    ? encoder.encode(responses.encodeExportResponseJson(wireSignals[signal], outcome))
    : responses.encodeExportResponse(outcome);
}

/** What another server answered; an answer that cannot be read counts as taken, for its status said so. */
export function decodeExportResponse(
  signal: Signal,
  body: Uint8Array,
  encoding: OtlpEncoding,
): ConsumeOutcome {
  try {
    if (encoding === 'protobuf') return responses.decodeExportResponse(body);
    const text = lenientText.decode(body);
    return responses.decodeExportResponseJson(
      wireSignals[signal],
      text === '' ? emptyObject : text,
    );
  } catch {
    return { rejected: 0, message: '' };
  }
}

export function encodeStatus(
  code: number,
  message: string,
  retryAfterMs: number | undefined,
  encoding: OtlpEncoding,
): Uint8Array {
  const status: RpcStatus = { code, message, retryAfterMs };
  return encoding === 'json'
    ? encoder.encode(encodeRpcStatusJson(status))
    : encodeRpcStatus(status);
}

/** Another server's words; what is no status is shown as it is. */
export function decodeStatus(body: Uint8Array, encoding: OtlpEncoding): RpcStatus {
  try {
    if (encoding === 'protobuf') return decodeRpcStatus(body);
    const status: unknown = JSON.parse(lenientText.decode(body));
    const message =
      typeof status === 'object' && status !== null && 'message' in status ? status.message : '';
    return { code: 0, message: typeof message === 'string' ? message : '' };
  } catch {
    return { code: 0, message: lenientText.decode(body) };
  }
}
