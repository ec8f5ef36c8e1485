// Estimates from native histograms: quantiles, fractions, variance. Within a bucket values are taken as evenly
// spread on a logarithmic scale, in the zero bucket and in custom buckets on a linear one.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { allBuckets, usesCustomBuckets, type Bucket } from './buckets.ts';
import { addKahan, type Kahan } from '../execute/kahan.ts';

/** The zero bucket reaches to one side only when there are buckets on one side only. */
function biased(histogram: NativeHistogram, bucket: Bucket): Bucket {
  if (usesCustomBuckets(histogram) || bucket.lower > 0 || bucket.upper < 0) return bucket;
  const hasNegative = histogram.negativeBuckets.length > 0;
  const hasPositive = histogram.positiveBuckets.length > 0;
  if (!hasNegative && hasPositive) return { ...bucket, lower: 0 };
  if (!hasPositive && hasNegative) return { ...bucket, upper: 0 };
  return bucket;
}

function isLinear(histogram: NativeHistogram, bucket: Bucket): boolean {
  return usesCustomBuckets(histogram) || (bucket.lower <= 0 && bucket.upper >= 0);
}

/** The value at a fraction (0 to 1) of a bucket. */
function valueWithin(histogram: NativeHistogram, bucket: Bucket, fraction: number): number {
  const { lower, upper } = bucket;
  if (isLinear(histogram, bucket)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

/** The fraction of a bucket's observations that lie below a value inside of it. */
export function fractionBelow(histogram: NativeHistogram, bucket: Bucket, value: number): number {
  const { lower, upper } = bucket;
  if (isLinear(histogram, bucket)) {
    if (lower === Number.NEGATIVE_INFINITY) return 1;
    return (value - lower) / (upper - lower);
  }
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const log = Math.log2(Math.abs(value));
  if (value > 0) return (log - logLower) / (logUpper - logLower);
  return 1 - (log - logUpper) / (logLower - logUpper);
}

export interface QuantileEstimate {
  readonly value: number;
  /** NaN observations: the result is NaN because of them, or higher than without them. */
  readonly nan: 'none' | 'result' | 'skew';
}

export function histogramQuantile(q: number, histogram: NativeHistogram): QuantileEstimate {
  const plain = (value: number): QuantileEstimate => ({ value, nan: 'none' });
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  if (histogram.count === 0 || Number.isNaN(q)) return plain(Number.NaN);
  // NaN observations count without being in a bucket, so they must be approached from below.
  const hasNaN = Number.isNaN(histogram.sum);
  const forward = hasNaN || q < 0.5;
  const buckets = forward ? allBuckets(histogram) : allBuckets(histogram).toReversed();
  let rank = (forward ? q : 1 - q) * histogram.count;
  let count = 0;
  let bucket: Bucket = { lower: 0, upper: 0, count: 0 };
  for (const candidate of buckets) {
    if (candidate.count === 0) continue;
    bucket = candidate;
    count += candidate.count;
    if (count >= rank) break;
  }
  const nan = hasNaN ? 'skew' : 'none';
  bucket = biased(histogram, bucket);
  if (usesCustomBuckets(histogram)) {
    if (bucket.lower === Number.NEGATIVE_INFINITY) {
      if (bucket.upper <= 0) return { value: bucket.upper, nan };
      bucket = { ...bucket, lower: 0 };
    } else if (bucket.upper === Number.POSITIVE_INFINITY) {
      if (hasNaN && count < rank) return { value: Number.NaN, nan: 'result' };
      return { value: bucket.lower, nan };
    }
  }
  if (count > histogram.count) count = histogram.count;
  if (hasNaN && count < rank) return { value: Number.NaN, nan: 'result' };
  if (count < rank) return { value: bucket.upper, nan };
  rank = forward ? rank - (count - bucket.count) : count - rank;
  return { value: valueWithin(histogram, bucket, rank / bucket.count), nan };
}

export function histogramFraction(
  lower: number,
  upper: number,
  histogram: NativeHistogram,
): { readonly value: number; readonly hasNaN: boolean } {
  const hasNaN = Number.isNaN(histogram.sum);
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: Number.NaN, hasNaN: false };
  }
  if (lower >= upper) return { value: 0, hasNaN: false };
  const buckets = allBuckets(histogram);
  let inBuckets = 0;
  for (const bucket of buckets) inBuckets += bucket.count;
  const count = hasNaN ? inBuckets : histogram.count;
  const rankOf = (value: number): number => {
    let rank = 0;
    for (const whole of buckets) {
      const bucket = firstFromZero(histogram, biased(histogram, whole));
      if (bucket.lower >= value) return rank;
      if (bucket.upper > value) {
        return rank + bucket.count * fractionBelow(histogram, bucket, value);
      }
      rank += bucket.count;
    }
    return count;
  };
  const lowerRank = Math.min(rankOf(lower), count);
  const upperRank = Math.min(rankOf(upper), count);
  return { value: (upperRank - lowerRank) / histogram.count, hasNaN };
}

/** The lowest custom bucket is taken to begin at zero when it ends above it. */
export function firstFromZero(histogram: NativeHistogram, bucket: Bucket): Bucket {
  if (!usesCustomBuckets(histogram)) return bucket;
  if (bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper > 0) return { ...bucket, lower: 0 };
  return bucket;
}

export function histogramVariance(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count;
  const variance: Kahan = { sum: 0, error: 0 };
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    let value: number;
    if (usesCustomBuckets(histogram)) value = (upper + lower) / 2;
    else if (lower <= 0 && upper >= 0) value = 0;
    else value = (upper < 0 ? -1 : 1) * Math.sqrt(upper * lower);
    const delta = value - mean;
    addKahan(variance, count * delta * delta);
  }
  return (variance.sum + variance.error) / histogram.count;
}
