// Metrics as OTLP has them, one object a data point: points are few beside log records and spans, and several
// exporters need the original shape. The Prometheus view of the same data is `series-batch.ts`.

import type { Attributes } from './attributes.ts';
import type { Resource, Scope } from './resource.ts';

export type Temporality = 'unspecified' | 'delta' | 'cumulative';

export interface Exemplar {
  readonly timeNs: bigint;
  readonly value: number;
  /** Lower-case hex, empty when absent. */
  readonly traceId: string;
  readonly spanId: string;
  readonly filteredAttributes: Attributes;
}

export interface DataPoint {
  readonly attributes: Attributes;
  /** 0n when the sender gave none. */
  readonly startTimeNs: bigint;
  readonly timeNs: bigint;
  /** OTLP's DataPointFlags; bit 0: no recorded value. */
  readonly flags: number;
  readonly exemplars: readonly Exemplar[];
}

export interface NumberPoint extends DataPoint {
  /** An int keeps its kind for exporters that pass OTLP on. */
  readonly value: number | bigint;
}

export interface HistogramPoint extends DataPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Not cumulative; one more than `explicitBounds`, or empty. */
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface ExponentialHistogramPoint extends DataPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export interface SummaryPoint extends DataPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export type MetricData =
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly points: readonly NumberPoint[];
      readonly temporality: Temporality;
      readonly monotonic: boolean;
    }
  | {
      readonly kind: 'histogram';
      readonly points: readonly HistogramPoint[];
      readonly temporality: Temporality;
    }
  | {
      readonly kind: 'exponential-histogram';
      readonly points: readonly ExponentialHistogramPoint[];
      readonly temporality: Temporality;
    }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] };

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly metadata: Attributes;
  readonly data: MetricData;
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly metrics: readonly Metric[];
}

export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopes: readonly ScopeMetrics[];
}

export interface MetricsBatch {
  readonly resources: readonly ResourceMetrics[];
}

/** Number of data points, the unit in which OTLP counts rejections. */
export function countDataPoints(batch: MetricsBatch): number {
  let count = 0;
  for (const { scopes } of batch.resources)
    for (const { metrics } of scopes) for (const { data } of metrics) count += data.points.length;
  return count;
}
