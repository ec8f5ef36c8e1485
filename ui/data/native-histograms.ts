// Native histograms as Prometheus's API answers them: one a step, each with its own buckets. Empty buckets are left out
// by the server, and so are the rules of who owns a boundary: no picture shows the difference.

import type { MetricLabels } from './metrics.ts';

export interface HistogramPoint {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly HistogramBucket[];
}

export interface HistogramBucket {
  readonly low: number;
  readonly high: number;
  /** A rate of a histogram has fractions. */
  readonly count: number;
}

export interface HistogramSeries {
  readonly labels: MetricLabels;
  /** One a step; null where there is no sample. */
  readonly points: readonly (HistogramPoint | null)[];
}

/** `[seconds, histogram]` pairs of the answer. */
export type HistogramSamples = readonly (readonly [number, unknown])[];

function numberOf(text: unknown): number {
  return typeof text === 'string' ? Number(text.replace('Inf', 'Infinity')) : Number.NaN;
}

function parseBucket(given: unknown): readonly HistogramBucket[] {
  if (!Array.isArray(given)) return [];
  const [, low, high, count] = (given as readonly unknown[]).map(numberOf);
  if (low === undefined || high === undefined || count === undefined) return [];
  return high >= low && count > 0 ? [{ low, high, count }] : [];
}

function parsePoint(given: unknown): HistogramPoint | null {
  if (typeof given !== 'object' || given === null) return null;
  const {
    count,
    sum,
    buckets = [],
  } = given as Partial<Record<'count' | 'sum' | 'buckets', unknown>>;
  return {
    count: numberOf(count),
    sum: numberOf(sum),
    buckets: Array.isArray(buckets) ? buckets.flatMap(parseBucket) : [],
  };
}

export function alignHistograms(
  result: readonly { readonly metric: MetricLabels; readonly histograms?: HistogramSamples }[],
  startMs: number,
  stepMs: number,
  count: number,
): readonly HistogramSeries[] {
  return result.flatMap(({ metric, histograms = [] }) => {
    if (histograms.length === 0) return [];
    const points: (HistogramPoint | null)[] = Array.from({ length: count }, () => null);
    for (const [seconds, histogram] of histograms) {
      const at = Math.round((seconds * 1000 - startMs) / stepMs);
      if (at >= 0 && at < count) points[at] = parsePoint(histogram);
    }
    return [{ labels: metric, points }];
  });
}
