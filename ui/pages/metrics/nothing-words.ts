// Why a PromQL query that is right may show nothing: its name is not there, or its values stand further apart than each
// looks back.

import { printStep } from '../../views/words/numbers.ts';

/** How far PromQL looks back for the value of a series. */
const lookBackMs = 300_000;

export function nothingAdvice(stepMs: number): string {
  if (stepMs <= lookBackMs)
    return 'Its name or its labels are not there in this time; the browser beside shows what is.';
  const step = printStep(stepMs);
  return (
    `A value is computed every ${step}, and a series without a window looks back ${printStep(lookBackMs)} only: ` +
    `what was received in between is not seen. A shorter time range shows it, or a window of ${step} in the query.`
  );
}
