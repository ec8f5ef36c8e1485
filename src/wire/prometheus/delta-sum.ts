// Adding up delta data points: numbers, explicit and exponential histograms. Exponential buckets are merged pairwise until both sides
// have one scale and the result has a bounded number of them.

import type {
  DataPoint,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  NumberPoint,
} from '../../model/metrics-batch.ts';

/** How the points of one kind are added; the results carry the second point's attributes. */
export interface Arithmetic<Point extends DataPoint> {
  /** Undefined when the two have layouts that do not add up. */
  readonly add: (total: Point, point: Point) => Point | undefined;
  /** The same layout with nothing in it. */
  readonly empty: (point: Point) => Point;
  /** Numbers that a total holds. */
  readonly cells: (point: Point) => number;
}

/** Buckets on each side of a merged exponential histogram: what SDKs allow themselves at most. */
const exponentialBucketsMax = 320;

function addOptional(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

export const numbers: Arithmetic<NumberPoint> = {
  add: (total, point) => ({
    ...point,
    value:
      typeof total.value === 'bigint' && typeof point.value === 'bigint'
        ? total.value + point.value
        : Number(total.value) + Number(point.value),
  }),
  empty: (point) => ({ ...point, value: typeof point.value === 'bigint' ? 0n : 0 }),
  cells: () => 1,
};

export const histograms: Arithmetic<HistogramPoint> = {
  add: (total, point) => {
    if (!isSame(total.explicitBounds, point.explicitBounds)) return undefined;
    if (total.bucketCounts.length !== point.bucketCounts.length) return undefined;
    return {
      ...point,
      count: total.count + point.count,
      sum: addOptional(total.sum, point.sum),
      min: least(total.min, point.min),
      max: greatest(total.max, point.max),
      bucketCounts: total.bucketCounts.map((count, at) => count + (point.bucketCounts[at] ?? 0)),
    };
  },
  empty: (point) => ({
    ...point,
    count: 0,
    sum: point.sum === undefined ? undefined : 0,
    min: undefined,
    max: undefined,
    bucketCounts: point.bucketCounts.map(() => 0),
  }),
  cells: ({ bucketCounts }) => 4 + 2 * bucketCounts.length,
};

const noBuckets: ExponentialBuckets = { offset: 0, bucketCounts: [] };

export const exponentialHistograms: Arithmetic<ExponentialHistogramPoint> = {
  add: (total, point) => {
    if (total.zeroThreshold !== point.zeroThreshold) return undefined;
    const sides = [
      [total.positive, point.positive],
      [total.negative, point.negative],
    ] as const;
    let scale = Math.min(total.scale, point.scale);
    const width = (a: ExponentialBuckets, b: ExponentialBuckets): number => {
      const [lowest, highest] = bounds(a, total.scale - scale, b, point.scale - scale);
      return highest - lowest + 1;
    };
    while (sides.some(([a, b]) => width(a, b) > exponentialBucketsMax)) scale--;
    const merged = (a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets =>
      merge(a, total.scale - scale, b, point.scale - scale);
    return {
      ...point,
      count: total.count + point.count,
      sum: addOptional(total.sum, point.sum),
      min: least(total.min, point.min),
      max: greatest(total.max, point.max),
      scale,
      zeroCount: total.zeroCount + point.zeroCount,
      positive: merged(total.positive, point.positive),
      negative: merged(total.negative, point.negative),
    };
  },
  empty: (point) => ({
    ...point,
    count: 0,
    sum: point.sum === undefined ? undefined : 0,
    min: undefined,
    max: undefined,
    zeroCount: 0,
    positive: noBuckets,
    negative: noBuckets,
  }),
  cells: ({ positive, negative }) =>
    10 + positive.bucketCounts.length + negative.bucketCounts.length,
};

/** The bucket's index after neighbours were merged `shift` times. */
function indexAt({ offset }: ExponentialBuckets, at: number, shift: number): number {
  return Math.floor((offset + at) / 2 ** shift);
}

/** Lowest and highest index that holds anything; the highest is below the lowest when nothing does. */
function bounds(
  a: ExponentialBuckets,
  aShift: number,
  b: ExponentialBuckets,
  bShift: number,
): readonly [number, number] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const [buckets, shift] of [
    [a, aShift],
    [b, bShift],
  ] as const) {
    const first = buckets.bucketCounts.findIndex((count) => count !== 0);
    if (first < 0) continue;
    const last = buckets.bucketCounts.findLastIndex((count) => count !== 0);
    lowest = Math.min(lowest, indexAt(buckets, first, shift));
    highest = Math.max(highest, indexAt(buckets, last, shift));
  }
  return [lowest, highest];
}

function merge(
  a: ExponentialBuckets,
  aShift: number,
  b: ExponentialBuckets,
  bShift: number,
): ExponentialBuckets {
  const [lowest, highest] = bounds(a, aShift, b, bShift);
  if (highest < lowest) return noBuckets;
  const counts = Array.from({ length: highest - lowest + 1 }, () => 0);
  const pour = (buckets: ExponentialBuckets, shift: number): void =>
    buckets.bucketCounts.forEach((count, at) => {
      if (count === 0) return;
      const index = indexAt(buckets, at, shift) - lowest;
      counts[index] = (counts[index] ?? 0) + count;
    });
  pour(a, aShift);
  pour(b, bShift);
  return { offset: lowest, bucketCounts: counts };
}
