// Buckets whose bounds are powers of two, which quantiles and histograms are made of.

/** The smallest power of two that is not below the value; undefined for what is not above zero. */
export function bucketBound(value: number): number | undefined {
  if (!(value > 0) || !Number.isFinite(value)) return undefined;
  const exponent = Math.ceil(Math.log2(value));
  // The logarithm of a power of two may come out a little above it.
  return 2 ** (exponent - 1) >= value ? 2 ** (exponent - 1) : 2 ** exponent;
}

/** The quantile of counts by ascending bound, interpolated exponentially within its bucket; NaN without counts. */
export function bucketQuantile(
  quantile: number,
  buckets: readonly { readonly bound: number; readonly count: number }[],
): number {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return Number.NaN;
  const target = quantile * total;
  let below = 0;
  for (const { bound, count } of buckets) {
    if (count > 0 && below + count >= target) {
      return 2 ** (Math.log2(bound) - 1 + (target - below) / count);
    }
    below += count;
  }
  return buckets.at(-1)?.bound ?? Number.NaN;
}
