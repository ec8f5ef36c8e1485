// The trim operators `</` and `>/`: the observations of a histogram on one side of a value. A bucket that the
// value cuts through is split as the quantile estimate would; the sum is estimated anew from the buckets.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  customBound,
  exponentialBound,
  negativeBuckets,
  positiveBuckets,
  usesCustomBuckets,
  withBuckets,
  type Bucket,
  type SparseBuckets,
} from './buckets.ts';
import { compactHistogram } from './arithmetic.ts';

interface Part {
  readonly count: number;
  readonly sum: number;
}

const nothing: Part = { count: 0, sum: 0 };

function clip(bucket: Bucket, cut: number, below: boolean): Bucket {
  return below ? { ...bucket, upper: cut } : { ...bucket, lower: cut };
}

function middle(bucket: Bucket, linear: boolean): number {
  const { lower, upper } = bucket;
  if (linear) return (lower + upper) / 2;
  return (upper <= 0 ? -1 : 1) * Math.sqrt(Math.abs(lower) * Math.abs(upper));
}

function shareBelow(bucket: Bucket, cut: number, linear: boolean): number {
  const { lower, upper } = bucket;
  if (linear) return (cut - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  return (Math.log2(Math.abs(cut)) - logLower) / (logUpper - logLower);
}

/** What is left of a bucket with finite bounds. */
function cutBucket(bucket: Bucket, cut: number, below: boolean, linear: boolean): Part {
  const { lower, upper, count } = bucket;
  const whole = below ? upper <= cut : lower >= cut;
  if (whole) return { count, sum: count * middle(bucket, linear) };
  if (below ? lower >= cut : upper <= cut) return nothing;
  const share = shareBelow(bucket, cut, linear);
  const left = count * (below ? share : 1 - share);
  return { count: left, sum: left * middle(clip(bucket, cut, below), linear) };
}

/** A custom bucket that is open at one side cannot be split: below, or above, the value decides as a whole. */
function cutOpenBucket(bucket: Bucket, cut: number, below: boolean): Part {
  const { lower, upper, count } = bucket;
  if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY) return nothing;
  if (lower === Number.NEGATIVE_INFINITY) {
    if (!below && (upper <= 0 || cut < 0)) return nothing;
    if (upper > 0) return cutBucket({ ...bucket, lower: 0 }, cut, below, true);
    return { count, sum: count * Math.min(cut, upper) };
  }
  if (below) return nothing;
  return { count, sum: count * Math.max(cut, lower) };
}

function trimBuckets(
  buckets: SparseBuckets,
  boundsOf: (index: number) => { readonly lower: number; readonly upper: number },
  trim: (bucket: Bucket) => Part,
): { readonly buckets: SparseBuckets; readonly count: number; readonly sum: number } {
  let count = 0;
  let sum = 0;
  const counts = buckets.index.map((index, at) => {
    const held = buckets.count[at] ?? 0;
    if (held === 0) return 0;
    const part = trim({ ...boundsOf(index), count: held });
    count += part.count;
    sum += part.sum;
    return part.count;
  });
  return { buckets: { index: buckets.index, count: counts }, count, sum };
}

function emptied(histogram: NativeHistogram): NativeHistogram {
  return {
    ...histogram,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    zeroCount: 0,
    count: 0,
    sum: 0,
  };
}

function trimCustom(histogram: NativeHistogram, cut: number, below: boolean): NativeHistogram {
  const bounds = histogram.customValues;
  const trimmed = trimBuckets(
    positiveBuckets(histogram),
    (index) => ({ lower: customBound(index - 1, bounds), upper: customBound(index, bounds) }),
    (bucket) =>
      Number.isFinite(bucket.lower) && Number.isFinite(bucket.upper)
        ? cutBucket(bucket, cut, below, true)
        : cutOpenBucket(bucket, cut, below),
  );
  return {
    ...withBuckets(histogram, trimmed.buckets, { index: [], count: [] }),
    count: trimmed.count,
    sum: trimmed.sum,
  };
}

function trimExponential(histogram: NativeHistogram, cut: number, below: boolean): NativeHistogram {
  const { schema, zeroThreshold, zeroCount } = histogram;
  const positive = trimBuckets(
    positiveBuckets(histogram),
    (index) => ({
      lower: exponentialBound(index - 1, schema),
      upper: exponentialBound(index, schema),
    }),
    (bucket) => cutBucket(bucket, cut, below, false),
  );
  const negative = trimBuckets(
    negativeBuckets(histogram),
    (index) => ({
      lower: -exponentialBound(index, schema),
      upper: -exponentialBound(index - 1, schema),
    }),
    (bucket) => cutBucket(bucket, cut, below, false),
  );
  const hasPositive = histogram.positiveBuckets.length > 0;
  const hasNegative = histogram.negativeBuckets.length > 0;
  const zeroBucket: Bucket = {
    lower: hasPositive && !hasNegative ? 0 : -zeroThreshold,
    upper: hasNegative && !hasPositive ? 0 : zeroThreshold,
    count: zeroCount,
  };
  const zero = zeroCount === 0 ? nothing : cutBucket(zeroBucket, cut, below, true);
  return {
    ...withBuckets(histogram, positive.buckets, negative.buckets),
    zeroCount: zero.count,
    count: positive.count + negative.count + zero.count,
    sum: positive.sum + negative.sum + zero.sum,
  };
}

/** The observations up to `cut` (`below`), or those above it. */
export function trimHistogram(
  histogram: NativeHistogram,
  cut: number,
  below: boolean,
): NativeHistogram {
  if (Number.isNaN(cut)) return emptied(histogram);
  if (cut === (below ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)) return histogram;
  if (!Number.isFinite(cut)) return emptied(histogram);
  const trimmed = usesCustomBuckets(histogram)
    ? trimCustom(histogram, cut, below)
    : trimExponential(histogram, cut, below);
  const untouched =
    trimmed.count === histogram.count &&
    trimmed.zeroCount === histogram.zeroCount &&
    trimmed.positiveBuckets.every((count, at) => count === histogram.positiveBuckets[at]) &&
    trimmed.negativeBuckets.every((count, at) => count === histogram.negativeBuckets[at]);
  return untouched ? histogram : compactHistogram(trimmed);
}
