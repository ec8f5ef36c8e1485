// Failures in Loki's envelope: plain text, the message alone.

import type { FailureCode } from '../../base/errors.ts';
import { answerableFailure, hintedMessage } from '../http/defect.ts';

const statuses: Readonly<Record<FailureCode, number>> = {
  syntax: 400,
  semantics: 400,
  unsupported: 400,
  'invalid-data': 400,
  config: 400,
  limit: 400,
  execution: 400,
  'not-found': 404,
  unauthenticated: 401,
  timeout: 504,
  canceled: 499,
  overloaded: 429,
  unavailable: 503,
  internal: 500,
};

const timeoutMessage =
  'request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed';

export function lokiErrorResponse(thrown: unknown, statusOverride?: number): Response {
  const failure = answerableFailure(thrown);
  const message =
    failure.code === 'timeout'
      ? timeoutMessage
      : failure.code === 'canceled'
        ? 'the request was cancelled by the client'
        : hintedMessage(failure);
  const headers = new Headers({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  if (failure.retryAfterMs !== undefined) {
    headers.set('retry-after', String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000))));
  }
  return new Response(message, { status: statusOverride ?? statuses[failure.code], headers });
}
