// The API of the Metrics page: types only, shared by the server and the UI.

/** `GET /api/explore/metrics?start=&end=`: the metrics that have a series in the range, by name. */
export interface ExploreMetrics {
  readonly metrics: readonly ExploreMetric[];
  /** Names of series in all; more than `metrics` has when a limit bit. */
  readonly total: number;
  readonly returned: number;
}

/** A metric as its sender knows it: `x_bucket`, `x_count` and `x_sum` are one histogram `x`. */
export interface ExploreMetric {
  readonly name: string;
  /** `counter`, `gauge`, `histogram`, `summary`, `info`, `stateset` or `unknown`. */
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  /** Null: the server that was asked does not count them. */
  readonly series: number | null;
  /** Names that queries use; only `name` itself for most. */
  readonly parts: readonly string[];
}

/** `GET /api/explore/metrics/labels?part=&part=&start=&end=`: what the series of a metric are told apart by. */
export interface ExploreMetricLabels {
  readonly series: number;
  readonly labels: readonly {
    readonly name: string;
    readonly series: number;
    readonly distinct: number;
    readonly values: readonly { readonly value: string; readonly series: number }[];
  }[];
}

/**
 * `GET /api/explore/metrics/relatives?query=&label=name=value&label=…&start=&end=`: log lines and traces of the labels of
 * a series and of the equality matchers that all selectors of the query share.
 */
export interface ExploreMetricRelatives {
  readonly logs: ExploreMetricRelative;
  readonly traces: ExploreMetricRelative;
}

export interface ExploreMetricRelative {
  /** LogQL or TraceQL; empty when no label says anything about this signal. */
  readonly query: string;
  readonly count: number;
  /** The uid of the datasource that was asked; empty: this Clew. */
  readonly source: string;
  /** The labels that the query names, as the metric calls them. */
  readonly by: readonly string[];
  /** Why there is nothing, or what the query had to leave out. */
  readonly reason: string | null;
}
