// ClickHouse's error numbers as failures of ours. What a client may see is written here; ClickHouse's own words, which
// quote the statement, stay in `cause`.

import { Failure } from '../../base/errors.ts';

/** When a refused insert is worth another try. */
export const retryAfterMs = 1000;

/** `code` is ClickHouse's number, 0 when unknown; see `ErrorCodes.cpp`. */
export function failureFromClickHouse(code: number, message: string): Failure {
  const cause = new Error(message);
  if (isDiskFull(message)) {
    return new Failure('unavailable', 'the disk is full', { retryAfterMs: 10_000, cause });
  }
  switch (code) {
    case 159: // TIMEOUT_EXCEEDED
    case 160: // TOO_SLOW
      return new Failure('timeout', 'the query took too long and was stopped', { cause });
    case 394: // QUERY_WAS_CANCELLED
    case 734: // QUERY_WAS_CANCELLED_BY_CLIENT
      return new Failure('canceled', 'the query was canceled', { cause });
    case 241: // MEMORY_LIMIT_EXCEEDED
      return new Failure('limit', 'the query needs more memory than a query may use', { cause });
    case 158: // TOO_MANY_ROWS
    case 307: // TOO_MANY_BYTES
    case 396: // TOO_MANY_ROWS_OR_BYTES
      return new Failure('limit', 'the query reads or returns more than a query may', { cause });
    case 167: // TOO_DEEP_AST
    case 168: // TOO_BIG_AST
    case 306: // TOO_DEEP_RECURSION
      return new Failure('limit', 'the query is too complex', { cause });
    case 427: // CANNOT_COMPILE_REGEXP
      return new Failure('syntax', 'invalid regular expression', { cause });
    case 202: // TOO_MANY_SIMULTANEOUS_QUERIES
    case 252: // TOO_MANY_PARTS
      return new Failure('overloaded', 'the storage is behind', { retryAfterMs, cause });
    case 209: // SOCKET_TIMEOUT
    case 210: // NETWORK_ERROR
    case 236: // ABORTED
    case 242: // TABLE_IS_READ_ONLY
    case 999: // KEEPER_EXCEPTION
      return new Failure('unavailable', 'the storage does not answer', { retryAfterMs, cause });
    default:
      return new Failure('internal', 'the storage refused a statement', { cause });
  }
}

/** ClickHouse's words: its own NOT_ENOUGH_SPACE, or the system's ENOSPC within another failure. */
export function isDiskFull(message: string): boolean {
  return clickHouseCode(message) === 243 || /No space left on device|errno: 28\b/.test(message);
}

/** The number in `Code: 60. DB::Exception: …`, or 0. */
export function clickHouseCode(message: string): number {
  return Number(/\bCode: (\d+)\./.exec(message)?.[1] ?? 0);
}
