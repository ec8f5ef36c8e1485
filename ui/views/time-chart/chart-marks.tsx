// Diamonds in a chart: single observations that have a page of their own. One stop of the Tab key; arrows go from one
// to the next; the one under the pointer or the focus says what it is.

import { useId, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { AppLink } from '../../controls/app-link.tsx';
import type { Box, ChartMark, PlacedMark } from './geometry.ts';
import { MarkTip } from './mark-tip.tsx';

interface ChartMarksProps {
  readonly marks: readonly PlacedMark[];
  readonly box: Box;
  readonly back: string | undefined;
  /** Right-click, or `m`. */
  readonly onDoors: ((at: MouseEvent | HTMLElement, mark: ChartMark) => void) | undefined;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) {
    return;
  }
  const next = event.key === 'ArrowLeft' ? here.previousElementSibling : here.nextElementSibling;
  if (next instanceof HTMLAnchorElement) next.focus();
  event.preventDefault();
}

function keyOf({ href, atMs, value }: ChartMark): string {
  return `${href} ${atMs} ${value}`;
}

export function ChartMarks({ marks, box, back, onDoors }: ChartMarksProps) {
  const [shownKey, setShownKey] = useState('');
  const tipId = useId();
  if (marks.length === 0) return null;
  const shown = marks.find((mark) => keyOf(mark) === shownKey);
  return (
    <div
      className="time-chart-marks"
      style={box}
      role="group"
      aria-label={`${marks.length} examples with a trace`}
      onKeyDown={moveFocus}
    >
      {marks.map((mark, at) => (
        <AppLink
          key={keyOf(mark)}
          className="time-chart-mark"
          href={mark.href}
          {...(back === undefined ? {} : { back })}
          aria-label={mark.title}
          aria-describedby={mark === shown ? tipId : undefined}
          tabIndex={at === 0 ? 0 : -1}
          style={{ left: mark.x, top: mark.y }}
          onMouseEnter={() => setShownKey(keyOf(mark))}
          onMouseLeave={() => setShownKey('')}
          onFocus={() => setShownKey(keyOf(mark))}
          onBlur={() => setShownKey('')}
          onContextMenu={(event) => {
            if (onDoors === undefined) return;
            event.preventDefault();
            onDoors(event, mark);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'm' || onDoors === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            onDoors(event.currentTarget, mark);
          }}
        >
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <path d="M5 .5 9.500 5 5 9.500.5 5Z" />
          </svg>
        </AppLink>
      ))}
      {shown !== undefined && <MarkTip id={tipId} mark={shown} width={box.width} />}
    </div>
  );
}
