// Sums and averages of many histograms, as aggregations and `*_over_time` need them: with the low-order bits
// kept, and with what must be said about conflicting resets and bounds.

import type { TextSpan } from '../../../base/errors.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  addHistograms,
  alignHistograms,
  divideHistogram,
  emptyHistogram,
  scaleHistogram,
  withResetHint,
} from '../histogram/arithmetic.ts';
import {
  negativeBuckets,
  positiveBuckets,
  withBuckets,
  type SparseBuckets,
} from '../histogram/buckets.ts';
import { annotationTexts, type Annotations } from './annotations.ts';
import { addKahan, type Kahan } from './kahan.ts';

/** Value and lost low-order bits of each number, both as histograms of one layout. */
interface Compensated {
  readonly sum: NativeHistogram;
  readonly error: NativeHistogram;
}

const scratch: Kahan = { sum: 0, error: 0 };

function addNumber(sum: number, error: number, value: number): Kahan {
  scratch.sum = sum;
  scratch.error = error;
  addKahan(scratch, value);
  return scratch;
}

function addBuckets(
  sum: SparseBuckets,
  error: SparseBuckets,
  value: SparseBuckets,
): { readonly sum: SparseBuckets; readonly error: SparseBuckets } {
  const index = [...new Set([...sum.index, ...value.index])].sort((a, b) => a - b);
  const sums: number[] = [];
  const errors: number[] = [];
  let at = 0;
  let valueAt = 0;
  for (const bucket of index) {
    const held = sum.index[at] === bucket;
    const before = held ? (sum.count[at] ?? 0) : 0;
    const beforeError = held ? (error.count[at] ?? 0) : 0;
    if (held) at++;
    const added = value.index[valueAt] === bucket ? (value.count[valueAt++] ?? 0) : 0;
    const total = addNumber(before, beforeError, added);
    sums.push(total.sum);
    errors.push(total.error);
  }
  return { sum: { index, count: sums }, error: { index, count: errors } };
}

/** Undefined when exponential and custom buckets meet. */
function addCompensated(
  held: Compensated,
  value: NativeHistogram,
):
  | (Compensated & { readonly resetCollision: boolean; readonly boundsReconciled: boolean })
  | undefined {
  const plain = addHistograms(held.sum, value);
  let aligned = alignHistograms(held.sum, value);
  if (aligned === undefined || plain === undefined) return undefined;
  let { error } = held;
  if (aligned.a !== held.sum) {
    // Another layout: what was lost so far is settled before the buckets move.
    aligned = alignHistograms(settled(held), value) ?? aligned;
    error = zeroed(aligned.a);
  }
  const { a, b } = aligned;
  const positive = addBuckets(positiveBuckets(a), positiveBuckets(error), positiveBuckets(b));
  const negative = addBuckets(negativeBuckets(a), negativeBuckets(error), negativeBuckets(b));
  const zero = { ...addNumber(a.zeroCount, error.zeroCount, b.zeroCount) };
  const count = { ...addNumber(a.count, error.count, b.count) };
  const sum = { ...addNumber(a.sum, error.sum, b.sum) };
  return {
    sum: {
      ...withBuckets(a, positive.sum, negative.sum),
      counterResetHint: plain.histogram.counterResetHint,
      zeroCount: zero.sum,
      count: count.sum,
      sum: sum.sum,
    },
    error: {
      ...withBuckets(a, positive.error, negative.error),
      zeroCount: zero.error,
      count: count.error,
      sum: sum.error,
    },
    resetCollision: plain.resetCollision,
    boundsReconciled: plain.boundsReconciled,
  };
}

function zeroed(histogram: NativeHistogram): NativeHistogram {
  return {
    ...histogram,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveBuckets: histogram.positiveBuckets.map(() => 0),
    negativeBuckets: histogram.negativeBuckets.map(() => 0),
  };
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

function hasOverflow(histogram: NativeHistogram): boolean {
  return (
    isInfinite(histogram.sum) ||
    isInfinite(histogram.count) ||
    isInfinite(histogram.zeroCount) ||
    histogram.positiveBuckets.some(isInfinite) ||
    histogram.negativeBuckets.some(isInfinite)
  );
}

function settled(held: Compensated): NativeHistogram {
  const hint = held.sum.counterResetHint;
  return withResetHint(addHistograms(held.sum, held.error)?.histogram ?? held.sum, hint);
}

/** What both kinds of total notice. */
class Notices {
  #reset: boolean = false;
  #notReset: boolean = false;
  reconciled: boolean = false;

  see(histogram: NativeHistogram): void {
    if (histogram.counterResetHint === 'reset') this.#reset = true;
    if (histogram.counterResetHint === 'not-reset') this.#notReset = true;
  }

  annotate(annotations: Annotations, span: TextSpan): void {
    if (this.#reset && this.#notReset) {
      annotations.warn(annotationTexts.resetCollision('aggregation'), span);
    }
    if (this.reconciled) annotations.inform(annotationTexts.boundsReconciled('aggregation'), span);
  }
}

export class HistogramTotal {
  readonly #notices: Notices = new Notices();
  #held: Compensated | undefined;

  /** False when the histogram does not fit to those before. */
  add(histogram: NativeHistogram): boolean {
    this.#notices.see(histogram);
    if (this.#held === undefined) {
      this.#held = { sum: histogram, error: zeroed(histogram) };
      return true;
    }
    const added = addCompensated(this.#held, histogram);
    if (added === undefined) return false;
    this.#notices.reconciled ||= added.boundsReconciled;
    this.#held = added;
    return true;
  }

  annotate(annotations: Annotations, span: TextSpan): void {
    this.#notices.annotate(annotations, span);
  }

  result(): NativeHistogram | undefined {
    return this.#held === undefined ? undefined : settled(this.#held);
  }
}

export class HistogramAverage {
  readonly #notices: Notices = new Notices();
  #held: Compensated | undefined;
  #count: number = 0;
  /** The sum would overflow: `#held` is a running mean. */
  #isMean: boolean = false;

  add(histogram: NativeHistogram): boolean {
    this.#notices.see(histogram);
    this.#count++;
    const held = this.#held;
    if (held === undefined) {
      this.#held = { sum: histogram, error: zeroed(histogram) };
      return true;
    }
    if (!this.#isMean) {
      const added = addCompensated(held, histogram);
      if (added === undefined) return false;
      this.#notices.reconciled ||= added.boundsReconciled;
      if (!hasOverflow(added.sum)) {
        this.#held = added;
        return true;
      }
      this.#isMean = true;
      const before = this.#count - 1;
      this.#held = {
        sum: divideHistogram(held.sum, before),
        error: divideHistogram(held.error, before),
      };
    }
    return this.#addToMean(histogram);
  }

  #addToMean(histogram: NativeHistogram): boolean {
    const held = this.#held ?? { sum: emptyHistogram, error: emptyHistogram };
    const weight = (this.#count - 1) / this.#count;
    const added = addCompensated(
      { sum: scaleHistogram(held.sum, weight), error: scaleHistogram(held.error, weight) },
      divideHistogram(histogram, this.#count),
    );
    if (added === undefined) return false;
    this.#notices.reconciled ||= added.boundsReconciled;
    this.#held = added;
    return true;
  }

  annotate(annotations: Annotations, span: TextSpan): void {
    this.#notices.annotate(annotations, span);
  }

  result(): NativeHistogram | undefined {
    if (this.#held === undefined) return undefined;
    if (this.#isMean) return settled(this.#held);
    return settled({
      sum: divideHistogram(this.#held.sum, this.#count),
      error: divideHistogram(this.#held.error, this.#count),
    });
  }
}
