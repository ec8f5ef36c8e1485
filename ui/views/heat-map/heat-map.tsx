// Latency over time as a heat map. Hover reads a cell; drag (or Shift and the arrow keys) draws a box over times and
// latencies. A box that is hardly high is meant for all latencies.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import type { ExploreHeat } from '../../../src/api/explore/contract/overview.ts';
import { palettes } from '../../app/theme.ts';
import { useZone } from '../../data/preferences.ts';
import type { Zone } from '../../data/preferences.ts';
import { useElementSize } from '../element-width.ts';
import { timeTicks } from '../histogram/layout.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import { plotBox } from '../time-chart/geometry.ts';
import {
  printCount,
  printCounted,
  printDuration,
  printStepTime,
  printTimeMark,
} from '../words/numbers.ts';
import { HeatTable } from './heat-table.tsx';
import {
  bandsOf,
  boundTicks,
  boxOf,
  latencyTicks,
  layoutHeat,
  placeAt,
  selectionOf,
} from './layout.ts';
import type { HeatAxis, HeatPlace, HeatSelection } from './layout.ts';
import { paintHeat } from './paint.ts';
import './heat-map.css';

interface HeatMapProps {
  readonly label: string;
  readonly startMs: number;
  readonly stepMs: number;
  readonly buckets: number;
  readonly heat: ExploreHeat;
  readonly height: number;
  readonly selected: HeatSelection | null;
  readonly cursor: InstantCursor;
  readonly onSelect: (selection: HeatSelection) => void;
  readonly onDoors: (at: MouseEvent | HTMLElement, selection: HeatSelection) => void;
  /** What the bands are of; latencies in ms unless it is given. */
  readonly printBound?: (bound: number) => string;
  /** What is counted; `request` unless it is given. */
  readonly noun?: string;
}

const dragPxMin = 4;
/** A lower box than this was drawn for its time alone. */
const boxHeightPxMin = 10;
const tickApartPx = 90;

export function HeatMap(props: HeatMapProps) {
  const { heat, height, startMs, stepMs, buckets } = props;
  const zone = useZone();
  const { ref, size } = useElementSize();
  const box = plotBox(size.width, height);
  const axis = useMemo<HeatAxis>(
    () => ({ startMs, stepMs, buckets, boundsMs: heat.boundsMs }),
    [startMs, stepMs, buckets, heat.boundsMs],
  );
  return (
    <figure ref={ref} className="heat-map" aria-label={props.label} style={{ height }}>
      {box.width > 0 && bandsOf(axis) > 0 && <Plot {...props} axis={axis} box={box} />}
      {box.width > 0 && <TimeTicks axis={axis} box={box} />}
      <HeatTable
        label={props.label}
        heat={heat}
        axis={axis}
        zone={zone}
        print={props.printBound ?? printDuration}
        noun={props.noun ?? 'request'}
      />
    </figure>
  );
}

type Box = ReturnType<typeof plotBox>;

