// Instant vector selectors: for every step the newest sample that is not older than the look-back, unless it is
// a stale marker; or, smoothed, a value between the samples around the step.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { labelValue } from '../../../model/labels.ts';
import { usesCustomBuckets } from '../histogram/buckets.ts';
import { atMs, offsetMs } from '../plan/times.ts';
import type { VectorSelector } from '../syntax/ast.ts';
import { annotationTexts } from './annotations.ts';
import type { Evaluation } from './evaluation.ts';
import { interpolate, interpolateHistograms } from './extended-rate.ts';
import { firstAfter, staleEntry, type SampleSeries } from './samples.ts';
import {
  createStepSeries,
  hasSamples,
  setFloat,
  setHistogram,
  stepTime,
  type StepSeries,
} from './steps.ts';

/** What of a sample becomes the value. */
export type SelectedPart = 'value' | 'time' | 'start';

/** For each step the time that the selector looks at. */
export function referenceTimes(
  at: number | undefined,
  offset: number,
  evaluation: Evaluation,
): (step: number) => number {
  if (at !== undefined) return () => at - offset;
  return (step) => stepTime(evaluation.grid, step) - offset;
}

/** Index into the timeline of the newest sample in (time - lookback, time], or -1. */
function newestIndex(times: Float64Array, time: number, lookbackMs: number, from: number): number {
  const index = firstAfter(times, time, from) - 1;
  if (index < 0 || (times[index] ?? 0) <= time - lookbackMs) return -1;
  return index;
}

function fillLatest(
  series: SampleSeries,
  out: StepSeries,
  reference: (step: number) => number,
  lookbackMs: number,
  part: SelectedPart,
): void {
  const times = series.timeline?.times ?? series.times;
  let from = 0;
  for (let step = 0; step < out.kinds.length; step++) {
    const time = reference(step);
    const index = newestIndex(times, time, lookbackMs, from);
    if (index < 0) continue;
    from = index;
    const entry = series.timeline === undefined ? index : (series.timeline.entries[index] ?? 0);
    if (entry === staleEntry) continue;
    if (part === 'time') setFloat(out, step, (times[index] ?? 0) / 1000);
    else if (part === 'start') {
      const starts = entry >= 0 ? series.starts : series.histogramStarts;
      setFloat(out, step, (starts?.[entry >= 0 ? entry : ~entry] ?? 0) / 1000);
    } else if (entry >= 0) setFloat(out, step, series.values[entry] ?? 0);
    else {
      const histogram = series.histograms[~entry];
      if (histogram !== undefined) setHistogram(out, step, histogram);
    }
  }
}

function fillSmoothed(
  series: SampleSeries,
  out: StepSeries,
  reference: (step: number) => number,
  selector: VectorSelector,
  evaluation: Evaluation,
): void {
  const { lookbackMs } = evaluation.times;
  const name = labelValue(series.labels, '__name__');
  for (let step = 0; step < out.kinds.length; step++) {
    const time = reference(step);
    const from = firstAfter(series.times, time - lookbackMs);
    const to = firstAfter(series.times, time + lookbackMs);
    const histogramFrom = firstAfter(series.histogramTimes, time - lookbackMs);
    const histogramTo = firstAfter(series.histogramTimes, time + lookbackMs);
    if (to > from && histogramTo > histogramFrom) {
      evaluation.annotations.warn(annotationTexts.mixedFloatsHistograms(name), selector.span);
    } else if (to > from) {
      smoothFloat(series, out, step, time, from, to);
    } else if (histogramTo > histogramFrom) {
      const histogram = smoothHistogram(series, time, histogramFrom, histogramTo);
      if (histogram === 'incompatible') {
        evaluation.annotations.warn(annotationTexts.mixedExponentialCustom(name), selector.span);
      } else if (histogram !== undefined) setHistogram(out, step, histogram);
    }
  }
}

function smoothFloat(
  series: SampleSeries,
  out: StepSeries,
  step: number,
  time: number,
  from: number,
  to: number,
): void {
  const { times, values } = series;
  const before = firstAfter(times, time) - 1;
  if (before < from) return;
  const left = values[before] ?? 0;
  const next = before + 1;
  if (times[before] === time || next >= to) setFloat(out, step, left);
  else {
    const value = interpolate(
      times[before] ?? 0,
      left,
      times[next] ?? 0,
      values[next] ?? 0,
      time,
      false,
    );
    setFloat(out, step, value);
  }
}

function smoothHistogram(
  series: SampleSeries,
  time: number,
  from: number,
  to: number,
): NativeHistogram | 'incompatible' | undefined {
  const times = series.histogramTimes;
  const before = firstAfter(times, time) - 1;
  if (before < from) return undefined;
  const left = series.histograms[before];
  const right = series.histograms[before + 1];
  if (left === undefined || times[before] === time || before + 1 >= to || right === undefined) {
    return left;
  }
  if (usesCustomBuckets(left) !== usesCustomBuckets(right)) return 'incompatible';
  const isCounter = right.counterResetHint !== 'gauge';
  return (
    interpolateHistograms(left, times[before] ?? 0, right, times[before + 1] ?? 0, time, isCounter)
      ?.histogram ?? 'incompatible'
  );
}

/** One series for every selected one that has a sample at some step. */
export async function selectInstant(
  selector: VectorSelector,
  evaluation: Evaluation,
  part: SelectedPart = 'value',
): Promise<StepSeries[]> {
  const at = atMs(selector.at, evaluation.times);
  const offset = offsetMs(selector.offset, evaluation.times);
  const source = evaluation.shared.samples.get(selector) ?? [];
  const { count } = evaluation.grid;
  const selected: StepSeries[] = [];
  for (const series of source) {
    const out = createStepSeries(series.labels, count, series.dropName);
    const reference = referenceTimes(at, offset, evaluation);
    if (selector.extension === 'smoothed') {
      fillSmoothed(series, out, reference, selector, evaluation);
    } else {
      fillLatest(series, out, reference, evaluation.times.lookbackMs, part);
    }
    if (hasSamples(out)) selected.push(out);
    const pause = evaluation.spend(count);
    if (pause !== undefined) await pause;
  }
  return selected;
}
