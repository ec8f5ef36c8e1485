// Traces as dots of time and duration. Hover explains, a click opens, a drag (or Shift and the arrow keys) draws a box. A
// drag that is hardly high is meant for its time alone.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import { palettes } from '../../app/theme.ts';
import type { Zone } from '../../data/preferences.ts';
import { useElementSize } from '../element-width.ts';
import { timeTicks } from '../histogram/layout.ts';
import { printDuration, printTimeMark } from '../words/numbers.ts';
import { boxOf, dotAt, durationTicks, neighbourOf, placeDots, rectOf, scaleOf } from './layout.ts';
import type { Corner, ScatterBox, ScatterScale } from './layout.ts';
import { isInBox, paintScatter } from './paint.ts';
import type { PaintedDots } from './paint.ts';
import './scatter.css';

interface ScatterProps {
  readonly label: string;
  readonly dots: PaintedDots;
  readonly services: readonly string[];
  readonly range: { readonly startNs: bigint; readonly endNs: bigint };
  readonly zone: Zone;
  readonly box: ScatterBox | undefined;
  /** What is said of a dot. */
  readonly words: (at: number) => readonly string[];
  /** Undefined takes the box away. */
  readonly onBox: (box: ScatterBox | undefined) => void;
  readonly onOpen: (at: number) => void;
  readonly onDoors: (anchor: MouseEvent | HTMLElement, at: number) => void;
}

const reachPx = 9;
const dragPxMin = 4;
/** A lower box than this was drawn for its time alone. */
const boxHeightPxMin = 8;
const durationApartPx = 24;
const timeApartPx = 110;

export function Scatter(props: ScatterProps) {
  const { ref, size } = useElementSize();
  const { dots, range } = props;
  const { width, height } = size;
  const scale = useMemo(
    () => scaleOf(dots, range, { width, height }),
    [dots, range, width, height],
  );
  return (
    <figure className="scatter" aria-label={props.label}>
      <div className="scatter-scale number" aria-hidden="true">
        {height > 0 &&
          durationTicks(scale, durationApartPx).map(({ y, ns }) => (
            <span key={ns} style={{ top: y }}>
              {printDuration(ns / 1e6)}
            </span>
          ))}
      </div>
      <div ref={ref} className="scatter-area">
        {width > 0 && height > 0 && <Plot {...props} scale={scale} />}
      </div>
      <div className="scatter-ticks number" aria-hidden="true">
        {width > 0 && <TimeTicks scale={scale} zone={props.zone} />}
      </div>
    </figure>
  );
}

function TimeTicks({ scale, zone }: { readonly scale: ScatterScale; readonly zone: Zone }) {
  const { startNs, endNs, width } = scale;
  const zoneMs =
    zone === 'utc' ? 0 : -new Date(Number(startNs / 1_000_000n)).getTimezoneOffset() * 60_000;
  const withDay = endNs - startNs > 86_400_000_000_000n;
  return timeTicks(startNs, endNs, width, timeApartPx, zoneMs)
    .filter(({ x }) => x < width - 30)
    .map(({ x, ns }) => (
      <span key={String(ns)} style={{ left: x }}>
        {printTimeMark(ns, zone, withDay)}
      </span>
    ));
}

interface Drag {
  readonly from: Corner;
  readonly to: Corner;
}

function isDrag({ from, to }: Drag): boolean {
  return Math.abs(to.x - from.x) >= dragPxMin || Math.abs(to.y - from.y) >= boxHeightPxMin;
}

function boxOfDrag(scale: ScatterScale, { from, to }: Drag): ScatterBox {
  return Math.abs(to.y - from.y) < boxHeightPxMin
    ? boxOf(scale, { x: from.x, y: 0 }, { x: to.x, y: scale.height })
    : boxOf(scale, from, to);
}

/** A little larger than its dots, so that they lie in it. */
const keyBoxPadPx = 5;

function boxBetween(
  scale: ScatterScale,
  places: Float32Array,
  one: number,
  other: number,
): ScatterBox {
  const [x1 = 0, y1 = 0] = places.subarray(one * 2, one * 2 + 2);
  const [x2 = 0, y2 = 0] = places.subarray(other * 2, other * 2 + 2);
  return boxOf(
    scale,
    { x: Math.min(x1, x2) - keyBoxPadPx, y: Math.min(y1, y2) - keyBoxPadPx },
    { x: Math.max(x1, x2) + keyBoxPadPx, y: Math.max(y1, y2) + keyBoxPadPx },
  );
}

const directions: Readonly<Record<string, 'left' | 'right' | 'up' | 'down'>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

