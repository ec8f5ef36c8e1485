// rate, increase, delta, irate and idelta: differences between samples, with counter resets seen in the values
// or in start timestamps, extrapolated to the borders of the range.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  emptyHistogram,
  scaleHistogram,
  subtractHistograms,
  withResetHint,
} from '../histogram/arithmetic.ts';
import { usesCustomBuckets } from '../histogram/buckets.ts';
import { reduceSchema } from '../histogram/reconcile.ts';
import { detectReset } from '../histogram/reset.ts';
import { annotationTexts } from './annotations.ts';
import { extendedRate } from './extended-rate.ts';
import type { RangeCall, RangeKernel, RangeWindow, WindowResult } from './window.ts';

/** Whether start timestamps say that the counter began anew between two samples. */
export function startsAnew(
  previousStart: number,
  previousTime: number,
  start: number,
  time: number,
): boolean {
  // Unknown, or not before the sample itself.
  if (start === 0 || start >= time || start < previousTime) return false;
  if (start > previousTime) return true;
  // Equal: a delta series, unless the previous start is unknown or makes no sense.
  return previousStart !== 0 && previousStart < previousTime;
}

function overlaps(previousStart: number, previousTime: number, start: number): boolean {
  return start !== 0 && start < previousTime && start !== previousStart;
}

function warnOverlap(window: RangeWindow, call: RangeCall): void {
  call.evaluation.annotations.warn(annotationTexts.startTimeOverlap(window.metric), call.firstSpan);
}

function floatIncrease(window: RangeWindow, call: RangeCall, isCounter: boolean): number {
  const { times, values, starts } = window.series;
  const { from, to } = window;
  let result = (values[to - 1] ?? 0) - (values[from] ?? 0);
  if (!isCounter) return result;
  let previous = values[from] ?? 0;
  for (let at = from + 1; at < to; at++) {
    const value = values[at] ?? 0;
    let reset = value < previous;
    if (starts !== undefined) {
      const previousStart = starts[at - 1] ?? 0;
      const previousTime = times[at - 1] ?? 0;
      const start = starts[at] ?? 0;
      if (overlaps(previousStart, previousTime, start)) warnOverlap(window, call);
      reset ||= startsAnew(previousStart, previousTime, start, times[at] ?? 0);
    }
    if (reset) result += previous;
    previous = value;
  }
  return result;
}

function startReset(window: RangeWindow, at: number): boolean {
  const { histogramTimes: times, histogramStarts: starts } = window.series;
  if (starts === undefined) return false;
  return startsAnew(starts[at - 1] ?? 0, times[at - 1] ?? 0, starts[at] ?? 0, times[at] ?? 0);
}

/** The increase over at least two histograms, or undefined with a warning when they do not fit together. */
function histogramIncrease(
  window: RangeWindow,
  call: RangeCall,
  isCounter: boolean,
): NativeHistogram | undefined {
  const { histograms, histogramTimes: times, histogramStarts: starts } = window.series;
  const { histogramFrom: from, histogramTo: to, metric } = window;
  const { annotations } = call.evaluation;
  const mixed = (): undefined =>
    annotations.warn(annotationTexts.mixedExponentialCustom(metric), call.firstSpan) as undefined;
  const first = histograms[from];
  const second = histograms[from + 1];
  const last = histograms[to - 1];
  if (first === undefined || second === undefined || last === undefined) return undefined;
  const notCounter = (): void =>
    annotations.warn(annotationTexts.notCounter(metric), call.firstSpan);
  if (isCounter && (first.counterResetHint === 'gauge' || last.counterResetHint === 'gauge')) {
    notCounter();
  }
  let previous = first;
  if (isCounter && (startReset(window, from + 1) || detectReset(second, first))) {
    // The first sample does not count, whatever its layout is.
    previous = { ...emptyHistogram, schema: second.schema, customValues: second.customValues };
  }
  const custom = usesCustomBuckets(previous);
  if (usesCustomBuckets(last) !== custom) return mixed();
  let schema = Math.min(last.schema, previous.schema);
  for (let at = from + 1; at < to - 1 && isCounter; at++) {
    const current = histograms[at] ?? last;
    if (current.counterResetHint === 'gauge') notCounter();
    schema = Math.min(schema, current.schema);
    if (usesCustomBuckets(current) !== custom) return mixed();
  }
  const difference = subtractHistograms(custom ? last : reduceSchema(last, schema), previous);
  if (difference === undefined) return mixed();
  if (difference.boundsReconciled) {
    annotations.inform(annotationTexts.boundsReconciled('subtraction'), call.firstSpan);
  }
  let result = difference.histogram;
  if (isCounter) {
    for (let at = from + 1; at < to; at++) {
      const current = histograms[at] ?? last;
      if (
        starts !== undefined &&
        overlaps(starts[at - 1] ?? 0, times[at - 1] ?? 0, starts[at] ?? 0)
      ) {
        warnOverlap(window, call);
      }
      if (startReset(window, at) || detectReset(current, previous)) {
        const sum = addHistograms(result, previous);
        if (sum === undefined) return mixed();
        if (sum.boundsReconciled) {
          annotations.inform(annotationTexts.boundsReconciled('addition'), call.firstSpan);
        }
        result = sum.histogram;
      }
      previous = current;
    }
  } else if (first.counterResetHint !== 'gauge' || last.counterResetHint !== 'gauge') {
    annotations.warn(annotationTexts.notGauge(metric), call.firstSpan);
  }
  return compactHistogram(withResetHint(result, 'gauge'));
}

