// Prometheus's JSON envelope and its table of error types.

import type { FailureCode } from '../../base/errors.ts';
import { answerableFailure } from '../http/defect.ts';

const errors: Readonly<Record<FailureCode, readonly [status: number, errorType: string]>> = {
  syntax: [400, 'bad_data'],
  semantics: [400, 'bad_data'],
  unsupported: [400, 'bad_data'],
  'invalid-data': [400, 'bad_data'],
  config: [400, 'bad_data'],
  limit: [422, 'execution'],
  execution: [422, 'execution'],
  'not-found': [404, 'not_found'],
  unauthenticated: [401, 'bad_data'],
  timeout: [503, 'timeout'],
  canceled: [499, 'canceled'],
  overloaded: [503, 'unavailable'],
  unavailable: [503, 'unavailable'],
  internal: [500, 'internal'],
};

/** Prometheus shows at most so many of each kind. */
const annotationsMax = 10;

function annotationsJson(name: string, annotations: readonly string[]): string {
  if (annotations.length === 0) return '';
  const shown = annotations.slice(0, annotationsMax);
  const more = annotations.length - shown.length;
  if (more > 0) shown.push(`${more} more ${name} annotations omitted`);
  return `,"${name}":${JSON.stringify(shown)}`;
}

/** `data` is JSON text. */
export function success(
  data: string,
  warnings: readonly string[] = [],
  infos: readonly string[] = [],
): Response {
  return new Response(
    `{"status":"success","data":${data}${annotationsJson('warnings', warnings)}${annotationsJson('infos', infos)}}`,
    { headers: { 'content-type': 'application/json' } },
  );
}

export function prometheusErrorResponse(thrown: unknown): Response {
  const failure = answerableFailure(thrown);
  const [status, errorType] = errors[failure.code];
  const headers = new Headers({ 'content-type': 'application/json' });
  if (failure.retryAfterMs !== undefined) {
    headers.set('retry-after', String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000))));
  }
  // Prometheus's clients compare the text of an error; infos are for people.
  const infos = failure.hint === undefined ? {} : { infos: [failure.hint] };
  const body = { status: 'error', errorType, error: failure.message, ...infos };
  return new Response(JSON.stringify(body), { status, headers });
}
