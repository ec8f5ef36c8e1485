// The one place that asks the server: JSON in, or an `ApiError` that carries the server's own code and sentence.

import type { ExploreError } from '../../src/api/explore/contract/records.ts';
import { askClew } from './ask-clew.ts';

export interface TextPosition {
  readonly start: number;
  readonly end: number;
}

/** Failures that the same question meets again. */
const lasting: ReadonlySet<string> = new Set(['syntax', 'semantics', 'unsupported', 'no-tenant']);

/** Whether asking again may help. */
export function isWorthRetrying(error: Error): boolean {
  return !(error instanceof ApiError) || !lasting.has(error.code);
}

const unauthenticated = 401;

/** What the server answered instead of data; `unreachable` when nothing answered. */
export class ApiError extends Error {
  readonly code: string;
  readonly position: TextPosition | undefined;

  constructor(code: string, message: string, position?: TextPosition) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.position = position;
  }
}

export type Parameters = readonly (readonly [name: string, value: string])[];

export async function fetchJson<T>(
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  return await ask<T>(search === '' ? path : `${path}?${search}`, { signal });
}

/** Asks for a change; what comes back is how things are then. */
export async function postJson<T>(path: string, signal: AbortSignal): Promise<T> {
  return await ask<T>(path, { method: 'POST', signal });
}

async function ask<T>(
  path: string,
  init: { readonly method?: 'POST'; readonly signal: AbortSignal },
): Promise<T> {
  let response: Response;
  try {
    response = await askClew(path, { ...init, headers: { accept: 'application/json' } });
  } catch (thrown) {
    if (init.signal.aborted) throw thrown;
    throw new ApiError('unreachable', `Clew does not answer at ${location.host}`);
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) {
    // The server and this screen are built from one contract.
    return answer as T;
  }
  if (response.status === unauthenticated) {
    throw new ApiError('no-tenant', 'the tenant whose telemetry this is has not been named');
  }
  if (isExploreError(answer)) {
    const { code, message, position, hint } = answer.error;
    throw new ApiError(code, hint === undefined ? message : `${message}; ${hint}`, position);
  }
  throw new ApiError(
    'unreachable',
    `the answer of ${path} was not understood (status ${response.status})`,
  );
}

function isExploreError(answer: unknown): answer is ExploreError {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return false;
  const error: unknown = answer.error;
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error;
}
