// What stands out in a part of the telemetry, against the rest of it: "what is behind this box?".

/**
 * `GET /api/explore/difference?signal=spans|logs&start=&end=&query=` and, for the selection inside of it, any of
 * `selectedStart=&selectedEnd=` (ns), `minDurationNs=&maxDurationNs=`, `errors=1`, `selectedQuery=` (TraceQL or LogQL).
 * `query` narrows both sides (TraceQL spanset filter, LogQL log query; empty: everything). The rest is what the range
 * has outside of the selection.
 *
 * With `unit=traces` traces are compared instead of spans: a trace has a value when any of its spans has it, its duration is its
 * root's, and it counts as failed when a span of it did. With `errors=1` spans that failed only through a child are on
 * neither side (`aside`): what is selected are the failures that stand at the beginning.
 */
export interface ExploreDifference {
  /** Spans or lines on each side. */
  readonly selected: number;
  readonly rest: number;
  /** Spans of the box that failed through a child. */
  readonly aside: number;
  /** Rows that were compared when there were too many to look at all; null: all of them. */
  readonly sampled: { readonly selected: number; readonly rest: number } | null;
  /**
   * Of `unit=traces`: of the rest those were compared that have the roots of the selected ones, in their proportions, so that
   * what every such trace has does not stand out. `rootName` and `rootServiceName` are shares of all. Absent: all the rest.
   */
  readonly sameRoots?: boolean;
  /** Ranked: what differs most comes first. */
  readonly attributes: readonly DifferingValue[];
  /**
   * Of `unit=traces`, where the selected ones take longer: time that spans of a name take by themselves per trace, the rest
   * weighted to the selection's mix of roots. Greatest difference first; otherwise empty.
   */
  readonly ownTimes: readonly {
    readonly service: string;
    readonly name: string;
    readonly selectedMs: number;
    readonly restMs: number;
  }[];
  /** Attributes that have a value of their own almost everywhere (IDs, amounts), which is why they are not compared. */
  readonly skippedKeys: readonly string[];
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
  /** It says that something failed, as the selection (`errors=1`) does already; listed behind what may be a cause. */
  readonly symptom: boolean;
  /** Values with the same counts on both sides, as a rule of the same spans or lines. */
  readonly alike: readonly {
    readonly key: string;
    readonly value: string;
    readonly scope: DifferingValue['scope'];
    readonly condition: string;
  }[];
}
