// Cells of a latency heat map, and what a box on it means: whole buckets of time, whole bands of latency. Pure.

import type { ExploreHeat } from '../../../src/api/explore/contract/overview.ts';

export interface HeatAxis {
  readonly startMs: number;
  readonly stepMs: number;
  readonly buckets: number;
  /** Bounds of the bands, lowest first; one more than there are bands. */
  readonly boundsMs: readonly number[];
}

/** A place on the map; band 0 is the lowest. */
export interface HeatPlace {
  readonly bucket: number;
  readonly band: number;
}

export interface HeatSize {
  readonly width: number;
  readonly height: number;
}

export function bandsOf({ boundsMs }: HeatAxis): number {
  return Math.max(0, boundsMs.length - 1);
}

export interface HeatRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 1, of the fullest cell, on a logarithmic scale. */
  readonly strength: number;
  /** Share of errors among the cell's requests. */
  readonly errors: number;
}

export function layoutHeat(
  { cells }: ExploreHeat,
  axis: HeatAxis,
  { width, height }: HeatSize,
): readonly HeatRect[] {
  const bands = bandsOf(axis);
  if (bands === 0 || axis.buckets === 0) return [];
  let most = 1;
  for (const { requests } of cells) most = Math.max(most, requests);
  const full = Math.log1p(most);
  return cells.map(({ bucket, band, requests, errors }) => {
    const left = (bucket / axis.buckets) * width;
    const top = (1 - (band + 1) / bands) * height;
    return {
      x: left,
      y: top,
      width: ((bucket + 1) / axis.buckets) * width - left,
      height: (1 - band / bands) * height - top,
      strength: Math.log1p(requests) / full,
      errors: requests === 0 ? 0 : errors / requests,
    };
  });
}

export function placeAt(
  axis: HeatAxis,
  { width, height }: HeatSize,
  x: number,
  y: number,
): HeatPlace {
  const clamp = (value: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(value * count)));
  return {
    bucket: clamp(x / width, axis.buckets),
    band: clamp(1 - y / height, bandsOf(axis)),
  };
}

export interface HeatSelection {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Null: the box reaches to that end of the map, so that what lies beyond it belongs to it too. */
  readonly minNs: bigint | null;
  readonly maxNs: bigint | null;
}

export function selectionOf(axis: HeatAxis, from: HeatPlace, to: HeatPlace): HeatSelection {
  const { startMs, stepMs, boundsMs } = axis;
  const first = Math.min(from.bucket, to.bucket);
  const last = Math.max(from.bucket, to.bucket);
  const low = Math.min(from.band, to.band);
  const high = Math.max(from.band, to.band);
  const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
  const step = ns(stepMs);
  return {
    startNs: BigInt(Math.round(startMs)) * 1_000_000n + BigInt(first) * step,
    endNs: BigInt(Math.round(startMs)) * 1_000_000n + BigInt(last + 1) * step,
    minNs: low === 0 ? null : ns(boundsMs[low] ?? 0),
    maxNs: high === bandsOf(axis) - 1 ? null : ns(boundsMs[high + 1] ?? 0),
  };
}

/** Where a selection lies, for drawing it: shares of width and height, cut to the map; undefined when it is outside. */
export function boxOf(
  axis: HeatAxis,
  { startNs, endNs, minNs, maxNs }: HeatSelection,
): { left: number; right: number; top: number; bottom: number } | undefined {
  const share = (ns: bigint): number => {
    const fromStartMs = Number(ns - BigInt(Math.round(axis.startMs)) * 1_000_000n) / 1e6;
    return Math.min(1, Math.max(0, fromStartMs / (axis.stepMs * axis.buckets)));
  };
  const left = share(startNs);
  const right = share(endNs);
  if (left >= right) return undefined;
  const bands = bandsOf(axis);
  const height = (ns: bigint): number => {
    const [lowest = 1] = axis.boundsMs;
    const highest = axis.boundsMs.at(-1) ?? 1;
    const of = Math.log(Number(ns) / 1e6 / lowest) / Math.log(highest / lowest);
    return bands === 0 ? 0 : Math.min(1, Math.max(0, of));
  };
  return {
    left,
    right,
    top: maxNs === null ? 0 : 1 - height(maxNs),
    bottom: minNs === null ? 1 : 1 - height(minNs),
  };
}

/** Labels that are nearer than this touch each other. */
const boundApartPx = 15;

/** Round latencies and where their lines are, as a share of the height from the top; as many as have room. */
export function latencyTicks(
  axis: HeatAxis,
  height: number,
): readonly { readonly ms: number; readonly top: number }[] {
  const [lowest = 1] = axis.boundsMs;
  const highest = axis.boundsMs.at(-1) ?? 1;
  if (bandsOf(axis) === 0 || highest <= lowest) return [];
  const decades = Math.log10(highest / lowest);
  const within = decades < 1.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((boundApartPx * decades) / Math.max(1, height)));
  const ticks: { ms: number; top: number }[] = [];
  for (let power = Math.floor(Math.log10(lowest)); power <= Math.log10(highest); power++) {
    if (power % every !== 0) continue;
    for (const factor of within) {
      const ms = factor * 10 ** power;
      if (ms < lowest || ms > highest) continue;
      ticks.push({ ms, top: 1 - Math.log10(ms / lowest) / decades });
    }
  }
  return ticks;
}

/** Bounds at the edges of their bands, for bands that are not evenly spaced; as many as have room. */
export function boundTicks(
  axis: HeatAxis,
  height: number,
): readonly { readonly ms: number; readonly top: number }[] {
  const bands = bandsOf(axis);
  if (bands === 0) return [];
  const every = Math.max(1, Math.ceil((boundApartPx * bands) / Math.max(1, height)));
  return axis.boundsMs
    .map((ms, band) => ({ ms, top: 1 - band / bands, band }))
    .filter(({ band }) => band % every === 0)
    .map(({ ms, top }) => ({ ms, top }));
}

export interface HeatSummary {
  /** The first bucket of each step and the one behind its last. */
  readonly steps: readonly { readonly from: number; readonly to: number }[];
  /** The highest first, as they are drawn; bands without a request at either end are left out. */
  readonly rows: readonly {
    readonly band: number;
    readonly steps: readonly { readonly requests: number; readonly errors: number }[];
  }[];
}

/** The map as a table: neighboring buckets are one step where there are more than may be told. */
export function summarizeHeat(
  { cells }: ExploreHeat,
  axis: HeatAxis,
  stepsMax: number,
): HeatSummary {
  const width = Math.max(1, Math.ceil(axis.buckets / stepsMax));
  const steps = Array.from({ length: Math.ceil(axis.buckets / width) }, (_, at) => ({
    from: at * width,
    to: Math.min(axis.buckets, (at + 1) * width),
  }));
  const rows = Array.from({ length: bandsOf(axis) }, (_, band) => ({
    band,
    steps: steps.map(() => ({ requests: 0, errors: 0 })),
  }));
  let lowest = rows.length;
  let highest = -1;
  for (const { bucket, band, requests, errors } of cells) {
    const sum = rows[band]?.steps[Math.floor(bucket / width)];
    if (sum === undefined || requests === 0) continue;
    sum.requests += requests;
    sum.errors += errors;
    lowest = Math.min(lowest, band);
    highest = Math.max(highest, band);
  }
  return { steps, rows: rows.slice(lowest, highest + 1).toReversed() };
}
