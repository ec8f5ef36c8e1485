// The port behind the metric browser: which metrics there are and which labels their series have, as aggregates that
// storage makes in SQL, bounded, with totals. "In the range" is meant to the day's precision, as for all series.

import type { TenantRange } from './sources.ts';

export interface MetricCount {
  readonly metric: string;
  /** Null: a server elsewhere does not tell. */
  readonly series: number | null;
}

export interface MetricLabelCount {
  readonly name: string;
  /** Series that have it. */
  readonly series: number;
  /** Distinct values. */
  readonly distinct: number;
  /** The most frequent first, then by name. */
  readonly values: readonly { readonly value: string; readonly series: number }[];
}

export interface MetricSurveySource {
  /** By name; `total` counts those beyond the limit as well. */
  listMetrics(
    range: TenantRange & { readonly limit: number },
    signal: AbortSignal,
  ): Promise<{ readonly metrics: readonly MetricCount[]; readonly total: number }>;
  /** Labels of all series of these metrics together, by name; of each label the first `valuesMax` values. */
  metricLabels(
    range: TenantRange & { readonly metrics: readonly string[]; readonly valuesMax: number },
    signal: AbortSignal,
  ): Promise<{ readonly series: number; readonly labels: readonly MetricLabelCount[] }>;
}
