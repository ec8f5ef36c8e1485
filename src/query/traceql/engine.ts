// What TraceQL answers, and the engine's face.

import type { SpanRecord } from '../../model/span-record.ts';
import type { TenantRange } from '../sources.ts';

/** A value in an answer, with the type that Tempo's JSON shows. */
export type TraceqlValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean };

export interface TraceqlAttribute {
  readonly key: string;
  readonly value: TraceqlValue;
}

export interface MatchedSpan {
  readonly span: SpanRecord;
  /** Attributes that the query mentions or selects, in Tempo's form; `name` is not among them. */
  readonly attributes: readonly TraceqlAttribute[];
  /** Whether the query mentions or selects `name`. */
  readonly named: boolean;
}

export interface Spanset {
  /** At most `spansPerSpanset`. */
  readonly spans: readonly MatchedSpan[];
  /** How many matched in all. */
  readonly matched: number;
  /** `by(…)`, `count()`, … */
  readonly attributes: readonly TraceqlAttribute[];
}

export interface TraceSummary {
  readonly traceId: string;
  /** Empty when the root span has not been received. */
  readonly rootServiceName: string;
  readonly rootName: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly serviceStats: Readonly<
    Record<string, { readonly spanCount: number; readonly errorCount: number }>
  >;
  readonly spansets: readonly Spanset[];
}

export interface TraceqlSearchResult {
  /** By start time, newest first. */
  readonly traces: readonly TraceSummary[];
  /** Whether fewer than asked for are there although more may match: a server elsewhere gives only so many. */
  readonly isCut?: boolean | undefined;
  readonly inspectedTraces: number;
  readonly inspectedSpans: number;
}

export interface TraceqlSearchRequest extends TenantRange {
  readonly query: string;
  readonly limit: number;
  readonly spansPerSpanset: number;
}

export interface TraceqlSeries {
  readonly labels: readonly TraceqlAttribute[];
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly exemplars: readonly {
    readonly labels: readonly TraceqlAttribute[];
    readonly value: number;
    readonly timestampMs: number;
  }[];
}

export interface TraceqlMetricsRequest extends TenantRange {
  readonly query: string;
  /** One bucket over the whole range when `instant`. */
  readonly stepNs: bigint;
  readonly instant: boolean;
  readonly exemplarsMax: number;
}

export interface TraceqlEngine {
  search(request: TraceqlSearchRequest, signal: AbortSignal): Promise<TraceqlSearchResult>;
  /** Traces as they are found: each call to `next` gives what is new or changed since the last. */
  searchStream(
    request: TraceqlSearchRequest,
    signal: AbortSignal,
  ): AsyncIterable<TraceqlSearchResult>;
  metrics(request: TraceqlMetricsRequest, signal: AbortSignal): Promise<readonly TraceqlSeries[]>;
}
