// What each range aggregation remembers of a run of samples: a few numbers ("lanes") that a sample is added to, that two
// neighbouring runs can be merged into, and that the window's value is read from. So windows of any overlap cost one
// partial result per run between window edges, and no samples are kept.

import type { RangeOperation } from '../syntax/functions.ts';

export interface WindowContext {
  /** Seconds, relative to the first evaluation time. */
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly rangeSeconds: number;
}

export interface Accumulator {
  readonly lanes: number;
  /** Fills the lanes at `base` with a run of one sample. `time` in seconds as in `WindowContext`. */
  start(lanes: number[], base: number, time: number, value: number): void;
  add(lanes: number[], base: number, time: number, value: number): void;
  /** The run at `b` follows that at `a`; the result goes to `out`, which may be `a`. */
  merge(out: number[], a: number[], b: number[]): void;
  value(lanes: readonly number[], context: WindowContext): number;
}

const sum = (finish: (total: number, context: WindowContext) => number): Accumulator => ({
  lanes: 1,
  start: (lanes, base, _time, value) => {
    lanes[base] = value;
  },
  add: (lanes, base, _time, value) => {
    lanes[base] = (lanes[base] ?? 0) + value;
  },
  merge: (out, a, b) => {
    out[0] = (a[0] ?? 0) + (b[0] ?? 0);
  },
  value: (lanes, context) => finish(lanes[0] ?? 0, context),
});

const total = sum((value) => value);
const perSecond = sum((value, context) => value / context.rangeSeconds);

/** Keeps one of two values: `prefers(candidate, kept)`. A kept NaN always gives way. */
const choice = (prefers: (candidate: number, kept: number) => boolean): Accumulator => {
  const pick = (kept: number, candidate: number): number =>
    Number.isNaN(kept) || prefers(candidate, kept) ? candidate : kept;
  return {
    lanes: 1,
    start: (lanes, base, _time, value) => {
      lanes[base] = value;
    },
    add: (lanes, base, _time, value) => {
      lanes[base] = pick(lanes[base] ?? 0, value);
    },
    merge: (out, a, b) => {
      out[0] = pick(a[0] ?? 0, b[0] ?? 0);
    },
    value: (lanes) => lanes[0] ?? 0,
  };
};

/** Always the kept one, or always the candidate, NaN included. */
const end = (newest: boolean): Accumulator => ({
  lanes: 1,
  start: (lanes, base, _time, value) => {
    lanes[base] = value;
  },
  add: (lanes, base, _time, value) => {
    if (newest) lanes[base] = value;
  },
  merge: (out, a, b) => {
    out[0] = (newest ? b[0] : a[0]) ?? 0;
  },
  value: (lanes) => lanes[0] ?? 0,
});

const mean: Accumulator = {
  lanes: 2,
  start: (lanes, base, _time, value) => {
    lanes[base] = 1;
    lanes[base + 1] = value;
  },
  add: (lanes, base, _time, value) => {
    lanes[base] = (lanes[base] ?? 0) + 1;
    lanes[base + 1] = (lanes[base + 1] ?? 0) + value;
  },
  merge: (out, a, b) => {
    out[0] = (a[0] ?? 0) + (b[0] ?? 0);
    out[1] = (a[1] ?? 0) + (b[1] ?? 0);
  },
  value: (lanes) => (lanes[1] ?? 0) / (lanes[0] ?? 1),
};