interface Drag {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/** From a drag in pixels to the places at two of its corners. */
function cornersOf(axis: HeatAxis, box: Box, drag: Drag): readonly [HeatPlace, HeatPlace] {
  const from = placeAt(axis, box, drag.fromX, drag.fromY);
  const to = placeAt(axis, box, drag.toX, drag.toY);
  return Math.abs(drag.toY - drag.fromY) < boxHeightPxMin
    ? [
        { ...from, band: 0 },
        { ...to, band: bandsOf(axis) - 1 },
      ]
    : [from, to];
}

function Plot(props: HeatMapProps & { readonly axis: HeatAxis; readonly box: Box }) {
  const { axis, box, heat, cursor, onSelect, onDoors } = props;
  const zone = useZone();
  const words: Words = {
    print: props.printBound ?? printDuration,
    noun: props.noun ?? 'request',
    zone,
  };
  const [place, setPlace] = useState<HeatPlace | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const anchor = useRef<HeatPlace | null>(null);
  const [keyed, setKeyed] = useState<readonly [HeatPlace, HeatPlace] | null>(null);
  const plot = useRef<HTMLDivElement>(null);
  const offset = (event: MouseEvent): { readonly x: number; readonly y: number } => {
    const bounds = plot.current?.getBoundingClientRect();
    return { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
  };
  const show = (next: HeatPlace | null): void => {
    setPlace(next);
    cursor.set(next === null ? null : (next.bucket + 0.5) * axis.stepMs);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const by = moves[event.key];
    if (event.key === 'Enter' && place !== null) {
      event.preventDefault();
      if (keyed === null) onDoors(event.currentTarget, selectionOf(axis, place, place));
      else onSelect(selectionOf(axis, ...keyed));
      anchor.current = null;
      setKeyed(null);
    } else if (event.key === 'm' && place !== null) {
      event.preventDefault();
      event.stopPropagation();
      onDoors(event.currentTarget, selectionOf(axis, place, place));
    } else if (by !== undefined) {
      event.preventDefault();
      const next = step(axis, place, by);
      anchor.current = event.shiftKey ? (anchor.current ?? place ?? next) : null;
      setKeyed(anchor.current === null ? null : [anchor.current, next]);
      show(next);
    }
  };
  const drawn =
    drag !== null && Math.abs(drag.toX - drag.fromX) >= dragPxMin
      ? selectionOf(axis, ...cornersOf(axis, box, drag))
      : keyed === null
        ? props.selected
        : selectionOf(axis, ...keyed);
  return (
    <>
      <Cells heat={heat} axis={axis} box={box} />
      <Scale
        box={box}
        print={props.printBound ?? printTick}
        ticks={
          props.printBound === undefined
            ? latencyTicks(axis, box.height)
            : boundTicks(axis, box.height)
        }
      />
      <div
        ref={plot}
        className="heat-map-plot"
        style={box}
        role="slider"
        tabIndex={0}
        data-testid="heat-map"
        aria-label={`${props.label}: arrows move in time and latency, with Shift they select, Enter takes the selection`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, axis.buckets - 1)}
        aria-valuenow={place?.bucket ?? 0}
        aria-valuetext={
          place === null ? totalText(heat, words.noun) : cellText(heat, axis, place, words)
        }
        onKeyDown={onKey}
        onBlur={() => {
          show(null);
          setKeyed(null);
          setDrag(null);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const { x, y } = offset(event);
          setDrag({ fromX: x, fromY: y, toX: x, toY: y });
        }}
        onPointerMove={(event: PointerEvent) => {
          const { x, y } = offset(event);
          show(placeAt(axis, box, x, y));
          if (drag !== null) setDrag({ ...drag, toX: x, toY: y });
        }}
        onPointerUp={(event) => {
          if (drag === null) return;
          setDrag(null);
          if (Math.abs(drag.toX - drag.fromX) >= dragPxMin) {
            onSelect(selectionOf(axis, ...cornersOf(axis, box, drag)));
          } else {
            const at = placeAt(axis, box, drag.fromX, drag.fromY);
            onDoors(event, selectionOf(axis, at, at));
          }
        }}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => {
          if (drag === null) show(null);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          const { x, y } = offset(event);
          const at = placeAt(axis, box, x, y);
          onDoors(event, selectionOf(axis, at, at));
        }}
      >
        <CursorLine cursor={cursor} axis={axis} width={box.width} />
        {drawn !== null && <Selection axis={axis} selection={drawn} />}
        {place !== null && <PlaceMark axis={axis} place={place} />}
        {place !== null && (
          <div
            className="heat-map-reading number"
            style={
              place.bucket < axis.buckets / 2
                ? { left: `calc(${((place.bucket + 1) / axis.buckets) * 100}% + 8px)` }
                : { right: `calc(${(1 - place.bucket / axis.buckets) * 100}% + 8px)` }
            }
          >
            {cellText(heat, axis, place, words)}
          </div>
        )}
      </div>
    </>
  );
}

