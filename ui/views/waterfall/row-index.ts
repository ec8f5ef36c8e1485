// Where the row of a span is among the rows: its own, that of the group it is folded into, or the nearest ancestor's.

import type { StoryRow } from './rows.ts';
import type { SpanNode } from './tree.ts';

export interface RowIndex {
  of(node: SpanNode): number | undefined;
  /** Of a row, or of the closed group that a node is in, by its ID; undefined when it is folded away. */
  place(id: string): number | undefined;
  /** The last row that starts at or before an instant. */
  at(ms: number): number;
}

export function indexRows(rows: readonly StoryRow[]): RowIndex {
  const places = new Map<string, number>();
  rows.forEach((row, at) => {
    places.set(row.id, at);
    if (row.kind === 'alike' && !row.isOpen)
      for (const { id } of row.group.nodes) places.set(id, at);
  });
  return {
    place: (id) => places.get(id),
    of: (node) => {
      for (let at: SpanNode | null = node; at !== null; at = at.parent) {
        const place = places.get(at.id);
        if (place !== undefined) return place;
      }
      return undefined;
    },
    at: (ms) => {
      let last = 0;
      let latest = -Infinity;
      rows.forEach((row, at) => {
        const startMs = startOf(row);
        if (startMs > ms || startMs < latest) return;
        last = at;
        latest = startMs;
      });
      return last;
    },
  };
}

export function startOf(row: StoryRow): number {
  if (row.kind === 'log') return row.log.timeMs;
  return row.kind === 'span' ? row.node.startMs : row.group.startMs;
}
