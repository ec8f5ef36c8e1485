// A chart of values over time. Hover reads an instant on every chart of the page, drag (or Shift and the arrow keys)
// selects a range, diamonds are doors to single traces, and everything can be read without seeing it.

import { useComputedColorScheme } from '@mantine/core';
import { Suspense, lazy, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import { useZone } from '../../data/preferences.ts';
import { useElementSize } from '../element-width.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import type { Unit } from '../words/unit.ts';
import { ChartMarks } from './chart-marks.tsx';
import { ChartReading, readingText } from './chart-reading.tsx';
import { ChartTable } from './chart-table.tsx';
import {
  indexAt,
  instantOf,
  msAt,
  placeMarks,
  plotBox,
  selectedRange,
  stackValues,
  valueRange,
  xOf,
} from './geometry.ts';
import type { ChartMark, ChartSeries, Sampling, TimeAxis } from './geometry.ts';
import './time-chart.css';

const ChartCanvas = lazy(() =>
  import('./chart-canvas.tsx').then((file) => ({ default: file.ChartCanvas })),
);

/** An instant of the chart with the series that is nearest to the pointer. */
export interface ChartPoint {
  readonly atMs: number;
  /** The bucket or step that the point belongs to. */
  readonly startMs: number;
  readonly endMs: number;
  readonly seriesIndex: number | undefined;
}

export interface TimeChartProps {
  /** What the chart shows, for a screen reader. */
  readonly label: string;
  readonly startMs: number;
  readonly stepMs: number;
  readonly series: readonly ChartSeries[];
  readonly unit: Unit;
  readonly height: number;
  /** `buckets` (as counted by a server) unless said otherwise. */
  readonly sampling?: Sampling;
  readonly onSelect?: (startNs: bigint, endNs: bigint) => void;
  /** Right-click, `m`, or a click without a drag. */
  readonly onDoors?: (at: MouseEvent | HTMLElement, point: ChartPoint) => void;
  readonly marks?: readonly ChartMark[];
  readonly onMarkDoors?: (at: MouseEvent | HTMLElement, mark: ChartMark) => void;
  /** What the page after a click on a mark calls this one. */
  readonly back?: string;
  readonly stacked?: boolean;
  /** Shared by the charts of a page; counts from `originMs`, which is `startMs` unless it is given. */
  readonly cursor?: InstantCursor;
  readonly originMs?: number;
}

/** A shorter drag is a slip of a click. */
const dragPxMin = 4;
const noMarks: readonly ChartMark[] = [];

export function TimeChart(props: TimeChartProps) {
  const { series, startMs, stepMs, height, unit, stacked = false, sampling = 'buckets' } = props;
  const { ref, size } = useElementSize();
  const zone = useZone();
  const scheme = useComputedColorScheme('dark');
  const count = Math.max(0, ...series.map(({ values }) => values.length));
  const axis = useMemo<TimeAxis>(
    () => ({ startMs, stepMs, count, sampling }),
    [startMs, stepMs, count, sampling],
  );
  const drawn = useMemo(
    () => (stacked ? stackValues(series) : series.map(({ values }) => values)),
    [series, stacked],
  );
  const range = useMemo(() => {
    const isLinesOnly = !stacked && series.every(({ kind = 'line' }) => kind === 'line');
    return valueRange(drawn, isLinesOnly);
  }, [drawn, series, stacked]);
  const box = plotBox(size.width, height);
  const marks = props.marks ?? noMarks;
  const placed = useMemo(
    () => placeMarks(marks, axis, plotBox(size.width, height), range),
    [marks, axis, size.width, height, range],
  );
  return (
    <figure ref={ref} className="time-chart" aria-label={props.label} style={{ height }}>
      {count > 0 && size.width > 0 && (
        <Suspense fallback={<div className="time-chart-skeleton" style={box} />}>
          <ChartCanvas
            {...{ axis, series, drawn, stacked, range, unit, height, zone, scheme }}
            width={size.width}
          />
        </Suspense>
      )}
      {count > 0 && box.width > 0 && (
        <Overlay {...props} axis={axis} drawn={drawn} range={range} box={box} />
      )}
      <ChartMarks marks={placed} box={box} back={props.back} onDoors={props.onMarkDoors} />
      <ChartTable label={props.label} axis={axis} series={series} unit={unit} zone={zone} />
    </figure>
  );
}

interface OverlayProps extends TimeChartProps {
  readonly axis: TimeAxis;
  readonly drawn: readonly (readonly (number | null)[])[];
  readonly range: { readonly low: number; readonly high: number };
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

interface Drag {
  readonly fromMs: number;
  readonly toMs: number;
}

function Overlay(props: OverlayProps) {
  const { axis, series, drawn, range, box, unit, cursor, onSelect, onDoors } = props;
  const zone = useZone();
  const originMs = props.originMs ?? axis.startMs;
  const [hovered, setHovered] = useState<number | null>(null);
  const [nearest, setNearest] = useState<number | undefined>(undefined);
  const [drag, setDrag] = useState<Drag | null>(null);
  const anchor = useRef<number | null>(null);
  const plot = useRef<HTMLDivElement>(null);

  const offset = (event: MouseEvent): { readonly x: number; readonly y: number } => {
    const bounds = plot.current?.getBoundingClientRect();
    return { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
  };
  const show = (ms: number | null): void => {
    setHovered(ms === null ? null : indexAt(axis, ms));
    cursor?.set(ms === null ? null : ms - originMs);
  };
  const select = (fromMs: number, toMs: number): void => {
    const { startMs, endMs } = selectedRange(axis, fromMs, toMs);
    onSelect?.(BigInt(Math.round(startMs)) * 1_000_000n, BigInt(Math.round(endMs)) * 1_000_000n);
  };
  const point = (index: number): ChartPoint => {
    const half = axis.stepMs / 2;
    const atMs = instantOf(axis, index);
    return { atMs, startMs: atMs - half, endMs: atMs + half, seriesIndex: nearest };
  };
  const onMove = (event: PointerEvent): void => {
    const { x, y } = offset(event);
    const ms = msAt(axis, box.width, x);
    show(ms);
    const share = range.low + (1 - y / box.height) * (range.high - range.low);
    setNearest(nearestSeries(drawn, indexAt(axis, ms), share, props.stacked ?? false));
    if (drag !== null) setDrag({ fromMs: drag.fromMs, toMs: ms });
  };
  const onUp = (event: PointerEvent): void => {
    if (drag === null) return;
    setDrag(null);
    const width = Math.abs(xOf(axis, box.width, drag.toMs) - xOf(axis, box.width, drag.fromMs));
    if (width >= dragPxMin) select(drag.fromMs, drag.toMs);
    else onDoors?.(event, point(indexAt(axis, drag.fromMs)));
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const vertical = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.key === 'Enter' && hovered !== null) {
      if (anchor.current !== null)
        select(instantOf(axis, anchor.current), instantOf(axis, hovered));
      else onDoors?.(event.currentTarget, point(hovered));
      anchor.current = null;
      setDrag(null);
      event.preventDefault();
    } else if (event.key === 'm' && hovered !== null && onDoors !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onDoors(event.currentTarget, point(hovered));
    } else if (by !== 0) {
      event.preventDefault();
      const next = Math.min(
        axis.count - 1,
        Math.max(0, (hovered ?? (by > 0 ? -1 : axis.count)) + by),
      );
      anchor.current = event.shiftKey ? (anchor.current ?? hovered ?? next) : null;
      const from = anchor.current;
      setDrag(
        from === null ? null : { fromMs: instantOf(axis, from), toMs: instantOf(axis, next) },
      );
      show(instantOf(axis, next));
    } else if (vertical !== 0) {
      event.preventDefault();
      setNearest(((nearest ?? -1) + vertical + series.length) % Math.max(1, series.length));
    }
  };
  return (
    <div
      ref={plot}
      className="time-chart-plot"
      style={box}
      role="slider"
      tabIndex={0}
      aria-label={`${props.label}: arrows move in time, with Shift they select, Enter takes the selection`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, axis.count - 1)}
      aria-valuenow={hovered ?? 0}
      aria-valuetext={readingText({ axis, series, unit, zone, index: hovered ?? axis.count - 1 })}
      onKeyDown={onKey}
      onBlur={() => {
        show(null);
        setDrag(null);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const ms = msAt(axis, box.width, offset(event).x);
        setDrag({ fromMs: ms, toMs: ms });
      }}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => {
        if (drag === null) show(null);
      }}
      onContextMenu={(event) => {
        if (onDoors === undefined) return;
        event.preventDefault();
        onDoors(event, point(indexAt(axis, msAt(axis, box.width, offset(event).x))));
      }}
    >
      <CursorLine cursor={cursor} axis={axis} originMs={originMs} width={box.width} />
      {drag !== null && onSelect !== undefined && (
        <Brush axis={axis} drag={drag} width={box.width} />
      )}
      {hovered !== null && (
        <ChartReading
          {...{ axis, series, unit, zone, nearest }}
          index={hovered}
          x={xOf(axis, box.width, instantOf(axis, hovered))}
          width={box.width}
        />
      )}
    </div>
  );
}

