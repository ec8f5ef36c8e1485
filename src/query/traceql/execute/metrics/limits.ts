// How much a metrics query may take.

export interface MetricsLimits {
  /** Steps in the range. */
  readonly stepsMax: number;
  /** Series of one metrics pipeline, before `topk` and friends. */
  readonly seriesMax: number;
  readonly exemplarsMax: number;
  /** Distinct values of one attribute that `compare` tells apart. */
  readonly compareValuesMax: number;
}

export const defaultMetricsLimits: MetricsLimits = {
  stepsMax: 10_000,
  seriesMax: 10_000,
  exemplarsMax: 1000,
  compareValuesMax: 10_000,
};
