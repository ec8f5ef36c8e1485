// Named limits of LogQL's execution. Those that Loki has too have its defaults and its messages.

export interface LogqlLimits {
  /** Lines that one log query may ask for. */
  readonly entriesMax: number;
  /** Series in one result. */
  readonly seriesMax: number;
  /** Evaluation times of one query. */
  readonly pointsMax: number;
  /** Series that one aggregation may hold before they are grouped. */
  readonly heldSeriesMax: number;
  /** Partial results that range aggregations may hold: one per series and step, about. */
  readonly cellsMax: number;
  /** Values that the series of range aggregations may have together: series times evaluation times. */
  readonly valuesMax: number;
  /** Values that `quantile_over_time` may hold. */
  readonly samplesMax: number;
  /** Characters in the lines of one log result. */
  readonly lineCharactersMax: number;
  /** Traces that one `trace(…)` may select; of more, the newest count and a warning says so. */
  readonly tracesMax: number;
  /** Up to so many traces are looked up by storage's index; of more, the engine picks the lines. */
  readonly tracesPushedMax: number;
}

export const defaultLogqlLimits: LogqlLimits = {
  entriesMax: 5_000,
  seriesMax: 500,
  pointsMax: 11_000,
  heldSeriesMax: 100_000,
  cellsMax: 4_000_000,
  valuesMax: 20_000_000,
  samplesMax: 5_000_000,
  lineCharactersMax: 134_217_728,
  tracesMax: 10_000,
  tracesPushedMax: 1_000,
};
