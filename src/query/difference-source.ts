// The port behind "what is in this box?": how often each attribute value occurs in a selection and outside of it. Storage
// counts; what stands out is decided by `difference/rank-values.ts`.

import type { LogSelection, SpanPredicate, TenantRange } from './sources.ts';

/** The spans that both sides are made of. */
export type SpanGround =
  /** Of `exactFilterOf`; the source fails with `unsupported` for what SQL cannot say exactly. */
  | {
      readonly kind: 'predicate';
      readonly predicate: SpanPredicate;
      /** For each of these the trace of the span has a span in the range. */
      readonly traceHas: readonly SpanPredicate[];
    }
  /** All spans of these traces (32 hex digits). */
  | { readonly kind: 'traces'; readonly traceIds: readonly string[] };

/** Everything given must hold. */
export interface Selection {
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
  /** Of a span; of a trace's root when traces are compared. Inclusive. */
  readonly minDurationNs?: bigint | undefined;
  readonly maxDurationNs?: bigint | undefined;
  /** Spans that failed by themselves and not through a child; traces with a failed span; lines of an error level. */
  readonly errors: boolean;
}

export interface SpanDifferenceRequest extends TenantRange {
  /** Spans one by one, or traces: a trace has a value when any of its spans has it. */
  readonly unit: 'spans' | 'traces';
  readonly ground: SpanGround;
  readonly selection: Selection;
  readonly selected: SpanGround;
  /** Of each side so many are looked at; more are sampled by the hash of their ID. */
  readonly unitsMax: number;
}

export interface LogDifferenceRequest extends TenantRange {
  /** Without time and tenant, of which the request has its own. Only selections that are exact in themselves. */
  readonly ground: Pick<LogSelection, 'matchers' | 'lineFilters' | 'metadataMatchers'>;
  readonly selection: Selection;
  readonly selected: Pick<LogSelection, 'matchers' | 'lineFilters' | 'metadataMatchers'>;
  readonly unitsMax: number;
}

export interface ValueCount {
  readonly scope: 'resource' | 'span' | 'label' | 'log' | 'intrinsic';
  readonly key: string;
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'keyword';
  readonly value: string;
  /** Units that have it, among those looked at. */
  readonly selected: number;
  readonly rest: number;
}

/** Time that spans of one name take by themselves, children taken off, per trace of each side. */
export interface OwnTime {
  readonly service: string;
  readonly name: string;
  readonly selectedMs: number;
  /** Of the rest, in the proportions in which the selection has the kinds of roots. */
  readonly restMs: number;
}

export interface DifferenceCounts {
  /** All there are. */
  readonly selected: number;
  readonly rest: number;
  /** In neither: spans of the box that failed through a child. */
  readonly aside: number;
  /** Looked at; as many as there are when nothing was sampled. */
  readonly lookedAt: { readonly selected: number; readonly rest: number };
  /** The rest is looked at only where it has the roots of the selected traces, in their proportions. */
  readonly sameRoots?: boolean | undefined;
  readonly values: readonly ValueCount[];
  /** Keys with almost as many values as units: IDs, amounts, times. */
  readonly uniqueKeys: readonly string[];
  /** Of traces only. */
  readonly ownTimes: readonly OwnTime[];
  /** What else the reader must know of what was looked at, in a sentence. */
  readonly note?: string | undefined;
}

export interface DifferenceSource {
  /** Whether SQL says the ground exactly for spans of the range. */
  canCount(range: TenantRange, ground: SpanGround, signal: AbortSignal): Promise<boolean>;
  spanDifference(request: SpanDifferenceRequest, signal: AbortSignal): Promise<DifferenceCounts>;
  /** Undefined when SQL cannot say the selection exactly. */
  logDifference(
    request: LogDifferenceRequest,
    signal: AbortSignal,
  ): Promise<DifferenceCounts | undefined>;
}
