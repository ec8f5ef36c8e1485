// The closed set of ways in which Clew fails. A `Failure` is thrown where the cause is known, gains
// context on its way up, and is turned into a protocol's own envelope at the edge, once. Nothing here
// knows a protocol.

/** Why something failed; each protocol has one exhaustive table from these to its own envelope. */
export type FailureCode =
  | 'syntax'
  | 'semantics'
  | 'unsupported'
  | 'limit'
  /** A query that is right in form fails on the data: many-to-many matching, mixed histogram layouts. */
  | 'execution'
  | 'not-found'
  | 'timeout'
  | 'canceled'
  | 'overloaded'
  | 'unavailable'
  | 'invalid-data'
  | 'unauthenticated'
  | 'config'
  | 'internal';

/** Where in a text something is: offsets in UTF-16 code units, `end` exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface FailureDetails {
  /** Place in the query or document that the failure speaks of. */
  readonly position?: TextSpan | undefined;
  /** For `overloaded` and `unavailable`: when a retry may succeed. */
  readonly retryAfterMs?: number | undefined;
  /** What to write instead, for people: a sentence beside the message, which may be another product's own text. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An expected failure. The message is safe to show to a client: lowercase, no trailing stop, the
 * offender quoted, expected versus got. It never carries SQL, paths of this machine or a stack.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly position: TextSpan | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.position = details.position;
    this.retryAfterMs = details.retryAfterMs;
    this.hint = details.hint;
  }

  /** The same failure with `context: ` before its message. */
  within(context: string): Failure {
    return new Failure(this.code, `${context}: ${this.message}`, {
      position: this.position,
      retryAfterMs: this.retryAfterMs,
      hint: this.hint,
      cause: this,
    });
  }
}

/** Any thrown value as a `Failure`; what is not one already becomes `internal` with a fixed message. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new Failure('canceled', 'the request was canceled', { cause: thrown });
  }
  return new Failure('internal', 'internal error', { cause: thrown });
}
