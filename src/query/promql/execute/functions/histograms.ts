// Quantiles and fractions of histograms, native ones and classic ones (series that share all labels but `le`).

import { Failure, type TextSpan } from '../../../../base/errors.ts';
import {
  formatGoFloatShort,
  formatOpenMetricsFloat,
  parseGoFloat,
} from '../../../../base/float.ts';
import { labelsKey, labelValue, type Labels } from '../../../../model/labels.ts';
import type { NativeHistogram } from '../../../../model/native-histogram.ts';
import { histogramFraction, histogramQuantile } from '../../histogram/estimate.ts';
import { annotationTexts } from '../annotations.ts';
import type { Evaluation } from '../evaluation.ts';
import { withLabel } from '../grouping.ts';
import { byLabels } from '../merge.ts';
import { bucketFraction, bucketQuantile, type ClassicBucket } from '../quantile.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  histogramAt,
  setFloat,
  stepTime,
  vectorOf,
  type StepSeries,
} from '../steps.ts';
import { operandOf, type Evaluator } from './evaluator.ts';

/** A histogram as it is at the steps: classic buckets, native ones, or both in conflict. */
interface HistogramSeries {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly buckets: { readonly upperBound: number; readonly series: StepSeries }[];
  native: StepSeries | undefined;
}

function metricOf(labels: Labels): string {
  return labelValue(labels, '__name__');
}

function collect(
  series: readonly StepSeries[],
  span: TextSpan,
  evaluation: Evaluation,
): readonly HistogramSeries[] {
  const byKey = new Map<string, HistogramSeries>();
  const entry = (labels: Labels, dropName: boolean): HistogramSeries => {
    const key = labelsKey(labels);
    let found = byKey.get(key);
    if (found === undefined) {
      found = { labels, dropName, buckets: [], native: undefined };
      byKey.set(key, found);
    }
    return found;
  };
  for (const one of series) {
    if (one.kinds.some((kind) => kind !== absentSample && kind !== floatSample)) {
      entry(one.labels, one.dropName).native = one;
    }
    if (!one.kinds.includes(floatSample)) continue;
    const le = labelValue(one.labels, 'le');
    const upperBound = parseGoFloat(le);
    if (upperBound === undefined) {
      evaluation.annotations.warn(annotationTexts.badBucketLabel(metricOf(one.labels), le), span);
      continue;
    }
    const rest = one.labels.filter((label) => label.name !== 'le');
    entry(rest, one.dropName).buckets.push({ upperBound, series: one });
  }
  return [...byKey.values()];
}

interface Estimators {
  readonly native: (histogram: NativeHistogram, step: number, metric: string) => number;
  readonly classic: (buckets: readonly ClassicBucket[], step: number, metric: string) => number;
}

/** One float a histogram and step. */
async function estimate(
  histograms: readonly HistogramSeries[],
  estimators: Estimators,
  span: TextSpan,
  evaluation: Evaluation,
  relabel: (labels: Labels) => Labels = (labels) => labels,
): Promise<StepSeries[]> {
  const { count } = evaluation.grid;
  const result: StepSeries[] = [];
  for (const { labels, buckets, native } of histograms) {
    const out = createStepSeries(relabel(labels), count, true);
    const metric = metricOf(labels);
    for (let step = 0; step < count; step++) {
      const histogram = native === undefined ? undefined : histogramAt(native, step);
      const present: ClassicBucket[] = [];
      for (const { upperBound, series } of buckets) {
        if (series.kinds[step] === floatSample) {
          present.push({ upperBound, count: series.values[step] ?? 0 });
        }
      }
      if (histogram !== undefined && present.length > 0) {
        evaluation.annotations.warn(annotationTexts.mixedClassicNative(metric), span);
      } else if (histogram !== undefined) {
        setFloat(out, step, estimators.native(histogram, step, metric));
      } else if (present.length > 0) {
        setFloat(out, step, estimators.classic(present, step, metric));
      }
    }
    if (hasSamples(out)) result.push(out);
    const pause = evaluation.spend(count * (buckets.length + 1));
    if (pause !== undefined) await pause;
  }
  return result;
}

