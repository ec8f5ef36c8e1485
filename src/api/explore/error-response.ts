// How the screen's own API says that something failed: one table from code to status, one envelope.

import type { FailureCode } from '../../base/errors.ts';
import { answerableFailure } from '../http/defect.ts';
import type { ExploreError } from './contract/records.ts';

const statuses: Readonly<Record<FailureCode, number>> = {
  syntax: 400,
  semantics: 400,
  unsupported: 400,
  'invalid-data': 400,
  config: 400,
  limit: 422,
  execution: 422,
  'not-found': 404,
  unauthenticated: 401,
  timeout: 504,
  canceled: 499,
  overloaded: 429,
  unavailable: 503,
  internal: 500,
};

/** The screen's own envelope of a failure. */
export function errorResponse(thrown: unknown): Response {
  const failure = answerableFailure(thrown);
  const body: ExploreError = {
    error: {
      code: failure.code,
      message: failure.message,
      ...(failure.position === undefined ? {} : { position: failure.position }),
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    },
  };
  return new Response(JSON.stringify(body), {
    status: statuses[failure.code],
    headers: { 'content-type': 'application/json' },
  });
}
