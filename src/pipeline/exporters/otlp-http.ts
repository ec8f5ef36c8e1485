// The `otlphttp` exporter: OTLP over HTTP to a server elsewhere, or the embedded store when its address means this Clew.

import { Failure } from '../../base/errors.ts';
import { Section } from '../../config/collector/section.ts';
import type { ComponentSettings, ExporterFactory, Signal } from '../component.ts';
import {
  decodeExportResponse,
  decodeStatus,
  encodeExportRequest,
  type OtlpEncoding,
} from '../otlp-codecs.ts';
import { createEmbeddedExporter } from './embedded.ts';
import {
  readSendingConfig,
  readTls,
  readUrl,
  refuseAuth,
  type SendingConfig,
  type TlsConfig,
} from './sending/config.ts';
import { createSendingExporter, type Sender } from './sending/exporter.ts';
import { checkAnswer, createHttpClient, gzipBytes } from './sending/http-client.ts';
import { tenantHeaders } from './sending/tenant-header.ts';

export interface OtlpHttpExporterConfig extends SendingConfig {
  /** Where each signal goes; undefined when no endpoint says so. */
  readonly urls: Readonly<Record<Signal, string | undefined>>;
  readonly encoding: OtlpEncoding;
  readonly compression: 'gzip' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsConfig;
}

/** The specification's list; everything else means that the data will never be taken. */
const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export const otlpHttpExporter: ExporterFactory<OtlpHttpExporterConfig> = {
  kind: 'exporter',
  type: 'otlphttp',
  aliases: ['otlp_http'],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig(raw, problem) {
    const section = new Section(raw, problem);
    const base = readUrl(section, 'endpoint')?.replace(/\/+$/, '');
    const urlOf = (signal: Signal): string | undefined =>
      readUrl(section, `${signal}_endpoint`) ??
      (base === undefined ? undefined : `${base}/v1/${signal}`);
    const urls = { traces: urlOf('traces'), metrics: urlOf('metrics'), logs: urlOf('logs') };
    if (Object.values(urls).every((url) => url === undefined))
      section.report('at least one endpoint must be specified');
    const config: OtlpHttpExporterConfig = {
      urls,
      encoding:
        section.oneOf('encoding', ['proto', 'json'], 'proto') === 'json' ? 'json' : 'protobuf',
      compression:
        section.oneOf('compression', ['gzip', 'none', ''], 'gzip') === 'gzip' ? 'gzip' : 'none',
      headers: Object.fromEntries(section.stringMap('headers')),
      tls: readTls(section.section('tls')),
      ...readSendingConfig(section, 30_000),
    };
    refuseAuth(section);
    section.ignore(
      'profiles_endpoint',
      'compression_params',
      'read_buffer_size',
      'write_buffer_size',
      'max_idle_conns',
      'max_idle_conns_per_host',
      'max_conns_per_host',
      'idle_conn_timeout',
      'disable_keep_alives',
      'http2_read_idle_timeout',
      'http2_ping_timeout',
      'force_attempt_http2',
      'cookies',
      'middlewares',
    );
    section.end();
    return config;
  },
  addresses: (config, signal) => {
    const url = config.urls[signal];
    return url === undefined ? [] : [url];
  },
  create(settings, config, signal) {
    const url = config.urls[signal];
    // The Collector too says so only when a pipeline asks for it.
    if (url === undefined) throw missingEndpoint(signal);
    if (settings.embedded.isEmbedded(url))
      return createEmbeddedExporter(settings, signal, { headers: config.headers });
    return createSendingExporter(
      settings,
      config,
      signal,
      createSender(settings, config, signal, url),
    );
  },
};

function missingEndpoint(signal: Signal): Failure {
  return new Failure('config', `either endpoint or ${signal}_endpoint must be specified`);
}

function createSender(
  settings: ComponentSettings,
  config: OtlpHttpExporterConfig,
  signal: Signal,
  url: string,
): Sender {
  const client = createHttpClient(config.tls, settings.clock);
  const headers: Record<string, string> = {
    'Content-Type': config.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(config.compression === 'gzip' && { 'Content-Encoding': 'gzip' }),
    ...config.headers,
  };
  const ofTenant = tenantHeaders(settings, config.headers);
  return {
    start: async () => client.start(),
    close: async () => client.close(),
    async prepare(outbound) {
      const bytes = encodeExportRequest(outbound, config.encoding);
      const body = config.compression === 'gzip' ? await gzipBytes(bytes) : bytes;
      const sent = { ...headers, ...ofTenant(outbound.context) };
      return async (abort) => {
        const answer = await client.post(url, sent, body, abort);
        const encoding = answer.contentType.startsWith('application/json') ? 'json' : 'protobuf';
        checkAnswer(answer, url, {
          isRetryable: (status) => retryableStatuses.has(status),
          describe: ({ body: text, contentType }) =>
            contentType.startsWith('application/')
              ? decodeStatus(text, encoding).message
              : text.toString('utf8'),
        });
        return decodeExportResponse(signal, answer.body, encoding);
      };
    },
  };
}
