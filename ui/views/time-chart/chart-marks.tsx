// Diamonds in a chart: single observations that have a page of their own. One stop of the Tab key; arrows go from one
// to the next.

import type { KeyboardEvent } from 'react';
import { AppLink } from '../../controls/app-link.tsx';
import type { Box, PlacedMark } from './geometry.ts';

interface ChartMarksProps {
  readonly marks: readonly PlacedMark[];
  readonly box: Box;
  readonly back: string | undefined;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) {
    return;
  }
  const next = event.key === 'ArrowLeft' ? here.previousElementSibling : here.nextElementSibling;
  if (next instanceof HTMLElement) next.focus();
  event.preventDefault();
}

export function ChartMarks({ marks, box, back }: ChartMarksProps) {
  if (marks.length === 0) return null;
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
          key={`${mark.href} ${mark.atMs} ${mark.value}`}
          className="time-chart-mark"
          href={mark.href}
          {...(back === undefined ? {} : { back })}
          title={mark.title}
          aria-label={mark.title}
          tabIndex={at === 0 ? 0 : -1}
          style={{ left: mark.x, top: mark.y }}
        >
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <path d="M5 .5 9.500 5 5 9.500.5 5Z" />
          </svg>
        </AppLink>
      ))}
    </div>
  );
}
