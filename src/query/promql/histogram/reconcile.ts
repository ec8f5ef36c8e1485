// Bringing two histograms into one layout: a common resolution, a common zero bucket, common custom bounds.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  exponentialBound,
  negativeBuckets,
  positiveBuckets,
  reducedIndex,
  withBuckets,
  type SparseBuckets,
} from './buckets.ts';

/** Adds up neighbours that `map` sends to the same index; `map` must be monotonic. */
export function remapBuckets(
  buckets: SparseBuckets,
  map: (index: number) => number,
): SparseBuckets {
  const index: number[] = [];
  const count: number[] = [];
  for (const [at, from] of buckets.index.entries()) {
    const to = map(from);
    if (index.at(-1) === to)
      count[count.length - 1] = (count.at(-1) ?? 0) + (buckets.count[at] ?? 0);
    else {
      index.push(to);
      count.push(buckets.count[at] ?? 0);
    }
  }
  return { index, count };
}

/** The histogram at a lower (or the same) exponential resolution. */
export function reduceSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (histogram.schema <= schema) return histogram;
  const map = (index: number): number => reducedIndex(index, histogram.schema, schema);
  return {
    ...withBuckets(
      histogram,
      remapBuckets(positiveBuckets(histogram), map),
      remapBuckets(negativeBuckets(histogram), map),
    ),
    schema,
  };
}

/**
 * The count of a zero bucket that reaches up to `wanted`. A populated bucket that `wanted` cuts through is taken in
 * whole, so the threshold that comes back may be larger.
 */
export function zeroCountFor(
  histogram: NativeHistogram,
  wanted: number,
): { readonly count: number; readonly threshold: number } {
  if (wanted === histogram.zeroThreshold) return { count: histogram.zeroCount, threshold: wanted };
  const positive = positiveBuckets(histogram);
  const negative = negativeBuckets(histogram);
  let threshold = wanted;
  for (;;) {
    let count = histogram.zeroCount;
    let grown = threshold;
    for (const buckets of [positive, negative]) {
      for (const [at, index] of buckets.index.entries()) {
        if (exponentialBound(index - 1, histogram.schema) >= grown) break;
        const bucketCount = buckets.count[at] ?? 0;
        count += bucketCount;
        const upper = exponentialBound(index, histogram.schema);
        if (upper > grown) {
          if (bucketCount !== 0) grown = upper;
          break;
        }
      }
    }
    if (grown === threshold) return { count, threshold };
    threshold = grown;
  }
}

/** The histogram with its zero bucket widened to `threshold`, which `zeroCountFor` gave. */
function widenZeroBucket(
  histogram: NativeHistogram,
  count: number,
  threshold: number,
): NativeHistogram {
  const outside = (buckets: SparseBuckets): SparseBuckets => {
    const keep = buckets.index.map(
      (index, at) =>
        exponentialBound(index - 1, histogram.schema) >= threshold && buckets.count[at] !== 0,
    );
    return {
      index: buckets.index.filter((_, at) => keep[at]),
      count: buckets.count.filter((_, at) => keep[at]),
    };
  };
  return {
    ...withBuckets(
      histogram,
      outside(positiveBuckets(histogram)),
      outside(negativeBuckets(histogram)),
    ),
    zeroCount: count,
    zeroThreshold: threshold,
  };
}

/** Both histograms with the same zero threshold. */
export function reconcileZeroBuckets(
  a: NativeHistogram,
  b: NativeHistogram,
): readonly [NativeHistogram, NativeHistogram] {
  let left = a;
  let right = b;
  while (left.zeroThreshold !== right.zeroThreshold) {
    // A NaN threshold would never be equal.
    if (
      !(left.zeroThreshold > right.zeroThreshold) &&
      !(right.zeroThreshold > left.zeroThreshold)
    ) {
      break;
    }
    if (left.zeroThreshold > right.zeroThreshold) {
      const { count, threshold } = zeroCountFor(right, left.zeroThreshold);
      right = widenZeroBucket(right, count, threshold);
    } else {
      const { count, threshold } = zeroCountFor(left, right.zeroThreshold);
      left = widenZeroBucket(left, count, threshold);
    }
  }
  return [left, right];
}

/** The bounds that both lists have. */
export function commonBounds(a: readonly number[], b: readonly number[]): readonly number[] {
  const other = new Set(b);
  return a.filter((bound) => other.has(bound));
}

/** Buckets with the bounds `from` as buckets with the bounds `to`, of which `from` has all. */
export function rebinBuckets(
  buckets: SparseBuckets,
  from: readonly number[],
  to: readonly number[],
): SparseBuckets {
  return remapBuckets(buckets, (index) => {
    const upper = from[index];
    if (upper === undefined) return to.length;
    const at = to.findIndex((bound) => bound >= upper);
    return at < 0 ? to.length : at;
  });
}
