// Arithmetic on native histograms. Histograms are values here: every operation returns a new one.

import type { CounterResetHint, NativeHistogram } from '../../../model/native-histogram.ts';
import {
  negativeBuckets,
  positiveBuckets,
  sameBounds,
  usesCustomBuckets,
  withBuckets,
  type SparseBuckets,
} from './buckets.ts';
import { commonBounds, rebinBuckets, reconcileZeroBuckets, reduceSchema } from './reconcile.ts';

export interface HistogramSum {
  readonly histogram: NativeHistogram;
  /** One side said "reset", the other "not reset". */
  readonly resetCollision: boolean;
  /** Custom bounds differed and were reduced to the common ones. */
  readonly boundsReconciled: boolean;
}

export const emptyHistogram: NativeHistogram = {
  counterResetHint: 'unknown',
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};

/** Every number of the histogram through `change`; the layout stays. */
function mapNumbers(
  histogram: NativeHistogram,
  change: (value: number) => number,
): NativeHistogram {
  return {
    ...histogram,
    zeroCount: change(histogram.zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positiveBuckets: histogram.positiveBuckets.map(change),
    negativeBuckets: histogram.negativeBuckets.map(change),
  };
}

export function scaleHistogram(histogram: NativeHistogram, factor: number): NativeHistogram {
  const scaled = mapNumbers(histogram, (value) => value * factor);
  return factor < 0 ? { ...scaled, counterResetHint: 'gauge' } : scaled;
}

export function divideHistogram(histogram: NativeHistogram, divisor: number): NativeHistogram {
  const divided = mapNumbers(histogram, (value) => value / divisor);
  if (divisor === 0) {
    return {
      ...divided,
      positiveSpans: [],
      positiveBuckets: [],
      negativeSpans: [],
      negativeBuckets: [],
    };
  }
  return divisor < 0 ? { ...divided, counterResetHint: 'gauge' } : divided;
}

export function withResetHint(
  histogram: NativeHistogram,
  counterResetHint: CounterResetHint,
): NativeHistogram {
  return histogram.counterResetHint === counterResetHint
    ? histogram
    : { ...histogram, counterResetHint };
}

function mergedHint(
  a: CounterResetHint,
  b: CounterResetHint,
): { hint: CounterResetHint; collision: boolean } {
  if (a === b) return { hint: a, collision: false };
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', collision: false };
  if (a === 'unknown' || b === 'unknown') return { hint: 'unknown', collision: false };
  return { hint: 'unknown', collision: true };
}

function mergeBuckets(a: SparseBuckets, b: SparseBuckets, sign: 1 | -1): SparseBuckets {
  const index: number[] = [];
  const count: number[] = [];
  let left = 0;
  let right = 0;
  while (left < a.index.length || right < b.index.length) {
    const x = a.index[left] ?? Number.POSITIVE_INFINITY;
    const y = b.index[right] ?? Number.POSITIVE_INFINITY;
    index.push(Math.min(x, y));
    let value = 0;
    if (x <= y) value = a.count[left++] ?? 0;
    if (y <= x) value += sign * (b.count[right++] ?? 0);
    count.push(value);
  }
  return { index, count };
}

/** Both in one layout, or undefined when one has custom and the other exponential buckets. */
export function alignHistograms(
  a: NativeHistogram,
  b: NativeHistogram,
):
  | { readonly a: NativeHistogram; readonly b: NativeHistogram; readonly boundsReconciled: boolean }
  | undefined {
  if (usesCustomBuckets(a) !== usesCustomBuckets(b)) return undefined;
  if (usesCustomBuckets(a)) {
    if (sameBounds(a.customValues, b.customValues)) return { a, b, boundsReconciled: false };
    const bounds = commonBounds(a.customValues, b.customValues);
    const rebin = (histogram: NativeHistogram): NativeHistogram => ({
      ...withBuckets(
        histogram,
        rebinBuckets(positiveBuckets(histogram), histogram.customValues, bounds),
        { index: [], count: [] },
      ),
      customValues: bounds,
    });
    return { a: rebin(a), b: rebin(b), boundsReconciled: true };
  }
  const [left, right] = reconcileZeroBuckets(a, b);
  const schema = Math.min(a.schema, b.schema);
  return { a: reduceSchema(left, schema), b: reduceSchema(right, schema), boundsReconciled: false };
}

function combine(a: NativeHistogram, b: NativeHistogram, sign: 1 | -1): HistogramSum | undefined {
  const aligned = alignHistograms(a, b);
  if (aligned === undefined) return undefined;
  const { hint, collision } = mergedHint(a.counterResetHint, b.counterResetHint);
  const left = aligned.a;
  const right = aligned.b;
  const merged = withBuckets(
    left,
    mergeBuckets(positiveBuckets(left), positiveBuckets(right), sign),
    mergeBuckets(negativeBuckets(left), negativeBuckets(right), sign),
  );
  return {
    histogram: {
      ...merged,
      counterResetHint: hint,
      zeroCount: left.zeroCount + sign * right.zeroCount,
      count: left.count + sign * right.count,
      sum: left.sum + sign * right.sum,
    },
    resetCollision: collision,
    boundsReconciled: aligned.boundsReconciled,
  };
}

/** Undefined when exponential and custom buckets meet. */
export function addHistograms(a: NativeHistogram, b: NativeHistogram): HistogramSum | undefined {
  return combine(a, b, 1);
}

/** Undefined when exponential and custom buckets meet. */
export function subtractHistograms(
  a: NativeHistogram,
  b: NativeHistogram,
): HistogramSum | undefined {
  return combine(a, b, -1);
}

/** Without empty buckets. */
export function compactHistogram(histogram: NativeHistogram): NativeHistogram {
  const isEmpty = (count: number): boolean => count === 0;
  if (!histogram.positiveBuckets.some(isEmpty) && !histogram.negativeBuckets.some(isEmpty)) {
    return histogram;
  }
  const populated = ({ index, count }: SparseBuckets): SparseBuckets => ({
    index: index.filter((_, at) => count[at] !== 0),
    count: count.filter((value) => value !== 0),
  });
  return withBuckets(
    histogram,
    populated(positiveBuckets(histogram)),
    populated(negativeBuckets(histogram)),
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => sameNumber(value, b[at] ?? 0));
}

function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** The same layout with the same counts; the hint does not matter. */
export function equalHistograms(a: NativeHistogram, b: NativeHistogram): boolean {
  if (a.schema !== b.schema || !sameNumber(a.count, b.count) || !sameNumber(a.sum, b.sum)) {
    return false;
  }
  if (usesCustomBuckets(a)) {
    if (!sameBounds(a.customValues, b.customValues)) return false;
  } else if (a.zeroThreshold !== b.zeroThreshold || !sameNumber(a.zeroCount, b.zeroCount)) {
    return false;
  }
  const ap = positiveBuckets(a);
  const bp = positiveBuckets(b);
  const an = negativeBuckets(a);
  const bn = negativeBuckets(b);
  return (
    sameNumbers(ap.index, bp.index) &&
    sameNumbers(ap.count, bp.count) &&
    sameNumbers(an.index, bn.index) &&
    sameNumbers(an.count, bn.count)
  );
}
