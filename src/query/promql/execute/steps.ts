// Results in columns: for every series one array over the steps of the evaluation, instead of an object per
// sample.

import type { Labels } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';

/** The times of an evaluation: start, start + step, ... */
export interface StepGrid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export function stepTime(grid: StepGrid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}

export const absentSample = 0;
export const floatSample = 1;
export const histogramSample = 2;

/** One series over the steps. Owned by whoever evaluates the expression above: it may be changed in place. */
export interface StepSeries {
  labels: Labels;
  /** The name is still there but goes when the query ends: functions below may need it for grouping. */
  dropName: boolean;
  /** Per step: absent, float or histogram. */
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** Per step; undefined as long as there is no histogram at all. */
  histograms: (NativeHistogram | undefined)[] | undefined;
}

export type StepValue =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly series: StepSeries[] };

export function createStepSeries(labels: Labels, count: number, dropName: boolean): StepSeries {
  return {
    labels,
    dropName,
    kinds: new Uint8Array(count),
    values: new Float64Array(count),
    histograms: undefined,
  };
}

export function setFloat(series: StepSeries, step: number, value: number): void {
  series.kinds[step] = floatSample;
  series.values[step] = value;
}

export function setHistogram(series: StepSeries, step: number, histogram: NativeHistogram): void {
  series.kinds[step] = histogramSample;
  series.histograms ??= Array.from<NativeHistogram | undefined>({ length: series.kinds.length });
  series.histograms[step] = histogram;
}

export function setSample(
  series: StepSeries,
  step: number,
  value: number,
  histogram: NativeHistogram | undefined,
): void {
  if (histogram === undefined) setFloat(series, step, value);
  else setHistogram(series, step, histogram);
}

export function histogramAt(series: StepSeries, step: number): NativeHistogram | undefined {
  return series.kinds[step] === histogramSample ? series.histograms?.[step] : undefined;
}

export function hasSamples(series: StepSeries): boolean {
  return series.kinds.some((kind) => kind !== absentSample);
}

export function vectorOf(series: StepSeries[]): StepValue {
  return { kind: 'vector', series };
}

export function constantScalar(value: number, count: number): StepValue {
  return { kind: 'scalar', values: new Float64Array(count).fill(value) };
}
