// The rows of a trace's log lines: which are shown, which stand back, and where nothing was logged for long.

import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import type { LinesShown } from '../../url/trace-view.ts';
import type { StoryLine } from '../trace-model/story-model.ts';
import { isErrorLevel } from '../words/level.ts';

export type TraceLogRow =
  | ({ readonly kind: 'line' } & StoryLine)
  | { readonly kind: 'gap'; readonly key: string; readonly lengthMs: number };

export interface LinesWanted {
  readonly show: LinesShown;
  /** The selected span; `show: 'span'` keeps its lines. */
  readonly spanId: string;
  /** Regardless of case, in the body or an attribute's value. */
  readonly find: string;
}

/** A silence is worth a row when it lasts a tenth of the trace, and long enough to notice. */
const gapShare = 0.1;
const gapMsMin = 50;

export function isShown(line: ExploreLogLine, wanted: LinesWanted): boolean {
  if (wanted.show === 'span' && line.spanId !== wanted.spanId) return false;
  if (wanted.show === 'errors' && !isErrorLevel(line.level)) return false;
  if (wanted.find === '') return true;
  const find = wanted.find.toLowerCase();
  return (
    line.body.toLowerCase().includes(find) ||
    line.attributes.some(({ value }) => value.toLowerCase().includes(find))
  );
}

export function traceLogRows(
  lines: readonly StoryLine[],
  wanted: LinesWanted,
  lengthMs: number,
): TraceLogRow[] {
  const rows: TraceLogRow[] = [];
  const gapMs = Math.max(gapMsMin, lengthMs * gapShare);
  const isFiltered = wanted.show !== 'all' || wanted.find !== '';
  let lastMs: number | undefined;
  for (const one of lines) {
    const { line, timeMs } = one;
    if (!isShown(line, wanted)) continue;
    // Between lines that a filter picked out there is no silence to speak of.
    if (!isFiltered && lastMs !== undefined && timeMs - lastMs >= gapMs) {
      rows.push({ kind: 'gap', key: `gap-${line.id}`, lengthMs: timeMs - lastMs });
    }
    rows.push({ kind: 'line', ...one });
    lastMs = timeMs;
  }
  return rows;
}

/** How many rows are at or before an instant: where a line across the list is drawn. */
export function rowsUntil(rows: readonly TraceLogRow[], ms: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOfRow(rows, middle) <= ms) low = middle + 1;
    else high = middle;
  }
  // The instant is within a silence: the line is drawn before it.
  return low > 0 && rows[low - 1]?.kind === 'gap' ? low - 1 : low;
}

/** A silence has the time of the line that ends it, but for a hair. */
function timeOfRow(rows: readonly TraceLogRow[], at: number): number {
  const row = rows[at];
  if (row?.kind === 'line') return row.timeMs;
  const next = rows[at + 1];
  return next?.kind === 'line' ? next.timeMs : Infinity;
}
