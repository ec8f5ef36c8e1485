// The whole trace above its waterfall, with the stretch that the waterfall shows. Dragging the stretch moves it, dragging
// an edge resizes it, dragging beside it takes a new one.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { palettes } from '../../app/theme.ts';
import type { Palette } from '../../app/theme.ts';
import { useElementSize } from '../element-width.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import type { StoryLine } from '../trace-model/story-model.ts';
import { msOfX, xOfMs } from '../waterfall/layout.ts';
import type { TimeWindow } from '../waterfall/layout.ts';
import { paintTriangle } from '../waterfall/paint-marks.ts';
import type { SpanNode } from '../waterfall/tree.ts';
import { clampWindow, moveBy, zoomAround } from '../waterfall/zoom.ts';
import { printDuration } from '../words/numbers.ts';
import { spanHue } from '../words/service-color.ts';
import type { ColorBy } from '../words/service-color.ts';
import { layoutMinimap } from './layout.ts';
import type { MinimapLayout } from './layout.ts';
import './minimap.css';

interface MinimapProps {
  readonly nodes: readonly SpanNode[];
  readonly lines: readonly StoryLine[];
  readonly window: TimeWindow;
  readonly whole: TimeWindow;
  readonly colorBy: ColorBy;
  readonly cursor: InstantCursor;
  readonly onZoom: (window: TimeWindow | null) => void;
}

const heightPx = 44;
const barsTop = 9;
const barsHeight = 24;
const edgeReach = 6;
const dragPxMin = 4;

type Drag =
  | { readonly kind: 'move'; readonly fromX: number; readonly window: TimeWindow }
  | { readonly kind: 'edge'; readonly fixedMs: number }
  | { readonly kind: 'new'; readonly fromX: number };

export function Minimap(props: MinimapProps) {
  const { nodes, lines, window, whole, colorBy, cursor, onZoom } = props;
  const { ref, size } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const rule = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const scheme = useComputedColorScheme('dark');
  const { width } = size;
  const lengthMs = whole.endMs;
  const layout = useMemo(
    () => layoutMinimap({ nodes, lines, lengthMs, width, height: barsHeight }),
    [nodes, lines, lengthMs, width],
  );
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || width === 0) return;
    const scale = devicePixelRatio;
    element.width = Math.round(width * scale);
    element.height = Math.round(heightPx * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paintMinimap(context, layout, colorBy, palettes[scheme]);
  }, [layout, width, scheme, colorBy]);
  useEffect(
    () =>
      cursor.follow((ms) => {
        const element = rule.current;
        if (element === null) return;
        element.hidden = ms === null;
        if (ms !== null) element.style.transform = `translateX(${xOfMs(ms, whole, width)}px)`;
      }),
    [cursor, whole, width],
  );
  const left = xOfMs(window.startMs, whole, width);
  const right = xOfMs(window.endMs, whole, width);
  const isZoomed = right - left < width - 1;
  const xOf = (event: PointerEvent): number =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const zoomTo = (fromMs: number, toMs: number): void =>
    onZoom(clampWindow({ startMs: Math.min(fromMs, toMs), endMs: Math.max(fromMs, toMs) }, whole));
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = xOf(event);
    if (isZoomed && Math.abs(x - left) <= edgeReach)
      setDrag({ kind: 'edge', fixedMs: window.endMs });
    else if (isZoomed && Math.abs(x - right) <= edgeReach)
      setDrag({ kind: 'edge', fixedMs: window.startMs });
    else if (isZoomed && x > left && x < right) setDrag({ kind: 'move', fromX: x, window });
    else setDrag({ kind: 'new', fromX: x });
  };
  const onMove = (event: PointerEvent): void => {
    const x = xOf(event);
    const ms = msOfX(x, whole, width);
    cursor.set(ms);
    if (drag === null) return;
    if (drag.kind === 'edge') zoomTo(drag.fixedMs, ms);
    else if (drag.kind === 'move')
      onZoom(clampWindow(moveBy(drag.window, ms - msOfX(drag.fromX, whole, width)), whole));
    else if (Math.abs(x - drag.fromX) >= dragPxMin) zoomTo(msOfX(drag.fromX, whole, width), ms);
  };
  const onKey = (event: KeyboardEvent): void => {
    const length = window.endMs - window.startMs;
    const middle = (window.startMs + window.endMs) / 2;
    const next =
      event.key === 'ArrowLeft'
        ? moveBy(window, -length / 10)
        : event.key === 'ArrowRight'
          ? moveBy(window, length / 10)
          : event.key === '+'
            ? zoomAround(window, middle, 0.7)
            : event.key === '-'
              ? zoomAround(window, middle, 1.4)
              : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onZoom(clampWindow(next, whole));
  };
  return (
    <div
      ref={ref}
      className="minimap"
      role="slider"
      tabIndex={0}
      aria-label="The stretch of the trace that is shown: arrow keys move it, plus and minus zoom"
      aria-valuemin={0}
      aria-valuemax={Math.ceil(whole.endMs)}
      aria-valuenow={Math.round(window.startMs)}
      aria-valuetext={`${printDuration(window.startMs)} to ${printDuration(window.endMs)} of ${printDuration(whole.endMs)}`}
      data-testid="minimap"
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={() => setDrag(null)}
      onPointerLeave={() => cursor.set(null)}
      onDoubleClick={() => onZoom(null)}
      onKeyDown={onKey}
    >
      <canvas ref={canvas} style={{ width, height: heightPx }} aria-hidden="true" />
      {isZoomed && (
        <>
          <i className="minimap-shade" style={{ left: 0, width: left }} />
          <i className="minimap-shade" style={{ left: right, right: 0 }} />
          <i className="minimap-window" style={{ left, width: Math.max(2, right - left) }} />
        </>
      )}
      <div ref={rule} className="minimap-instant" hidden />
    </div>
  );
}

function paintMinimap(
  context: CanvasRenderingContext2D,
  { bars, errors, logs }: MinimapLayout,
  colorBy: ColorBy,
  palette: Palette,
): void {
  for (const bar of bars) {
    context.fillStyle = palette.services[spanHue(colorBy, bar.service, bar.kind)] ?? palette.accent;
    context.fillRect(bar.x, barsTop + bar.y, bar.width, 1.5);
  }
  let lastMark = -Infinity;
  for (const x of errors) {
    // Marks side by side; each failure has its line all the same.
    const hasMark = x - lastMark >= markApartPx;
    if (hasMark) lastMark = x;
    paintTick(context, x, palette.bad, hasMark);
  }
  for (const { x, isError } of logs) {
    context.fillStyle = isError ? palette.bad : palette.dim;
    context.fillRect(x - 1, barsTop + barsHeight + 4, isError ? 3 : 2, isError ? 4 : 2.5);
  }
}

const markApartPx = 9;

function paintTick(
  context: CanvasRenderingContext2D,
  x: number,
  color: string,
  hasMark: boolean,
): void {
  if (hasMark) {
    context.save();
    context.translate(x - 3.5, 0.5);
    context.scale(0.7, 0.7);
    paintTriangle(context, 0, 0, color);
    context.restore();
  }
  context.fillStyle = color;
  context.globalAlpha = 0.35;
  context.fillRect(x - 0.5, barsTop - 2, 1, barsHeight + 4);
  context.globalAlpha = 1;
}
