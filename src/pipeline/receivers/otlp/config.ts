// What the YAML of an `otlp` receiver may say.

import { Section } from '../../../config/collector/section.ts';
import type { ConfigProblem } from '../../component.ts';
import { parseEndpoint } from '../../listen.ts';

export interface OtlpGrpcConfig {
  /** As written; undefined: the default host and port. */
  readonly endpoint: string | undefined;
  readonly messageBytesMax: number;
}

export interface OtlpHttpConfig {
  /** As written; undefined: the default host and port. */
  readonly endpoint: string | undefined;
  /** Of the decompressed body. */
  readonly bodyBytesMax: number;
  readonly tracesPath: string;
  readonly metricsPath: string;
  readonly logsPath: string;
  /** Origins whose pages may send; `*` stands for any text. */
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly corsMaxAgeSeconds: number;
}

export interface OtlpReceiverConfig {
  readonly grpc: OtlpGrpcConfig | undefined;
  readonly http: OtlpHttpConfig | undefined;
}

const bytesPerMebibyte = 1024 * 1024;
/** The Collector's default of 20 MiB, for gRPC as well: its 4 MiB there only ever surprises. */
const bodyBytesMaxDefault = 20 * bytesPerMebibyte;
/** Bodies are held in one buffer. */
const bodyBytesMaxLimit = 512 * bytesPerMebibyte;

export const otlpGrpcPort = 4317;
export const otlpHttpPort = 4318;

export function parseOtlpReceiverConfig(raw: unknown, problem: ConfigProblem): OtlpReceiverConfig {
  const section = new Section(raw, problem);
  const protocols = section.section('protocols');
  const grpc = protocols.has('grpc') ? parseGrpc(protocols.section('grpc')) : undefined;
  const http = protocols.has('http') ? parseHttp(protocols.section('http')) : undefined;
  if (grpc === undefined && http === undefined)
    section.report('must specify at least one protocol when using the OTLP receiver');
  protocols.end();
  section.end();
  return { grpc, http };
}

function parseGrpc(section: Section): OtlpGrpcConfig {
  const endpoint = readEndpoint(section);
  const mebibytes = section.integer(
    'max_recv_msg_size_mib',
    bodyBytesMaxDefault / bytesPerMebibyte,
    { min: 0, max: bodyBytesMaxLimit / bytesPerMebibyte },
  );
  refuseSecurity(section);
  section.ignore(
    'transport',
    'keepalive',
    'max_concurrent_streams',
    'read_buffer_size',
    'write_buffer_size',
    'include_metadata',
    'middlewares',
  );
  section.end();
  return {
    endpoint,
    messageBytesMax: mebibytes === 0 ? bodyBytesMaxDefault : mebibytes * bytesPerMebibyte,
  };
}

function parseHttp(section: Section): OtlpHttpConfig {
  const endpoint = readEndpoint(section);
  const bodyBytesMax = section.integer('max_request_body_size', bodyBytesMaxDefault, {
    min: 0,
    max: bodyBytesMaxLimit,
  });
  const cors = section.section('cors');
  const config: OtlpHttpConfig = {
    endpoint,
    bodyBytesMax: bodyBytesMax === 0 ? bodyBytesMaxDefault : bodyBytesMax,
    tracesPath: section.string('traces_url_path', '/v1/traces'),
    metricsPath: section.string('metrics_url_path', '/v1/metrics'),
    logsPath: section.string('logs_url_path', '/v1/logs'),
    allowedOrigins: cors.strings('allowed_origins'),
    allowedHeaders: cors.strings('allowed_headers'),
    corsMaxAgeSeconds: cors.integer('max_age', 0, { min: 0 }),
  };
  cors.ignore('exposed_headers');
  cors.end();
  refuseSecurity(section);
  section.ignore(
    'transport',
    'include_metadata',
    'response_headers',
    'compression_algorithms',
    'read_timeout',
    'read_header_timeout',
    'write_timeout',
    'idle_timeout',
    'keep_alives_enabled',
    'middlewares',
  );
  section.end();
  return config;
}

function readEndpoint(section: Section): string | undefined {
  const endpoint = section.optionalString('endpoint');
  if (endpoint !== undefined && parseEndpoint(endpoint) === undefined)
    section.report(`expected "host:port", got "${endpoint}"`, 'endpoint');
  return endpoint;
}

/** Passing these over in silence would leave a listener open that its owner believes closed. */
function refuseSecurity(section: Section): void {
  for (const key of ['tls', 'auth'])
    if (section.has(key) && section.raw(key) !== null)
      section.report(`"${key}" of a receiver is not supported yet`, key);
}
