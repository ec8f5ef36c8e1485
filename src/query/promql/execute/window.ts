// Range vectors: for every series a window that slides over its samples from step to step, without copying
// them. A subquery is evaluated first and then read like stored samples.

import type { TextSpan } from '../../../base/errors.ts';
import { labelValue } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { atMs, lengthMs, offsetMs } from '../plan/times.ts';
import { shiftedSpan } from '../plan/selections.ts';
import type { MatrixSelector, Subquery } from '../syntax/ast.ts';
import type { Evaluation } from './evaluation.ts';
import { firstAfter, type SampleSeries } from './samples.ts';
import { referenceTimes } from './select.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  setSample,
  stepTime,
  type StepSeries,
} from './steps.ts';

/** The samples of one series in one window: [from, to) of its floats and of its histograms. Reused from step to step. */
export class RangeWindow {
  series: SampleSeries;
  from: number = 0;
  to: number = 0;
  histogramFrom: number = 0;
  histogramTo: number = 0;
  /** The nominal window (start, end]; an extended one holds samples outside of it. */
  startMs: number = 0;
  endMs: number = 0;
  readonly rangeMs: number;
  /** The evaluation time of the step. */
  timeMs: number = 0;
  readonly extension: 'anchored' | 'smoothed' | undefined;

  constructor(
    series: SampleSeries,
    rangeMs: number,
    extension: 'anchored' | 'smoothed' | undefined,
  ) {
    this.series = series;
    this.rangeMs = rangeMs;
    this.extension = extension;
  }

  get floats(): number {
    return this.to - this.from;
  }

  get histogramCount(): number {
    return this.histogramTo - this.histogramFrom;
  }

  get metric(): string {
    return labelValue(this.series.labels, '__name__');
  }
}

/** What a range function gives for a window; it starts out absent. */
export class WindowResult {
  present: boolean = false;
  value: number = 0;
  histogram: NativeHistogram | undefined = undefined;

  float(value: number): void {
    this.present = true;
    this.value = value;
    this.histogram = undefined;
  }

  set(histogram: NativeHistogram): void {
    this.present = true;
    this.histogram = histogram;
  }
}

/** Where annotations of a range function point, and the scalar arguments at the step. */
export interface RangeCall {
  readonly evaluation: Evaluation;
  /** Of the first argument. */
  readonly firstSpan: TextSpan;
  readonly parameters: readonly number[];
}

export type RangeKernel = (window: RangeWindow, out: WindowResult, call: RangeCall) => void;

export interface RangeSource {
  readonly series: readonly SampleSeries[];
  readonly rangeMs: number;
  readonly extension: 'anchored' | 'smoothed' | undefined;
  /** End of the window at a step. */
  readonly endAt: (step: number) => number;
}

/** Where the inner evaluations of a subquery lie: multiples of the step in (start - range, end]. */
async function evaluateSubquery(
  subquery: Subquery,
  evaluation: Evaluation,
): Promise<readonly SampleSeries[]> {
  const { times, grid } = evaluation;
  const outer = {
    startMs: grid.startMs,
    endMs: stepTime(grid, Math.max(grid.count - 1, 0)),
  };
  const span = shiftedSpan(outer, atMs(subquery.at, times), offsetMs(subquery.offset, times));
  const rangeMs = lengthMs(subquery.range, times);
  const stepMs =
    subquery.step === undefined ? times.subqueryStepMs : lengthMs(subquery.step, times);
  const startMs = (Math.floor((span.startMs - rangeMs) / stepMs) + 1) * stepMs;
  const count = Math.max(0, Math.floor((span.endMs - startMs) / stepMs) + 1);
  if (count === 0) return [];
  // A step of a millisecond over years must fail before anything is allocated.
  evaluation.shared.budget.hold(count);
  evaluation.shared.budget.release(count);
  const inner = evaluation.withGrid({ startMs, stepMs, count });
  const series = await inner.vector(subquery.inner);
  return series.map((one) => samplesOfSteps(one, startMs, stepMs));
}

