// What the YAML of a `prometheusremotewrite` exporter may say: with the client's settings flat, or in an `http` block as newer releases have them.

import { Section } from '../../config/collector/section.ts';
import type { ConfigProblem } from '../component.ts';
import {
  readRetry,
  readTls,
  readUrl,
  refuseAuth,
  type SendingConfig,
  type TlsConfig,
} from './sending/config.ts';

export interface TranslationConfig {
  readonly namespace: string;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly addMetricSuffixes: boolean;
  /** Resource attributes become labels of each series. */
  readonly resourceToLabels: boolean;
  readonly targetInfo: boolean;
  readonly scopeInfo: boolean;
}

export interface RemoteWriteConfig extends SendingConfig {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsConfig;
  readonly translation: TranslationConfig;
  readonly sendMetadata: boolean;
  /** Of one request, before compression. */
  readonly batchBytesMax: number;
}

const timeoutMs = 5000;
const retryInitialMs = 50;

export function parseRemoteWriteConfig(raw: unknown, problem: ConfigProblem): RemoteWriteConfig {
  const section = new Section(raw, problem);
  const http = section.has('http') ? section.section('http') : section;
  const endpoint = readUrl(http, 'endpoint') ?? '';
  if (endpoint === '' && (http.raw('endpoint') ?? '') === '')
    http.report(
      '"endpoint" must be the URL of a remote write API, such as "http://mimir:9009/api/v1/push"',
      'endpoint',
    );
  const queue = section.section('remote_write_queue');
  const resources = section.section('resource_to_telemetry_conversion');
  const targetInfo = section.section('target_info');
  const compression = http.string('compression', 'snappy');
  if (compression !== 'snappy' && compression !== '')
    http.report('compression type must be snappy', 'compression');
  const config: RemoteWriteConfig = {
    endpoint,
    headers: Object.fromEntries(http.stringMap('headers')),
    tls: readTls(http.section('tls')),
    timeoutMs: http.durationMs('timeout', timeoutMs),
    retry: readRetry(section.section('retry_on_failure'), retryInitialMs),
    queue: {
      enabled: queue.boolean('enabled', true),
      size: queue.integer('queue_size', 10_000, { min: 1 }),
      consumers: queue.integer('num_consumers', 5, { min: 1 }),
      sizer: 'requests',
      waitForResult: false,
      blockOnOverflow: false,
      unmet: (section.raw('wal') ?? null) === null ? [] : ['wal'],
    },
    translation: {
      namespace: section.string('namespace', ''),
      externalLabels: Object.fromEntries(section.stringMap('external_labels')),
      addMetricSuffixes: section.boolean('add_metric_suffixes', true) && keepsSuffixes(section),
      resourceToLabels: resources.boolean('enabled', false),
      targetInfo: targetInfo.boolean('enabled', true),
      scopeInfo: !section.boolean('disable_scope_info', false),
    },
    sendMetadata: section.boolean('send_metadata', false),
    batchBytesMax: section.integer('max_batch_size_bytes', 3_000_000, { min: 1 }),
  };
  section.oneOf('protobuf_message', ['prometheus.WriteRequest'], 'prometheus.WriteRequest');
  refuseAuth(http);
  resources.ignore('exclude_service_attributes');
  for (const inner of [queue, resources, targetInfo]) inner.end();
  for (const client of new Set([http, section]))
    client.ignore(
      'read_buffer_size',
      'write_buffer_size',
      'max_idle_conns',
      'max_idle_conns_per_host',
      'max_conns_per_host',
      'idle_conn_timeout',
      'compression_params',
      'cookies',
    );
  section.ignore(
    'max_batch_request_parallelism',
    'export_created_metric',
    'include_metadata_keys',
    'convert_explicit_histograms_to_nhcb',
  );
  if (http !== section) http.end();
  section.end();
  return config;
}

function keepsSuffixes(section: Section): boolean {
  const strategy = section.oneOf(
    'translation_strategy',
    ['UnderscoreEscapingWithSuffixes', 'UnderscoreEscapingWithoutSuffixes'],
    'UnderscoreEscapingWithSuffixes',
  );
  return strategy === 'UnderscoreEscapingWithSuffixes';
}

/** Whether the series come out as those of metrics that were stored without any exporter between. */
export function isPlainTranslation(translation: TranslationConfig): boolean {
  return (
    translation.namespace === '' &&
    Object.keys(translation.externalLabels).length === 0 &&
    translation.addMetricSuffixes &&
    !translation.resourceToLabels
  );
}
