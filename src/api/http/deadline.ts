// The time that a request may take: the client's going away and the deadline are one signal, and a failure says which
// of the two it was.

import { Failure } from '../../base/errors.ts';

/** Runs the work with a signal that fires when the client goes away or after `timeoutMs`. */
export async function withDeadline<Result>(
  clientSignal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    return await work(AbortSignal.any([clientSignal, deadline.signal]));
  } catch (error) {
    if (deadline.signal.aborted && !clientSignal.aborted) {
      throw new Failure('timeout', `the query took longer than ${timeoutMs / 1000} s`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
