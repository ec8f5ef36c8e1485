// The waterfall as rectangles, dots and ticks: from rows, a window of time and a width to pixels. Knows no canvas and
// no colors.

import type { SpanNode } from './tree.ts';

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export interface WaterfallLog {
  readonly id: string;
  readonly spanId: string;
  readonly timeMs: number;
  readonly level: string;
}

export interface WaterfallInput {
  /** The rows that are drawn, of which the first one is at `y` 0. */
  readonly rows: readonly SpanNode[];
  readonly rowHeight: number;
  /** Where bars may be; their labels may be in a margin to the right of it. */
  readonly width: number;
  readonly window: TimeWindow;
  readonly logsBySpan: ReadonlyMap<string, readonly WaterfallLog[]>;
}

export interface BarRect {
  readonly node: SpanNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where its duration is written: behind the bar, for which the drawing leaves a margin. */
  readonly labelX: number;
}

export interface LogDot {
  readonly log: WaterfallLog;
  readonly x: number;
  readonly y: number;
}

export interface WaterfallLayout {
  readonly bars: readonly BarRect[];
  readonly dots: readonly LogDot[];
}

const barTop = 5;
const barHeight = 10;
const barWidthMin = 2;
const labelGap = 6;

export function xOfMs(ms: number, window: TimeWindow, width: number): number {
  const length = window.endMs - window.startMs;
  return length <= 0 ? 0 : ((ms - window.startMs) / length) * width;
}

export function msOfX(x: number, window: TimeWindow, width: number): number {
  return window.startMs + (width <= 0 ? 0 : x / width) * (window.endMs - window.startMs);
}

export function layoutWaterfall(input: WaterfallInput): WaterfallLayout {
  const bars: BarRect[] = [];
  const dots: LogDot[] = [];
  input.rows.forEach((node, row) => {
    const y = row * input.rowHeight;
    const bar = layoutBar(node, y + barTop, input);
    if (bar !== undefined) bars.push(bar);
    const logs = node.span === null ? undefined : input.logsBySpan.get(node.span.spanId);
    for (const log of logs ?? []) {
      const x = xOfMs(log.timeMs, input.window, input.width);
      if (x < 0 || x > input.width) continue;
      dots.push({ log, x, y: y + barTop + barHeight + 4 });
    }
  });
  return { bars, dots };
}

function layoutBar(node: SpanNode, y: number, input: WaterfallInput): BarRect | undefined {
  const start = xOfMs(node.startMs, input.window, input.width);
  const end = xOfMs(node.endMs, input.window, input.width);
  if (end < 0 || start > input.width) return undefined;
  const x = Math.min(Math.max(0, start), input.width - barWidthMin);
  const width = Math.max(barWidthMin, Math.min(end, input.width) - x);
  return { node, x, y, width, height: barHeight, labelX: x + width + labelGap };
}

/** Round instants at least `apartPx` from one another, in ms from the start of the trace. */
export function timeMarks(
  window: TimeWindow,
  width: number,
  apartPx: number,
): readonly { readonly ms: number; readonly x: number }[] {
  const length = window.endMs - window.startMs;
  if (length <= 0 || width <= 0) return [];
  const wanted = (length * apartPx) / width;
  const scale = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * scale).find((one) => one >= wanted) ?? wanted;
  const marks: { ms: number; x: number }[] = [];
  // Counted in whole steps: adding up fractions would drift.
  const last = Math.floor(window.endMs / step + 1e-9);
  for (let at = Math.ceil(window.startMs / step); at <= last; at++) {
    const ms = Number((at * step).toPrecision(12));
    marks.push({ ms, x: xOfMs(ms, window, width) });
  }
  return marks;
}
