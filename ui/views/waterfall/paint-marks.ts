// The small marks of the story's canvases. A severity is told by its shape as well as by its color.

import type { Palette } from '../../app/theme.ts';
import { levelKind } from '../words/level.ts';

/** A log line: a diamond for errors, a triangle for warnings, else a dot; ringed when it is selected. */
export function paintLevelMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  level: string,
  palette: Palette,
  isSelected: boolean,
): void {
  const kind = levelKind(level);
  const size = isSelected ? 4 : 2.5;
  context.fillStyle = palette.levels[kind];
  context.beginPath();
  if (kind === 'error' || kind === 'fatal') {
    const wide = size + 1;
    context.moveTo(x, y - wide);
    context.lineTo(x + wide, y);
    context.lineTo(x, y + wide);
    context.lineTo(x - wide, y);
    context.closePath();
  } else if (kind === 'warn') {
    context.moveTo(x, y - size - 0.5);
    context.lineTo(x + size + 0.5, y + size);
    context.lineTo(x - size - 0.5, y + size);
    context.closePath();
  } else {
    context.arc(x, y, size, 0, 2 * Math.PI);
  }
  context.fill();
  if (!isSelected) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 1;
}

/** A failure: 10 by 10 pixels. */
export function paintTriangle(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  color: string,
): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x + 5, y);
  context.lineTo(x + 10, y + 10);
  context.lineTo(x, y + 10);
  context.closePath();
  context.fill();
}

export function paintHistogram(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  counts: readonly number[],
  color: string,
): void {
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  context.fillStyle = color;
  counts.forEach((count, at) => {
    const tall = count === 0 ? 1 : Math.max(2, (count / most) * height);
    context.fillRect(x + at * step, y + height - tall, step - 1, tall);
  });
}
