// The waterfall as rectangles, dots and ticks: from rows, a window of time and a width to pixels. Knows no canvas and
// no colors.

import { printDuration } from '../words/numbers.ts';
import type { StoryRow } from './rows.ts';
import type { PathStretch } from './critical-path.ts';

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export interface WaterfallLog {
  readonly id: string;
  readonly spanId: string;
  readonly timeMs: number;
  readonly level: string;
  /** Its first line. */
  readonly text: string;
}

export interface WaterfallInput {
  /** The rows that are in sight. */
  readonly rows: readonly StoryRow[];
  /** Place of the first of them among all; `y` 0 is the top of all. */
  readonly firstRow: number;
  readonly rowHeight: number;
  /** Where bars may be; their labels may be in a margin to the right of it. */
  readonly width: number;
  readonly window: TimeWindow;
  readonly logsBySpan: ReadonlyMap<string, readonly WaterfallLog[]>;
  /** Stretches of the critical path by node; undefined: it is not shown. */
  readonly path?: ReadonlyMap<string, readonly PathStretch[]> | undefined;
}

export interface Stretch {
  readonly x: number;
  readonly width: number;
}

export interface BarRect {
  readonly row: Exclude<StoryRow, { readonly kind: 'log' }>;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** Where the label is written: behind the bar, for which the drawing leaves a margin. */
  readonly labelX: number;
  /** Of a group of look-alikes: its spans. */
  readonly parts: readonly Stretch[];
  /** On the critical path. */
  readonly path: readonly Stretch[];
  /** Where something happened to the span. */
  readonly events: readonly { readonly x: number; readonly name: string }[];
}

export interface LogDot {
  readonly log: WaterfallLog;
  readonly x: number;
  readonly y: number;
}

export interface LogText {
  readonly log: WaterfallLog;
  readonly x: number;
  readonly y: number;
}

export interface WaterfallLayout {
  readonly bars: readonly BarRect[];
  readonly dots: readonly LogDot[];
  /** Log lines that have a row of their own. */
  readonly texts: readonly LogText[];
}

const barTop = 5;
const barHeight = 10;
const barWidthMin = 2;
const labelGap = 6;
/** More spans of one group than pixels need not be drawn one by one. */
const groupPartsMax = 2000;

export function xOfMs(ms: number, window: TimeWindow, width: number): number {
  const length = window.endMs - window.startMs;
  return length <= 0 ? 0 : ((ms - window.startMs) / length) * width;
}

export function msOfX(x: number, window: TimeWindow, width: number): number {
  return window.startMs + (width <= 0 ? 0 : x / width) * (window.endMs - window.startMs);
}

export function layoutRows(input: WaterfallInput): WaterfallLayout {
  const bars: BarRect[] = [];
  const dots: LogDot[] = [];
  const texts: LogText[] = [];
  input.rows.forEach((row, at) => {
    const y = (input.firstRow + at) * input.rowHeight;
    if (row.kind === 'log') {
      const x = xOfMs(row.log.timeMs, input.window, input.width);
      if (x >= 0 && x <= input.width) texts.push({ log: row.log, x, y: y + input.rowHeight / 2 });
      return;
    }
    const bar = layoutBar(row, y + barTop, input);
    if (bar !== undefined) bars.push(bar);
    const nodes = row.kind === 'span' ? [row.node] : row.isOpen ? [] : row.group.nodes;
    for (const { span } of nodes) {
      if (span === null || (span.logCount === 0 && !input.logsBySpan.has(span.spanId))) continue;
      for (const log of input.logsBySpan.get(span.spanId) ?? []) {
        const x = xOfMs(log.timeMs, input.window, input.width);
        if (x >= 0 && x <= input.width) dots.push({ log, x, y: y + barTop + barHeight + 4 });
      }
    }
  });
  return { bars, dots, texts };
}

