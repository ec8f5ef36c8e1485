// The time scale above the bars. Dragging over it zooms; the instant under the pointer is named in it.

import { useEffect, useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import type { InstantCursor } from '../instant-cursor.ts';
import { printDuration } from '../words/numbers.ts';
import { msOfX, xOfMs } from './layout.ts';
import type { TimeWindow } from './layout.ts';

interface TimeHeadProps {
  readonly marks: readonly { readonly ms: number; readonly x: number }[];
  readonly width: number;
  readonly window: TimeWindow;
  readonly isZoomed: boolean;
  readonly cursor: InstantCursor;
  readonly onZoom: (window: TimeWindow | null) => void;
}

const dragPxMin = 5;

export function TimeHead({ marks, width, window, isZoomed, cursor, onZoom }: TimeHeadProps) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const label = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      cursor.follow((ms) => {
        const element = label.current;
        if (element === null) return;
        const x = ms === null ? -1 : xOfMs(ms, window, width);
        element.hidden = ms === null || x < 0 || x > width;
        if (ms === null) return;
        element.textContent = printDuration(ms);
        element.style.transform = `translateX(${x}px) translateX(-50%)`;
      }),
    [cursor, window, width],
  );
  const xOf = (event: PointerEvent): number =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  return (
    <div className="time-head">
      <span className="time-head-name dim">
        service · operation
        {isZoomed && (
          <button type="button" className="link-button" onClick={() => onZoom(null)}>
            {printDuration(window.endMs - window.startMs)} of it · show all (Z)
          </button>
        )}
      </span>
      <div
        className="time-head-scale number"
        title="Drag to zoom, double-click for all (z, Z)"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: xOf(event), to: xOf(event) });
        }}
        onPointerMove={(event) => {
          if (drag !== null) setDrag({ from: drag.from, to: xOf(event) });
        }}
        onPointerUp={(event) => {
          setDrag(null);
          const to = xOf(event);
          if (drag === null || Math.abs(to - drag.from) < dragPxMin) return;
          onZoom({
            startMs: msOfX(Math.min(drag.from, to), window, width),
            endMs: msOfX(Math.max(drag.from, to), window, width),
          });
        }}
        onDoubleClick={() => onZoom(null)}
      >
        {marks
          .filter(({ x }) => x <= width - 36)
          .map(({ ms, x }) => (
            <span key={ms} style={{ left: x }}>
              {printDuration(ms)}
            </span>
          ))}
        <span ref={label} className="time-head-instant" hidden />
        {drag !== null && (
          <div
            className="time-head-drag"
            style={{
              left: Math.min(drag.from, drag.to),
              width: Math.abs(drag.to - drag.from),
            }}
          />
        )}
      </div>
    </div>
  );
}
