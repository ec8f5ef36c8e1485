// Puts the rows of a waterfall on a canvas: the names on the left, the bars on the right. Decides nothing: where things
// are is the layout's, what they look like the palette's.

import type { Palette } from '../../app/theme.ts';
import { levelKind } from '../words/level.ts';
import { printCount, printDuration } from '../words/numbers.ts';
import { spanHue } from '../words/service-color.ts';
import type { ColorBy } from '../words/service-color.ts';
import type { BarRect, LogDot, LogText, WaterfallLayout } from './layout.ts';
import { fittedText } from './fitted-text.ts';
import { paintHistogram, paintLevelMark, paintTriangle } from './paint-marks.ts';
import type { StoryRow } from './rows.ts';

/** What the rows look like, as opposed to where they are. */
export interface RowLook {
  readonly colorBy: ColorBy;
  /** The selected row's ID. */
  readonly selected: string;
  readonly selectedLog: string;
  readonly hovered: string;
  readonly isFolded: (id: string) => boolean;
  /** Rows that stand back. */
  readonly isDim: (row: StoryRow) => boolean;
  /** Rows that a search found. */
  readonly isFound: (row: StoryRow) => boolean;
}

export interface PaintInput {
  readonly rows: readonly StoryRow[];
  readonly firstRow: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly layout: WaterfallLayout;
  readonly marks: readonly { readonly x: number }[];
  readonly palette: Palette;
  readonly look: RowLook;
  readonly width: number;
  readonly height: number;
  readonly nameWidth: number;
  readonly fontFamily: string;
}

export const indentPx = 12;
/** Deeper spans stand no further in: their names would leave the column. */
const indentsMax = 14;
const dimAlpha = 0.32;

/** Where a row's fold triangle is; its name is behind it. */
export function foldX(depth: number): number {
  return 8 + Math.min(depth, indentsMax) * indentPx;
}

export function barColor(row: BarRect['row'], colorBy: ColorBy, palette: Palette): string {
  const node = row.kind === 'span' ? row.node : row.group.nodes[0];
  const service = node?.service ?? '';
  const hue = spanHue(colorBy, service, node?.span?.kind ?? '');
  return palette.services[hue] ?? palette.accent;
}

export function paintRows(context: CanvasRenderingContext2D, input: PaintInput): void {
  const { palette, width, height, nameWidth } = input;
  context.clearRect(0, 0, width, height);
  context.save();
  context.translate(0, -input.scrollTop);
  context.textBaseline = 'middle';
  input.rows.forEach((row, at) => paintGround(context, row, input, input.firstRow + at));
  input.rows.forEach((row, at) => {
    context.globalAlpha = input.look.isDim(row) ? dimAlpha : 1;
    paintName(context, row, (input.firstRow + at) * input.rowHeight, input);
  });
  context.globalAlpha = 1;
  context.translate(nameWidth, 0);
  context.fillStyle = palette.hairline;
  for (const { x } of input.marks) context.fillRect(Math.round(x), input.scrollTop, 1, height);
  for (const bar of input.layout.bars) {
    context.globalAlpha = input.look.isDim(bar.row) ? dimAlpha : 1;
    paintBar(context, bar, input);
  }
  context.globalAlpha = 1;
  for (const dot of input.layout.dots) paintDot(context, dot, input);
  for (const text of input.layout.texts) paintLogText(context, text, input);
  context.restore();
}

function paintGround(
  context: CanvasRenderingContext2D,
  row: StoryRow,
  { look, palette, rowHeight, width }: PaintInput,
  at: number,
): void {
  const y = at * rowHeight;
  const isSelectedLog = row.kind === 'log' && row.log.id === look.selectedLog;
  if (look.isFound(row)) {
    context.fillStyle = palette.mark;
    context.globalAlpha = 0.45;
    context.fillRect(0, y, width, rowHeight);
    context.globalAlpha = 1;
  }
  if (row.id === look.hovered) {
    context.fillStyle = palette.hover;
    context.fillRect(0, y, width, rowHeight);
  }
  if (row.id !== look.selected && !isSelectedLog) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(0.75, y + 0.75, width - 1.5, rowHeight - 1.5, 3);
  context.stroke();
  context.lineWidth = 1;
}

