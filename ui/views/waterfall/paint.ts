// Puts a waterfall's rectangles on a canvas. Decides nothing: where things are is the layout's, what they look like
// the palette's.

import type { Palette } from '../../app/theme.ts';
import { levelKind } from '../words/level.ts';
import { printDuration } from '../words/numbers.ts';
import { serviceHue } from '../words/service-color.ts';
import type { BarRect, LogDot, WaterfallLayout } from './layout.ts';

export interface PaintInput {
  readonly layout: WaterfallLayout;
  readonly marks: readonly { readonly x: number }[];
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly font: string;
  /** Spans that stand back, by ID of their node. */
  readonly isDim: (nodeId: string) => boolean;
  readonly selectedLog: string;
}

const dimAlpha = 0.3;

export function paintWaterfall(context: CanvasRenderingContext2D, input: PaintInput): void {
  const { palette, width, height } = input;
  context.clearRect(0, 0, width, height);
  context.fillStyle = palette.hairline;
  for (const { x } of input.marks) context.fillRect(Math.round(x), 0, 1, height);
  context.font = input.font;
  context.textBaseline = 'middle';
  for (const bar of input.layout.bars) {
    context.globalAlpha = input.isDim(bar.node.id) ? dimAlpha : 1;
    paintBar(context, bar, palette);
  }
  context.globalAlpha = 1;
  for (const dot of input.layout.dots) {
    paintDot(context, dot, palette, dot.log.id === input.selectedLog);
  }
}

function paintBar(context: CanvasRenderingContext2D, bar: BarRect, palette: Palette): void {
  const { node, x, y, width, height } = bar;
  if (node.span === null) {
    context.strokeStyle = palette.dim;
    context.setLineDash([4, 3]);
    context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
    context.setLineDash([]);
    return;
  }
  context.fillStyle = palette.services[serviceHue(node.service)] ?? palette.accent;
  context.beginPath();
  context.roundRect(x, y, width, height, 2);
  context.fill();
  if (node.isError) paintError(context, x + width + 4, y, palette);
  context.fillStyle = palette.dim;
  const room = node.isError ? 12 : 0;
  context.fillText(
    printDuration(node.endMs - node.startMs),
    bar.labelX + room,
    y + height / 2 + 0.5,
  );
}

/** A triangle, so that an error is told by its shape as well. */
function paintError(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  palette: Palette,
): void {
  context.fillStyle = palette.bad;
  context.beginPath();
  context.moveTo(x + 5, y);
  context.lineTo(x + 10, y + 10);
  context.lineTo(x, y + 10);
  context.closePath();
  context.fill();
}

function paintDot(
  context: CanvasRenderingContext2D,
  { log, x, y }: LogDot,
  palette: Palette,
  isSelected: boolean,
): void {
  const kind = levelKind(log.level);
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
