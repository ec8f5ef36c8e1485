// The steps of everything that the screen draws over time, so that charts above one another have the same ones.

/** Smallest step with at most `buckets` buckets, from a ladder that people read easily. */
export function stepFor(lengthNs: bigint, buckets: number): bigint {
  const ladderMs = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5,
    18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5,
  ];
  for (const ms of ladderMs) {
    const stepNs = BigInt(ms) * 1_000_000n;
    if (lengthNs / stepNs < BigInt(buckets)) return stepNs;
  }
  const dayNs = 86_400_000_000_000n;
  return (lengthNs / BigInt(buckets) / dayNs + 1n) * dayNs;
}