const moves: Readonly<Record<string, readonly [bucket: number, band: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function step(
  axis: HeatAxis,
  place: HeatPlace | null,
  [buckets, bands]: readonly [number, number],
): HeatPlace {
  if (place === null) return { bucket: buckets < 0 ? axis.buckets - 1 : 0, band: 0 };
  const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
  return {
    bucket: clamp(place.bucket + buckets, axis.buckets),
    band: clamp(place.band + bands, bandsOf(axis)),
  };
}

interface Words {
  readonly print: (bound: number) => string;
  readonly noun: string;
  readonly zone: Zone;
}

function totalText({ cells }: ExploreHeat, noun: string): string {
  const requests = cells.reduce((sum, cell) => sum + cell.requests, 0);
  return printCounted(requests, noun);
}

function cellText(heat: ExploreHeat, axis: HeatAxis, place: HeatPlace, words: Words): string {
  const cell = heat.cells.find(
    ({ bucket, band }) => bucket === place.bucket && band === place.band,
  );
  const at = BigInt(Math.round(axis.startMs + place.bucket * axis.stepMs)) * 1_000_000n;
  const low = words.print(axis.boundsMs[place.band] ?? 0);
  const high = words.print(axis.boundsMs[place.band + 1] ?? 0);
  const errors = (cell?.errors ?? 0) > 0 ? `, ${cell?.errors} failing` : '';
  return `${printStepTime(at, words.zone)} · ${low} – ${high} · ${printCounted(cell?.requests ?? 0, words.noun)}${errors}`;
}

function Cells(props: { readonly heat: ExploreHeat; readonly axis: HeatAxis; readonly box: Box }) {
  const { heat, axis, box } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark');
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(box.width * ratio);
    element.height = Math.round(box.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintHeat(context, layoutHeat(heat, axis, box), box, palettes[scheme]);
    // The box is made anew at each drawing; what it holds changes seldom.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [heat, axis, box.width, box.height, scheme]);
  return <canvas ref={canvas} className="heat-map-cells" style={box} aria-hidden="true" />;
}

/** In one unit, which is short and steps by tens: `100 s` is `1 min 40 s` elsewhere. */
function printTick(ms: number): string {
  return ms < 10_000 ? printDuration(ms) : `${printCount(ms / 1000)} s`;
}

function Scale(props: {
  readonly box: Box;
  readonly print: (bound: number) => string;
  readonly ticks: ReturnType<typeof latencyTicks>;
}) {
  const { box, print, ticks } = props;
  return (
    <div className="heat-map-scale number" aria-hidden="true">
      {ticks.map(({ ms, top }) => (
        <span key={ms} style={{ top: box.top + top * box.height, width: box.left - 6 }}>
          {print(ms)}
        </span>
      ))}
    </div>
  );
}

function TimeTicks({ axis, box }: { readonly axis: HeatAxis; readonly box: Box }) {
  const zone = useZone();
  const startNs = BigInt(Math.round(axis.startMs)) * 1_000_000n;
  const endNs = startNs + BigInt(Math.round(axis.stepMs * axis.buckets)) * 1_000_000n;
  const zoneMs = zone === 'utc' ? 0 : -new Date(axis.startMs).getTimezoneOffset() * 60_000;
  const withDay = endNs - startNs > 86_400_000_000_000n;
  return (
    <div className="heat-map-ticks number" aria-hidden="true">
      {timeTicks(startNs, endNs, box.width, tickApartPx, zoneMs).map(({ x, ns }) => (
        <span key={String(ns)} style={{ left: box.left + x, top: box.top + box.height }}>
          {printTimeMark(ns, zone, withDay)}
        </span>
      ))}
    </div>
  );
}

function Selection({
  axis,
  selection,
}: {
  readonly axis: HeatAxis;
  readonly selection: HeatSelection;
}) {
  const box = boxOf(axis, selection);
  if (box === undefined) return null;
  return (
    <div
      className="heat-map-box"
      style={{
        left: `${box.left * 100}%`,
        width: `${(box.right - box.left) * 100}%`,
        top: `${box.top * 100}%`,
        height: `${(box.bottom - box.top) * 100}%`,
      }}
    />
  );
}

function PlaceMark({ axis, place }: { readonly axis: HeatAxis; readonly place: HeatPlace }) {
  const bands = bandsOf(axis);
  return (
    <div
      className="heat-map-place"
      style={{
        left: `${(place.bucket / axis.buckets) * 100}%`,
        width: `${100 / axis.buckets}%`,
        top: `${(1 - (place.band + 1) / bands) * 100}%`,
        height: `${100 / bands}%`,
      }}
    />
  );
}

interface CursorLineProps {
  readonly cursor: InstantCursor;
  readonly axis: HeatAxis;
  readonly width: number;
}

/** Follows the page's instant without drawing the map again. */
function CursorLine({ cursor, axis, width }: CursorLineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      cursor.follow((ms) => {
        const element = line.current;
        if (element === null) return;
        const x = ms === null ? -1 : (ms / (axis.stepMs * axis.buckets)) * width;
        element.hidden = x < 0 || x > width;
        element.style.transform = `translateX(${x}px)`;
      }),
    [cursor, axis, width],
  );
  return <div ref={line} className="heat-map-cursor" hidden />;
}
