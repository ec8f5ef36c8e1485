// Bringing series together that have come to share a label set: allowed as long as they are never there at the
// same time.

import { Failure } from '../../../base/errors.ts';
import { compareLabels, labelsKey } from '../../../model/labels.ts';
import { withoutMetadata } from './grouping.ts';
import { absentSample, histogramAt, setSample, type StepSeries } from './steps.ts';

/** Series that were made on the way, in an order that does not depend on the way. */
export function byLabels(series: Iterable<StepSeries>): StepSeries[] {
  return [...series].sort((a, b) => compareLabels(a.labels, b.labels));
}

function mergeInto(target: StepSeries, source: StepSeries): void {
  for (let step = 0; step < source.kinds.length; step++) {
    if (source.kinds[step] === absentSample) continue;
    if (target.kinds[step] !== absentSample) {
      throw new Failure('execution', 'vector cannot contain metrics with the same labelset');
    }
    setSample(target, step, source.values[step] ?? 0, histogramAt(source, step));
  }
}

/** `dropNames`: names that operations have marked are dropped first, as at the end of a query. */
export function mergeByLabels(series: readonly StepSeries[], dropNames: boolean): StepSeries[] {
  const byKey = new Map<string, StepSeries>();
  for (const one of series) {
    if (dropNames && one.dropName) {
      one.labels = withoutMetadata(one.labels);
      one.dropName = false;
    }
    // A series that is to lose its name is another one than a series that keeps it.
    const key = `${one.dropName ? '-' : ''}${labelsKey(one.labels)}`;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, one);
    else mergeInto(known, one);
  }
  return byKey.size === series.length ? [...series] : [...byKey.values()];
}
