// What of the waterfall is at a point: the answer to clicks and hovers on a canvas, from the same layout that paints it.

import type { BarRect, LogDot, WaterfallLayout, WaterfallLog } from './layout.ts';
import { foldX } from './paint.ts';
import type { StoryRow } from './rows.ts';

export interface Hit {
  readonly row: StoryRow;
  readonly part: 'fold' | 'name' | 'bar' | 'ground';
  /** The log line whose mark is at the point. */
  readonly log: WaterfallLog | undefined;
  /** The name of the event whose mark is at the point. */
  readonly event: string | undefined;
  readonly bar: BarRect | undefined;
}

export interface HitInput {
  readonly rows: readonly StoryRow[];
  readonly layout: WaterfallLayout;
  readonly rowHeight: number;
  readonly nameWidth: number;
}

const foldWidth = 16;
const dotReach = 5;

/** `x` from the left edge of the names, `y` from the top of all rows. */
export function hitAt(x: number, y: number, input: HitInput): Hit | undefined {
  const at = Math.floor(y / input.rowHeight);
  const row = input.rows[at];
  if (row === undefined || y < 0) return undefined;
  const nothing = { row, log: undefined, event: undefined, bar: undefined };
  if (row.kind === 'log')
    return { ...nothing, part: x < input.nameWidth ? 'name' : 'bar', log: row.log };
  if (x < input.nameWidth) {
    const hasBelow = row.kind === 'alike' || row.node.children.length > 0;
    const fold = foldX(row.depth);
    const isFold = hasBelow && x >= fold - 2 && x < fold + foldWidth;
    return { ...nothing, part: isFold ? 'fold' : 'name' };
  }
  const barX = x - input.nameWidth;
  const bar = input.layout.bars.find((one) => one.row === row);
  const dot = nearestDot(input.layout.dots, barX, y);
  if (dot !== undefined) return { ...nothing, part: 'bar', log: dot.log, bar };
  if (bar === undefined) return { ...nothing, part: 'ground' };
  const event = bar.events.find(
    (one) => Math.abs(one.x - barX) <= dotReach && y < bar.y + bar.height + 2,
  );
  const isOnBar = barX >= bar.x - 2 && barX <= bar.x + bar.width + 2;
  return { ...nothing, part: isOnBar ? 'bar' : 'ground', event: event?.name, bar };
}

function nearestDot(dots: readonly LogDot[], x: number, y: number): LogDot | undefined {
  let nearest: LogDot | undefined;
  let distance = dotReach;
  for (const dot of dots) {
    const far = Math.max(Math.abs(dot.x - x), Math.abs(dot.y - y));
    if (far <= distance) {
      nearest = dot;
      distance = far;
    }
  }
  return nearest;
}
