// A native (sparse) histogram with float counts, as Prometheus defines it (Native Histograms specification).
// Integer histograms from the wire are turned into this form on the way in.

export interface HistogramSpan {
  /** Gap to the end of the previous span; for the first span the index of its first bucket. */
  readonly offset: number;
  readonly length: number;
}

export type CounterResetHint = 'unknown' | 'reset' | 'not-reset' | 'gauge';

export interface NativeHistogram {
  readonly counterResetHint: CounterResetHint;
  /** -4 .. 8 exponential; -53 custom bounds in `customValues`. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly HistogramSpan[];
  /** Absolute counts, one for each bucket that the spans name. */
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly HistogramSpan[];
  readonly negativeBuckets: readonly number[];
  /** Upper bounds, ascending, for schema -53; empty otherwise. */
  readonly customValues: readonly number[];
}
