// OTLP's exponential histograms as Prometheus's native ones: buckets one index higher, because OTLP counts from the lower
// bound and Prometheus from the upper one, and merged pairwise where the scale is finer than native histograms go.

import type { ExponentialBuckets, ExponentialHistogramPoint } from '../../model/metrics-batch.ts';
import type { HistogramSpan, NativeHistogram } from '../../model/native-histogram.ts';
import { staleNaN } from '../../model/series-batch.ts';

export const nativeSchemaMin = -4;
export const nativeSchemaMax = 8;
/** Prometheus's own, whatever the sender says. */
const zeroThreshold = 1e-128;
/** So many empty buckets are cheaper written out than another span. */
const filledGapMax = 2;

interface Sparse {
  readonly spans: readonly HistogramSpan[];
  readonly buckets: readonly number[];
}

/** `shift`: how often neighbouring buckets are merged. */
function sparse({ offset, bucketCounts }: ExponentialBuckets, shift: number): Sparse {
  const spans: { offset: number; length: number }[] = [];
  const buckets: number[] = [];
  let span: { offset: number; length: number } | undefined;
  let next = 0;
  bucketCounts.forEach((count, at) => {
    if (count === 0) return;
    // Shifting in 32 bits rounds down also for negative indices; finer than 2^-31 does not exist.
    const index = ((offset + at) >> Math.min(shift, 31)) + 1;
    if (span !== undefined && index === next - 1) {
      buckets[buckets.length - 1] = (buckets.at(-1) ?? 0) + count;
      return;
    }
    const gap = index - next;
    if (span !== undefined && gap <= filledGapMax) {
      for (let fill = 0; fill < gap; fill++) buckets.push(0);
      span.length += gap + 1;
    } else {
      span = { offset: gap, length: 1 };
      spans.push(span);
    }
    buckets.push(count);
    next = index + 1;
  });
  return { spans, buckets };
}

/** The scale must be at least `nativeSchemaMin`. */
export function nativeHistogramOf(point: ExponentialHistogramPoint): NativeHistogram {
  const shift = Math.max(point.scale - nativeSchemaMax, 0);
  const isStale = (point.flags & 1) !== 0;
  const none: Sparse = { spans: [], buckets: [] };
  const positive = isStale ? none : sparse(point.positive, shift);
  const negative = isStale ? none : sparse(point.negative, shift);
  return {
    counterResetHint: 'unknown',
    schema: Math.min(point.scale, nativeSchemaMax),
    zeroThreshold,
    zeroCount: isStale ? 0 : point.zeroCount,
    count: isStale ? staleNaN : point.count,
    sum: isStale ? staleNaN : (point.sum ?? 0),
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customValues: [],
  };
}
