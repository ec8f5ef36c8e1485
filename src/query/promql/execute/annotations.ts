// Warnings and infos that travel beside a result. Equal messages are kept once, with the place of the first.

import type { TextSpan } from '../../../base/errors.ts';
import { quoteGo } from '../../language/go-string.ts';
import { placeInQuery } from '../syntax/parse-failure.ts';

export class Annotations {
  readonly #query: string;
  readonly #warnings: Map<string, TextSpan> = new Map();
  readonly #infos: Map<string, TextSpan> = new Map();

  constructor(query: string) {
    this.#query = query;
  }

  warn(message: string, span: TextSpan): void {
    if (!this.#warnings.has(message)) this.#warnings.set(message, span);
  }

  inform(message: string, span: TextSpan): void {
    if (!this.#infos.has(message)) this.#infos.set(message, span);
  }

  #texts(prefix: string, messages: Map<string, TextSpan>): readonly string[] {
    return Array.from(
      messages,
      ([message, span]) => `${prefix}: ${message} (${placeInQuery(this.#query, span.start)})`,
    );
  }

  warnings(): readonly string[] {
    return this.#texts('PromQL warning', this.#warnings);
  }

  infos(): readonly string[] {
    return this.#texts('PromQL info', this.#infos);
  }
}

function forMetric(message: string, metric: string): string {
  return metric === '' ? message : `${message} for metric name ${quoteGo(metric)}`;
}

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** The wording of every annotation, as Prometheus has it. */
export const annotationTexts = {
  invalidQuantile: (got: string): string => `quantile value should be between 0 and 1, got ${got}`,
  invalidRatio: (got: string, capped: string): string =>
    `ratio value should be between -1 and 1, got ${got}, capping to ${capped}`,
  badBucketLabel: (metric: string, label: string): string =>
    forMetric(`bucket label "le" is missing or has a malformed value of ${quoteGo(label)}`, metric),
  mixedFloatsHistograms: (metric: string): string =>
    `encountered a mix of histograms and floats for metric name ${quoteGo(metric)}`,
  mixedInAggregation: 'encountered a mix of histograms and floats for aggregation',
  mixedClassicNative: (metric: string): string =>
    forMetric('vector contains a mix of classic and native histograms', metric),
  notCounter: (metric: string): string =>
    `this native histogram metric is not a counter: ${quoteGo(metric)}`,
  notGauge: (metric: string): string =>
    `this native histogram metric is not a gauge: ${quoteGo(metric)}`,
  mixedExponentialCustom: (metric: string): string =>
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quoteGo(metric)}`,
  incompatibleLayout: (operator: string): string =>
    `incompatible bucket layout encountered for binary operator ${operator}`,
  sortInRangeQuery:
    'sort is ineffective for range queries since results are always ordered by labels',
  startTimeOverlap: (metric: string): string =>
    `sample has start time that overlaps with previous sample timestamp for metric ${quoteGo(metric)}`,
  resetCollision: (operation: HistogramOperation): string =>
    `conflicting counter resets during histogram ${operation}`,
  possibleNonCounter: (metric: string): string =>
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteGo(metric)}`,
  forcedMonotonicity: (metric: string, detail: string): string =>
    `${forMetric('input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)', metric)}, ${detail}`,
  incompatibleTypes: (left: string, operator: string, right: string): string =>
    `incompatible sample types encountered for binary operator ${quoteGo(operator)}: ${left} ${operator} ${right}`,
  ignoredInAggregation: (aggregation: string): string =>
    `ignored histogram in ${aggregation} aggregation`,
  ignoredInMixedRange: (metric: string): string =>
    `ignored histograms in a range containing both floats and histograms for metric name ${quoteGo(metric)}`,
  quantileNaN: (metric: string): string =>
    forMetric('input to histogram_quantile has NaN observations, result is NaN', metric),
  quantileSkew: (metric: string): string =>
    forMetric('input to histogram_quantile has NaN observations, result is skewed higher', metric),
  fractionNaN: (metric: string): string =>
    forMetric(
      'input to histogram_fraction has NaN observations, which are excluded from all fractions',
      metric,
    ),
  boundsReconciled: (operation: HistogramOperation): string =>
    `mismatched custom buckets were reconciled during ${operation}`,
} as const;
