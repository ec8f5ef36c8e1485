// Metrics as Prometheus has them: series of samples, what remote write carries and PromQL reads.

import type { Labels } from './labels.ts';
import type { NativeHistogram } from './native-histogram.ts';

/** The bits of the NaN that says "this series has ended" (Prometheus, model/value). */
export const staleNaNBits = 0x7ff0_0000_0000_0002n;

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);
bits[0] = staleNaNBits;
/** May lose its bits when it passes through arithmetic; write it to a Float64Array with `writeStale`. */
export const staleNaN: number = double[0] ?? Number.NaN;

/** Whether a sample is the stale marker: reads the bits, for a NaN is a NaN to JavaScript. */
export function isStaleAt(values: Float64Array, at: number): boolean {
  const value = values[at] ?? 0;
  if (value === value) return false;
  const view = new DataView(values.buffer, values.byteOffset + at * 8, 8);
  return view.getUint32(0, true) === 2 && view.getUint32(4, true) === 0x7ff0_0000;
}

export function writeStale(values: Float64Array, at: number): void {
  new DataView(values.buffer, values.byteOffset + at * 8, 8).setBigUint64(0, staleNaNBits, true);
}

export interface SeriesExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

export interface HistogramSample {
  readonly timestampMs: number;
  readonly histogram: NativeHistogram;
  /** 0 when unknown. */
  readonly startTimestampMs: number;
}

/** In the order of remote write's numbers. */
export const metricTypes = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const;

export type MetricType = (typeof metricTypes)[number];

export interface SeriesSamples {
  /** Includes `__name__`. */
  readonly labels: Labels;
  /** Milliseconds, ascending is not promised. */
  readonly timestampsMs: Float64Array;
  /** Stale markers keep their bits. */
  readonly values: Float64Array;
  /** 0 when unknown; empty when no sample has one. */
  readonly startTimestampsMs: Float64Array;
  readonly histograms: readonly HistogramSample[];
  readonly exemplars: readonly SeriesExemplar[];
  /**
   * Resource attributes that are not labels of the series, as text: kept hidden beside the series so that metrics
   * can be joined with logs and traces of the same resource.
   */
  readonly resource: Labels;
}

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

export interface SeriesBatch {
  readonly series: readonly SeriesSamples[];
  readonly metadata: readonly MetricMetadata[];
}
