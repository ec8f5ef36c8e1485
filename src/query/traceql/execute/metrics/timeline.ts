// The steps of a metrics query: bucket i covers (start + i * step, start + (i + 1) * step] and is shown at its right edge.
// An instant query has one bucket that covers both ends.

import { printGoDuration } from '../../../../base/duration.ts';
import { Failure } from '../../../../base/errors.ts';
import type { TraceqlMetricsRequest } from '../../engine.ts';
import type { MetricsLimits } from './limits.ts';

export interface Timeline {
  /** Spans that start in this range count: inclusive, exclusive. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepSeconds: number;
  /** Right edges of the buckets. */
  readonly timestampsMs: Float64Array;
  /** -1 outside of the range. */
  bucketOf(timeNs: bigint): number;
}

function floorTo(value: bigint, step: bigint): bigint {
  const rest = value % step;
  return rest < 0n ? value - rest - step : value - rest;
}

function instantTimeline(startNs: bigint, endNs: bigint): Timeline {
  return {
    startNs,
    endNs: endNs + 1n,
    stepSeconds: Number(endNs - startNs) / 1e9,
    timestampsMs: Float64Array.of(Number(endNs / 1_000_000n)),
    bucketOf: (timeNs) => (timeNs >= startNs && timeNs <= endNs ? 0 : -1),
  };
}

/** The range is widened to whole steps, with one more bucket in front, as Tempo aligns it. */
export function createTimeline(request: TraceqlMetricsRequest, limits: MetricsLimits): Timeline {
  const { startNs, endNs, stepNs, instant } = request;
  if (endNs <= startNs) {
    throw new Failure('invalid-data', 'the end of the range must be after its start');
  }
  if (instant) return instantTimeline(startNs, endNs);
  if (stepNs <= 0n) throw new Failure('invalid-data', 'step must be greater than 0');
  if ((endNs - startNs) / stepNs > BigInt(limits.stepsMax)) {
    const least = (endNs - startNs) / BigInt(limits.stepsMax);
    throw new Failure(
      'limit',
      `step of ${printGoDuration(stepNs)} is too small, minimum step for given range is ${printGoDuration(least)}`,
    );
  }
  const first = floorTo(startNs, stepNs) - stepNs;
  const last = -floorTo(-endNs, stepNs);
  const count = Number((last - first) / stepNs);
  const firstMs = Number(first) / 1e6;
  const stepMs = Number(stepNs) / 1e6;
  return {
    startNs: first + 1n,
    endNs: last + 1n,
    stepSeconds: Number(stepNs) / 1e9,
    timestampsMs: Float64Array.from({ length: count }, (_, at) =>
      Math.round(firstMs + (at + 1) * stepMs),
    ),
    bucketOf: (timeNs) =>
      timeNs <= first || timeNs > last ? -1 : Number((timeNs - first - 1n) / stepNs),
  };
}
