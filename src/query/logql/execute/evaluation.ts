// Evaluates the metric part of a plan, node by node, into series over the evaluation times.

import { assertNever } from '../../../base/assert.ts';
import {
  compareLabels,
  labelsFromEntries,
  labelValue,
  type Labels,
} from '../../../model/labels.ts';
import { compileAnchoredRegex } from '../../language/regex.ts';
import type { MetricPlan } from '../plan/plan.ts';
import { combine } from './binary.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { evaluateRange } from './range-aggregation.ts';
import { emptySeries, mergeEqualSeries, type StepSeries, type StepValue } from './series.ts';
import { aggregateSeries } from './vector-aggregation.ts';

function constantSeries(value: number, steps: number): StepSeries {
  const series = emptySeries([], steps);
  series.values.fill(value);
  series.present.fill(1);
  return series;
}

function sortedByLabels(series: readonly StepSeries[]): readonly StepSeries[] {
  return series.toSorted((a, b) => compareLabels(a.labels, b.labels));
}

function replaceLabel(
  plan: Extract<MetricPlan, { kind: 'label-replace' }>,
  series: readonly StepSeries[],
): readonly StepSeries[] {
  const regex = compileAnchoredRegex(plan.pattern);
  const replaced = series.map((one) => {
    const source = labelValue(one.labels, plan.source);
    if (!regex.matches(source)) return one;
    const value = regex.replaceAll(source, plan.replacement, false);
    const entries = new Map(one.labels.map((label) => [label.name, label.value]));
    entries.set(plan.target, value);
    const labels: Labels = labelsFromEntries(entries);
    return { ...one, labels };
  });
  return mergeEqualSeries(replaced);
}

export async function evaluate(plan: MetricPlan, context: EvaluationContext): Promise<StepValue> {
  const { steps } = context.grid;
  switch (plan.kind) {
    case 'scalar':
      return plan;
    case 'vector':
      return { kind: 'series', series: [constantSeries(plan.value, steps)] };
    case 'range':
      return { kind: 'series', series: sortedByLabels(await evaluateRange(plan, context)) };
    case 'aggregate': {
      const operand = await evaluate(plan.operand, context);
      const input =
        operand.kind === 'series' ? operand.series : [constantSeries(operand.value, steps)];
      const series = aggregateSeries(
        plan.operation,
        plan.parameter,
        plan.grouping,
        input,
        steps,
        context.instant,
      );
      return { kind: 'series', series };
    }
    case 'binary': {
      const left = await evaluate(plan.left, context);
      const right = await evaluate(plan.right, context);
      return combine(plan, left, right, steps);
    }
    case 'label-replace': {
      const operand = await evaluate(plan.operand, context);
      if (operand.kind === 'scalar') return operand;
      return { kind: 'series', series: replaceLabel(plan, operand.series) };
    }
    default:
      return assertNever(plan);
  }
}