function paintName(
  context: CanvasRenderingContext2D,
  row: StoryRow,
  y: number,
  input: PaintInput,
): void {
  const { palette, rowHeight, nameWidth } = input;
  const middle = y + rowHeight / 2 + 0.5;
  let x = foldX(row.depth);
  paintGuides(context, row.depth, y, input);
  if (row.kind === 'log') {
    paintLevelMark(context, x + 6, middle, row.log.level, palette, false);
    context.font = `11px ${input.fontFamily}`;
    context.fillStyle = palette.dim;
    // Its text is at its time, where there is room for it.
    const words = `${row.log.level} at ${printDuration(row.log.timeMs)}`;
    context.fillText(fittedText(context, words, nameWidth - x - 26), x + 18, middle);
    return;
  }
  const end = paintNameEnd(context, row, middle, input);
  const hasBelow = row.kind === 'alike' || row.node.children.length > 0;
  const isFolded = row.kind === 'alike' ? !row.isOpen : input.look.isFolded(row.id);
  if (hasBelow) paintFold(context, x + 7, middle, isFolded, palette);
  x += 17;
  const node = row.kind === 'span' ? row.node : undefined;
  if (node?.span !== null) {
    context.fillStyle = barColor(row, input.look.colorBy, palette);
    context.beginPath();
    context.roundRect(x, middle - 4, 8, 8, 2);
    context.fill();
    x += 13;
  }
  const parentService = node?.parent?.service;
  const service = node?.service ?? (row.kind === 'alike' ? row.group.service : '');
  const isSame = row.kind === 'alike' || parentService === service;
  context.fillStyle = palette.text;
  if (row.kind === 'alike') {
    context.font = `600 12.5px ${input.fontFamily}`;
    const times = `× ${printCount(row.group.nodes.length)}`;
    context.fillText(times, x, middle);
    x += context.measureText(times).width + 7;
  } else if (!isSame && node?.span !== null) {
    context.font = `600 12.5px ${input.fontFamily}`;
    const text = fittedText(context, service, Math.max(0, end - x - 24));
    context.fillText(text, x, middle);
    x += context.measureText(text).width + 6;
  }
  context.font = `${node?.span === null ? 'italic ' : ''}12.5px ${input.fontFamily}`;
  context.fillStyle = isSame && node?.span !== null ? palette.text : palette.dim;
  const name = row.kind === 'alike' ? row.group.name : row.node.name;
  context.fillText(fittedText(context, name, end - x), x, middle);
}

/** Hairlines from the parents above. */
function paintGuides(
  context: CanvasRenderingContext2D,
  depth: number,
  y: number,
  { palette, rowHeight }: PaintInput,
): void {
  context.fillStyle = palette.hairline;
  for (let level = 0; level < Math.min(depth, indentsMax); level++) {
    context.fillRect(foldX(level) + 7, y, 1, rowHeight);
  }
}

/** Counts and the mark of a failure, from the right; answers where the name must end. */
function paintNameEnd(
  context: CanvasRenderingContext2D,
  row: Exclude<StoryRow, { readonly kind: 'log' }>,
  middle: number,
  { palette, nameWidth, fontFamily, look }: PaintInput,
): number {
  let end = nameWidth - 10;
  context.font = `11px ${fontFamily}`;
  const logs = row.kind === 'span' ? (row.node.span?.logCount ?? 0) : row.group.logCount;
  if (logs > 0) {
    const text = printCount(logs);
    const width = Math.max(18, context.measureText(text).width + 9);
    context.fillStyle = palette.hairline;
    context.beginPath();
    context.roundRect(end - width, middle - 8, width, 15, 7.5);
    context.fill();
    context.fillStyle = palette.text;
    context.fillText(text, end - width + (width - context.measureText(text).width) / 2, middle);
    end -= width + 5;
  }
  if (row.kind === 'alike') {
    paintHistogram(context, end - 34, middle - 6, 32, 11, row.group.histogram, palette.dim);
    return end - 40;
  }
  const isFolded = look.isFolded(row.id);
  if (row.node.isError || (isFolded && row.node.errorsBelow > 0)) {
    paintTriangle(context, end - 10, middle - 5, palette.bad);
    end -= 15;
  }
  if ((row.node.span?.links.length ?? 0) > 0) {
    context.fillStyle = palette.accent;
    context.fillText('⇄', end - 11, middle);
    end -= 16;
  }
  if (isFolded && row.node.below > 0) {
    const text = `+${printCount(row.node.below)}`;
    context.fillStyle = palette.dim;
    end -= context.measureText(text).width;
    context.fillText(text, end, middle);
    end -= 6;
  }
  return end;
}

