// Every function of the catalogue with its evaluator: a missing or a surplus one does not compile.

import { histogramVariance } from '../../histogram/estimate.ts';
import { annotationTexts } from '../annotations.ts';
import type { FunctionName } from '../../syntax/functions.ts';
import {
  averageOverTime,
  changesOverTime,
  countOverTime,
  derivative,
  deviationOverTime,
  doubleExponentialSmoothing,
  edgeOverTime,
  extremeOverTime,
  medianDeviation,
  predictLinear,
  presentOverTime,
  quantileOverTime,
  resetsOverTime,
  sumOverTime,
  timeOfExtreme,
  varianceOverTime,
} from '../over-time.ts';
import { instantKernel, rateKernel } from '../rate.ts';
import { floatSample, hasSamples, stepTime, vectorOf } from '../steps.ts';
import { labelValue } from '../../../../model/labels.ts';
import { datePart, dayOfYear, daysInMonth } from './dates.ts';
import {
  elementwise,
  evaluateOverTime,
  ofHistograms,
  operandOf,
  overTime,
  scalarOf,
  type Evaluator,
} from './evaluator.ts';
import { fractionOfHistograms, quantileOfHistograms, quantilesOfHistograms } from './histograms.ts';
import { info } from './info.ts';
import { labelJoin, labelReplace } from './labels.ts';
import {
  absent,
  absentOverTime,
  scalar,
  sortByLabels,
  sortByValue,
  startTimestamp,
  timestamp,
  vector,
} from './selection.ts';

const counterSuffix = /_(?:total|sum|count|bucket)$/;

/** rate and increase say so when the name does not look like a counter's. */
function counterFunction(isRate: boolean): Evaluator {
  const kernel = rateKernel(true, isRate);
  return async (call, evaluation) => {
    const series = await evaluateOverTime(call, evaluation, kernel);
    for (const one of series) {
      const name = labelValue(one.labels, '__name__');
      if (name !== '' && !counterSuffix.test(name) && one.kinds.includes(floatSample)) {
        evaluation.annotations.inform(
          annotationTexts.possibleNonCounter(name),
          operandOf(call, 0).span,
        );
      }
    }
    return vectorOf(series);
  };
}

/** Two scalars to one. */
function ofTwo(compute: (a: number, b: number) => number): Evaluator {
  return async (call, evaluation) => {
    const a = await evaluation.scalar(operandOf(call, 0));
    const b = await evaluation.scalar(operandOf(call, 1));
    return { kind: 'scalar', values: a.map((value, step) => compute(value, b[step] ?? 0)) };
  };
}

const limitTo = elementwise((value, [min = Number.NaN, max = Number.NaN]) =>
  Math.max(min, Math.min(max, value)),
);

/** An empty interval leaves nothing. */
const clamp: Evaluator = async (call, evaluation) => {
  const min = await evaluation.scalar(operandOf(call, 1));
  const max = await evaluation.scalar(operandOf(call, 2));
  const value = await limitTo(call, evaluation);
  if (value.kind !== 'vector') return value;
  for (const series of value.series) {
    for (let step = 0; step < series.kinds.length; step++) {
      if ((max[step] ?? 0) < (min[step] ?? 0)) series.kinds[step] = 0;
    }
  }
  return vectorOf(value.series.filter(hasSamples));
};

const round = elementwise((value, [nearest = 1]) => {
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
});

