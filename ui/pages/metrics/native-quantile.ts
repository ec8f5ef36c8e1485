// A quantile of one sample of a native histogram, as near as its buckets tell: inside a bucket the observations are taken
// to lie evenly on a logarithmic scale, as Prometheus does for exponential buckets.

import type { HistogramPoint } from '../../data/native-histograms.ts';

export function quantileOfPoint({ buckets }: HistogramPoint, share: number): number {
  const ordered = buckets.toSorted((a, b) => a.low - b.low);
  const all = ordered.reduce((sum, { count }) => sum + count, 0);
  let rest = share * all;
  for (const { low, high, count } of ordered) {
    if (rest > count) {
      rest -= count;
      continue;
    }
    const part = count === 0 ? 0 : rest / count;
    if (low > 0) return low * (high / low) ** part;
    if (high < 0) return -(-low * (high / low) ** part);
    // The bucket of zero has no logarithm.
    return low + (high - low) * part;
  }
  return Number.NaN;
}