function stretch(startMs: number, endMs: number, input: WaterfallInput): Stretch | undefined {
  const start = xOfMs(startMs, input.window, input.width);
  const end = xOfMs(endMs, input.window, input.width);
  if (end < 0 || start > input.width) return undefined;
  const x = Math.min(Math.max(0, start), input.width - barWidthMin);
  return { x, width: Math.max(barWidthMin, Math.min(end, input.width) - x) };
}

function layoutBar(row: BarRect['row'], y: number, input: WaterfallInput): BarRect | undefined {
  const { startMs, endMs } = row.kind === 'span' ? row.node : row.group;
  const place = stretch(startMs, endMs, input);
  if (place === undefined) return undefined;
  const { x, width } = place;
  const common = { row, x, y, width, height: barHeight, labelX: x + width + labelGap };
  if (row.kind === 'alike') {
    const every = Math.ceil(row.group.nodes.length / groupPartsMax);
    return {
      ...common,
      label: durationsText(row.group.shortestMs, row.group.longestMs),
      parts: row.group.nodes.flatMap((node, at) =>
        at % every === 0 ? (stretch(node.startMs, node.endMs, input) ?? []) : [],
      ),
      path: row.isOpen ? [] : row.group.nodes.flatMap(({ id }) => pathOf(id, input)),
      events: [],
    };
  }
  const { span } = row.node;
  const lengthMs = span === null ? endMs - startMs : span.endMs - span.startMs;
  return {
    ...common,
    label:
      lengthMs < 0 ? `${printDuration(lengthMs)} · ends before it starts` : printDuration(lengthMs),
    parts: [],
    path: pathOf(row.node.id, input),
    events: (span?.events ?? []).flatMap(({ ms, name }) => {
      const at = xOfMs(ms, input.window, input.width);
      return at < 0 || at > input.width ? [] : [{ x: at, name }];
    }),
  };
}

function pathOf(id: string, input: WaterfallInput): readonly Stretch[] {
  return (input.path?.get(id) ?? []).flatMap(
    (part) => stretch(part.startMs, part.endMs, input) ?? [],
  );
}

/** `3 – 9 ms`; both units where they differ. */
export function durationsText(shortestMs: number, longestMs: number): string {
  const shortest = printDuration(shortestMs);
  const longest = printDuration(longestMs);
  if (shortest === longest) return longest;
  const [number = '', unit, more] = shortest.split(' ');
  const same = more === undefined && unit === longest.split(' ')[1];
  return `${same ? number : shortest} – ${longest}`;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Between ten seconds and a day round numbers of seconds, minutes and hours are no round numbers of anything else. */
const clockStepsMs: readonly number[] = [
  1 / 6,
  1 / 4,
  1 / 2,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  180,
  360,
  720,
].map((minutes) => Math.round(minutes * minuteMs));

/** The smallest round length that is not below the wanted one. */
function roundStep(wantedMs: number): number {
  const onClock = clockStepsMs.find((step) => step >= wantedMs);
  if (wantedMs > 5000 && onClock !== undefined) return onClock;
  const unit = wantedMs > 5000 ? dayMs : 1;
  const wanted = wantedMs / unit;
  const scale = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * scale).find((one) => one >= wanted) ?? wanted;
  return Math.max(step, unit === 1 ? 0 : 1) * unit;
}

/** Round instants at least `apartPx` from one another, in ms from the start of the trace. */
export function timeMarks(
  window: TimeWindow,
  width: number,
  apartPx: number,
): readonly { readonly ms: number; readonly x: number }[] {
  const length = window.endMs - window.startMs;
  if (length <= 0 || width <= 0) return [];
  const step = roundStep((length * apartPx) / width);
  const marks: { ms: number; x: number }[] = [];
  // Counted in whole steps: adding up fractions would drift.
  const last = Math.floor(window.endMs / step + 1e-9);
  for (let at = Math.ceil(window.startMs / step); at <= last; at++) {
    const ms = Number((at * step).toPrecision(12));
    marks.push({ ms, x: xOfMs(ms, window, width) });
  }
  return marks;
}
