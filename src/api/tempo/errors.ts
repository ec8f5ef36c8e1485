// Failures in Tempo's envelope: plain text; and in gRPC's codes for the streaming queries.

import type { FailureCode } from '../../base/errors.ts';
import { answerableFailure, hintedMessage } from '../http/defect.ts';

interface Envelope {
  readonly status: number;
  /** gRPC status code. */
  readonly grpc: number;
}

const envelopes: Readonly<Record<FailureCode, Envelope>> = {
  syntax: { status: 400, grpc: 3 },
  semantics: { status: 400, grpc: 3 },
  unsupported: { status: 400, grpc: 3 },
  'invalid-data': { status: 400, grpc: 3 },
  config: { status: 400, grpc: 3 },
  limit: { status: 400, grpc: 3 },
  execution: { status: 400, grpc: 3 },
  'not-found': { status: 404, grpc: 5 },
  unauthenticated: { status: 401, grpc: 16 },
  timeout: { status: 504, grpc: 4 },
  canceled: { status: 499, grpc: 1 },
  overloaded: { status: 429, grpc: 14 },
  unavailable: { status: 503, grpc: 14 },
  internal: { status: 500, grpc: 13 },
};

export function tempoErrorResponse(thrown: unknown): Response {
  const failure = answerableFailure(thrown);
  return new Response(hintedMessage(failure), {
    status: envelopes[failure.code].status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });
}

export function grpcStatusOf(thrown: unknown): { readonly code: number; readonly details: string } {
  const failure = answerableFailure(thrown);
  return { code: envelopes[failure.code].grpc, details: hintedMessage(failure) };
}
