// What Loki's API is handed by `main`.

import type { Clock } from '../../base/clock.ts';
import type { LogsConsumer } from '../../model/consumers.ts';
import type { LogqlEngine } from '../../query/logql/engine.ts';
import type { LogSource } from '../../query/sources.ts';
import type { TenantPolicy } from '../../model/tenant.ts';

export interface LokiLimits {
  /** `max_entries_limit_per_query`. */
  readonly entriesMax: number;
  /** `query_timeout`. */
  readonly queryTimeoutMs: number;
  /** Bytes of a push or OTLP body, before and after inflating. */
  readonly bodyBytesMax: number;
  /** Live tails at a time. */
  readonly tailsMax: number;
}

export const defaultLokiLimits: LokiLimits = {
  entriesMax: 5000,
  queryTimeoutMs: 60_000,
  bodyBytesMax: 100 * 1024 * 1024,
  tailsMax: 10,
};

export interface LokiDependencies {
  readonly engine: LogqlEngine;
  readonly logs: LogSource;
  readonly consumer: LogsConsumer;
  readonly clock: Clock;
  readonly tenants: TenantPolicy;
  readonly limits: LokiLimits;
  /** Version of Clew, for `status/buildinfo`. */
  readonly version: string;
}
