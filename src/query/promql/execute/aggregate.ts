// Aggregations that make one series of a group: sum, avg, count, min, max, group, stddev, stdvar, quantile,
// count_values. Groups are found once; the steps are then worked through in columns.

import { Failure } from '../../../base/errors.ts';
import { formatGoFloat, formatGoFloatShort } from '../../../base/float.ts';
import { labelsKey, type Labels } from '../../../model/labels.ts';
import { quoteGo } from '../../language/go-string.ts';
import type { Aggregate } from '../syntax/ast.ts';
import { annotationTexts } from './annotations.ts';
import type { Evaluation } from './evaluation.ts';
import { groupLabels, withLabel } from './grouping.ts';
import { byLabels } from './merge.ts';
import { HistogramAverage, HistogramTotal } from './histogram-total.ts';
import { compactHistogram } from '../histogram/arithmetic.ts';
import { printHistogram } from '../histogram/print.ts';
import { averageOf } from './over-time.ts';
import { quantileOf } from './quantile.ts';
import { selectExtremes, selectSome } from './select-k.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  histogramAt,
  histogramSample,
  setFloat,
  setHistogram,
  type StepSeries,
} from './steps.ts';

export interface SeriesGroup {
  readonly labels: Labels;
  readonly members: StepSeries[];
}

/** Groups in the order of their first member. */
export function groupSeries(
  series: readonly StepSeries[],
  labels: readonly string[],
  without: boolean,
): readonly SeriesGroup[] {
  const names = new Set(labels);
  const groups = new Map<string, SeriesGroup>();
  for (const one of series) {
    const kept = groupLabels(one.labels, names, !without);
    const key = labelsKey(kept);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: kept, members: [one] });
    else group.members.push(one);
  }
  return [...groups.values()];
}

/** Adds up floats in columns, Kahan's way. */
function sumColumns(members: readonly StepSeries[], out: StepSeries): void {
  const { kinds, values: sums } = out;
  const errors = new Float64Array(kinds.length);
  for (const member of members) {
    const { kinds: given, values } = member;
    for (let step = 0; step < kinds.length; step++) {
      if (given[step] !== floatSample) continue;
      kinds[step] = floatSample;
      const held = sums[step] ?? 0;
      const value = values[step] ?? 0;
      const sum = held + value;
      if (sum === Number.POSITIVE_INFINITY || sum === Number.NEGATIVE_INFINITY) errors[step] = 0;
      else if (Math.abs(held) >= Math.abs(value))
        errors[step] = (errors[step] ?? 0) + (held - sum + value);
      else errors[step] = (errors[step] ?? 0) + (value - sum + held);
      sums[step] = sum;
    }
  }
  for (let step = 0; step < kinds.length; step++) {
    const sum = sums[step] ?? 0;
    if (Number.isFinite(sum)) sums[step] = sum + (errors[step] ?? 0);
  }
}

/** The floats of a group at a step, in a buffer that is reused. */
class Column {
  readonly #buffer: Float64Array;
  length: number = 0;

  constructor(capacity: number) {
    this.#buffer = new Float64Array(capacity);
  }

  fill(members: readonly StepSeries[], step: number): Float64Array {
    this.length = 0;
    for (const member of members) {
      if (member.kinds[step] === floatSample)
        this.#buffer[this.length++] = member.values[step] ?? 0;
    }
    return this.#buffer.subarray(0, this.length);
  }
}

function hasHistograms(members: readonly StepSeries[]): boolean {
  return members.some((member) => member.kinds.includes(histogramSample));
}

/** sum and avg where histograms take part: per step either all floats or all histograms. */
function totalWithHistograms(
  expr: Aggregate,
  members: readonly StepSeries[],
  out: StepSeries,
  evaluation: Evaluation,
): void {
  const { annotations } = evaluation;
  for (let step = 0; step < out.kinds.length; step++) {
    const present = members.filter((member) => member.kinds[step] === histogramSample);
    if (present.length === 0) continue;
    if (out.kinds[step] === floatSample) {
      out.kinds[step] = absentSample;
      annotations.warn(annotationTexts.mixedInAggregation, expr.inner.span);
      continue;
    }
    const total = expr.operator === 'sum' ? new HistogramTotal() : new HistogramAverage();
    let fits = true;
    for (const member of present) {
      const histogram = histogramAt(member, step);
      if (histogram !== undefined && !total.add(histogram)) {
        annotations.warn(
          annotationTexts.mixedExponentialCustom(
            member.labels.find((label) => label.name === '__name__')?.value ?? '',
          ),
          expr.inner.span,
        );
        fits = false;
        break;
      }
    }
    total.annotate(annotations, expr.inner.span);
    const result = fits ? total.result() : undefined;
    if (result !== undefined) setHistogram(out, step, compactHistogram(result));
  }
}

/** Aggregations over the floats of a step. */
type FloatReduction = (values: Float64Array, step: number) => number;

function extreme(sign: 1 | -1): FloatReduction {
  return (values) => {
    let best = values[0] ?? Number.NaN;
    for (const value of values) {
      if (sign * value > sign * best || Number.isNaN(best)) best = value;
    }
    return best;
  };
}

function variance(values: Float64Array): number {
  const first = values[0] ?? 0;
  let mean = first;
  let squares = Number.isFinite(first) ? 0 : Number.NaN;
  for (let at = 1; at < values.length; at++) {
    const delta = (values[at] ?? 0) - mean;
    mean += delta / (at + 1);
    squares += delta * ((values[at] ?? 0) - mean);
  }
  return squares / values.length;
}

