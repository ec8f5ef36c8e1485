// An expression to its value over the steps: one branch a kind of node.

import { Failure } from '../../../base/errors.ts';
import type { Expr, Unary } from '../syntax/ast.ts';
import { evaluateAggregate } from './aggregate.ts';
import { evaluateBinary } from './binary.ts';
import type { Evaluation } from './evaluation.ts';
import { functionEvaluators } from './functions/registry.ts';
import type { Evaluator } from './functions/evaluator.ts';
import { scaleHistogram } from '../histogram/arithmetic.ts';
import { selectInstant } from './select.ts';
import {
  absentSample,
  constantScalar,
  floatSample,
  setHistogram,
  vectorOf,
  type StepValue,
} from './steps.ts';

async function evaluateUnary(expr: Unary, evaluation: Evaluation): Promise<StepValue> {
  const value = await evaluation.evaluate(expr.operand);
  evaluation.release(value);
  if (expr.operator === '+') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((one) => -one) };
  if (value.kind !== 'vector') return value;
  for (const series of value.series) {
    for (let step = 0; step < series.kinds.length; step++) {
      const kind = series.kinds[step];
      const histogram = series.histograms?.[step];
      if (kind === floatSample) series.values[step] = -(series.values[step] ?? 0);
      else if (kind !== absentSample && histogram !== undefined) {
        setHistogram(series, step, scaleHistogram(histogram, -1));
      }
    }
    series.dropName = true;
  }
  return value;
}

export async function evaluateExpr(expr: Expr, evaluation: Evaluation): Promise<StepValue> {
  switch (expr.kind) {
    case 'number':
      return constantScalar(expr.value, evaluation.grid.count);
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'vector-selector':
      if (expr.extension === 'anchored') {
        throw new Failure('execution', 'anchored modifier is not supported for instant selectors', {
          position: expr.span,
        });
      }
      return vectorOf(await selectInstant(expr, evaluation));
    case 'matrix-selector':
    case 'subquery':
      throw new Failure('internal', 'internal error: a range vector has no value at a step');
    case 'paren':
      return evaluateExpr(expr.inner, evaluation);
    case 'unary':
      return evaluateUnary(expr, evaluation);
    case 'aggregate':
      return vectorOf(await evaluateAggregate(expr, evaluation));
    case 'binary':
      return evaluateBinary(expr, evaluation);
    case 'call': {
      const evaluator: Evaluator = functionEvaluators[expr.name];
      return evaluator(expr, evaluation);
    }
  }
}
