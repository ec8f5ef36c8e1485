// Bars of the level histogram as rectangles: severities stacked, errors at the foot, where they are compared best.

import type { ExploreHistogram } from '../../../src/api/explore/contract/records.ts';
import { levelKind } from '../words/level.ts';
import type { LevelKind } from '../../app/theme.ts';

export interface HistogramRect {
  readonly bucket: number;
  readonly level: LevelKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface HistogramLayout {
  readonly rects: readonly HistogramRect[];
  readonly totals: readonly number[];
  /** The height of the whole plot stands for this many lines. */
  readonly top: number;
}

const order: readonly LevelKind[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'];

type LevelCounts = ExploreHistogram['levels'][number];

/** The worst first. */
export function bySeverity(levels: readonly LevelCounts[]): readonly LevelCounts[] {
  const rank = ({ level }: LevelCounts): number => order.indexOf(levelKind(level));
  return levels.toSorted((a, b) => rank(a) - rank(b));
}

/** What is not nothing is at least this high, so that one error among thousands of lines is seen. */
const barHeightMin = 2;

export function layoutHistogram(
  histogram: ExploreHistogram,
  width: number,
  height: number,
): HistogramLayout {
  const levels = bySeverity(histogram.levels).map(({ level, counts }) => ({
    kind: levelKind(level),
    counts,
  }));
  const buckets = Math.max(0, ...levels.map(({ counts }) => counts.length));
  const totals = Array.from({ length: buckets }, (_, bucket) =>
    levels.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0),
  );
  const top = Math.max(1, ...totals);
  const step = buckets === 0 ? width : width / buckets;
  const gap = step > 4 ? 1 : 0;
  const rects: HistogramRect[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    let foot = height;
    for (const { kind, counts } of levels) {
      const count = counts[bucket] ?? 0;
      if (count === 0) continue;
      const tall = Math.max(barHeightMin, (count / top) * height);
      const y = Math.max(0, foot - tall);
      rects.push({
        bucket,
        level: kind,
        x: bucket * step,
        y,
        width: Math.max(1, step - gap),
        height: foot - y,
      });
      foot = y;
    }
  }
  return { rects, totals, top };
}

/** Offsets of a drag as instants, whole buckets, at least one. */
export function brushedRange(
  histogram: ExploreHistogram,
  width: number,
  fromX: number,
  toX: number,
): { readonly startNs: bigint; readonly endNs: bigint } {
  const buckets = Math.max(1, ...histogram.levels.map(({ counts }) => counts.length));
  const at = (x: number): number => Math.min(1, Math.max(0, x / width)) * buckets;
  const first = Math.min(buckets - 1, Math.floor(at(Math.min(fromX, toX))));
  const last = Math.max(first + 1, Math.ceil(at(Math.max(fromX, toX))));
  const start = BigInt(histogram.startNs);
  const step = BigInt(histogram.stepNs);
  return { startNs: start + BigInt(first) * step, endNs: start + BigInt(last) * step };
}

export function bucketAt(buckets: number, width: number, x: number): number {
  return Math.min(buckets - 1, Math.max(0, Math.floor((x / width) * buckets)));
}

const niceSteps: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900,
  1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * 1000);

/** Round instants at least `apartPx` from one another, as offsets and nanoseconds; `zoneMs` east of UTC. */
export function timeTicks(
  startNs: bigint,
  endNs: bigint,
  width: number,
  apartPx: number,
  zoneMs: number,
): readonly { readonly x: number; readonly ns: bigint }[] {
  const spanMs = Number(endNs - startNs) / 1e6;
  if (spanMs <= 0 || width <= 0) return [];
  const wantedMs = (spanMs * apartPx) / width;
  const stepMs = niceSteps.find((step) => step >= wantedMs) ?? 604_800_000;
  const startMs = Number(startNs / 1_000_000n) + zoneMs;
  const ticks: { x: number; ns: bigint }[] = [];
  for (let at = Math.ceil(startMs / stepMs) * stepMs; at < startMs + spanMs; at += stepMs) {
    ticks.push({
      x: ((at - startMs) / spanMs) * width,
      ns: BigInt(Math.round(at - zoneMs)) * 1_000_000n,
    });
  }
  return ticks;
}
