// The overview of the screen: what services do, over time and against the window before, and who talks to whom.
// Latencies are milliseconds and null where there was no request; counts are of the whole range.

/** `GET /api/explore/overview?start=&end=&buckets=&service=`. `service` narrows the charts, never the list. */
export interface ExploreOverview {
  readonly startNs: string;
  readonly endNs: string;
  /** The window of the same length before the range, that `before` is of. */
  readonly beforeNs: string;
  /** Of the first bucket, a whole number of steps since the epoch; the buckets at both ends are cut to the range. */
  readonly firstNs: string;
  readonly stepNs: string;
  readonly overTime: {
    readonly requests: readonly number[];
    readonly errors: readonly number[];
    readonly p50Ms: readonly (number | null)[];
    readonly p95Ms: readonly (number | null)[];
    readonly p99Ms: readonly (number | null)[];
  };
  readonly heat: ExploreHeat;
  /** Those with most requests and lines come first. */
  readonly services: readonly ExploreService[];
  /** More than are listed when the list was cut. */
  readonly servicesTotal: number;
  readonly sampled: ExploreSampled | null;
}

/** Latency by logarithmic bands over time. */
export interface ExploreHeat {
  /** Lower bounds, one a band from the lowest that is used to the highest, and the upper bound of that. */
  readonly boundsMs: readonly number[];
  readonly cells: readonly {
    readonly bucket: number;
    /** Index into `boundsMs`. */
    readonly band: number;
    readonly requests: number;
    readonly errors: number;
  }[];
}

/** Too many spans to look at all: one trace in so many was looked at, and counts are multiplied by it. */
export interface ExploreSampled {
  readonly oneIn: number;
  readonly spans: number;
}

export interface ExploreServicePeriod {
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Lines by level as detected. */
  readonly lines: Readonly<Record<string, number>>;
}

export interface ExploreService {
  readonly service: string;
  /**
   * What is counted as its requests. `entry`: server and consumer spans; `root`: root spans, for it has none of those;
   * `every`: all its spans, for it has none of these either; `none`: it only logs.
   */
  readonly requestsAre: 'entry' | 'root' | 'every' | 'none';
  readonly range: ExploreServicePeriod;
  readonly before: ExploreServicePeriod;
  readonly requestsOverTime: readonly number[];
  readonly errorsOverTime: readonly number[];
  readonly p95MsOverTime: readonly (number | null)[];
  /** By `service.version`, the one that was seen last first. */
  readonly versions: readonly {
    readonly version: string;
    /** Null: it was there before the range began. */
    readonly firstNs: string | null;
    readonly lastNs: string;
    /** First seen in the range, while the service itself had been seen before. */
    readonly isNew: boolean;
  }[];
}

/** `GET /api/explore/service-map?start=&end=&service=`: `service` leaves what it talks to and what talks to it. */
export interface ExploreServiceMap {
  readonly startNs: string;
  readonly endNs: string;
  /** The busiest first. */
  readonly edges: readonly ExploreMapEdge[];
  /** More than are listed when the list was cut. */
  readonly edgesTotal: number;
  readonly sampled: ExploreSampled | null;
}

export interface ExploreMapNode {
  /** Other than a service: known only from the spans of those that call it. */
  readonly kind: 'service' | 'database' | 'queue' | 'external';
  readonly name: string;
}

export interface ExploreMapEdge {
  readonly from: ExploreMapNode;
  readonly to: ExploreMapNode;
  /** Through a queue or a topic. */
  readonly isMessaging: boolean;
  /** Of some messages only a link says who sent them: sender and taker are of different traces. */
  readonly isLinked: boolean;
  /** What the calls have among the caller's client and producer spans, in TraceQL; null: a service, which has its own. */
  readonly calls: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly p95Ms: number;
}