async function reductionOf(
  expr: Aggregate,
  evaluation: Evaluation,
): Promise<FloatReduction | undefined> {
  switch (expr.operator) {
    case 'avg':
      return averageOf;
    case 'min':
      return extreme(-1);
    case 'max':
      return extreme(1);
    case 'stdvar':
      return variance;
    case 'stddev':
      return (values) => Math.sqrt(variance(values));
    case 'quantile': {
      const parameters =
        expr.parameter === undefined
          ? new Float64Array(0)
          : await evaluation.scalar(expr.parameter);
      const span = expr.parameter?.span ?? expr.span;
      for (const q of parameters) {
        if (!(q >= 0 && q <= 1)) {
          evaluation.annotations.warn(annotationTexts.invalidQuantile(formatGoFloatShort(q)), span);
        }
      }
      return (values, step) => quantileOf(parameters[step] ?? Number.NaN, values);
    }
    default:
      return undefined;
  }
}

function countColumns(members: readonly StepSeries[], out: StepSeries, asGroup: boolean): void {
  for (const member of members) {
    for (let step = 0; step < out.kinds.length; step++) {
      if (member.kinds[step] === absentSample) continue;
      setFloat(out, step, asGroup ? 1 : (out.values[step] ?? 0) + 1);
    }
  }
}

function reduceColumns(
  expr: Aggregate,
  members: readonly StepSeries[],
  out: StepSeries,
  reduce: FloatReduction,
  evaluation: Evaluation,
): void {
  const column = new Column(members.length);
  for (let step = 0; step < out.kinds.length; step++) {
    const values = column.fill(members, step);
    if (values.length > 0) setFloat(out, step, reduce(values, step));
  }
  if (expr.operator !== 'avg' && hasHistograms(members)) {
    evaluation.annotations.inform(
      annotationTexts.ignoredInAggregation(expr.operator),
      expr.inner.span,
    );
  }
}

async function aggregateGroups(expr: Aggregate, evaluation: Evaluation): Promise<StepSeries[]> {
  const reduce = await reductionOf(expr, evaluation);
  const series = await evaluation.vector(expr.inner);
  const { count } = evaluation.grid;
  const result: StepSeries[] = [];
  for (const group of groupSeries(series, expr.grouping.labels, expr.grouping.without)) {
    const { members } = group;
    const out = createStepSeries(
      group.labels,
      count,
      members.some((member) => member.dropName),
    );
    if (expr.operator === 'count' || expr.operator === 'group') {
      countColumns(members, out, expr.operator === 'group');
    } else if (expr.operator === 'sum') sumColumns(members, out);
    else if (reduce !== undefined) reduceColumns(expr, members, out, reduce, evaluation);
    if ((expr.operator === 'sum' || expr.operator === 'avg') && hasHistograms(members)) {
      totalWithHistograms(expr, members, out, evaluation);
    }
    if (hasSamples(out)) result.push(out);
    const pause = evaluation.spend(count * members.length);
    if (pause !== undefined) await pause;
  }
  return result;
}

async function countValues(expr: Aggregate, evaluation: Evaluation): Promise<StepSeries[]> {
  const label = expr.parameter === undefined ? '' : await evaluation.string(expr.parameter);
  if (label === '' || label.includes('\ufffd')) {
    const span = expr.parameter?.span;
    const written =
      span === undefined ? quoteGo(label) : evaluation.shared.query.slice(span.start, span.end);
    throw new Failure('execution', `invalid label name ${written}`);
  }
  const series = await evaluation.vector(expr.inner);
  const names = new Set(expr.grouping.labels);
  if (!expr.grouping.without) names.add(label);
  const { count } = evaluation.grid;
  const results = new Map<string, StepSeries>();
  for (const one of series) {
    for (let step = 0; step < count; step++) {
      const kind = one.kinds[step];
      if (kind === absentSample) continue;
      const text =
        kind === floatSample ? formatGoFloat(one.values[step] ?? 0) : describeHistogram(one, step);
      const labels = groupLabels(withLabel(one.labels, label, text), names, !expr.grouping.without);
      const key = labelsKey(labels);
      let out = results.get(key);
      if (out === undefined) {
        out = createStepSeries(labels, count, one.dropName);
        results.set(key, out);
      }
      out.dropName ||= one.dropName;
      setFloat(out, step, (out.values[step] ?? 0) + 1);
    }
    const pause = evaluation.spend(count);
    if (pause !== undefined) await pause;
  }
  // Not in the order of appearance, which depends on where the steps begin.
  return byLabels(results.values());
}

function describeHistogram(series: StepSeries, step: number): string {
  const histogram = histogramAt(series, step);
  return histogram === undefined ? '' : printHistogram(histogram);
}

export async function evaluateAggregate(
  expr: Aggregate,
  evaluation: Evaluation,
): Promise<StepSeries[]> {
  switch (expr.operator) {
    case 'topk':
    case 'bottomk':
      return selectExtremes(expr, evaluation, groupSeries);
    case 'limitk':
    case 'limit_ratio':
      return selectSome(expr, evaluation, groupSeries);
    case 'count_values':
      return countValues(expr, evaluation);
    default:
      return aggregateGroups(expr, evaluation);
  }
}
