// Spans of one parent that look alike, folded into one row: "× 40 · SELECT … · 3–9 ms" with a small histogram. A call in
// a loop is then one line that says how often and how slow, instead of forty.

import type { SpanNode } from './tree.ts';

export interface LookAlikes {
  /** Unique among the rows. */
  readonly id: string;
  /** By start. */
  readonly nodes: readonly SpanNode[];
  readonly service: string;
  readonly name: string;
  readonly isError: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  /** How many took how long, from the shortest to the longest in equal steps. */
  readonly histogram: readonly number[];
  readonly logCount: number;
}

/** Fewer stay as they are: a row that hides three is no gain. */
export const lookAlikesMin = 4;
const histogramSteps = 8;

/** What makes siblings alike. A failure below sets a span apart: it is what one looks for. */
function kindOf(node: SpanNode): string {
  return `${node.service}\n${node.name}\n${node.span?.kind ?? ''}\n${String(node.isError)}${String(node.errorsBelow > 0)}`;
}

type Folded = readonly (SpanNode | LookAlikes)[];

/** By the children of a node, which stay as they are: every folding and every selection asks again. */
const known = new WeakMap<readonly SpanNode[], Folded>();

/** Single nodes and groups of alike ones, each at the place of its first. */
export function foldLookAlikes(children: readonly SpanNode[]): Folded {
  if (children.length < lookAlikesMin) return children;
  let folded = known.get(children);
  if (folded === undefined) {
    folded = groupAlike(children);
    known.set(children, folded);
  }
  return folded;
}

function groupAlike(children: readonly SpanNode[]): Folded {
  const byKind = new Map<string, SpanNode[]>();
  const kinds = children.map((node) => {
    const kind = kindOf(node);
    const same = byKind.get(kind);
    if (same !== undefined) same.push(node);
    else byKind.set(kind, [node]);
    return kind;
  });
  if (byKind.size === children.length) return children;
  return children.flatMap((node, at): Folded => {
    const same = byKind.get(kinds[at] ?? '') ?? [];
    if (node.span === null || same.length < lookAlikesMin) return [node];
    return same[0] === node ? [groupOf(same, node)] : [];
  });
}

export function isLookAlikes(item: SpanNode | LookAlikes): item is LookAlikes {
  return 'nodes' in item;
}

function groupOf(nodes: readonly SpanNode[], first: SpanNode): LookAlikes {
  let endMs = first.endMs;
  let shortestMs = Infinity;
  let longestMs = 0;
  let logCount = 0;
  for (const node of nodes) {
    const ms = node.endMs - node.startMs;
    endMs = Math.max(endMs, node.endMs);
    shortestMs = Math.min(shortestMs, ms);
    longestMs = Math.max(longestMs, ms);
    logCount += node.span?.logCount ?? 0;
  }
  const histogram = Array.from({ length: histogramSteps }, () => 0);
  const stepMs = (longestMs - shortestMs) / histogramSteps;
  for (const node of nodes) {
    const ms = node.endMs - node.startMs - shortestMs;
    const step = stepMs === 0 ? 0 : Math.min(histogramSteps - 1, Math.floor(ms / stepMs));
    histogram[step] = (histogram[step] ?? 0) + 1;
  }
  return {
    id: `alike:${first.id}`,
    nodes,
    service: first.service,
    name: first.name,
    isError: first.isError,
    startMs: first.startMs,
    endMs,
    shortestMs,
    longestMs,
    histogram,
    logCount,
  };
}
