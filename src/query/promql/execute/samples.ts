// Raw samples of a series as the evaluation reads them: floats and histograms in arrays of their own, and a
// merged timeline, stale markers included, for look-ups at one time.

import type { Labels } from '../../../model/labels.ts';
import { compareLabels } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { isStaleAt } from '../../../model/series-batch.ts';
import type { SeriesData } from '../../sources.ts';

export interface SampleSeries {
  readonly labels: Labels;
  /** As for `StepSeries`: of a subquery over something that loses its name. */
  readonly dropName: boolean;
  /** Floats, stale markers left out. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Start timestamps of the floats, 0 where unknown; undefined when none is known. */
  readonly starts: Float64Array | undefined;
  readonly histogramTimes: Float64Array;
  readonly histograms: readonly NativeHistogram[];
  readonly histogramStarts: Float64Array | undefined;
  /** All samples by time; undefined when there are only floats. */
  readonly timeline: Timeline | undefined;
}

export interface Timeline {
  readonly times: Float64Array;
  /** Index of a float, `~index` of a histogram, or `staleEntry`. */
  readonly entries: Int32Array;
}

export const staleEntry = -2_147_483_648;

const bits = new Float64Array(1);

function isStaleHistogram(histogram: NativeHistogram): boolean {
  if (!Number.isNaN(histogram.sum)) return false;
  bits[0] = histogram.sum;
  return isStaleAt(bits, 0);
}

/** Times must ascend; the arrays may be kept. */
export function sampleSeriesOf(data: SeriesData): SampleSeries {
  const { timestampsMs, values, startTimestampsMs } = data;
  let stale = 0;
  for (let at = 0; at < values.length; at++) if (isStaleAt(values, at)) stale++;
  const onlyFloats = stale === 0 && data.histograms.length === 0;
  const hasStarts = startTimestampsMs.length > 0;
  if (onlyFloats) {
    return {
      labels: data.labels,
      dropName: false,
      times: timestampsMs,
      values,
      starts: hasStarts ? startTimestampsMs : undefined,
      histogramTimes: new Float64Array(0),
      histograms: [],
      histogramStarts: undefined,
      timeline: undefined,
    };
  }
  return mergeTimeline(data, values.length - stale);
}

function mergeTimeline(data: SeriesData, floats: number): SampleSeries {
  const { timestampsMs, values, startTimestampsMs } = data;
  const total = values.length + data.histograms.length;
  const times = new Float64Array(floats);
  const kept = new Float64Array(floats);
  const starts = startTimestampsMs.length > 0 ? new Float64Array(floats) : undefined;
  const live = data.histograms.filter(({ histogram }) => !isStaleHistogram(histogram));
  const merged = new Float64Array(total);
  const entries = new Int32Array(total);
  let float = 0;
  let liveHistogram = 0;
  let histogramAt = 0;
  let at = 0;
  for (let out = 0; out < total; out++) {
    const next = data.histograms[histogramAt];
    const floatTime = timestampsMs[at] ?? Number.POSITIVE_INFINITY;
    if (next !== undefined && (at >= values.length || next.timestampMs <= floatTime)) {
      merged[out] = next.timestampMs;
      entries[out] = isStaleHistogram(next.histogram) ? staleEntry : ~liveHistogram++;
      histogramAt++;
    } else {
      merged[out] = floatTime;
      if (isStaleAt(values, at)) entries[out] = staleEntry;
      else {
        times[float] = floatTime;
        kept[float] = values[at] ?? 0;
        if (starts !== undefined) starts[float] = startTimestampsMs[at] ?? 0;
        entries[out] = float++;
      }
      at++;
    }
  }
  return {
    labels: data.labels,
    dropName: false,
    times,
    values: kept,
    starts,
    histogramTimes: Float64Array.from(live, (sample) => sample.timestampMs),
    histograms: live.map((sample) => sample.histogram),
    histogramStarts: live.some((sample) => sample.startTimestampMs !== 0)
      ? Float64Array.from(live, (sample) => sample.startTimestampMs)
      : undefined,
    timeline: { times: merged, entries },
  };
}

export function sortedSampleSeries(data: readonly SeriesData[]): readonly SampleSeries[] {
  return data.map(sampleSeriesOf).toSorted((a, b) => compareLabels(a.labels, b.labels));
}

/** Steps of a sliding window are small: so many samples are tried one by one before the search halves. */
const nearby = 8;

/** First index whose time is after `time`; `times` ascends, the search begins at `from`. */
export function firstAfter(times: Float64Array, time: number, from: number = 0): number {
  let low = from;
  const { length } = times;
  for (let tried = 0; tried < nearby; tried++, low++) {
    if (low >= length || (times[low] ?? 0) > time) return low;
  }
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