/** How much longer the range is than what the samples cover, once the borders are near enough or guessed. */
function extrapolationFactor(
  window: RangeWindow,
  firstTime: number,
  lastTime: number,
  samples: number,
  zeroAfter: (covered: number) => number,
): number {
  const covered = (lastTime - firstTime) / 1000;
  const spacing = covered / (samples - 1);
  const threshold = spacing * 1.1;
  let toStart = (firstTime - window.startMs) / 1000;
  let toEnd = (window.endMs - lastTime) / 1000;
  if (toStart >= threshold) toStart = spacing / 2;
  // A counter is not extrapolated below zero.
  toStart = Math.min(toStart, zeroAfter(covered));
  if (toEnd >= threshold) toEnd = spacing / 2;
  return covered === 0 ? 1 : (covered + toStart + toEnd) / covered;
}

function extrapolate(
  window: RangeWindow,
  out: WindowResult,
  call: RangeCall,
  isCounter: boolean,
  isRate: boolean,
): void {
  const { series } = window;
  const isFloat = window.floats > 0;
  const from = isFloat ? window.from : window.histogramFrom;
  const samples = isFloat ? window.floats : window.histogramCount;
  const times = isFloat ? series.times : series.histogramTimes;
  const starts = isFloat ? series.starts : series.histogramStarts;
  const firstTime = times[from] ?? 0;
  const lastTime = times[from + samples - 1] ?? 0;
  const firstHistogram = series.histograms[window.histogramFrom];
  let value = 0;
  let histogram: NativeHistogram | undefined;
  if (isFloat) value = floatIncrease(window, call, isCounter);
  else if (samples > 1) {
    histogram = histogramIncrease(window, call, isCounter);
    if (histogram === undefined) return;
  }
  const start = starts?.[from] ?? 0;
  let factor: number;
  if (isCounter && start !== 0 && start > window.startMs && start < firstTime) {
    // The counter began within the range: there it was zero, and nothing is extrapolated to the left.
    const spacing = samples > 1 ? (lastTime - firstTime) / 1000 / (samples - 1) : 0;
    const covered = (lastTime - start) / 1000;
    let toEnd = (window.endMs - lastTime) / 1000;
    if (toEnd >= spacing * 1.1) toEnd = spacing / 2;
    factor = (covered + toEnd) / covered;
    if (isFloat) value += series.values[from] ?? 0;
    else if (firstHistogram !== undefined) {
      if (histogram === undefined) histogram = firstHistogram;
      else {
        const sum = addHistograms(histogram, firstHistogram);
        if (sum === undefined) {
          call.evaluation.annotations.warn(
            annotationTexts.mixedExponentialCustom(window.metric),
            call.firstSpan,
          );
          return;
        }
        histogram = sum.histogram;
      }
    }
  } else if (samples < 2) {
    return;
  } else {
    factor = extrapolationFactor(window, firstTime, lastTime, samples, (covered) => {
      if (!isCounter) return Number.POSITIVE_INFINITY;
      const firstValue = isFloat ? (series.values[from] ?? 0) : (firstHistogram?.count ?? 0);
      const increase = isFloat ? value : (histogram?.count ?? 0);
      const usable = increase > 0 && firstValue >= 0;
      return usable ? covered * (firstValue / increase) : Number.POSITIVE_INFINITY;
    });
  }
  if (isRate) factor /= window.rangeMs / 1000;
  if (isFloat) out.float(value * factor);
  else if (histogram !== undefined) out.set(scaleHistogram(histogram, factor));
}