/** Count, mean and sum of squared distances (Welford, Chan). */
const variance = (finish: (value: number) => number): Accumulator => ({
  lanes: 3,
  start: (lanes, base, _time, value) => {
    lanes[base] = 1;
    lanes[base + 1] = value;
    // A single infinity has no distance from itself.
    lanes[base + 2] = value - value;
  },
  add: (lanes, base, _time, value) => {
    const count = (lanes[base] ?? 0) + 1;
    const before = lanes[base + 1] ?? 0;
    const after = before + (value - before) / count;
    lanes[base] = count;
    lanes[base + 1] = after;
    lanes[base + 2] = (lanes[base + 2] ?? 0) + (value - before) * (value - after);
  },
  merge: (out, a, b) => {
    const [countA = 0, meanA = 0, squaresA = 0] = a;
    const [countB = 0, meanB = 0, squaresB = 0] = b;
    const count = countA + countB;
    const distance = meanB - meanA;
    out[0] = count;
    out[1] = meanA + (distance * countB) / count;
    out[2] = squaresA + squaresB + (distance * distance * countA * countB) / count;
  },
  value: (lanes) => finish((lanes[2] ?? 0) / (lanes[0] ?? 1)),
});

/** Count, first time and value, last time and value, what resets lost. */
const counter: Accumulator = {
  lanes: 6,
  start: (lanes, base, time, value) => {
    lanes[base] = 1;
    lanes[base + 1] = time;
    lanes[base + 2] = value;
    lanes[base + 3] = time;
    lanes[base + 4] = value;
    lanes[base + 5] = 0;
  },
  add: (lanes, base, time, value) => {
    const last = lanes[base + 4] ?? 0;
    lanes[base] = (lanes[base] ?? 0) + 1;
    lanes[base + 3] = time;
    lanes[base + 4] = value;
    if (value < last) lanes[base + 5] = (lanes[base + 5] ?? 0) + last;
  },
  merge: (out, a, b) => {
    const lost = (b[2] ?? 0) < (a[4] ?? 0) ? (a[4] ?? 0) : 0;
    const resets = (a[5] ?? 0) + (b[5] ?? 0) + lost;
    const count = (a[0] ?? 0) + (b[0] ?? 0);
    const [, firstTime = 0, firstValue = 0] = a;
    out[0] = count;
    out[1] = firstTime;
    out[2] = firstValue;
    out[3] = b[3] ?? 0;
    out[4] = b[4] ?? 0;
    out[5] = resets;
  },
  value: (lanes, context) => extrapolatedRate(lanes, context),
};

/** Prometheus's extrapolation of a counter's increase to the edges of its window, per second. */
function extrapolatedRate(lanes: readonly number[], context: WindowContext): number {
  const [count = 0, firstTime = 0, firstValue = 0, lastTime = 0, lastValue = 0, resets = 0] = lanes;
  const sampled = lastTime - firstTime;
  if (count < 2 || sampled <= 0) return 0;
  const increase = lastValue - firstValue + resets;
  const average = sampled / (count - 1);
  const threshold = average * 1.1;
  let toStart = firstTime - context.windowStart;
  let toEnd = context.windowEnd - lastTime;
  if (toStart >= threshold) toStart = average / 2;
  if (increase > 0 && firstValue >= 0)
    toStart = Math.min(toStart, sampled * (firstValue / increase));
  if (toEnd >= threshold) toEnd = average / 2;
  return (increase * ((sampled + toStart + toEnd) / sampled)) / context.rangeSeconds;
}

/** `quantile_over_time` needs all values and is not among them. */
export const accumulators: Readonly<
  Record<Exclude<RangeOperation, 'quantile_over_time'>, Accumulator>
> = {
  count_over_time: total,
  rate: perSecond,
  bytes_over_time: total,
  bytes_rate: perSecond,
  sum_over_time: total,
  avg_over_time: mean,
  min_over_time: choice((candidate, kept) => candidate < kept),
  max_over_time: choice((candidate, kept) => candidate > kept),
  stdvar_over_time: variance((value) => value),
  stddev_over_time: variance(Math.sqrt),
  first_over_time: end(false),
  last_over_time: end(true),
  rate_counter: counter,
  // Only whether there is anything counts.
  absent_over_time: total,
};

/** The quantile of sorted values, NaN sorted first, by linear interpolation between ranks. */
export function quantileOf(sorted: Float64Array | readonly number[], quantile: number): number {
  if (sorted.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const rank = quantile * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return (sorted[lower] ?? 0) * (1 - weight) + (sorted[upper] ?? 0) * weight;
}
