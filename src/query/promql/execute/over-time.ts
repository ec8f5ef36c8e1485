// Range functions that look at the samples one by one: the `*_over_time` family, regressions, changes, resets.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { Failure } from '../../../base/errors.ts';
import { formatGoFloatShort } from '../../../base/float.ts';
import { equalHistograms } from '../histogram/arithmetic.ts';
import { detectReset } from '../histogram/reset.ts';
import { annotationTexts } from './annotations.ts';
import { HistogramAverage, HistogramTotal } from './histogram-total.ts';
import { addKahan, kahanValue, type Kahan } from './kahan.ts';
import { quantileOf } from './quantile.ts';
import { startsAnew } from './rate.ts';
import { firstAfter } from './samples.ts';
import type { RangeCall, RangeKernel, RangeWindow, WindowResult } from './window.ts';

function windowValues(window: RangeWindow): Float64Array {
  return window.series.values.subarray(window.from, window.to);
}

function informIgnored(window: RangeWindow, call: RangeCall): void {
  if (window.histogramCount === 0) return;
  call.evaluation.annotations.inform(
    annotationTexts.ignoredInMixedRange(window.metric),
    call.firstSpan,
  );
}

/** A function of the floats alone; histograms beside them are ignored with an info. */
function floatsOnly(compute: (values: Float64Array, window: RangeWindow) => number): RangeKernel {
  return (window, out, call) => {
    if (window.floats === 0) return;
    informIgnored(window, call);
    out.float(compute(windowValues(window), window));
  };
}

/** Floats or histograms, but not both. */
function unmixed(
  ofFloats: (values: Float64Array) => number,
  ofHistograms: (window: RangeWindow, out: WindowResult, call: RangeCall) => void,
): RangeKernel {
  return (window, out, call) => {
    if (window.floats > 0 && window.histogramCount > 0) {
      call.evaluation.annotations.warn(
        annotationTexts.mixedFloatsHistograms(window.metric),
        call.firstSpan,
      );
    } else if (window.floats > 0) out.float(ofFloats(windowValues(window)));
    else ofHistograms(window, out, call);
  };
}

export function averageOf(values: Float64Array): number {
  const total: Kahan = { sum: values[0] ?? 0, error: 0 };
  for (let at = 1; at < values.length; at++) {
    const { sum, error } = total;
    addKahan(total, values[at] ?? 0);
    if (Number.isFinite(total.sum) || Number.isNaN(total.sum)) continue;
    // The sum leaves the range of floats: go on with a running mean.
    const mean: Kahan = { sum: sum / at, error: error / at };
    for (let rest = at; rest < values.length; rest++) {
      const count = rest + 1;
      const weight = (count - 1) / count;
      mean.sum *= weight;
      mean.error *= weight;
      addKahan(mean, (values[rest] ?? 0) / count);
    }
    return mean.sum + mean.error;
  }
  return total.sum / values.length + total.error / values.length;
}

function sumOf(values: Float64Array): number {
  const total: Kahan = { sum: 0, error: 0 };
  for (const value of values) addKahan(total, value);
  return kahanValue(total);
}

function addWindow(
  total: HistogramTotal | HistogramAverage,
  window: RangeWindow,
  out: WindowResult,
  call: RangeCall,
): void {
  const { annotations } = call.evaluation;
  let fits = true;
  for (let at = window.histogramFrom; at < window.histogramTo && fits; at++) {
    const histogram = window.series.histograms[at];
    if (histogram !== undefined) fits = total.add(histogram);
  }
  if (!fits) {
    annotations.warn(annotationTexts.mixedExponentialCustom(window.metric), call.firstSpan);
    return;
  }
  total.annotate(annotations, call.firstSpan);
  const result = total.result();
  if (result !== undefined) out.set(result);
}

export const sumOverTime: RangeKernel = unmixed(sumOf, (window, out, call) =>
  addWindow(new HistogramTotal(), window, out, call),
);
export const averageOverTime: RangeKernel = unmixed(averageOf, (window, out, call) =>
  addWindow(new HistogramAverage(), window, out, call),
);
export const countOverTime: RangeKernel = (window, out) =>
  out.float(window.floats + window.histogramCount);
export const presentOverTime: RangeKernel = (_, out) => out.float(1);

/** Index of the extreme value: the first one, or the last one. */
function extremeIndex(values: Float64Array, sign: 1 | -1, takeLast: boolean): number {
  let best = 0;
  for (let at = 0; at < values.length; at++) {
    const value = sign * (values[at] ?? 0);
    const held = sign * (values[best] ?? 0);
    if (value > held || Number.isNaN(held) || (takeLast && value === held)) best = at;
  }
  return best;
}