export function rateKernel(isCounter: boolean, isRate: boolean): RangeKernel {
  return (window, out, call) => {
    if (window.extension !== undefined) extendedRate(window, out, call, isCounter, isRate);
    else if (window.floats > 0 && window.histogramCount > 0) {
      call.evaluation.annotations.warn(
        annotationTexts.mixedFloatsHistograms(window.metric),
        call.firstSpan,
      );
    } else extrapolate(window, out, call, isCounter, isRate);
  };
}

interface RecentSample {
  readonly time: number;
  readonly start: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

/** The last two samples of either kind, oldest first. */
function lastTwo(window: RangeWindow): readonly RecentSample[] {
  const { series } = window;
  const recent: RecentSample[] = [];
  for (let at = Math.max(window.from, window.to - 2); at < window.to; at++) {
    recent.push({
      time: series.times[at] ?? 0,
      start: series.starts?.[at] ?? 0,
      value: series.values[at] ?? 0,
      histogram: undefined,
    });
  }
  for (
    let at = Math.max(window.histogramFrom, window.histogramTo - 2);
    at < window.histogramTo;
    at++
  ) {
    recent.push({
      time: series.histogramTimes[at] ?? 0,
      start: series.histogramStarts?.[at] ?? 0,
      value: 0,
      histogram: series.histograms[at],
    });
  }
  return recent.sort((a, b) => a.time - b.time).slice(-2);
}

function instantHistogram(
  previous: RecentSample & { histogram: NativeHistogram },
  last: RecentSample & { histogram: NativeHistogram },
  window: RangeWindow,
  call: RangeCall,
  isRate: boolean,
): NativeHistogram | undefined {
  const { annotations } = call.evaluation;
  const gauges = [previous, last].filter((sample) => sample.histogram.counterResetHint === 'gauge');
  if (isRate && gauges.length > 0) {
    annotations.warn(annotationTexts.notCounter(window.metric), call.firstSpan);
  }
  if (!isRate && gauges.length < 2) {
    annotations.warn(annotationTexts.notGauge(window.metric), call.firstSpan);
  }
  const reset =
    isRate &&
    (startsAnew(previous.start, previous.time, last.start, last.time) ||
      detectReset(last.histogram, previous.histogram));
  let result = last.histogram;
  if (!reset) {
    const difference = subtractHistograms(last.histogram, previous.histogram);
    if (difference === undefined) {
      annotations.warn(annotationTexts.mixedExponentialCustom(window.metric), call.firstSpan);
      return undefined;
    }
    if (difference.boundsReconciled) {
      annotations.inform(annotationTexts.boundsReconciled('subtraction'), call.firstSpan);
    }
    result = difference.histogram;
  }
  return compactHistogram(withResetHint(result, 'gauge'));
}

export function instantKernel(isRate: boolean): RangeKernel {
  return (window, out, call) => {
    const [previous, last] = lastTwo(window);
    if (previous === undefined || last === undefined) return;
    const seconds = (last.time - previous.time) / 1000;
    if (seconds === 0) return;
    if (previous.histogram === undefined && last.histogram === undefined) {
      const reset =
        isRate &&
        (last.value < previous.value ||
          startsAnew(previous.start, previous.time, last.start, last.time));
      const value = reset ? last.value : last.value - previous.value;
      out.float(isRate ? value / seconds : value);
    } else if (previous.histogram !== undefined && last.histogram !== undefined) {
      const histogram = instantHistogram(
        { ...previous, histogram: previous.histogram },
        { ...last, histogram: last.histogram },
        window,
        call,
        isRate,
      );
      if (histogram !== undefined) {
        out.set(isRate ? divideHistogram(histogram, seconds) : histogram);
      }
    } else {
      call.evaluation.annotations.warn(
        annotationTexts.mixedFloatsHistograms(window.metric),
        call.firstSpan,
      );
    }
  };
}
