// What Prometheus's (and Mimir's) API is handed by `main`.

import type { Clock } from '../../base/clock.ts';
import type { MetricsConsumer, SeriesConsumer } from '../../model/consumers.ts';
import type { PromqlEngine } from '../../query/promql/engine.ts';
import type { SeriesSource } from '../../query/sources.ts';
import type { TenantPolicy } from '../../model/tenant.ts';

export interface PrometheusLimits {
  /** `query.timeout`. */
  readonly queryTimeoutMs: number;
  /** Bytes of a remote-write or OTLP body after decompression. */
  readonly bodyBytesMax: number;
}

export const defaultPrometheusLimits: PrometheusLimits = {
  queryTimeoutMs: 120_000,
  bodyBytesMax: 32 * 1024 * 1024,
};

export interface PrometheusDependencies {
  readonly engine: PromqlEngine;
  readonly series: SeriesSource;
  readonly seriesConsumer: SeriesConsumer;
  readonly metricsConsumer: MetricsConsumer;
  readonly clock: Clock;
  readonly tenants: TenantPolicy;
  readonly limits: PrometheusLimits;
  readonly version: string;
}
