// The shape of a function's evaluator, and the makers of the common kinds.

import { Failure } from '../../../../base/errors.ts';
import type { NativeHistogram } from '../../../../model/native-histogram.ts';
import {
  unwrapParens,
  type Call,
  type Expr,
  type MatrixSelector,
  type Subquery,
} from '../../syntax/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import {
  absentSample,
  createStepSeries,
  floatSample,
  hasSamples,
  histogramSample,
  setFloat,
  vectorOf,
  type StepSeries,
  type StepValue,
} from '../steps.ts';
import { overWindows, type RangeKernel } from '../window.ts';

export type Evaluator = (call: Call, evaluation: Evaluation) => Promise<StepValue>;

export function operandOf(call: Call, at: number): Expr {
  const operand = call.operands[at];
  if (operand === undefined) throw new Failure('internal', 'internal error: missing operand');
  return operand;
}

/** Floats through a function; histograms are dropped. The scalars are the operands behind the vector. */
export function elementwise(
  compute: (value: number, parameters: readonly number[]) => number,
): Evaluator {
  return async (call, evaluation) => {
    const vector = await evaluation.vector(operandOf(call, 0));
    const parameters: Float64Array[] = [];
    for (const operand of call.operands.slice(1)) parameters.push(await evaluation.scalar(operand));
    const current = parameters.map(() => 0);
    for (const series of vector) {
      const { kinds, values } = series;
      for (let step = 0; step < kinds.length; step++) {
        if (kinds[step] === floatSample) {
          for (const [at, given] of parameters.entries()) current[at] = given[step] ?? 0;
          values[step] = compute(values[step] ?? 0, current);
        } else kinds[step] = absentSample;
      }
      series.dropName = true;
    }
    return vectorOf(vector.filter(hasSamples));
  };
}

/** A number from each histogram; floats are dropped. */
export function ofHistograms(compute: (histogram: NativeHistogram) => number): Evaluator {
  return async (call, evaluation) => {
    const vector = await evaluation.vector(operandOf(call, 0));
    for (const series of vector) {
      for (let step = 0; step < series.kinds.length; step++) {
        const histogram =
          series.kinds[step] === histogramSample ? series.histograms?.[step] : undefined;
        if (histogram === undefined) series.kinds[step] = absentSample;
        else setFloat(series, step, compute(histogram));
      }
      series.dropName = true;
    }
    return vectorOf(vector.filter(hasSamples));
  };
}

export function isRangeOperand(expr: Expr): expr is MatrixSelector | Subquery {
  return expr.kind === 'matrix-selector' || expr.kind === 'subquery';
}

/** The operand that is a range vector, and its place. */
export function rangeOperand(call: Call): {
  readonly range: MatrixSelector | Subquery;
  readonly at: number;
} {
  for (const [at, operand] of call.operands.entries()) {
    const range = unwrapParens(operand);
    if (isRangeOperand(range)) return { range, at };
  }
  throw new Failure('internal', 'internal error: no range operand');
}

export async function evaluateOverTime(
  call: Call,
  evaluation: Evaluation,
  kernel: RangeKernel,
  keepName: boolean = false,
): Promise<StepSeries[]> {
  const { range, at: rangeAt } = rangeOperand(call);
  const parameters: Float64Array[] = [];
  for (const [at, operand] of call.operands.entries()) {
    if (at !== rangeAt) parameters.push(await evaluation.scalar(operand));
  }
  const { extension } = range.kind === 'subquery' ? { extension: undefined } : range.selector;
  checkExtension(call.name, extension);
  return overWindows(range, evaluation, kernel, parameters, keepName, operandOf(call, 0).span);
}

const anchoredSafe = ['changes', 'delta', 'increase', 'rate', 'resets'];
const smoothedSafe = ['delta', 'increase', 'rate'];

/** Extended ranges hold samples from outside, which most functions must not see. */
function checkExtension(name: string, extension: 'anchored' | 'smoothed' | undefined): void {
  if (extension === undefined) return;
  const safe = extension === 'anchored' ? anchoredSafe : smoothedSafe;
  if (safe.includes(name)) return;
  throw new Failure(
    'execution',
    `${extension} modifier can only be used with: ${safe.join(', ')} - not with ${name}`,
  );
}

export function overTime(kernel: RangeKernel, keepName: boolean = false): Evaluator {
  return async (call, evaluation) =>
    vectorOf(await evaluateOverTime(call, evaluation, kernel, keepName));
}

/** A scalar that depends on the step alone. */
export function scalarOf(compute: (evaluation: Evaluation, step: number) => number): Evaluator {
  return (_, evaluation) => {
    const values = new Float64Array(evaluation.grid.count);
    for (let step = 0; step < values.length; step++) values[step] = compute(evaluation, step);
    return Promise.resolve({ kind: 'scalar', values });
  };
}

/** One series without labels that is there at every step. */
export function singleSeries(values: Float64Array): StepSeries {
  const series = createStepSeries([], values.length, false);
  for (let step = 0; step < values.length; step++) setFloat(series, step, values[step] ?? 0);
  return series;
}
