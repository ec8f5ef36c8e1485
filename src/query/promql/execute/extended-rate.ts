// `anchored` and `smoothed` ranges: rate, increase and delta between the very borders of the range, from the
// samples around them instead of by extrapolation.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  scaleHistogram,
  subtractHistograms,
  withResetHint,
} from '../histogram/arithmetic.ts';
import { usesCustomBuckets } from '../histogram/buckets.ts';
import { detectReset } from '../histogram/reset.ts';
import { annotationTexts } from './annotations.ts';
import { firstAfter } from './samples.ts';
import type { RangeCall, RangeWindow, WindowResult } from './window.ts';

/** The value at `time` between two samples; a counter that was reset between them starts again from zero. */
export function interpolate(
  leftTime: number,
  leftValue: number,
  rightTime: number,
  rightValue: number,
  time: number,
  isCounter: boolean,
): number {
  const left = isCounter && rightValue < leftValue ? 0 : leftValue;
  return left + ((rightValue - left) * (time - leftTime)) / (rightTime - leftTime);
}

/** Undefined when exponential and custom buckets meet. */
export function interpolateHistograms(
  left: NativeHistogram,
  leftTime: number,
  right: NativeHistogram,
  rightTime: number,
  time: number,
  isCounter: boolean,
): { readonly histogram: NativeHistogram; readonly boundsReconciled: boolean } | undefined {
  if (time === leftTime) return { histogram: left, boundsReconciled: false };
  if (time === rightTime) return { histogram: right, boundsReconciled: false };
  const fraction = (time - leftTime) / (rightTime - leftTime);
  if (isCounter && detectReset(right, left)) {
    return { histogram: scaleHistogram(right, fraction), boundsReconciled: false };
  }
  const difference = subtractHistograms(right, left);
  if (difference === undefined) return undefined;
  const sum = addHistograms(scaleHistogram(difference.histogram, fraction), left);
  if (sum === undefined) return undefined;
  return {
    histogram: sum.histogram,
    boundsReconciled: difference.boundsReconciled || sum.boundsReconciled,
  };
}

interface Borders {
  readonly first: number;
  readonly last: number;
}

/** The samples that the borders lie at or between, or undefined when the range holds nothing to measure. */
function bordersOf(
  times: Float64Array,
  from: number,
  to: number,
  window: RangeWindow,
): Borders | undefined {
  const { startMs, endMs } = window;
  const smoothed = window.extension === 'smoothed';
  let last = to - 1;
  const first = Math.max(from, Math.min(firstAfter(times, startMs, from), last) - 1);
  if (smoothed) {
    let at = firstAfter(times, endMs, from);
    if (at > from && times[at - 1] === endMs) at--;
    last = Math.min(at, last);
  }
  if ((times[last] ?? 0) <= startMs) return undefined;
  if (smoothed && (times[first] ?? 0) > endMs) return undefined;
  return { first, last };
}

function extendedFloatRate(
  window: RangeWindow,
  out: WindowResult,
  isCounter: boolean,
  isRate: boolean,
): void {
  const { times, values } = window.series;
  const { startMs, endMs, from, to } = window;
  const borders = bordersOf(times, from, to, window);
  if (borders === undefined) return;
  const { first, last } = borders;
  const smoothed = window.extension === 'smoothed';
  const between = (index: number, time: number): number =>
    interpolate(
      times[index] ?? 0,
      values[index] ?? 0,
      times[index + 1] ?? 0,
      values[index + 1] ?? 0,
      time,
      isCounter,
    );
  const left =
    smoothed && (times[first] ?? 0) < startMs ? between(first, startMs) : (values[first] ?? 0);
  const right =
    smoothed && last > from && (times[last] ?? 0) > endMs
      ? between(last - 1, endMs)
      : (values[last] ?? 0);
  let result = right - left;
  if (isCounter) {
    const inner = (times[first] ?? 0) <= startMs ? first + 1 : first;
    const innerEnd = (times[last] ?? 0) >= endMs ? last - 1 : last;
    let previous = left;
    for (let at = inner; at <= innerEnd; at++) {
      const value = values[at] ?? 0;
      if (value < previous) result += previous;
      previous = value;
    }
    if (right < previous) result += previous;
  }
  out.float(isRate ? result / (window.rangeMs / 1000) : result);
}

