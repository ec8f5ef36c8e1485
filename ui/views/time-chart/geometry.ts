// Where things are in a time chart: instants to pixels and back, stacking, and which marks have room. Pure, so that
// the overlay (pointer, keyboard, diamonds) and the canvas agree without asking one another.

export interface ChartSeries {
  readonly label: string;
  /** A CSS color; a variable of the theme is resolved for the canvas. */
  readonly color: string;
  /** Null: nothing is known there, and the line has a gap. */
  readonly values: readonly (number | null)[];
  readonly kind?: 'line' | 'bars' | 'area';
  readonly dashed?: boolean;
}

/** `buckets`: a value stands for the time until the next one. `instants`: for a point in time. */
export type Sampling = 'buckets' | 'instants';

export interface TimeAxis {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
  readonly sampling: Sampling;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Room for the numbers at the left and the times below. */
const margins = { left: 58, top: 8, right: 10, bottom: 20 } as const;

export function plotBox(width: number, height: number): Box {
  return {
    left: margins.left,
    top: margins.top,
    width: Math.max(0, width - margins.left - margins.right),
    height: Math.max(0, height - margins.top - margins.bottom),
  };
}

export function axisEndMs({ startMs, stepMs, count, sampling }: TimeAxis): number {
  const steps = sampling === 'buckets' ? count : count - 1;
  return startMs + Math.max(1, steps) * stepMs;
}

/** The instant at which a value is drawn: the middle of its bucket, or its own. */
export function instantOf({ startMs, stepMs, sampling }: TimeAxis, index: number): number {
  return startMs + (sampling === 'buckets' ? index + 0.5 : index) * stepMs;
}

/** The value that stands for an instant. */
export function indexAt(axis: TimeAxis, ms: number): number {
  const steps = (ms - axis.startMs) / axis.stepMs;
  const index = axis.sampling === 'buckets' ? Math.floor(steps) : Math.round(steps);
  return Math.min(axis.count - 1, Math.max(0, index));
}

/** Offset from the plot's left edge. */
export function xOf(axis: TimeAxis, width: number, ms: number): number {
  return ((ms - axis.startMs) / (axisEndMs(axis) - axis.startMs)) * width;
}

export function msAt(axis: TimeAxis, width: number, x: number): number {
  const share = width <= 0 ? 0 : Math.min(1, Math.max(0, x / width));
  return axis.startMs + share * (axisEndMs(axis) - axis.startMs);
}

/** What a drag between two instants selects: whole buckets, or the time between them; never nothing. */
export function selectedRange(
  axis: TimeAxis,
  fromMs: number,
  toMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const low = Math.min(fromMs, toMs);
  const high = Math.max(fromMs, toMs);
  if (axis.sampling === 'instants') {
    return { startMs: Math.floor(low), endMs: Math.ceil(Math.max(high, low + 1)) };
  }
  const first = indexAt(axis, low);
  const behind = Math.max(first + 1, Math.ceil((high - axis.startMs) / axis.stepMs));
  return {
    startMs: axis.startMs + first * axis.stepMs,
    endMs: axis.startMs + Math.min(axis.count, behind) * axis.stepMs,
  };
}

/** Each series on top of those before it. A gap stays one, and what is above it stands on what is below it. */
export function stackValues(
  series: readonly ChartSeries[],
): readonly (readonly (number | null)[])[] {
  const count = Math.max(0, ...series.map(({ values }) => values.length));
  const foot: number[] = Array.from({ length: count }, () => 0);
  return series.map(({ values }) =>
    foot.map((below, at) => {
      const value = values[at] ?? null;
      if (value === null || !Number.isFinite(value)) return null;
      foot[at] = below + value;
      return below + value;
    }),
  );
}

/** Top and foot of the scale. It starts at zero, but for lines that hardly differ far from it. */
export function valueRange(
  drawn: readonly (readonly (number | null)[])[],
  isLinesOnly: boolean,
): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const values of drawn) {
    for (const value of values) {
      if (value === null || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return { low: 0, high: 1 };
  if (isLinesOnly && low > 0 && high - low < 0.1 * high && high > low) {
    return { low: low - (high - low) * 0.1, high: high + (high - low) * 0.1 };
  }
  if (low >= 0) return { low: 0, high: high === 0 ? 1 : high * 1.06 };
  const room = (Math.max(0, high) - low) * 0.06;
  return { low: low - room, high: high <= 0 ? 0 : high + room };
}

export interface ChartMark {
  readonly atMs: number;
  readonly value: number;
  readonly href: string;
  /** All of it in a sentence. */
  readonly title: string;
  readonly valueText: string;
  readonly timeText: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly traceId: string;
  /** Drawn along the foot: its value is of another kind than those of the chart. */
  readonly atFoot?: boolean;
}

export interface PlacedMark extends ChartMark {
  readonly x: number;
  readonly y: number;
}

/** Diamonds nearer than this to another one could not be hit apart. */
const markApartPx = 9;
const marksMax = 300;
/** Those along the foot stand on it: the times are written below. */
const footPx = 7;

/** Marks inside the plot that do not cover one another; the higher value wins. */
export function placeMarks(
  marks: readonly ChartMark[],
  axis: TimeAxis,
  box: Box,
  range: { readonly low: number; readonly high: number },
): readonly PlacedMark[] {
  const endMs = axisEndMs(axis);
  const taken = new Set<string>();
  const placed: PlacedMark[] = [];
  for (const mark of marks.toSorted((a, b) => b.value - a.value)) {
    if (mark.atMs < axis.startMs || mark.atMs > endMs || !Number.isFinite(mark.value)) continue;
    const x = xOf(axis, box.width, mark.atMs);
    const share = (mark.value - range.low) / (range.high - range.low);
    // One above the scale is drawn at its edge: it is the one that somebody looks for.
    const y =
      mark.atFoot === true
        ? box.height - footPx
        : (1 - Math.min(1, Math.max(0, share))) * box.height;
    const cell = `${Math.round(x / markApartPx)} ${Math.round(y / markApartPx)}`;
    if (taken.has(cell)) continue;
    taken.add(cell);
    placed.push({ ...mark, x, y });
    if (placed.length >= marksMax) break;
  }
  return placed.toSorted((a, b) => a.x - b.x);
}
