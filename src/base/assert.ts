// Invariants of our own code. A violated one is a defect of Clew, never of its input: the edge answers
// `internal`, logs it once and counts it. For bad input throw a `Failure` with its own code instead.

import { Failure } from './errors.ts';

/** Throws when our own reasoning was wrong. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Failure('internal', `internal error: ${message}`);
}

/** Use in the default branch of an exhaustive `switch`: a missing case is then a compile error. */
export function assertNever(value: never): never {
  throw new Failure('internal', `internal error: unexpected ${JSON.stringify(value)}`);
}

/** The value, or a violated invariant: for look-ups that cannot miss. */
export function assertDefined<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null)
    throw new Failure('internal', `internal error: ${message}`);
  return value;
}
