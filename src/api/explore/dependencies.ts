// What the screen's own API is handed by `main`.

import type { Clock } from '../../base/clock.ts';
import type { Datasource } from '../../model/datasource.ts';
import type { DifferenceSource } from '../../query/difference-source.ts';
import type { LogqlEngine } from '../../query/logql/engine.ts';
import type { LogSurveySource } from '../../query/log-survey-source.ts';
import type { MetricSurveySource } from '../../query/metric-survey-source.ts';
import type { OverviewSource } from '../../query/overview-source.ts';
import type {
  CorrelationSource,
  LogSource,
  SeriesSource,
  SpanSource,
} from '../../query/sources.ts';
import type { TraceSurveySource } from '../../query/trace-survey-source.ts';
import type { TraceqlEngine } from '../../query/traceql/engine.ts';
import type { TenantPolicy } from '../../model/tenant.ts';
import type { Health } from './contract/records.ts';
import type { ExploreStatus } from './contract/status.ts';

export interface ExploreLimits {
  readonly queryTimeoutMs: number;
  /** Lines of one page. */
  readonly linesMax: number;
  readonly bucketsMax: number;
}

export const defaultExploreLimits: ExploreLimits = {
  queryTimeoutMs: 60_000,
  linesMax: 5000,
  bucketsMax: 500,
};

export interface ExploreDependencies {
  readonly logql: LogqlEngine;
  readonly traceql: TraceqlEngine;
  readonly logs: LogSource;
  readonly logSurvey: LogSurveySource;
  readonly spans: SpanSource;
  readonly series: SeriesSource;
  readonly metricSurvey: MetricSurveySource;
  readonly correlation: CorrelationSource;
  readonly difference: DifferenceSource;
  readonly traceSurvey: TraceSurveySource;
  readonly overview: OverviewSource;
  readonly datasources: readonly Datasource[];
  /** The same over servers elsewhere, by the uid of their datasource. */
  readonly remotes?: ReadonlyMap<string, ExploreDependencies>;
  /** Where the log lines and traces of a metric are asked for: a datasource's uid, or here. */
  readonly relativesIn?: { readonly logs: string; readonly traces: string };
  readonly health: () => Health;
  readonly status: () => ExploreStatus;
  readonly clock: Clock;
  readonly tenants: TenantPolicy;
  readonly limits: ExploreLimits;
}
