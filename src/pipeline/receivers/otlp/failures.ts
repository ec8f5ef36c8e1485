// How a failure looks to an OTLP client: the HTTP status, the gRPC status, and whether and when it may try again (OTLP specification,
// "Failures"). Clients retry 429, 502, 503 and 504, and UNAVAILABLE and its like, only.

import { status as grpcStatus } from '@grpc/grpc-js';
import { assertNever } from '../../../base/assert.ts';
import type { Failure } from '../../../base/errors.ts';

export interface OtlpFailure {
  readonly httpStatus: number;
  /** In the `google.rpc.Status` of the HTTP answer. */
  readonly httpCode: number;
  readonly grpcCode: number;
  /** Undefined: the client must not retry, or may choose when. */
  readonly retryAfterMs: number | undefined;
}

const retryAfterMsDefault = 1000;

export function otlpFailure(failure: Failure): OtlpFailure {
  const answer = (
    httpStatus: number,
    httpCode: number,
    grpcCode: number = httpCode,
    retryAfterMs?: number,
  ): OtlpFailure => ({ httpStatus, httpCode, grpcCode, retryAfterMs });
  switch (failure.code) {
    case 'syntax':
    case 'semantics':
    case 'unsupported':
    case 'invalid-data':
    case 'execution':
      return answer(400, grpcStatus.INVALID_ARGUMENT);
    case 'unauthenticated':
      return answer(401, grpcStatus.UNAUTHENTICATED);
    case 'not-found':
      return answer(404, grpcStatus.UNIMPLEMENTED);
    case 'limit':
      return answer(413, grpcStatus.RESOURCE_EXHAUSTED);
    case 'overloaded':
      return answer(
        429,
        grpcStatus.RESOURCE_EXHAUSTED,
        grpcStatus.UNAVAILABLE,
        failure.retryAfterMs ?? retryAfterMsDefault,
      );
    case 'unavailable':
      return answer(503, grpcStatus.UNAVAILABLE, grpcStatus.UNAVAILABLE, failure.retryAfterMs);
    case 'timeout':
      return answer(503, grpcStatus.DEADLINE_EXCEEDED);
    case 'canceled':
      return answer(503, grpcStatus.CANCELLED);
    case 'config':
    case 'internal':
      return answer(500, grpcStatus.INTERNAL);
    default:
      return assertNever(failure.code);
  }
}
