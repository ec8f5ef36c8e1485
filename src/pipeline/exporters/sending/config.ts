// The part of an exporter's YAML that says how it sends: timeout, retries, queue, TLS, headers.

import type { Section } from '../../../config/collector/section.ts';

export interface RetryConfig {
  readonly enabled: boolean;
  readonly initialIntervalMs: number;
  readonly multiplier: number;
  readonly randomizationFactor: number;
  readonly maxIntervalMs: number;
  /** 0: for ever. */
  readonly maxElapsedTimeMs: number;
}

export type QueueSizer = 'requests' | 'items' | 'bytes';

export interface QueueConfig {
  readonly enabled: boolean;
  readonly consumers: number;
  readonly size: number;
  readonly sizer: QueueSizer;
  /** Whether the acknowledgement waits for the other side's answer. */
  readonly waitForResult: boolean;
  /** Whether a full queue holds its senders instead of refusing them. */
  readonly blockOnOverflow: boolean;
  /** Keys that ask for what this queue does not do: on disk, batching. Said when the exporter starts. */
  readonly unmet: readonly string[];
}

export interface TlsConfig {
  readonly insecure: boolean;
  readonly insecureSkipVerify: boolean;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly serverName: string | undefined;
}

export interface SendingConfig {
  readonly timeoutMs: number;
  readonly retry: RetryConfig;
  readonly queue: QueueConfig;
}

export function readSendingConfig(section: Section, timeoutMs: number): SendingConfig {
  return {
    timeoutMs: section.durationMs('timeout', timeoutMs),
    retry: readRetry(section.section('retry_on_failure')),
    queue: readQueue(section.section('sending_queue')),
  };
}

export function readRetry(section: Section, initialIntervalMs: number = 5000): RetryConfig {
  const retry: RetryConfig = {
    enabled: section.boolean('enabled', true),
    initialIntervalMs: section.durationMs('initial_interval', initialIntervalMs),
    multiplier: section.number('multiplier', 1.5, { min: 0 }),
    randomizationFactor: section.number('randomization_factor', 0.5, { min: 0, max: 1 }),
    maxIntervalMs: section.durationMs('max_interval', 30_000),
    maxElapsedTimeMs: section.durationMs('max_elapsed_time', 300_000),
  };
  if (retry.maxElapsedTimeMs > 0 && retry.maxElapsedTimeMs < retry.initialIntervalMs)
    section.report("'max_elapsed_time' must not be less than 'initial_interval'");
  section.end();
  return retry;
}

function readQueue(section: Section): QueueConfig {
  const queue: QueueConfig = {
    enabled: section.boolean('enabled', true),
    consumers: section.integer('num_consumers', 10),
    size: section.integer('queue_size', 1000),
    sizer: section.oneOf('sizer', ['requests', 'items', 'bytes'], 'requests'),
    waitForResult: section.boolean('wait_for_result', false),
    blockOnOverflow: section.boolean('block_on_overflow', false),
    unmet: ['storage', 'batch']
      .filter((key) => (section.raw(key) ?? null) !== null)
      .map((key) => `sending_queue::${key}`),
  };
  if (queue.consumers <= 0) section.report('`num_consumers` must be positive', 'num_consumers');
  if (queue.size <= 0) section.report('`queue_size` must be positive', 'queue_size');
  section.end();
  return queue;
}

export function readTls(section: Section): TlsConfig {
  const tls: TlsConfig = {
    insecure: section.boolean('insecure', false),
    insecureSkipVerify: section.boolean('insecure_skip_verify', false),
    caFile: section.optionalString('ca_file'),
    certFile: section.optionalString('cert_file'),
    keyFile: section.optionalString('key_file'),
    serverName: section.optionalString('server_name_override'),
  };
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined))
    section.report('cert_file and key_file belong together');
  section.ignore('min_version', 'max_version', 'reload_interval', 'include_system_ca_certs_pool');
  section.end();
  return tls;
}

/** Authentication by an extension: passing it over would send without credentials. */
export function refuseAuth(section: Section): void {
  if ((section.raw('auth') ?? null) !== null)
    section.report('"auth" is not supported yet; use "headers"', 'auth');
}

/** `text`, checked to be an http(s) URL; undefined and reported otherwise. */
export function readUrl(section: Section, key: string): string | undefined {
  const text = section.optionalString(key);
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  section.report(`expected a URL such as "http://host:port/path", got "${text}"`, key);
  return undefined;
}
