// One span with everything that is known of it. Engines that scan many spans use columns; a trace on a screen, a
// structural TraceQL operator and Tempo's answers use this.

import type { Attributes } from './attributes.ts';
import type { Resource, Scope } from './resource.ts';
import type { SpanKind, SpanStatus } from './spans-batch.ts';

export interface SpanEvent {
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: Attributes;
}

export interface SpanRecord {
  /** Lower-case hex, 32 digits. */
  readonly traceId: string;
  /** Lower-case hex, 16 digits. */
  readonly spanId: string;
  /** Lower-case hex, 16 digits; empty for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** Shared between the spans of one sender: compare by identity, never change. */
  readonly resource: Resource;
  readonly scope: Scope;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}