function samplesOfSteps(series: StepSeries, startMs: number, stepMs: number): SampleSeries {
  const { kinds } = series;
  let floats = 0;
  let others = 0;
  for (const kind of kinds) {
    if (kind === floatSample) floats++;
    else if (kind !== absentSample) others++;
  }
  const times = new Float64Array(floats);
  const values = new Float64Array(floats);
  const histogramTimes = new Float64Array(others);
  const histograms: NativeHistogram[] = [];
  let at = 0;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === absentSample) continue;
    const time = startMs + step * stepMs;
    const histogram = kinds[step] === floatSample ? undefined : series.histograms?.[step];
    if (histogram === undefined) {
      times[at] = time;
      values[at++] = series.values[step] ?? 0;
    } else {
      histogramTimes[histograms.length] = time;
      // Samples may have been skipped or repeated: what was known about resets no longer holds.
      const isGauge = histogram.counterResetHint === 'gauge';
      histograms.push(isGauge ? histogram : { ...histogram, counterResetHint: 'unknown' });
    }
  }
  return {
    labels: series.labels,
    dropName: series.dropName,
    times,
    values,
    starts: undefined,
    histogramTimes,
    histograms,
    histogramStarts: undefined,
    timeline: undefined,
  };
}

export async function rangeSource(
  expr: MatrixSelector | Subquery,
  evaluation: Evaluation,
): Promise<RangeSource> {
  const { times } = evaluation;
  const node = expr.kind === 'subquery' ? expr : expr.selector;
  return {
    series:
      expr.kind === 'subquery'
        ? await evaluateSubquery(expr, evaluation)
        : (evaluation.shared.samples.get(expr.selector) ?? []),
    rangeMs: lengthMs(expr.range, times),
    extension: expr.kind === 'subquery' ? undefined : expr.selector.extension,
    endAt: referenceTimes(atMs(node.at, times), offsetMs(node.offset, times), evaluation),
  };
}

/** Moves the window to a step; windows only ever move forward. */
export function moveWindow(
  window: RangeWindow,
  source: RangeSource,
  step: number,
  evaluation: Evaluation,
): void {
  const { series } = window;
  const { lookbackMs } = evaluation.times;
  window.timeMs = stepTime(evaluation.grid, step);
  window.endMs = source.endAt(step);
  window.startMs = window.endMs - source.rangeMs;
  const start = window.startMs - (source.extension === undefined ? 0 : lookbackMs);
  const end = window.endMs + (source.extension === 'smoothed' ? lookbackMs : 0);
  window.from = firstAfter(series.times, start, window.from);
  window.to = firstAfter(series.times, end, Math.max(window.from, window.to));
  if (series.histograms.length > 0) {
    window.histogramFrom = firstAfter(series.histogramTimes, start, window.histogramFrom);
    window.histogramTo = firstAfter(
      series.histogramTimes,
      end,
      Math.max(window.histogramFrom, window.histogramTo),
    );
  }
}

/** Runs a kernel over every window of every series; `keepName` where the value is one of the series' own samples. */
export async function overWindows(
  expr: MatrixSelector | Subquery,
  evaluation: Evaluation,
  kernel: RangeKernel,
  parameters: readonly Float64Array[],
  keepName: boolean,
  firstSpan: TextSpan,
): Promise<StepSeries[]> {
  const source = await rangeSource(expr, evaluation);
  const { count } = evaluation.grid;
  const result: StepSeries[] = [];
  const current: number[] = parameters.map(() => 0);
  const call: RangeCall = { evaluation, firstSpan, parameters: current };
  const sample = new WindowResult();
  for (const series of source.series) {
    const window = new RangeWindow(series, source.rangeMs, source.extension);
    const out = createStepSeries(series.labels, count, series.dropName || !keepName);
    for (let step = 0; step < count; step++) {
      moveWindow(window, source, step, evaluation);
      if (window.floats === 0 && window.histogramCount === 0) continue;
      for (const [at, values] of parameters.entries()) current[at] = values[step] ?? 0;
      sample.present = false;
      sample.histogram = undefined;
      kernel(window, sample, call);
      if (sample.present) setSample(out, step, sample.value, sample.histogram);
      const pause = evaluation.spend(1 + window.floats + window.histogramCount);
      if (pause !== undefined) await pause;
    }
    if (hasSamples(out)) result.push(out);
  }
  return result;
}
