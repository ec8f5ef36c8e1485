// Many traces at a glance: the traces page, and how one span compares with its kind.
//
// All but the last take `start=&end=`, `query=` (TraceQL; empty: everything) and, for a box in the scatter plot, any of
// `selectedStart=&selectedEnd=` (ns), `minDurationNs=&maxDurationNs=` and `errors=1`. A trace counts when a span that starts in
// the range matches. Its duration is its root's; of a trace without a root it is from its first start to its last end.

export interface ExploreTraceFact {
  readonly traceId: string;
  /** Without a root: the service that began, and no name. */
  readonly rootService: string;
  readonly rootName: string;
  readonly hasRoot: boolean;
  readonly startNs: string;
  readonly durationNs: string;
  /** From the first start to the last end, by the clocks of their hosts. */
  readonly extentNs: string;
  readonly spans: number;
  readonly errorSpans: number;
}

export interface ExploreListedTrace extends ExploreTraceFact {
  /** Most spans first. */
  readonly services: readonly {
    readonly service: string;
    readonly spans: number;
    readonly errorSpans: number;
  }[];
}

/**
 * `GET /api/explore/traces?order=&limit=`; order: `interesting` (the slowest and the newest failed ones in turn), `newest` (when
 * absent), `oldest`, `slowest`, `fastest`, `errors`, `spans`, `services`, `name`.
 */
export interface ExploreTraceList {
  readonly traces: readonly ExploreListedTrace[];
  readonly coverage: {
    readonly returned: number;
    readonly total: number;
    /** The query takes the engine, which found at least so many and stopped. */
    readonly isAtLeast: boolean;
  };
  readonly warnings: readonly string[];
}

/**
 * `GET /api/explore/traces/points?limit=`: one dot a trace, by time. In columns, because there are thousands: each list has
 * one entry a dot.
 */
export interface ExploreTracePoints {
  readonly roots: readonly { readonly service: string; readonly name: string }[];
  readonly points: {
    readonly traceId: readonly string[];
    /** Index into `roots`. */
    readonly root: readonly number[];
    /** From the start of the range that was asked for, in µs; below zero for traces that began before it. */
    readonly startUs: readonly number[];
    readonly durationNs: readonly number[];
    readonly spans: readonly number[];
    readonly errorSpans: readonly number[];
  };
  readonly startNs: string;
  readonly total: number;
  readonly failed: number;
  readonly isAtLeast: boolean;
  /** 1: all are there. Else the slowest and the newest failed ones are, and of the others one in so many. */
  readonly oneIn: number;
  readonly warnings: readonly string[];
}

/**
 * `GET /api/explore/traces/by?attribute=`: the matching spans by the value of an attribute as TraceQL writes it
 * (`span.http.route`, `resource.service.version`, `name`, `status`), or traces by `rootName` or `rootServiceName`.
 */
export interface ExploreSpanGroups {
  readonly attribute: string;
  readonly of: 'spans' | 'traces';
  readonly groups: readonly {
    readonly value: string;
    readonly count: number;
    readonly perSecond: number;
    readonly errors: number;
    readonly errorShare: number;
    readonly p50Ns: number;
    readonly p95Ns: number;
    readonly p99Ns: number;
    readonly slowestTraceId: string;
    /** `span.http.route = "/pay"`. */
    readonly condition: string;
  }[];
  readonly values: number;
  readonly spans: number;
  /** Without the attribute. */
  readonly without: number;
  readonly warnings: readonly string[];
}

/** `GET /api/explore/traces/bands`: traces by how long they take beside the others. */
export interface ExploreLatencyBands {
  readonly bands: readonly {
    /** Quantiles, 0 to 1. */
    readonly from: number;
    readonly to: number;
    readonly fromNs: number;
    readonly toNs: number;
    readonly traces: number;
    readonly failed: number;
    readonly examples: readonly ExploreTraceFact[];
  }[];
  readonly warnings: readonly string[];
}

/** `GET /api/explore/traces/attributes`: what `by` can be asked of, in TraceQL's writing, names first. */
export interface ExploreTraceAttributes {
  readonly attributes: readonly string[];
}

/** `GET /api/explore/span-kind?service=&name=&spanDurationNs=&start=&end=`: spans of the same service and name. */
export interface ExploreSpanKind {
  readonly spans: number;
  readonly errors: number;
  /** Share of them that took less time than `spanDurationNs`, 0 to 1; null when none was given or there are none. */
  readonly fasterShare: number | null;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  /** Half-open, ascending; bounds are four to a doubling; buckets without spans are left out. */
  readonly buckets: readonly {
    readonly fromNs: number;
    readonly toNs: number;
    readonly spans: number;
  }[];
}
