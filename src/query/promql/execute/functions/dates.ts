// Parts of dates (UTC): of samples read as Unix times, or of the evaluation time when there is no operand.

import { stepTime, vectorOf } from '../steps.ts';
import { elementwise, singleSeries, type Evaluator } from './evaluator.ts';

const dayMs = 86_400_000;

export function datePart(part: (date: Date) => number): Evaluator {
  const ofSamples = elementwise((seconds) => part(new Date(Math.trunc(seconds) * 1000)));
  return (call, evaluation) => {
    if (call.operands.length > 0) return ofSamples(call, evaluation);
    const values = new Float64Array(evaluation.grid.count);
    for (let step = 0; step < values.length; step++) {
      values[step] = part(new Date(Math.floor(stepTime(evaluation.grid, step) / 1000) * 1000));
    }
    return Promise.resolve(vectorOf([singleSeries(values)]));
  };
}

export function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

export function dayOfYear(date: Date): number {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return (midnight - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs + 1;
}
