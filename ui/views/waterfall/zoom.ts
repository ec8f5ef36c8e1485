// The stretch of time that the waterfall shows: zooming around an instant, moving along, and staying within the trace.

import type { TimeWindow } from './layout.ts';

/** Of the whole trace; finer than a nanosecond there is nothing to see. */
const lengthMsMin = 1e-6;

/** The whole of a trace; one of no length has a length to be drawn in. */
export function wholeWindow(lengthMs: number): TimeWindow {
  return { startMs: 0, endMs: lengthMs > 0 ? lengthMs : 1 };
}

/** Within the whole; null when it is the whole. */
export function clampWindow({ startMs, endMs }: TimeWindow, whole: TimeWindow): TimeWindow | null {
  const all = whole.endMs - whole.startMs;
  const length = Math.max(lengthMsMin, endMs - startMs);
  if (length >= all * 0.999) return null;
  const start = Math.min(Math.max(whole.startMs, startMs), whole.endMs - length);
  return { startMs: start, endMs: start + length };
}

/** `factor` below 1 comes closer; the instant stays where it is. */
export function zoomAround(window: TimeWindow, ms: number, factor: number): TimeWindow {
  return {
    startMs: ms - (ms - window.startMs) * factor,
    endMs: ms + (window.endMs - ms) * factor,
  };
}

export function moveBy(window: TimeWindow, ms: number): TimeWindow {
  return { startMs: window.startMs + ms, endMs: window.endMs + ms };
}

/** The window moved so that it holds an instant; itself when it does. */
export function moveTo(window: TimeWindow, ms: number): TimeWindow {
  if (ms >= window.startMs && ms <= window.endMs) return window;
  const length = window.endMs - window.startMs;
  return moveBy(window, ms - window.startMs - length / 2);
}
