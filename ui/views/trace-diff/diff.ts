// Two traces side by side by their structure: spans of one path (service and operation, from the root down) are one row,
// which says how many there were and how long they took in each. What is only in one of them was added or removed.

import { buildFlame } from '../flame/layout.ts';
import type { Frame } from '../flame/layout.ts';
import type { SpanNode, SpanTree } from '../waterfall/tree.ts';

export type DiffKind = 'added' | 'removed' | 'slower' | 'faster' | 'same';

export interface DiffSide {
  readonly count: number;
  readonly errors: number;
  /** Of its spans together. */
  readonly totalMs: number;
  /** Without what its children did. */
  readonly selfMs: number;
  /** The slowest of them; undefined when there is none. */
  readonly slowest: SpanNode | undefined;
}

export interface DiffRow {
  /** The path. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  readonly kind: DiffKind;
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Of `totalMs`, from A to B. */
  readonly deltaMs: number;
  readonly selfDeltaMs: number;
}

export interface TraceDiff {
  /** Parents before children, in the order of the waterfall. */
  readonly rows: readonly DiffRow[];
  readonly counts: Readonly<Record<DiffKind, number>>;
  /** The row that explains most of the difference by itself; undefined when nothing differs. */
  readonly mostChanged: DiffRow | undefined;
}

/** Smaller differences are noise: of both, the larger. */
const changedMsMin = 1;
const changedShareMin = 0.1;

const nothing: DiffSide = { count: 0, errors: 0, totalMs: 0, selfMs: 0, slowest: undefined };

function sideOf(frame: Frame | undefined): DiffSide {
  if (frame === undefined) return nothing;
  let totalMs = 0;
  let slowest: SpanNode | undefined;
  for (const node of frame.nodes) {
    const ms = node.endMs - node.startMs;
    totalMs += ms;
    if (slowest === undefined || ms > slowest.endMs - slowest.startMs) slowest = node;
  }
  return {
    count: frame.nodes.length,
    errors: frame.errors,
    totalMs,
    selfMs: frame.selfMs,
    slowest,
  };
}

function kindOf(a: DiffSide, b: DiffSide): DiffKind {
  if (a.count === 0) return 'added';
  if (b.count === 0) return 'removed';
  const delta = b.totalMs - a.totalMs;
  const least = Math.max(changedMsMin, Math.min(a.totalMs, b.totalMs) * changedShareMin);
  if (Math.abs(delta) < least) return 'same';
  return delta > 0 ? 'slower' : 'faster';
}

function firstStart(frame: Frame | undefined): number {
  return frame?.nodes[0]?.startMs ?? Infinity;
}

interface Pair {
  readonly a: Frame | undefined;
  readonly b: Frame | undefined;
}

/** Frames of one path, by the earlier start; what both have decides by B, the newer of most comparisons. */
function pairUp(a: readonly Frame[], b: readonly Frame[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const frame of b) pairs.set(frame.id, { a: undefined, b: frame });
  for (const frame of a) pairs.set(frame.id, { a: frame, b: pairs.get(frame.id)?.b });
  return [...pairs.values()].toSorted(
    (one, other) => firstStart(one.b ?? one.a) - firstStart(other.b ?? other.a),
  );
}

export function diffTraces(a: SpanTree, b: SpanTree): TraceDiff {
  const rows: DiffRow[] = [];
  const counts: Record<DiffKind, number> = { added: 0, removed: 0, slower: 0, faster: 0, same: 0 };
  let mostChanged: DiffRow | undefined;
  const stack = pairUp(buildFlame(a), buildFlame(b)).toReversed();
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const frame = pair.b ?? pair.a;
    if (frame === undefined) continue;
    const sideA = sideOf(pair.a);
    const sideB = sideOf(pair.b);
    const row: DiffRow = {
      id: frame.id,
      service: frame.service,
      name: frame.name,
      depth: frame.depth,
      kind: kindOf(sideA, sideB),
      a: sideA,
      b: sideB,
      deltaMs: sideB.totalMs - sideA.totalMs,
      selfDeltaMs: sideB.selfMs - sideA.selfMs,
    };
    rows.push(row);
    counts[row.kind]++;
    const isMore =
      row.kind !== 'same' && Math.abs(row.selfDeltaMs) > Math.abs(mostChanged?.selfDeltaMs ?? 0);
    if (isMore) mostChanged = row;
    for (const child of pairUp(pair.a?.children ?? [], pair.b?.children ?? []).toReversed())
      stack.push(child);
  }
  return { rows, counts, mostChanged };
}