function paintFold(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  isFolded: boolean,
  palette: Palette,
): void {
  context.fillStyle = palette.dim;
  context.beginPath();
  if (isFolded) {
    context.moveTo(x - 2.5, y - 4);
    context.lineTo(x + 3, y);
    context.lineTo(x - 2.5, y + 4);
  } else {
    context.moveTo(x - 4, y - 2.5);
    context.lineTo(x + 4, y - 2.5);
    context.lineTo(x, y + 3);
  }
  context.closePath();
  context.fill();
}

function paintBar(context: CanvasRenderingContext2D, bar: BarRect, input: PaintInput): void {
  const { palette, look } = input;
  const { row, x, y, width, height } = bar;
  const isAbsent = row.kind === 'span' && row.node.span === null;
  context.font = `11px ${input.fontFamily}`;
  if (isAbsent) {
    context.strokeStyle = palette.dim;
    context.setLineDash([4, 3]);
    context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
    context.setLineDash([]);
  } else {
    context.fillStyle = barColor(row, look.colorBy, palette);
    if (row.kind === 'alike') paintParts(context, bar);
    else {
      context.beginPath();
      context.roundRect(x, y, width, height, 2);
      context.fill();
    }
  }
  context.fillStyle = palette.text;
  for (const part of bar.path) context.fillRect(part.x, y + height + 1, part.width, 2);
  for (const event of bar.events) paintEvent(context, event.x, y + height / 2, palette);
  const isError = row.kind === 'span' ? row.node.isError : row.group.isError;
  if (isError) paintTriangle(context, x + width + 4, y, palette.bad);
  context.fillStyle = palette.dim;
  // How long a parent took that was not received is not known.
  const text = isAbsent ? '' : bar.label;
  context.fillText(text, bar.labelX + (isError ? 12 : 0), y + height / 2 + 0.5);
}

function paintParts(context: CanvasRenderingContext2D, bar: BarRect): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * 0.22;
  context.beginPath();
  context.roundRect(bar.x, bar.y + 3, bar.width, bar.height - 6, 2);
  context.fill();
  context.globalAlpha = alpha;
  for (const part of bar.parts) {
    // A hair of air, so that calls one after the other are seen as several.
    context.fillRect(part.x, bar.y, Math.max(1.5, part.width - 1), bar.height);
  }
}

/** Something that the span noted: a small diamond on its bar. */
function paintEvent(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  palette: Palette,
): void {
  context.beginPath();
  context.moveTo(x, y - 4.5);
  context.lineTo(x + 3.5, y);
  context.lineTo(x, y + 4.5);
  context.lineTo(x - 3.5, y);
  context.closePath();
  context.fillStyle = palette.page;
  context.fill();
  context.strokeStyle = palette.text;
  context.stroke();
}

function paintDot(context: CanvasRenderingContext2D, dot: LogDot, input: PaintInput): void {
  const isSelected = dot.log.id === input.look.selectedLog;
  paintLevelMark(context, dot.x, dot.y, dot.log.level, input.palette, isSelected);
}

function paintLogText(context: CanvasRenderingContext2D, text: LogText, input: PaintInput): void {
  const { palette } = input;
  const isSelected = text.log.id === input.look.selectedLog;
  paintLevelMark(context, text.x, text.y, text.log.level, palette, isSelected);
  context.font = `11px ${input.fontFamily}`;
  const kind = levelKind(text.log.level);
  context.fillStyle =
    kind === 'error' || kind === 'fatal' || kind === 'warn' ? palette.levels[kind] : palette.dim;
  const room = input.width - input.nameWidth - text.x - 16;
  // Near the right edge the text stands before its mark.
  if (room >= 160) context.fillText(fittedText(context, text.log.text, room), text.x + 9, text.y);
  else {
    const fitted = fittedText(context, text.log.text, Math.max(0, text.x - 16));
    context.fillText(fitted, text.x - 9 - context.measureText(fitted).width, text.y);
  }
}
