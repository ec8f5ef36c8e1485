// Native histograms as lists of buckets: where a bucket begins and ends, lists of (index, count) instead of
// spans, and both ways between the two.

import type { HistogramSpan, NativeHistogram } from '../../../model/native-histogram.ts';

export const customBucketsSchema = -53;
const exponentMax = 1024;

/** Buckets of one sign: ascending indices with their counts; empty buckets may be among them. */
export interface SparseBuckets {
  readonly index: readonly number[];
  readonly count: readonly number[];
}

export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export function usesCustomBuckets(histogram: NativeHistogram): boolean {
  return histogram.schema === customBucketsSchema;
}

export function unpackBuckets(
  spans: readonly HistogramSpan[],
  counts: readonly number[],
): SparseBuckets {
  const index: number[] = [];
  let next = 0;
  for (const span of spans) {
    next += span.offset;
    for (let at = 0; at < span.length; at++) index.push(next++);
  }
  // A malformed histogram may name more buckets than it counts, or fewer.
  const length = Math.min(index.length, counts.length);
  if (length === index.length && length === counts.length) return { index, count: counts };
  return { index: index.slice(0, length), count: counts.slice(0, length) };
}

export function packSpans(index: readonly number[]): readonly HistogramSpan[] {
  const spans: { offset: number; length: number }[] = [];
  let end = 0;
  for (const at of index) {
    const last = spans.at(-1);
    if (last !== undefined && at === end) last.length++;
    else spans.push({ offset: at - end, length: 1 });
    end = at + 1;
  }
  return spans;
}

export function positiveBuckets(histogram: NativeHistogram): SparseBuckets {
  return unpackBuckets(histogram.positiveSpans, histogram.positiveBuckets);
}

export function negativeBuckets(histogram: NativeHistogram): SparseBuckets {
  return unpackBuckets(histogram.negativeSpans, histogram.negativeBuckets);
}

export function withBuckets(
  histogram: NativeHistogram,
  positive: SparseBuckets,
  negative: SparseBuckets,
): NativeHistogram {
  return {
    ...histogram,
    positiveSpans: packSpans(positive.index),
    positiveBuckets: positive.count,
    negativeSpans: packSpans(negative.index),
    negativeBuckets: negative.count,
  };
}

/** Upper bound of an exponential bucket's absolute values. */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent >= exponentMax ? Number.MAX_VALUE : 2 ** exponent;
  }
  const perOctave = 2 ** schema;
  const octave = Math.floor(index / perOctave);
  const within = index - octave * perOctave;
  if (octave >= exponentMax) {
    return octave === exponentMax && within === 0 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
  }
  return 2 ** (within / perOctave) * 2 ** octave;
}

/** Upper bound of a bucket with custom bounds; the last one is open. */
export function customBound(index: number, bounds: readonly number[]): number {
  if (index < 0) return Number.NEGATIVE_INFINITY;
  return bounds[index] ?? Number.POSITIVE_INFINITY;
}

/** The index that a bucket has at a lower resolution. */
export function reducedIndex(index: number, from: number, to: number): number {
  return Math.floor((index - 1) / 2 ** (from - to)) + 1;
}

/** All buckets from the lowest values to the highest, the zero bucket included unless it has no width and no count. */
export function allBuckets(histogram: NativeHistogram): readonly Bucket[] {
  const buckets: Bucket[] = [];
  const positive = positiveBuckets(histogram);
  if (usesCustomBuckets(histogram)) {
    const bounds = histogram.customValues;
    for (const [at, index] of positive.index.entries()) {
      buckets.push({
        lower: customBound(index - 1, bounds),
        upper: customBound(index, bounds),
        count: positive.count[at] ?? 0,
      });
    }
    return buckets;
  }
  const { schema, zeroThreshold, zeroCount } = histogram;
  const negative = negativeBuckets(histogram);
  for (let at = negative.index.length - 1; at >= 0; at--) {
    const index = negative.index[at] ?? 0;
    buckets.push({
      lower: -exponentialBound(index, schema),
      upper: -exponentialBound(index - 1, schema),
      count: negative.count[at] ?? 0,
    });
  }
  // Buckets that reach into the zero bucket end where it begins.
  const highestNegative = buckets.at(-1);
  if (highestNegative !== undefined && highestNegative.upper > -zeroThreshold) {
    buckets[buckets.length - 1] = { ...highestNegative, upper: -zeroThreshold };
  }
  if (zeroCount > 0) {
    buckets.push({ lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount });
  }
  for (const [at, index] of positive.index.entries()) {
    const lower = exponentialBound(index - 1, schema);
    buckets.push({
      lower: lower < zeroThreshold ? zeroThreshold : lower,
      upper: exponentialBound(index, schema),
      count: positive.count[at] ?? 0,
    });
  }
  return buckets;
}

export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, at) => bound === b[at]);
}