function Plot(props: ScatterProps & { readonly scale: ScatterScale }) {
  const { scale, dots, box, onBox, onOpen, onDoors } = props;
  const places = useMemo(() => placeDots(scale, dots), [scale, dots]);
  const [current, setCurrent] = useState(-1);
  const [drag, setDrag] = useState<Drag | null>(null);
  const anchor = useRef(-1);
  const [keyed, setKeyed] = useState<ScatterBox | null>(null);
  const plot = useRef<HTMLDivElement>(null);
  // Other dots: what was pointed at is not there any more.
  const [seen, setSeen] = useState(dots);
  if (seen !== dots) {
    setSeen(dots);
    setCurrent(-1);
  }
  const cornerOf = (event: MouseEvent): Corner => {
    const bounds = plot.current?.getBoundingClientRect();
    return { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
  };
  const under = (event: MouseEvent): number => {
    const { x, y } = cornerOf(event);
    return dotAt(places, x, y, reachPx);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const direction = directions[event.key];
    if (direction !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const next = neighbourOf(dots, current, direction);
      anchor.current = event.shiftKey ? (anchor.current < 0 ? current : anchor.current) : -1;
      setKeyed(anchor.current < 0 ? null : boxBetween(scale, places, anchor.current, next));
      setCurrent(next);
    } else if (event.key === 'Enter' && (keyed !== null || current >= 0)) {
      event.preventDefault();
      event.stopPropagation();
      if (keyed !== null) onBox(keyed);
      else onOpen(current);
      anchor.current = -1;
      setKeyed(null);
    } else if (event.key === 'm' && current >= 0) {
      event.preventDefault();
      event.stopPropagation();
      onDoors(event.currentTarget, current);
    }
  };
  const drawn =
    drag !== null && isDrag(drag) ? boxOfDrag(scale, drag) : keyed === null ? box : keyed;
  return (
    <>
      <Grid scale={scale} />
      <Dots {...props} places={places} />
      <div
        ref={plot}
        className="scatter-plot"
        role="slider"
        tabIndex={0}
        data-testid="scatter"
        aria-label={`${props.label}: left and right move in time, up and down in duration, Enter opens, with Shift they select`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, dots.startUs.length - 1)}
        aria-valuenow={Math.max(0, current)}
        aria-valuetext={
          current < 0 ? `${dots.startUs.length} traces` : props.words(current).join(', ')
        }
        style={current >= 0 && drag === null ? { cursor: 'pointer' } : undefined}
        onKeyDown={onKey}
        onBlur={() => {
          setCurrent(-1);
          setKeyed(null);
          setDrag(null);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const corner = cornerOf(event);
          setDrag({ from: corner, to: corner });
        }}
        onPointerMove={(event: PointerEvent) => {
          if (drag === null) setCurrent(under(event));
          else setDrag({ from: drag.from, to: cornerOf(event) });
        }}
        onPointerUp={(event) => {
          if (drag === null) return;
          setDrag(null);
          const at = under(event);
          if (isDrag(drag)) onBox(boxOfDrag(scale, drag));
          else if (at >= 0) onOpen(at);
          else if (box !== undefined) onBox(undefined);
        }}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => {
          if (drag === null) setCurrent(-1);
        }}
        onContextMenu={(event) => {
          const at = under(event);
          if (at < 0) return;
          event.preventDefault();
          onDoors(event, at);
        }}
      >
        {drawn !== undefined && (
          <div className="scatter-box" data-testid="scatter-box" style={rectOf(scale, drawn)} />
        )}
        {current >= 0 && drag === null && (
          <Reading places={places} at={current} scale={scale} lines={props.words(current)} />
        )}
      </div>
    </>
  );
}

function Grid({ scale }: { readonly scale: ScatterScale }) {
  return durationTicks(scale, durationApartPx).map(({ y, ns }) => (
    <i key={ns} className="scatter-line" style={{ top: y }} aria-hidden="true" />
  ));
}

function Dots(
  props: ScatterProps & { readonly scale: ScatterScale; readonly places: Float32Array },
) {
  const { dots, services, places, scale, box, range } = props;
  const scheme = useComputedColorScheme('dark');
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = scale;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintScatter(context, {
      dots,
      services,
      places,
      palette: palettes[scheme],
      width,
      height,
      isInside: box === undefined ? undefined : (at) => isInBox(dots, at, box, range.startNs),
    });
  }, [dots, services, places, scheme, width, height, box, range]);
  return (
    <canvas ref={canvas} className="scatter-dots" style={{ width, height }} aria-hidden="true" />
  );
}

interface ReadingProps {
  readonly places: Float32Array;
  readonly at: number;
  readonly scale: ScatterScale;
  readonly lines: readonly string[];
}

function Reading({ places, at, scale, lines }: ReadingProps) {
  const x = places[at * 2] ?? 0;
  const y = places[at * 2 + 1] ?? 0;
  const [first, ...rest] = lines;
  return (
    <>
      <i className="scatter-current" style={{ left: x, top: y }} aria-hidden="true" />
      <div
        className="scatter-reading number"
        data-testid="scatter-reading"
        style={{
          ...(x < scale.width / 2 ? { left: x + 12 } : { right: scale.width - x + 12 }),
          ...(y < scale.height / 2 ? { top: y - 6 } : { bottom: scale.height - y - 6 }),
        }}
      >
        <b>{first}</b>
        {rest.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
    </>
  );
}
