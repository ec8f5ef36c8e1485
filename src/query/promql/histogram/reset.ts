// Whether a counter histogram was reset between two samples, and the hints that a store which sees the samples
// in order can give.

import type { CounterResetHint, NativeHistogram } from '../../../model/native-histogram.ts';
import {
  exponentialBound,
  negativeBuckets,
  positiveBuckets,
  sameBounds,
  usesCustomBuckets,
  type SparseBuckets,
} from './buckets.ts';
import { commonBounds, rebinBuckets, reduceSchema, zeroCountFor } from './reconcile.ts';

/** Whether a bucket of `previous` has shrunk or is gone. */
function shrunk(
  current: SparseBuckets,
  previous: SparseBuckets,
  floor: (index: number) => boolean,
): boolean {
  let at = 0;
  for (const [before, index] of previous.index.entries()) {
    const count = previous.count[before] ?? 0;
    if (count === 0 || floor(index)) continue;
    while (at < current.index.length && (current.index[at] ?? 0) < index) at++;
    const now = current.index[at] === index ? (current.count[at] ?? 0) : 0;
    if (now < count) return true;
  }
  return false;
}

function customReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  const all = (): boolean => false;
  const now = positiveBuckets(current);
  const before = positiveBuckets(previous);
  if (sameBounds(current.customValues, previous.customValues)) return shrunk(now, before, all);
  const bounds = commonBounds(current.customValues, previous.customValues);
  return shrunk(
    rebinBuckets(now, current.customValues, bounds),
    rebinBuckets(before, previous.customValues, bounds),
    all,
  );
}

/** By the counts alone, whatever the hints say. */
export function countsShowReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (current.count < previous.count) return true;
  if (usesCustomBuckets(current) !== usesCustomBuckets(previous)) return true;
  if (usesCustomBuckets(current)) return customReset(current, previous);
  if (current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  const zero = zeroCountFor(previous, current.zeroThreshold);
  if (zero.threshold !== current.zeroThreshold || current.zeroCount < zero.count) return true;
  const reduced = reduceSchema(previous, current.schema);
  const inZeroBucket = (index: number): boolean =>
    exponentialBound(index, current.schema) <= current.zeroThreshold;
  return (
    shrunk(positiveBuckets(current), positiveBuckets(reduced), inZeroBucket) ||
    shrunk(negativeBuckets(current), negativeBuckets(reduced), inZeroBucket)
  );
}

/** Whether the counter was reset between the two samples. */
export function detectReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (current.counterResetHint === 'reset') return true;
  if (current.counterResetHint === 'not-reset') return false;
  return countsShowReset(current, previous);
}

/** Samples in a row with every hint that their counts can tell filled in. */
export function withDetectedResets(
  histograms: readonly NativeHistogram[],
): readonly NativeHistogram[] {
  let previous: NativeHistogram | undefined;
  return histograms.map((histogram) => {
    const before = previous;
    previous = histogram;
    if (histogram.counterResetHint !== 'unknown' || before === undefined) return histogram;
    const counterResetHint = countsShowReset(histogram, before) ? 'reset' : 'not-reset';
    return { ...histogram, counterResetHint };
  });
}

/**
 * The hint of a sample that is appended behind `previous`, as Prometheus's storage gives it back: known not to be a
 * reset where the layout is the same and nothing shrank, unknown elsewhere; gauges and explicit resets stay.
 */
export function hintAfter(
  sample: NativeHistogram,
  previous: NativeHistogram | undefined,
): CounterResetHint {
  if (sample.counterResetHint === 'gauge' || sample.counterResetHint === 'reset') {
    return sample.counterResetHint;
  }
  if (previous === undefined || previous.counterResetHint === 'gauge') return 'unknown';
  // A reset that only the counts show is left for the reader to see.
  if (countsShowReset(sample, previous)) return 'unknown';
  const sameLayout =
    sample.schema === previous.schema &&
    sample.zeroThreshold === previous.zeroThreshold &&
    sameBounds(sample.customValues, previous.customValues);
  return sameLayout ? 'not-reset' : 'unknown';
}
