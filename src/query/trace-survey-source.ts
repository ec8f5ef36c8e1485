// The port behind the traces page: many traces at a glance. Each answer is an aggregate that storage makes in SQL, bounded,
// with totals; a span that was stored twice counts twice.

import type { Selection, SpanGround } from './difference-source.ts';
import type { SpanScope, TenantRange } from './sources.ts';

/** Traces that have a matching span that starts in the range, and lie in the selection. */
export interface TraceSurveyRequest extends TenantRange {
  readonly ground: SpanGround;
  readonly selection: Selection;
}

export interface TraceFact {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Of the root, or of the first span when the root has not been received. */
  readonly startNs: bigint;
  /** The root's; without a root as `extentNs`. */
  readonly durationNs: bigint;
  /** From the first start to the last end, whatever clocks these were read from. */
  readonly extentNs: bigint;
  readonly hasRoot: boolean;
  /** Without a root those of the first span's service, and no name. */
  readonly rootService: string;
  readonly rootName: string;
  readonly spans: number;
  readonly errorSpans: number;
}

export interface ListedTrace extends TraceFact {
  /** Most spans first. */
  readonly services: readonly {
    readonly service: string;
    readonly spans: number;
    readonly errorSpans: number;
  }[];
}

/** `interesting`: the slowest and the newest failed ones in turn. */
export const traceOrders = [
  'interesting',
  'newest',
  'oldest',
  'slowest',
  'fastest',
  'errors',
  'spans',
  'services',
  'name',
] as const;
export type TraceOrder = (typeof traceOrders)[number];

/** Counts are multiplied by it already. */
export interface LookedAt {
  /** Absent or 1: all traces; else every n-th, because there are too many. */
  readonly lookedAtOneIn?: number | undefined;
  /** Whether there may be more traces than were told of. */
  readonly isAtLeast?: boolean | undefined;
  /** What else the reader must know of what was looked at, in a sentence. */
  readonly note?: string | undefined;
}

export interface TraceList extends LookedAt {
  readonly traces: readonly ListedTrace[];
  readonly total: number;
}

export interface TracePoints extends LookedAt {
  readonly points: readonly TraceFact[];
  readonly total: number;
  readonly failed: number;
  /** Of the points the slowest and the newest failed are all there; of the others one in so many. */
  readonly oneIn: number;
}

export interface SpanGroup {
  readonly value: string;
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'keyword';
  readonly count: number;
  readonly errors: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly slowestTraceId: string;
}

export interface SpanGroups extends LookedAt {
  /** Most common first. */
  readonly groups: readonly SpanGroup[];
  /** Values in all. */
  readonly values: number;
  readonly spans: number;
  /** Matching spans that do not have the attribute. */
  readonly without: number;
}

export interface LatencyBand {
  /** Quantiles, 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly traces: number;
  readonly failed: number;
  readonly examples: readonly TraceFact[];
}

export interface LatencyBands extends LookedAt {
  readonly bands: readonly LatencyBand[];
}

export interface SpanKindRequest extends TenantRange {
  readonly service: string;
  readonly name: string;
  readonly durationNs: bigint | undefined;
}

export interface SpanKindFigures {
  readonly spans: number;
  readonly errors: number;
  /** Spans that took less time than the given one. */
  readonly faster: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  /** Half-open, ascending, four to an octave; only those with spans. */
  readonly buckets: readonly {
    readonly fromNs: number;
    readonly toNs: number;
    readonly spans: number;
  }[];
}

export interface TraceSurveySource {
  listTraces(
    request: TraceSurveyRequest & { readonly order: TraceOrder; readonly limit: number },
    signal: AbortSignal,
  ): Promise<TraceList>;
  tracePoints(
    request: TraceSurveyRequest & { readonly limit: number },
    signal: AbortSignal,
  ): Promise<TracePoints>;
  /** Of the matching spans that start in the range; of `rootName` and `rootServiceName` of the traces, by their root's time. */
  spanGroups(
    request: TraceSurveyRequest & {
      readonly scope: SpanScope;
      readonly name: string;
      readonly limit: number;
    },
    signal: AbortSignal,
  ): Promise<SpanGroups>;
  latencyBands(
    request: TraceSurveyRequest & { readonly examples: number },
    signal: AbortSignal,
  ): Promise<LatencyBands>;
  spanKind(request: SpanKindRequest, signal: AbortSignal): Promise<SpanKindFigures>;
}
