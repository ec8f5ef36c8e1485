// How a query is carried out: types only, shared by the server and the UI.

/** `GET /api/explore/explain?language=logql|promql|traceql&query=&start=&end=&step=`; step in seconds. */
export interface ExploreExplain {
  /** The plan, a node a line, indented. */
  readonly plan: string;
  /** What may surprise about the query, each at its place. */
  readonly notes: readonly {
    readonly message: string;
    readonly start: number;
    readonly end: number;
  }[];
}
