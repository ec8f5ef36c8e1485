// The metrics functions: observations of spans go into buckets of a group, and at the end each group gives its series.

import { assertNever } from '../../../../base/assert.ts';
import type { TraceqlAttribute } from '../../engine.ts';
import type { MetricsAggregate } from '../../syntax/ast.ts';
import { bucketBound, bucketQuantile } from './log-buckets.ts';
import type { Timeline } from './timeline.ts';

/** One series of a group before its labels are joined with the group's. */
export interface GroupSeries {
  readonly labels: readonly TraceqlAttribute[];
  readonly values: Float64Array;
}

/** Values are in seconds when `isDuration`. */
export interface Aggregator {
  observe(bucket: number, value: number, isDuration: boolean): void;
  finish(): readonly GroupSeries[];
  /** Which of the finished series an exemplar with this value belongs to. */
  seriesOf(value: number, isDuration: boolean): number;
}

function single(values: Float64Array): readonly GroupSeries[] {
  return [{ labels: [], values }];
}

function createCount(buckets: number, scale: number): Aggregator {
  const counts = new Float64Array(buckets);
  return {
    observe: (bucket) => {
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    finish: () => single(counts.map((count) => count * scale)),
    seriesOf: () => 0,
  };
}

function createReduction(buckets: number, reduce: (a: number, b: number) => number): Aggregator {
  const values = new Float64Array(buckets).fill(Number.NaN);
  return {
    observe: (bucket, value) => {
      const present = values[bucket] ?? Number.NaN;
      values[bucket] = Number.isNaN(present) ? value : reduce(present, value);
    },
    finish: () => single(values),
    seriesOf: () => 0,
  };
}

function createMean(buckets: number): Aggregator {
  const sums = new Float64Array(buckets);
  const counts = new Float64Array(buckets);
  return {
    observe: (bucket, value) => {
      sums[bucket] = (sums[bucket] ?? 0) + value;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    // Nothing observed: 0 / 0 is NaN, no value.
    finish: () => single(sums.map((sum, at) => sum / (counts[at] ?? 0))),
    seriesOf: () => 0,
  };
}

/** Durations are counted in buckets of nanoseconds, whose bounds are then shown in seconds. */
function boundOf(value: number, isDuration: boolean): number | undefined {
  const bound = bucketBound(isDuration ? Math.round(value * 1e9) : value);
  return bound === undefined || !isDuration ? bound : bound / 1e9;
}

class LogBuckets {
  readonly #buckets: number;
  readonly #counts: Map<number, Float64Array> = new Map();

  constructor(buckets: number) {
    this.#buckets = buckets;
  }

  observe(bucket: number, bound: number): void {
    const counts = this.#counts.get(bound) ?? new Float64Array(this.#buckets);
    this.#counts.set(bound, counts);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** Ascending. */
  get bounds(): readonly number[] {
    return [...this.#counts.keys()].sort((a, b) => a - b);
  }

  countsOf(bound: number): Float64Array {
    return this.#counts.get(bound) ?? new Float64Array(this.#buckets);
  }
}

function createHistogram(buckets: number): Aggregator {
  const counted = new LogBuckets(buckets);
  return {
    observe: (bucket, value, isDuration) => {
      const bound = boundOf(value, isDuration);
      if (bound !== undefined) counted.observe(bucket, bound);
    },
    finish: () =>
      counted.bounds.map((bound) => ({
        labels: [{ key: '__bucket', value: { kind: 'float', value: bound } }],
        values: counted.countsOf(bound),
      })),
    seriesOf: (value, isDuration) => {
      const bound = boundOf(value, isDuration);
      return bound === undefined ? -1 : counted.bounds.indexOf(bound);
    },
  };
}

function createQuantiles(buckets: number, quantiles: readonly number[]): Aggregator {
  const counted = new LogBuckets(buckets);
  return {
    observe: (bucket, value, isDuration) => {
      const bound = boundOf(value, isDuration);
      if (bound !== undefined) counted.observe(bucket, bound);
    },
    finish: () => {
      const columns = counted.bounds.map((bound) => ({ bound, counts: counted.countsOf(bound) }));
      return quantiles.map((quantile) => ({
        labels: [{ key: 'p', value: { kind: 'float', value: quantile } }],
        values: Float64Array.from({ length: buckets }, (_, at) =>
          bucketQuantile(
            quantile,
            columns.map(({ bound, counts }) => ({ bound, count: counts[at] ?? 0 })),
          ),
        ),
      }));
    },
    seriesOf: () => 0,
  };
}

export function createAggregator(
  { name, quantiles }: MetricsAggregate,
  timeline: Timeline,
): Aggregator {
  const buckets = timeline.timestampsMs.length;
  switch (name) {
    case 'rate':
      return createCount(buckets, 1 / timeline.stepSeconds);
    case 'count_over_time':
      return createCount(buckets, 1);
    case 'min_over_time':
      return createReduction(buckets, Math.min);
    case 'max_over_time':
      return createReduction(buckets, Math.max);
    case 'sum_over_time':
      return createReduction(buckets, (a, b) => a + b);
    case 'avg_over_time':
      return createMean(buckets);
    case 'quantile_over_time':
      return createQuantiles(buckets, quantiles);
    case 'histogram_over_time':
      return createHistogram(buckets);
    default:
      return assertNever(name);
  }
}