function quantileEstimators(
  quantiles: Float64Array,
  span: TextSpan,
  evaluation: Evaluation,
): Estimators {
  const { annotations } = evaluation;
  return {
    native: (histogram, step, metric) => {
      const { value, nan } = histogramQuantile(quantiles[step] ?? Number.NaN, histogram);
      if (nan === 'result') annotations.inform(annotationTexts.quantileNaN(metric), span);
      if (nan === 'skew') annotations.inform(annotationTexts.quantileSkew(metric), span);
      return value;
    },
    classic: (buckets, step, metric) => {
      const { value, forced } = bucketQuantile(quantiles[step] ?? Number.NaN, buckets);
      if (forced !== undefined) {
        const time = new Date(stepTime(evaluation.grid, step)).toISOString();
        const detail = `from buckets ${formatGoFloatShort(forced.minBucket)} to ${formatGoFloatShort(forced.maxBucket)}, with a max diff of ${forced.maxDifference.toPrecision(2)}, at ${time}`;
        annotations.inform(annotationTexts.forcedMonotonicity(metric, detail), span);
      }
      return value;
    },
  };
}

function checkQuantiles(quantiles: Float64Array, span: TextSpan, evaluation: Evaluation): void {
  for (const q of quantiles) {
    if (!(q >= 0 && q <= 1)) {
      evaluation.annotations.warn(annotationTexts.invalidQuantile(formatGoFloatShort(q)), span);
    }
  }
}

export const quantileOfHistograms: Evaluator = async (call, evaluation) => {
  const first = operandOf(call, 0);
  const second = operandOf(call, 1);
  const quantiles = await evaluation.scalar(first);
  checkQuantiles(quantiles, first.span, evaluation);
  const series = await evaluation.vector(second);
  const estimators = quantileEstimators(quantiles, second.span, evaluation);
  const histograms = collect(series, second.span, evaluation);
  return vectorOf(await estimate(histograms, estimators, second.span, evaluation));
};

export const quantilesOfHistograms: Evaluator = async (call, evaluation) => {
  const first = operandOf(call, 0);
  const series = await evaluation.vector(first);
  const label = await evaluation.string(operandOf(call, 1));
  const histograms = collect(series, first.span, evaluation);
  const byKey = new Map<string, StepSeries>();
  for (const operand of call.operands.slice(2)) {
    const quantiles = await evaluation.scalar(operand);
    checkQuantiles(quantiles, operand.span, evaluation);
    const estimators = quantileEstimators(quantiles, first.span, evaluation);
    const values = await estimate(histograms, estimators, first.span, evaluation);
    for (const one of values) spreadQuantiles(one, label, quantiles, byKey);
  }
  return vectorOf(byLabels(byKey.values()));
};

/** A quantile may change from step to step, and its label with it. */
function spreadQuantiles(
  series: StepSeries,
  label: string,
  quantiles: Float64Array,
  byKey: Map<string, StepSeries>,
): void {
  for (let step = 0; step < series.kinds.length; step++) {
    if (series.kinds[step] === absentSample) continue;
    const text = formatOpenMetricsFloat(quantiles[step] ?? Number.NaN);
    const labels = withLabel(series.labels, label, text);
    const key = labelsKey(labels);
    let out = byKey.get(key);
    if (out === undefined) {
      out = createStepSeries(labels, series.kinds.length, true);
      byKey.set(key, out);
    }
    if (out.kinds[step] !== absentSample) {
      throw new Failure('execution', 'vector cannot contain metrics with the same labelset');
    }
    setFloat(out, step, series.values[step] ?? 0);
  }
}

export const fractionOfHistograms: Evaluator = async (call, evaluation) => {
  const first = operandOf(call, 0);
  const lower = await evaluation.scalar(first);
  const upper = await evaluation.scalar(operandOf(call, 1));
  const operand = operandOf(call, 2);
  const series = await evaluation.vector(operand);
  const estimators: Estimators = {
    native: (histogram, step, metric) => {
      const { value, hasNaN } = histogramFraction(
        lower[step] ?? Number.NaN,
        upper[step] ?? Number.NaN,
        histogram,
      );
      if (hasNaN) evaluation.annotations.inform(annotationTexts.fractionNaN(metric), operand.span);
      return value;
    },
    classic: (buckets, step) =>
      bucketFraction(lower[step] ?? Number.NaN, upper[step] ?? Number.NaN, buckets),
  };
  const histograms = collect(series, operand.span, evaluation);
  return vectorOf(await estimate(histograms, estimators, operand.span, evaluation));
};