/** What must be added because of resets strictly between the borders; `incompatible` when it cannot be. */
function resetCorrection(
  window: RangeWindow,
  borders: Borders,
  left: NativeHistogram,
  right: NativeHistogram,
  add: (a: NativeHistogram, b: NativeHistogram) => NativeHistogram | undefined,
): NativeHistogram | 'incompatible' | undefined {
  const { histograms, histogramTimes } = window.series;
  const { first, last } = borders;
  let at = first + 1;
  let previous = left;
  const second = histograms[first + 1];
  const start = histograms[first];
  if (
    window.extension === 'smoothed' &&
    (histogramTimes[first] ?? 0) < window.startMs &&
    second !== undefined &&
    start !== undefined &&
    detectReset(second, start)
  ) {
    // The left border was interpolated across this reset, which is therefore accounted for.
    previous = second;
    at++;
  }
  if (at > last) return undefined;
  let correction: NativeHistogram | undefined;
  const correct = (lost: NativeHistogram): boolean => {
    correction = correction === undefined ? lost : add(correction, lost);
    return correction !== undefined;
  };
  for (; at < last; at++) {
    const current = histograms[at];
    if (current === undefined) break;
    if (detectReset(current, previous) && !correct(previous)) return 'incompatible';
    previous = current;
  }
  if (detectReset(right, previous) && !correct(previous)) return 'incompatible';
  return correction;
}

function extendedHistogramRate(
  window: RangeWindow,
  out: WindowResult,
  call: RangeCall,
  isCounter: boolean,
  isRate: boolean,
): void {
  const { histograms, histogramTimes: times } = window.series;
  const { startMs, endMs } = window;
  const borders = bordersOf(times, window.histogramFrom, window.histogramTo, window);
  if (borders === undefined) return;
  const { first, last } = borders;
  const { annotations } = call.evaluation;
  const mixed = (): void =>
    annotations.warn(annotationTexts.mixedExponentialCustom(window.metric), call.firstSpan);
  const start = histograms[first];
  const end = histograms[last];
  if (start === undefined || end === undefined) return;
  for (let at = first; at <= last; at++) {
    const histogram = histograms[at] ?? start;
    if (usesCustomBuckets(histogram) !== usesCustomBuckets(start)) return mixed();
    if (isCounter && histogram.counterResetHint === 'gauge') {
      annotations.warn(annotationTexts.notCounter(window.metric), call.firstSpan);
    }
  }
  const smoothed = window.extension === 'smoothed';
  const border = (index: number, time: number, whole: NativeHistogram): NativeHistogram => {
    const a = histograms[index] ?? whole;
    const b = histograms[index + 1] ?? whole;
    const between = interpolateHistograms(
      a,
      times[index] ?? 0,
      b,
      times[index + 1] ?? 0,
      time,
      isCounter,
    );
    if (between?.boundsReconciled === true) {
      annotations.inform(annotationTexts.boundsReconciled('subtraction'), call.firstSpan);
    }
    return between?.histogram ?? whole;
  };
  const left = smoothed && (times[first] ?? 0) < startMs ? border(first, startMs, start) : start;
  const right =
    smoothed && last > window.histogramFrom && (times[last] ?? 0) > endMs
      ? border(last - 1, endMs, end)
      : end;
  if (!isCounter && (left.counterResetHint !== 'gauge' || right.counterResetHint !== 'gauge')) {
    annotations.warn(annotationTexts.notGauge(window.metric), call.firstSpan);
  }
  const difference = subtractHistograms(right, left);
  if (difference === undefined) return mixed();
  if (difference.boundsReconciled) {
    annotations.inform(annotationTexts.boundsReconciled('subtraction'), call.firstSpan);
  }
  const add = (a: NativeHistogram, b: NativeHistogram): NativeHistogram | undefined => {
    const sum = addHistograms(a, b);
    if (sum === undefined) mixed();
    else if (sum.boundsReconciled) {
      annotations.inform(annotationTexts.boundsReconciled('addition'), call.firstSpan);
    }
    return sum?.histogram;
  };
  let result: NativeHistogram | undefined = difference.histogram;
  if (isCounter) {
    const correction = resetCorrection(window, borders, left, right, add);
    if (correction === 'incompatible') return;
    if (correction !== undefined) result = add(result, correction);
    if (result === undefined) return;
  }
  if (isRate) result = divideHistogram(result, window.rangeMs / 1000);
  out.set(compactHistogram(withResetHint(result, 'gauge')));
}

/** rate, increase and delta over an anchored or smoothed range. */
export function extendedRate(
  window: RangeWindow,
  out: WindowResult,
  call: RangeCall,
  isCounter: boolean,
  isRate: boolean,
): void {
  if (window.floats > 0 && window.histogramCount > 0) {
    call.evaluation.annotations.warn(
      annotationTexts.mixedFloatsHistograms(window.metric),
      call.firstSpan,
    );
  } else if (window.histogramCount > 0) {
    extendedHistogramRate(window, out, call, isCounter, isRate);
  } else extendedFloatRate(window, out, isCounter, isRate);
}
