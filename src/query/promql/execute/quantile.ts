// Quantiles of plain values and of classic histogram buckets.

/** Ascending, NaN first, in place. */
function sortNaNFirst(values: Float64Array): void {
  // Without a comparator the sort is native, and puts NaN last.
  values.sort();
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--;
  if (numbers === values.length) return;
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}

/** The q-quantile with linear interpolation; sorts the values in place. */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  sortNaNFirst(values);
  const rank = q * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] ?? 0) * (1 - weight) + (values[upper] ?? 0) * weight;
}

/** Cumulative count of the observations up to a bound. */
export interface ClassicBucket {
  readonly upperBound: number;
  count: number;
}

/** Relative difference below which two counts are taken as equal. */
const countTolerance = 1e-12;
const smallestNormal = 2.2250738585072014e-308;

export function almostEqual(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const total = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || total < smallestNormal) return difference < tolerance * smallestNormal;
  return difference / Math.min(total, Number.MAX_VALUE) < tolerance;
}

/** Sorted, one bucket a bound; undefined when the last bound is not +Inf. */
function prepare(buckets: readonly ClassicBucket[]): ClassicBucket[] | undefined {
  const sorted = buckets.toSorted((a, b) =>
    a.upperBound === b.upperBound ? 0 : a.upperBound - b.upperBound,
  );
  if (sorted.at(-1)?.upperBound !== Number.POSITIVE_INFINITY) return undefined;
  const merged: ClassicBucket[] = [];
  for (const bucket of sorted) {
    const last = merged.at(-1);
    if (last?.upperBound === bucket.upperBound) last.count += bucket.count;
    else merged.push({ ...bucket });
  }
  return merged;
}

export interface ForcedMonotonicity {
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

function forceMonotonicity(buckets: ClassicBucket[]): ForcedMonotonicity | undefined {
  let previous = buckets[0]?.count ?? 0;
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDifference = 0;
  let forced = false;
  for (const bucket of buckets.slice(1)) {
    const { count } = bucket;
    if (count === previous) continue;
    if (almostEqual(previous, count, countTolerance)) bucket.count = previous;
    else if (count < previous) {
      forced = true;
      minBucket = Math.min(minBucket, bucket.upperBound);
      maxBucket = Math.max(maxBucket, bucket.upperBound);
      maxDifference = Math.max(maxDifference, previous - count);
      bucket.count = previous;
    } else previous = count;
  }
  return forced ? { minBucket, maxBucket, maxDifference } : undefined;
}

export function bucketQuantile(
  q: number,
  given: readonly ClassicBucket[],
): { readonly value: number; readonly forced: ForcedMonotonicity | undefined } {
  const plain = (value: number): { value: number; forced: undefined } => ({
    value,
    forced: undefined,
  });
  if (Number.isNaN(q)) return plain(Number.NaN);
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  const buckets = prepare(given);
  if (buckets === undefined) return plain(Number.NaN);
  const forced = forceMonotonicity(buckets);
  const observations = buckets.at(-1)?.count ?? 0;
  if (buckets.length < 2 || observations === 0) return plain(Number.NaN);
  let rank = q * observations;
  const last = buckets.length - 1;
  let at = 0;
  while (at < last && !((buckets[at]?.count ?? 0) >= rank)) at++;
  if (at === last) return { value: buckets[last - 1]?.upperBound ?? Number.NaN, forced };
  const end = buckets[at]?.upperBound ?? 0;
  let count = buckets[at]?.count ?? 0;
  if (at === 0 && end <= 0) return { value: end, forced };
  let start = 0;
  if (at > 0) {
    const before = buckets[at - 1];
    start = before?.upperBound ?? 0;
    count -= before?.count ?? 0;
    rank -= before?.count ?? 0;
  }
  return { value: start + (end - start) * (rank / count), forced };
}

export function bucketFraction(
  lower: number,
  upper: number,
  given: readonly ClassicBucket[],
): number {
  const buckets = prepare(given);
  const count = buckets?.at(-1)?.count ?? 0;
  if (buckets === undefined || count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return Number.NaN;
  }
  if (lower >= upper) return 0;
  const rankOf = (value: number): number => {
    let rank = 0;
    let start = Number.NEGATIVE_INFINITY;
    for (const [at, bucket] of buckets.entries()) {
      const end = bucket.upperBound;
      if (at === 0 && end > 0) start = 0;
      if (start >= value) return rank;
      if (end > value) {
        if (start === Number.NEGATIVE_INFINITY) return bucket.count;
        return rank + ((bucket.count - rank) * (value - start)) / (end - start);
      }
      rank = bucket.count;
      start = end;
    }
    return count;
  };
  return (Math.min(rankOf(upper), count) - Math.min(rankOf(lower), count)) / count;
}
