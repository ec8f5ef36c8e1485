// What PromQL answers, and the engine's face.

import type { Labels } from '../../model/labels.ts';
import type { NativeHistogram } from '../../model/native-histogram.ts';

export interface PromqlSeries {
  readonly labels: Labels;
  /** Float samples, ascending. */
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly histograms: readonly {
    readonly timestampMs: number;
    readonly histogram: NativeHistogram;
  }[];
}

export type PromqlData =
  | { readonly kind: 'scalar'; readonly timestampMs: number; readonly value: number }
  | { readonly kind: 'string'; readonly timestampMs: number; readonly value: string }
  /** One sample a series. */
  | { readonly kind: 'vector'; readonly series: readonly PromqlSeries[] }
  | { readonly kind: 'matrix'; readonly series: readonly PromqlSeries[] };

export interface PromqlResult {
  readonly data: PromqlData;
  /** `PromQL warning: … (1:5)`. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly samplesRead: number;
}

export interface PromqlRequest {
  readonly query: string;
  readonly tenants: readonly string[];
  readonly kind: 'range' | 'instant';
  /** Instant: both are the evaluation time. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Default: the engine's (5 m). */
  readonly lookbackMs?: number | undefined;
}

export interface PromqlEngine {
  query(request: PromqlRequest, signal: AbortSignal): Promise<PromqlResult>;
}