export function extremeOverTime(sign: 1 | -1): RangeKernel {
  return floatsOnly((values) => values[extremeIndex(values, sign, false)] ?? Number.NaN);
}

export function timeOfExtreme(sign: 1 | -1): RangeKernel {
  return floatsOnly((values, window) => {
    const at = window.from + extremeIndex(values, sign, true);
    return (window.series.times[at] ?? 0) / 1000;
  });
}

/** The first or the last sample of either kind, or its time. */
export function edgeOverTime(edge: 'first' | 'last', part: 'sample' | 'time'): RangeKernel {
  return (window, out) => {
    const { series } = window;
    const at = edge === 'first' ? window.from : window.to - 1;
    const histogramAt = edge === 'first' ? window.histogramFrom : window.histogramTo - 1;
    const time = window.floats > 0 ? series.times[at] : undefined;
    const histogramTime =
      window.histogramCount > 0 ? series.histogramTimes[histogramAt] : undefined;
    const isFloat =
      histogramTime === undefined ||
      (time !== undefined && (edge === 'first' ? time < histogramTime : time > histogramTime));
    if (part === 'time') out.float(((isFloat ? time : histogramTime) ?? 0) / 1000);
    else if (isFloat) out.float(series.values[at] ?? 0);
    else {
      const histogram = series.histograms[histogramAt];
      if (histogram !== undefined) out.set(histogram);
    }
  };
}

