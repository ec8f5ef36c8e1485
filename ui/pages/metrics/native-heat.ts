// Native histograms over time as the cells of a heat map. Their buckets follow no fixed bounds: a sender makes them
// coarser when they become many. Bands are therefore cut only where no bucket of any step is cut, so that every count
// stands whole in its band; nothing is spread by guess.

import type { ExploreHeat } from '../../../src/api/explore/contract/overview.ts';
import type { HistogramBucket, HistogramSeries } from '../../data/native-histograms.ts';
import type { HistogramHeat } from './histogram-heat.ts';

/** More bands than these are lower than four pixels. */
const bandsMax = 72;
/** Empty bands that show a gap as wide as it is; a wider one is one band. */
const gapBandsMax = 40;

/** The bucket around zero of what is never negative begins at zero. */
function withoutNegativeZero(buckets: readonly HistogramBucket[]): readonly HistogramBucket[] {
  const hasNegative = buckets.some(({ high }) => high < 0);
  if (hasNegative) return buckets;
  return buckets.map((one) => (one.low < 0 && one.high > 0 ? { ...one, low: 0 } : one));
}

/** Bounds of all buckets that lie inside of none, lowest first. */
function sharedBounds(buckets: readonly HistogramBucket[]): readonly number[] {
  const intervals = new Map<string, HistogramBucket>();
  for (const one of buckets) intervals.set(`${one.low} ${one.high}`, one);
  const bounds = [
    ...new Set([...intervals.values()].flatMap(({ low, high }) => [low, high])),
  ].toSorted((a, b) => a - b);
  const sorted = [...intervals.values()].toSorted((a, b) => a.low - b.low);
  let at = 0;
  let reach = -Infinity;
  return bounds.filter((bound) => {
    for (let next = sorted[at]; next !== undefined && next.low < bound; next = sorted[++at]) {
      reach = Math.max(reach, next.high);
    }
    return reach <= bound;
  });
}

/** Gaps between buckets get bands of the buckets' own width, as long as they are few. */
function fillGaps(
  bounds: readonly number[],
  buckets: readonly HistogramBucket[],
): readonly number[] {
  const covered = new Set(buckets.map(({ low }) => bandOf(bounds, low)));
  const isPositive = (low: number, high: number): boolean => low > 0 && Number.isFinite(high);
  let ratio = Infinity;
  bounds.slice(1).forEach((high, band) => {
    const low = bounds[band] ?? 0;
    if (covered.has(band) && isPositive(low, high)) ratio = Math.min(ratio, high / low);
  });
  return bounds.flatMap((high, at) => {
    const low = bounds[at - 1] ?? 0;
    if (covered.has(at - 1) || !isPositive(low, high)) return [high];
    const bands = Math.round(Math.log(high / low) / Math.log(ratio));
    if (bands < 2 || bands > gapBandsMax) return [high];
    const between = Array.from({ length: bands - 1 }, (_, band) => low * ratio ** (band + 1));
    return [...between.filter((bound) => bound < high), high];
  });
}

/** Neighbours are joined until there are few enough; the outermost bounds stay. */
function thin(bounds: readonly number[]): readonly number[] {
  const every = Math.ceil((bounds.length - 1) / bandsMax);
  if (every <= 1) return bounds;
  return bounds.filter((_, at) => at % every === 0 || at === bounds.length - 1);
}

function bandOf(bounds: readonly number[], low: number): number {
  let [from, to] = [0, bounds.length - 1];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((bounds[middle] ?? 0) <= low) from = middle;
    else to = middle;
  }
  return from;
}

/** `factor`: from what a step's histogram counts to what is shown of it. Undefined: there is no bucket at all. */
export function heatOfHistograms(
  series: readonly HistogramSeries[],
  factor: number,
): HistogramHeat | undefined {
  const columns = series[0]?.points.length ?? 0;
  const ofColumn = Array.from({ length: columns }, (_, column) =>
    withoutNegativeZero(series.flatMap(({ points }) => points[column]?.buckets ?? [])),
  );
  const all = ofColumn.flat();
  const shared = sharedBounds(all);
  const hasGap = shared[0] === 0 && shared.length > 2 && !all.some(({ low }) => low === shared[1]);
  // What is around zero then reaches up to the first bucket: between the two there is nothing.
  const bounds = thin(fillGaps(hasGap ? [0, ...shared.slice(2)] : shared, all));
  if (bounds.length < 2) return undefined;
  const cells: ExploreHeat['cells'][number][] = [];
  ofColumn.forEach((buckets, bucket) => {
    const counts = new Map<number, number>();
    for (const { low, count } of buckets) {
      const band = bandOf(bounds, low);
      counts.set(band, (counts.get(band) ?? 0) + count * factor);
    }
    for (const [band, count] of counts) {
      // What a rate makes of one observation is still one that can be seen.
      if (count > 0)
        cells.push({ bucket, band, requests: Math.max(1, Math.round(count)), errors: 0 });
    }
  });
  return { heat: { boundsMs: [...bounds], cells }, buckets: columns };
}
