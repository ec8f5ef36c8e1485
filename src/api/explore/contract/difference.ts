// What stands out in a part of the telemetry, against the rest of it: "what is behind this box?".

/**
 * `GET /api/explore/difference?signal=spans|logs&start=&end=&query=` and, for the selection inside of it, any of
 * `selectedStart=&selectedEnd=` (ns), `minDurationNs=&maxDurationNs=`, `errors=1`, `selectedQuery=` (TraceQL or LogQL).
 * `query` narrows both sides (TraceQL spanset filter, LogQL log query; empty: everything). The rest is what the range
 * has outside of the selection.
 */
export interface ExploreDifference {
  /** Spans or lines on each side. */
  readonly selected: number;
  readonly rest: number;
  /** Rows that were compared when there were too many to look at all; null: all of them. */
  readonly sampled: { readonly selected: number; readonly rest: number } | null;
  /** Ranked: what differs most comes first. */
  readonly attributes: readonly DifferingValue[];
  readonly warnings: readonly string[];
}

export interface DifferingValue {
  /** As sent: `http.route`; also `service`, `name`, `status`, `level` for what is no attribute. */
  readonly key: string;
  readonly value: string;
  readonly scope: 'resource' | 'span' | 'label' | 'log' | 'intrinsic';
  readonly selectedCount: number;
  readonly restCount: number;
  /** 0 to 1. */
  readonly selectedShare: number;
  readonly restShare: number;
  /** The condition as its language writes it, for a filter on a click: `span.http.route = "/pay"`, `http_route="/pay"`. */
  readonly condition: string;
}
