// From what somebody pasted to a trace: an ID in any form, of 128 or 64 bits, or a span's.

import { Failure } from '../../base/errors.ts';
import { type TraceIdForm, normalizeTraceId } from '../../model/trace-id/normalize.ts';
import type { CorrelationSource, TraceIndexEntry } from '../sources.ts';

export interface ResolvedTrace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** `span`: the text was the ID of a span. */
  readonly givenAs: TraceIdForm | 'span';
  /** Set when the text named a span, alone or beside the trace. */
  readonly spanId: string | undefined;
  /** Undefined when no signal of the trace is known. */
  readonly entry: TraceIndexEntry | undefined;
}

const highHalf = '0'.repeat(16);

/** The ID of the trace when the text says it whole, so that nothing needs to be looked up to know it. */
export function wholeTraceId(text: string): string | undefined {
  const traceId = normalizeTraceId(text)?.traceId;
  return traceId?.startsWith(highHalf) === true ? undefined : traceId;
}

/** Fails with `invalid-data` when the text holds no ID. An ID that nothing is known of comes back without `entry`. */
export async function resolveTrace(
  correlation: CorrelationSource,
  tenants: readonly string[],
  text: string,
  signal: AbortSignal,
): Promise<ResolvedTrace> {
  const given = normalizeTraceId(text);
  if (given === undefined) {
    throw new Failure(
      'invalid-data',
      `invalid trace ID ${JSON.stringify(text.slice(0, 100))}: expected 1 to 32 hexadecimal digits or a traceparent`,
    );
  }
  const { traceId, givenAs } = given;
  const spanId = given.spanId === '' ? undefined : given.spanId;
  const resolved = (id: string, entry: TraceIndexEntry | undefined): ResolvedTrace => ({
    traceId: id,
    givenAs,
    spanId,
    entry,
  });

  const low = traceId.startsWith(highHalf) ? traceId.slice(16) : undefined;
  const entries = await correlation.findTraces(tenants, [low ?? traceId], signal);
  // Of several traces with one low half, the one without a high half is meant literally.
  const exact = entries.find((entry) => entry.traceId === traceId) ?? entries[0];
  if (exact !== undefined) return resolved(exact.traceId, exact);
  if (low === undefined) return resolved(traceId, undefined);

  const [ofSpan] = await correlation.findSpan(tenants, low, signal);
  if (ofSpan === undefined) return resolved(traceId, undefined);
  const [entry] = await correlation.findTraces(tenants, [ofSpan], signal);
  return { traceId: ofSpan, givenAs: 'span', spanId: low, entry };
}
