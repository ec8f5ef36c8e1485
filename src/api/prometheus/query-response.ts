// PromQL results in Prometheus's JSON: samples as [seconds, "text"], native histograms as counts of closed and open buckets.

import { formatGoFloat } from '../../base/float.ts';
import type { Labels } from '../../model/labels.ts';
import type { NativeHistogram } from '../../model/native-histogram.ts';
import { allBuckets, type Bucket } from '../../query/promql/histogram/buckets.ts';
import type { PromqlData, PromqlSeries } from '../../query/promql/engine.ts';
import type { SeriesExemplars } from '../../query/sources.ts';

function labelsJson(labels: Labels): string {
  return `{${labels.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

function timeJson(timestampMs: number): string {
  return formatGoFloat(timestampMs / 1000);
}

function valueJson(value: number): string {
  return `"${formatGoFloat(value)}"`;
}

/** Which ends of a bucket are closed: 0 the right one, 1 the left one, 3 both. */
function closedEnds({ lower, upper }: Bucket): number {
  if (lower < 0 && upper > 0 && lower === -upper) return 3;
  return upper <= 0 && lower !== Number.NEGATIVE_INFINITY ? 1 : 0;
}

function histogramJson(histogram: NativeHistogram): string {
  const buckets = allBuckets(histogram)
    .filter(({ count }) => count !== 0)
    .map(
      (bucket) =>
        `[${closedEnds(bucket)},${valueJson(bucket.lower)},${valueJson(bucket.upper)},${valueJson(bucket.count)}]`,
    );
  const tail = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":${valueJson(histogram.count)},"sum":${valueJson(histogram.sum)}${tail}}`;
}

function vectorSeriesJson(series: PromqlSeries): string {
  const metric = labelsJson(series.labels);
  const histogram = series.histograms[0];
  return histogram === undefined
    ? `{"metric":${metric},"value":[${timeJson(series.timestampsMs[0] ?? 0)},${valueJson(series.values[0] ?? 0)}]}`
    : `{"metric":${metric},"histogram":[${timeJson(histogram.timestampMs)},${histogramJson(histogram.histogram)}]}`;
}

function matrixSeriesJson(series: PromqlSeries): string {
  const parts = [`"metric":${labelsJson(series.labels)}`];
  if (series.values.length > 0) {
    const samples = Array.from(
      series.values,
      (value, at) => `[${timeJson(series.timestampsMs[at] ?? 0)},${valueJson(value)}]`,
    );
    parts.push(`"values":[${samples.join(',')}]`);
  }
  if (series.histograms.length > 0) {
    const samples = series.histograms.map(
      ({ timestampMs, histogram }) => `[${timeJson(timestampMs)},${histogramJson(histogram)}]`,
    );
    parts.push(`"histograms":[${samples.join(',')}]`);
  }
  return `{${parts.join(',')}}`;
}

/** The `data` of `query` and `query_range`; `limit` 0 for all series. */
export function queryDataJson(
  data: PromqlData,
  limit: number,
): { readonly json: string; readonly truncated: boolean } {
  switch (data.kind) {
    case 'scalar':
      return {
        json: `{"resultType":"scalar","result":[${timeJson(data.timestampMs)},${valueJson(data.value)}]}`,
        truncated: false,
      };
    case 'string':
      return {
        json: `{"resultType":"string","result":[${timeJson(data.timestampMs)},${JSON.stringify(data.value)}]}`,
        truncated: false,
      };
    case 'vector':
    case 'matrix': {
      const truncated = limit > 0 && data.series.length > limit;
      const shown = truncated ? data.series.slice(0, limit) : data.series;
      const encode = data.kind === 'vector' ? vectorSeriesJson : matrixSeriesJson;
      return {
        json: `{"resultType":"${data.kind}","result":[${shown.map(encode).join(',')}]}`,
        truncated,
      };
    }
  }
}

export function exemplarsJson(series: readonly SeriesExemplars[]): string {
  const one = ({ labels, exemplars }: SeriesExemplars): string =>
    `{"seriesLabels":${labelsJson(labels)},"exemplars":[${exemplars
      .map(
        (exemplar) =>
          `{"labels":${labelsJson(exemplar.labels)},"value":${valueJson(exemplar.value)},"timestamp":${timeJson(exemplar.timestampMs)}}`,
      )
      .join(',')}]}`;
  return `[${series.map(one).join(',')}]`;
}