export const functionEvaluators: Readonly<Record<FunctionName, Evaluator>> = {
  abs: elementwise(Math.abs),
  absent,
  absent_over_time: absentOverTime,
  acos: elementwise(Math.acos),
  acosh: elementwise(Math.acosh),
  asin: elementwise(Math.asin),
  asinh: elementwise(Math.asinh),
  atan: elementwise(Math.atan),
  atanh: elementwise(Math.atanh),
  avg_over_time: overTime(averageOverTime),
  ceil: elementwise(Math.ceil),
  changes: overTime(changesOverTime),
  clamp,
  clamp_max: elementwise((value, [max = Number.NaN]) => Math.min(max, value)),
  clamp_min: elementwise((value, [min = Number.NaN]) => Math.max(min, value)),
  cos: elementwise(Math.cos),
  cosh: elementwise(Math.cosh),
  count_over_time: overTime(countOverTime),
  days_in_month: datePart(daysInMonth),
  day_of_month: datePart((date) => date.getUTCDate()),
  day_of_week: datePart((date) => date.getUTCDay()),
  day_of_year: datePart(dayOfYear),
  deg: elementwise((value) => (value * 180) / Math.PI),
  delta: overTime(rateKernel(false, false)),
  deriv: overTime(derivative),
  double_exponential_smoothing: overTime(doubleExponentialSmoothing),
  end: scalarOf(({ times }) => times.endMs / 1000),
  exp: elementwise(Math.exp),
  first_over_time: overTime(edgeOverTime('first', 'sample'), true),
  floor: elementwise(Math.floor),
  histogram_avg: ofHistograms((histogram) => histogram.sum / histogram.count),
  histogram_count: ofHistograms((histogram) => histogram.count),
  histogram_fraction: fractionOfHistograms,
  histogram_quantile: quantileOfHistograms,
  histogram_quantiles: quantilesOfHistograms,
  histogram_stddev: ofHistograms((histogram) => Math.sqrt(histogramVariance(histogram))),
  histogram_stdvar: ofHistograms(histogramVariance),
  histogram_sum: ofHistograms((histogram) => histogram.sum),
  hour: datePart((date) => date.getUTCHours()),
  idelta: overTime(instantKernel(false)),
  increase: counterFunction(false),
  info,
  irate: overTime(instantKernel(true)),
  label_join: labelJoin,
  label_replace: labelReplace,
  last_over_time: overTime(edgeOverTime('last', 'sample'), true),
  ln: elementwise(Math.log),
  log10: elementwise(Math.log10),
  log2: elementwise(Math.log2),
  mad_over_time: overTime(medianDeviation),
  max_of: ofTwo(Math.max),
  max_over_time: overTime(extremeOverTime(1)),
  min_of: ofTwo(Math.min),
  min_over_time: overTime(extremeOverTime(-1)),
  minute: datePart((date) => date.getUTCMinutes()),
  month: datePart((date) => date.getUTCMonth() + 1),
  pi: scalarOf(() => Math.PI),
  predict_linear: overTime(predictLinear),
  present_over_time: overTime(presentOverTime),
  quantile_over_time: overTime(quantileOverTime),
  rad: elementwise((value) => (value * Math.PI) / 180),
  range: scalarOf(({ times }) => (times.endMs - times.startMs) / 1000),
  rate: counterFunction(true),
  resets: overTime(resetsOverTime),
  round,
  scalar,
  sgn: elementwise(Math.sign),
  sin: elementwise(Math.sin),
  sinh: elementwise(Math.sinh),
  sort: sortByValue(1),
  sort_by_label: sortByLabels(1),
  sort_by_label_desc: sortByLabels(-1),
  sort_desc: sortByValue(-1),
  sqrt: elementwise(Math.sqrt),
  start: scalarOf(({ times }) => times.startMs / 1000),
  start_timestamp: startTimestamp,
  stddev_over_time: overTime(deviationOverTime),
  stdvar_over_time: overTime(varianceOverTime),
  step: scalarOf(({ times }) => times.stepMs / 1000),
  sum_over_time: overTime(sumOverTime),
  tan: elementwise(Math.tan),
  tanh: elementwise(Math.tanh),
  time: scalarOf(({ grid }, step) => stepTime(grid, step) / 1000),
  timestamp,
  ts_of_first_over_time: overTime(edgeOverTime('first', 'time')),
  ts_of_last_over_time: overTime(edgeOverTime('last', 'time')),
  ts_of_max_over_time: overTime(timeOfExtreme(1)),
  ts_of_min_over_time: overTime(timeOfExtreme(-1)),
  vector,
  year: datePart((date) => date.getUTCFullYear()),
};