function Brush(props: { readonly axis: TimeAxis; readonly drag: Drag; readonly width: number }) {
  const { axis, drag, width } = props;
  const { startMs, endMs } = selectedRange(axis, drag.fromMs, drag.toMs);
  const left = xOf(axis, width, startMs);
  return (
    <div
      className="time-chart-brush"
      style={{ left, width: Math.max(1, xOf(axis, width, endMs) - left) }}
    />
  );
}

/** The series under the pointer: in a stack the one whose band it is, else the one of the nearest value. */
function nearestSeries(
  drawn: readonly (readonly (number | null)[])[],
  index: number,
  value: number,
  stacked: boolean,
): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  drawn.forEach((values, at) => {
    const here = values[index] ?? null;
    if (here === null || (stacked && here < value)) return;
    const distance = Math.abs(here - value);
    if (distance < least) {
      least = distance;
      found = at;
    }
  });
  return found;
}

interface CursorLineProps {
  readonly cursor: InstantCursor | undefined;
  readonly axis: TimeAxis;
  readonly originMs: number;
  readonly width: number;
}

/** Follows the page's instant without drawing the chart again. */
function CursorLine({ cursor, axis, originMs, width }: CursorLineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      cursor?.follow((ms) => {
        const element = line.current;
        if (element === null) return;
        const x = ms === null ? -1 : xOf(axis, width, originMs + ms);
        element.hidden = x < 0 || x > width;
        element.style.transform = `translateX(${x}px)`;
      }),
    [cursor, axis, originMs, width],
  );
  return <div ref={line} className="time-chart-cursor" hidden />;
}