export const medianDeviation: RangeKernel = floatsOnly((values) => {
  if (values.some((value) => Number.isNaN(value))) return Number.NaN;
  const median = quantileOf(0.5, values.slice());
  return quantileOf(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
});

export const quantileOverTime: RangeKernel = (window, out, call) => {
  const q = call.parameters[0] ?? Number.NaN;
  if (window.floats === 0) return;
  if (!(q >= 0 && q <= 1)) {
    call.evaluation.annotations.warn(
      annotationTexts.invalidQuantile(formatGoFloatShort(q)),
      call.firstSpan,
    );
  }
  informIgnored(window, call);
  out.float(quantileOf(q, windowValues(window).slice()));
};

export function varianceOf(values: Float64Array): number {
  const mean: Kahan = { sum: 0, error: 0 };
  const squares: Kahan = { sum: 0, error: 0 };
  let count = 0;
  for (const value of values) {
    count++;
    const delta = value - (mean.sum + mean.error);
    addKahan(mean, delta / count);
    addKahan(squares, delta * (value - (mean.sum + mean.error)));
  }
  return (squares.sum + squares.error) / count;
}

export const varianceOverTime: RangeKernel = floatsOnly(varianceOf);
export const deviationOverTime: RangeKernel = floatsOnly((values) => Math.sqrt(varianceOf(values)));

/** Least squares: the slope a second, and the value at `atMs`. */
function regression(
  window: RangeWindow,
  atMs: number,
): { readonly slope: number; readonly intercept: number } {
  const { times, values } = window.series;
  const x: Kahan = { sum: 0, error: 0 };
  const y: Kahan = { sum: 0, error: 0 };
  const xy: Kahan = { sum: 0, error: 0 };
  const xx: Kahan = { sum: 0, error: 0 };
  const first = values[window.from] ?? 0;
  let constant = true;
  for (let at = window.from; at < window.to; at++) {
    const value = values[at] ?? 0;
    if (value !== first) constant = false;
    const seconds = ((times[at] ?? 0) - atMs) / 1000;
    addKahan(x, seconds);
    addKahan(y, value);
    addKahan(xy, seconds * value);
    addKahan(xx, seconds * seconds);
  }
  if (constant) {
    return Number.isFinite(first) || Number.isNaN(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const n = window.floats;
  const sumX = x.sum + x.error;
  const sumY = y.sum + y.error;
  const covariance = xy.sum + xy.error - (sumX * sumY) / n;
  const variance = xx.sum + xx.error - (sumX * sumX) / n;
  const slope = covariance / variance;
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}

function needsTwo(compute: (window: RangeWindow, call: RangeCall) => number): RangeKernel {
  return (window, out, call) => {
    if (window.floats > 0) informIgnored(window, call);
    if (window.floats >= 2) out.float(compute(window, call));
  };
}

export const derivative: RangeKernel = needsTwo(
  (window) => regression(window, window.series.times[window.from] ?? 0).slope,
);
export const predictLinear: RangeKernel = needsTwo((window, call) => {
  const { slope, intercept } = regression(window, window.timeMs);
  return slope * (call.parameters[0] ?? Number.NaN) + intercept;
});

function checkFactor(name: string, short: string, factor: number): void {
  if (factor > 0 && factor < 1) return;
  throw new Failure(
    'execution',
    `invalid ${name} factor. Expected: 0 < ${short} < 1, got: ${factor.toFixed(6)}`,
  );
}

export const doubleExponentialSmoothing: RangeKernel = (window, out, call) => {
  const [smoothing = Number.NaN, trendFactor = Number.NaN] = call.parameters;
  checkFactor('smoothing', 'sf', smoothing);
  checkFactor('trend', 'tf', trendFactor);
  const values = windowValues(window);
  if (values.length > 0) informIgnored(window, call);
  if (values.length < 2) return;
  let previous = 0;
  let smoothed = values[0] ?? 0;
  let trend = (values[1] ?? 0) - (values[0] ?? 0);
  for (let at = 1; at < values.length; at++) {
    if (at > 1) trend = trendFactor * (smoothed - previous) + (1 - trendFactor) * trend;
    const next = smoothing * (values[at] ?? 0) + (1 - smoothing) * (smoothed + trend);
    previous = smoothed;
    smoothed = next;
  }
  out.float(smoothed);
};

interface OrderedSample {
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
  readonly time: number;
  readonly start: number;
}

/**
 * Visits each sample with the one before it, in the order of time. An anchored range begins with the newest sample
 * at or before its start; false when nothing lies after that.
 */
function eachPair(
  window: RangeWindow,
  visit: (previous: OrderedSample, current: OrderedSample) => void,
): boolean {
  const { series } = window;
  let at = window.from;
  let histogramAt = window.histogramFrom;
  if (window.extension === 'anchored') {
    const after = firstAfter(series.times, window.startMs, at);
    const histogramAfter = firstAfter(series.histogramTimes, window.startMs, histogramAt);
    if (after >= window.to && histogramAfter >= window.histogramTo) return false;
    const hasFloat = after > at;
    const hasHistogram = histogramAfter > histogramAt;
    const floatIsAnchor =
      hasFloat &&
      (!hasHistogram ||
        (series.times[after - 1] ?? 0) >= (series.histogramTimes[histogramAfter - 1] ?? 0));
    at = floatIsAnchor ? after - 1 : after;
    histogramAt = hasHistogram && !floatIsAnchor ? histogramAfter - 1 : histogramAfter;
  }
  let previous: OrderedSample | undefined;
  while (at < window.to || histogramAt < window.histogramTo) {
    const time = at < window.to ? (series.times[at] ?? 0) : Number.POSITIVE_INFINITY;
    const histogramTime =
      histogramAt < window.histogramTo
        ? (series.histogramTimes[histogramAt] ?? 0)
        : Number.POSITIVE_INFINITY;
    let current: OrderedSample;
    if (time < histogramTime) {
      const start = series.starts?.[at] ?? 0;
      current = { value: series.values[at] ?? 0, histogram: undefined, time, start };
      at++;
    } else {
      const start = series.histogramStarts?.[histogramAt] ?? 0;
      const histogram = series.histograms[histogramAt];
      current = { value: 0, histogram, time: histogramTime, start };
      histogramAt++;
    }
    if (previous !== undefined) visit(previous, current);
    previous = current;
  }
  return true;
}

export const changesOverTime: RangeKernel = (window, out) => {
  let changes = 0;
  const found = eachPair(window, (previous, current) => {
    if (previous.histogram === undefined && current.histogram === undefined) {
      const bothNaN = Number.isNaN(previous.value) && Number.isNaN(current.value);
      if (previous.value !== current.value && !bothNaN) changes++;
    } else if (previous.histogram === undefined || current.histogram === undefined) changes++;
    else if (!equalHistograms(current.histogram, previous.histogram)) changes++;
  });
  if (found) out.float(changes);
};

export const resetsOverTime: RangeKernel = (window, out) => {
  let resets = 0;
  const found = eachPair(window, (previous, current) => {
    const anew = startsAnew(previous.start, previous.time, current.start, current.time);
    if (previous.histogram === undefined && current.histogram === undefined) {
      if (anew || current.value < previous.value) resets++;
    } else if (previous.histogram === undefined || current.histogram === undefined) resets++;
    else if (anew || detectReset(current.histogram, previous.histogram)) resets++;
  });
  if (found) out.float(resets);
};
