// Functions about what there is rather than about values: absent, timestamps, scalar and vector, sorting.

import type { Labels } from '../../../../model/labels.ts';
import { compareLabels, labelsFromEntries, labelValue } from '../../../../model/labels.ts';
import { unwrapParens, type Expr } from '../../syntax/ast.ts';
import { selectInstant, type SelectedPart } from '../select.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  setFloat,
  stepTime,
  vectorOf,
  type StepSeries,
} from '../steps.ts';
import { presentOverTime } from '../over-time.ts';
import { evaluateOverTime, operandOf, singleSeries, type Evaluator } from './evaluator.ts';

/** The labels that a selector fixes by exactly one equality. */
function fixedLabels(expr: Expr): Labels {
  const node = expr.kind === 'matrix-selector' ? expr.selector : expr;
  if (node.kind !== 'vector-selector') return [];
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of node.matchers) {
    if (name === '__name__') continue;
    if (operator === '=' && !seen.has(name)) {
      fixed.set(name, value);
      seen.add(name);
    } else fixed.delete(name);
  }
  return labelsFromEntries(fixed);
}

function whereAbsent(series: readonly StepSeries[], labels: Labels, count: number): StepSeries[] {
  const out = createStepSeries(labels, count, false);
  for (let step = 0; step < count; step++) {
    if (!series.some((one) => one.kinds[step] !== absentSample)) setFloat(out, step, 1);
  }
  return hasSamples(out) ? [out] : [];
}

export const absent: Evaluator = async (call, evaluation) => {
  const operand = operandOf(call, 0);
  const series = await evaluation.vector(operand);
  return vectorOf(whereAbsent(series, fixedLabels(unwrapParens(operand)), evaluation.grid.count));
};

export const absentOverTime: Evaluator = async (call, evaluation) => {
  const series = await evaluateOverTime(call, evaluation, presentOverTime);
  const labels = fixedLabels(unwrapParens(operandOf(call, 0)));
  return vectorOf(whereAbsent(series, labels, evaluation.grid.count));
};

/** Times of the samples themselves when the operand is a selector; else `ofResult` for samples made at the step. */
function sampleTimes(part: SelectedPart, ofResult: 'step-time' | 'nothing'): Evaluator {
  return async (call, evaluation) => {
    const operand = unwrapParens(operandOf(call, 0));
    if (operand.kind === 'vector-selector' && operand.extension === undefined) {
      const selected = await selectInstant(operand, evaluation, part);
      for (const series of selected) series.dropName = true;
      return vectorOf(selected);
    }
    const series = await evaluation.vector(operand);
    if (ofResult === 'nothing') return vectorOf([]);
    for (const one of series) {
      for (let step = 0; step < one.kinds.length; step++) {
        if (one.kinds[step] !== absentSample) {
          setFloat(one, step, stepTime(evaluation.grid, step) / 1000);
        }
      }
      one.dropName = true;
    }
    return vectorOf(series);
  };
}

export const timestamp: Evaluator = sampleTimes('time', 'step-time');
export const startTimestamp: Evaluator = sampleTimes('start', 'nothing');

export const scalar: Evaluator = async (call, evaluation) => {
  const series = await evaluation.vector(operandOf(call, 0));
  const values = new Float64Array(evaluation.grid.count).fill(Number.NaN);
  for (let step = 0; step < values.length; step++) {
    const floats = series.filter((one) => one.kinds[step] === floatSample);
    if (floats.length === 1) values[step] = floats[0]?.values[step] ?? Number.NaN;
  }
  return { kind: 'scalar', values };
};

export const vector: Evaluator = async (call, evaluation) =>
  vectorOf([singleSeries(await evaluation.scalar(operandOf(call, 0)))]);

/** Sorts by the value at the only step of an instant query; histograms are dropped, NaN comes last. */
export function sortByValue(sign: 1 | -1): Evaluator {
  return async (call, evaluation) => {
    const series = await evaluation.vector(operandOf(call, 0));
    for (const one of series) {
      for (let step = 0; step < one.kinds.length; step++) {
        if (one.kinds[step] !== floatSample) one.kinds[step] = absentSample;
      }
    }
    const floats = series.filter(hasSamples);
    if (evaluation.grid.count !== 1) return vectorOf(floats);
    return vectorOf(
      floats.sort((a, b) => {
        const x = a.values[0] ?? Number.NaN;
        const y = b.values[0] ?? Number.NaN;
        if (Number.isNaN(x)) return Number.isNaN(y) ? 0 : 1;
        if (Number.isNaN(y)) return -1;
        return x === y ? 0 : sign * (x < y ? -1 : 1);
      }),
    );
  };
}

/** Whether `a` comes before `b` when runs of digits count as numbers. */
export function comesBefore(a: string, b: string): boolean {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (const [at, chunk] of left.entries()) {
    const other = right[at];
    if (other === undefined) return false;
    const bothNumbers = /^\d/.test(chunk) && /^\d/.test(other);
    const equal = bothNumbers ? Number(chunk) === Number(other) : chunk === other;
    if (!equal) return bothNumbers ? Number(chunk) < Number(other) : chunk < other;
    if (at === left.length - 1) return true;
    if (at === right.length - 1) return false;
  }
  return left.length === 0 && right.length > 0;
}

export function sortByLabels(sign: 1 | -1): Evaluator {
  return async (call, evaluation) => {
    const series = await evaluation.vector(operandOf(call, 0));
    const names: string[] = [];
    for (const operand of call.operands.slice(1)) names.push(await evaluation.string(operand));
    return vectorOf(
      series.sort((a, b) => {
        for (const name of names) {
          const x = labelValue(a.labels, name);
          const y = labelValue(b.labels, name);
          if (x !== y) return comesBefore(x, y) ? -sign : sign;
        }
        return sign * compareLabels(a.labels, b.labels);
      }),
    );
  };
}
