// Samples in the middle of an evaluation: series over the query's evaluation times, with gaps.

import { labelsKey, type Labels } from '../../../model/labels.ts';

/** Values at each evaluation time; where `present` is 0 there is none. */
export interface StepSeries {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

export type StepValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly series: readonly StepSeries[] };

export function emptySeries(labels: Labels, steps: number): StepSeries {
  return { labels, values: new Float64Array(steps), present: new Uint8Array(steps) };
}

export function isEmptySeries(series: StepSeries): boolean {
  return !series.present.includes(1);
}

/** Series of equal labels as one; of two values at one time the first counts. */
export function mergeEqualSeries(series: readonly StepSeries[]): readonly StepSeries[] {
  const byLabels = new Map<string, StepSeries>();
  const merged: StepSeries[] = [];
  for (const one of series) {
    const key = labelsKey(one.labels);
    const known = byLabels.get(key);
    if (known === undefined) {
      byLabels.set(key, one);
      merged.push(one);
      continue;
    }
    for (let step = 0; step < one.values.length; step++) {
      if (one.present[step] === 0 || known.present[step] === 1) continue;
      known.present[step] = 1;
      known.values[step] = one.values[step] ?? 0;
    }
  }
  return merged;
}

/** The labels without some names. */
export function labelsWithout(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter((label) => !names.has(label.name));
}

/** The labels of these names that have a value. */
export function labelsOnly(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter((label) => label.value !== '' && names.has(label.name));
}
