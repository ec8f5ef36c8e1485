// What Tempo's API is handed by `main`.

import type { Clock } from '../../base/clock.ts';
import type { TraceqlEngine } from '../../query/traceql/engine.ts';
import type { SpanSource } from '../../query/sources.ts';
import type { TenantPolicy } from '../../model/tenant.ts';

export interface TempoLimits {
  readonly queryTimeoutMs: number;
  /** `max_duration` of a search, 0 for none. */
  readonly searchRangeMaxMs: number;
  /** `default_result_limit` and `max_result_limit`. */
  readonly searchLimitDefault: number;
  readonly searchLimitMax: number;
  readonly spansPerSpansetMax: number;
  /** Steps of a metrics query. */
  readonly stepsMax: number;
}

export const defaultTempoLimits: TempoLimits = {
  queryTimeoutMs: 60_000,
  searchRangeMaxMs: 168 * 3_600_000,
  searchLimitDefault: 20,
  searchLimitMax: 262_144,
  spansPerSpansetMax: 100,
  stepsMax: 10_000,
};

export interface TempoDependencies {
  readonly engine: TraceqlEngine;
  readonly spans: SpanSource;
  readonly clock: Clock;
  readonly tenants: TenantPolicy;
  readonly limits: TempoLimits;
  readonly version: string;
}
