// Series of cumulative buckets (`le`) as the cells of a heat map: what fell between each bound and the one below.

import type { ExploreHeat } from '../../../src/api/explore/contract/overview.ts';
import type { MetricSeries } from '../../data/metrics.ts';

export interface HistogramHeat {
  readonly heat: ExploreHeat;
  readonly buckets: number;
}

function boundOf({ labels }: MetricSeries): number {
  const text = labels['le'] ?? '';
  return text === '+Inf' ? Infinity : text === '' ? Number.NaN : Number(text);
}

/** `factor`: from a value to what is shown of it. Undefined: these are no buckets. Series of several histograms are added up. */
export function heatOfBuckets(
  series: readonly MetricSeries[],
  factor: number,
): HistogramHeat | undefined {
  const byBound = new Map<number, number[]>();
  const count = Math.max(0, ...series.map(({ values }) => values.length));
  for (const one of series) {
    const bound = boundOf(one);
    if (Number.isNaN(bound)) return undefined;
    const sums = byBound.get(bound) ?? Array.from({ length: count }, () => 0);
    one.values.forEach((value, at) => {
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
    });
    byBound.set(bound, sums);
  }
  const bounds = [...byBound.keys()].toSorted((a, b) => a - b);
  const lowest = bounds[0];
  if (lowest === undefined || bounds.length < 2) return undefined;
  const cells: ExploreHeat['cells'][number][] = [];
  bounds.forEach((bound, band) => {
    const here = byBound.get(bound) ?? [];
    const below = band === 0 ? [] : (byBound.get(bounds[band - 1] ?? 0) ?? []);
    here.forEach((value, bucket) => {
      const requests = Math.round((value - (below[bucket] ?? 0)) * factor);
      if (requests > 0) cells.push({ bucket, band, requests, errors: 0 });
    });
  });
  const first = Math.min(0, lowest);
  return {
    heat: { boundsMs: [first, ...bounds], cells },
    buckets: count,
  };
}
