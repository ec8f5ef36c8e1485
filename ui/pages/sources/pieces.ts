// A line cut at the edges of what a pattern matched and of what its group took.

import type { TextPlace } from '../../../src/api/explore/contract/datasources.ts';

export interface Piece {
  readonly text: string;
  readonly kind: 'plain' | 'match' | 'group';
  /** Where it begins. */
  readonly at: number;
}

/** Before a match, only so much is shown: what was matched is to be seen. */
const before = 80;

export function piecesOf(
  text: string,
  match: TextPlace | null,
  group: TextPlace | null,
): readonly Piece[] {
  const start = match !== null && match.start > before ? match.start - before : 0;
  const edges = [start, match?.start, group?.start, group?.end, match?.end, text.length]
    .filter((edge) => edge !== undefined)
    .toSorted((a, b) => a - b);
  const pieces: Piece[] = [];
  if (start > 0) pieces.push({ text: '…', kind: 'plain', at: -1 });
  for (const [index, at] of edges.entries()) {
    const end = edges[index + 1] ?? text.length;
    if (end <= at) continue;
    const isIn = (place: TextPlace | null): boolean =>
      place !== null && at >= place.start && end <= place.end;
    const kind = isIn(group) ? 'group' : isIn(match) ? 'match' : 'plain';
    pieces.push({ text: text.slice(at, end), kind, at });
  }
  return pieces;
}
