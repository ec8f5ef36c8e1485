// The `otlp` exporter: OTLP over gRPC to a server elsewhere, or the embedded store when its address means this Clew.

import {
  ChannelCredentials,
  Client,
  compressionAlgorithms,
  credentials as channelCredentials,
  Metadata,
  type ServiceError,
  status as grpcStatus,
} from '@grpc/grpc-js';
import { Failure } from '../../base/errors.ts';
import { parseAddress } from '../../config/embedded-names.ts';
import { Section } from '../../config/collector/section.ts';
import type { ComponentSettings, ExporterFactory, Signal } from '../component.ts';
import { decodeExportResponse, decodeStatus, encodeExportRequest } from '../otlp-codecs.ts';
import { exportPaths } from '../otlp-grpc-paths.ts';
import { createEmbeddedExporter } from './embedded.ts';
import {
  readSendingConfig,
  readTls,
  refuseAuth,
  type SendingConfig,
  type TlsConfig,
} from './sending/config.ts';
import { createSendingExporter, type Sender } from './sending/exporter.ts';
import { tenantHeaders } from './sending/tenant-header.ts';
import { readTlsFiles } from './sending/tls-files.ts';

export interface OtlpGrpcExporterConfig extends SendingConfig {
  readonly endpoint: string;
  readonly compression: 'gzip' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsConfig;
  readonly authority: string | undefined;
}

const sentBytesMax = 512 * 1024 * 1024;

export const otlpGrpcExporter: ExporterFactory<OtlpGrpcExporterConfig> = {
  kind: 'exporter',
  type: 'otlp',
  aliases: ['otlp_grpc'],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig(raw, problem) {
    const section = new Section(raw, problem);
    const config: OtlpGrpcExporterConfig = {
      endpoint: section.string('endpoint', ''),
      compression:
        section.oneOf('compression', ['gzip', 'none', ''], 'gzip') === 'gzip' ? 'gzip' : 'none',
      headers: Object.fromEntries(section.stringMap('headers')),
      tls: readTls(section.section('tls')),
      authority: section.optionalString('authority'),
      ...readSendingConfig(section, 5000),
    };
    if (config.endpoint === '') section.report('requires a non-empty "endpoint"', 'endpoint');
    else if (parseAddress(config.endpoint)?.port === undefined)
      section.report(`expected "host:port", got "${config.endpoint}"`, 'endpoint');
    refuseAuth(section);
    section.ignore(
      'keepalive',
      'read_buffer_size',
      'write_buffer_size',
      'wait_for_ready',
      'balancer_name',
      'middlewares',
    );
    section.end();
    return config;
  },
  addresses: ({ endpoint }) => [endpoint],
  create(settings, config, signal) {
    if (settings.embedded.isEmbedded(config.endpoint))
      return createEmbeddedExporter(settings, signal, { headers: config.headers });
    return createSendingExporter(settings, config, signal, createSender(settings, config, signal));
  },
};

function createSender(
  settings: ComponentSettings,
  config: OtlpGrpcExporterConfig,
  signal: Signal,
): Sender {
  const configured = new Metadata();
  for (const [name, value] of Object.entries(config.headers))
    configured.set(name.toLowerCase(), value);
  const ofTenant = tenantHeaders(settings, config.headers);
  let client: Client | undefined;
  return {
    async start() {
      client = new Client(
        config.endpoint.replace(/^https?:\/\//, ''),
        channelCredentialsOf(config),
        {
          'grpc.max_send_message_length': sentBytesMax,
          // Retrying is this exporter's own affair, with its own limits.
          'grpc.enable_retries': 0,
          'grpc.default_compression_algorithm':
            config.compression === 'gzip'
              ? compressionAlgorithms.gzip
              : compressionAlgorithms.identity,
          ...(config.authority !== undefined && { 'grpc.default_authority': config.authority }),
          ...(config.tls.serverName !== undefined && {
            'grpc.ssl_target_name_override': config.tls.serverName,
          }),
        },
      );
    },
    close: async () => client?.close(),
    async prepare(outbound) {
      const bytes = encodeExportRequest(outbound, 'protobuf');
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const metadata = configured.clone();
      for (const [name, value] of Object.entries(ofTenant(outbound.context)))
        metadata.set(name.toLowerCase(), value);
      return async (abort) => {
        if (client === undefined) throw new Failure('unavailable', 'the exporter has not started');
        const answer = await call(client, signal, body, metadata, abort, config.endpoint);
        return decodeExportResponse(signal, answer, 'protobuf');
      };
    },
  };
}

function channelCredentialsOf({ endpoint, tls }: OtlpGrpcExporterConfig): ChannelCredentials {
  if (tls.insecure && !endpoint.startsWith('https://')) return channelCredentials.createInsecure();
  if (endpoint.startsWith('http://')) return channelCredentials.createInsecure();
  const { ca, cert, key } = readTlsFiles(tls);
  return ChannelCredentials.createSsl(ca ?? null, key ?? null, cert ?? null, {
    rejectUnauthorized: !tls.insecureSkipVerify,
  });
}

function call(
  client: Client,
  signal: Signal,
  body: Buffer,
  metadata: Metadata,
  abort: AbortSignal,
  endpoint: string,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const same = (bytes: Buffer): Buffer => bytes;
    const cancel = (): void => running.cancel();
    const running = client.makeUnaryRequest(
      exportPaths[signal],
      same,
      same,
      body,
      metadata,
      (error, answer) => {
        abort.removeEventListener('abort', cancel);
        if (error !== null) reject(failureOf(error, endpoint));
        else resolve(answer ?? Buffer.alloc(0));
      },
    );
    if (abort.aborted) cancel();
    else abort.addEventListener('abort', cancel, { once: true });
  });
}

/** The specification's list; RESOURCE_EXHAUSTED only when the server says when to come back. */
const retryableCodes: ReadonlySet<number> = new Set([
  grpcStatus.CANCELLED,
  grpcStatus.DEADLINE_EXCEEDED,
  grpcStatus.ABORTED,
  grpcStatus.OUT_OF_RANGE,
  grpcStatus.UNAVAILABLE,
  grpcStatus.DATA_LOSS,
]);

function failureOf(error: ServiceError, endpoint: string): Failure {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const retryAfterMs =
    details instanceof Buffer ? decodeStatus(details, 'protobuf').retryAfterMs : undefined;
  const name = grpcStatus[error.code] ?? String(error.code);
  const message = `${endpoint} answered ${name}: ${error.details}`;
  const isRetryable =
    retryableCodes.has(error.code) ||
    (error.code === grpcStatus.RESOURCE_EXHAUSTED && retryAfterMs !== undefined);
  return new Failure(isRetryable ? 'unavailable' : 'invalid-data', message, {
    retryAfterMs,
    cause: error,
  });
}
