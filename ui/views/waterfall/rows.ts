// The rows of the waterfall from top to bottom: spans, groups of look-alikes, and, when they are wanted, log lines at
// their time below their span. What is folded is not among them.

import { foldLookAlikes, isLookAlikes } from './look-alikes.ts';
import type { LookAlikes } from './look-alikes.ts';
import type { WaterfallLog } from './layout.ts';
import type { SpanNode, SpanTree } from './tree.ts';

export type StoryRow =
  | { readonly kind: 'span'; readonly id: string; readonly depth: number; readonly node: SpanNode }
  | {
      readonly kind: 'alike';
      readonly id: string;
      readonly depth: number;
      readonly group: LookAlikes;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'log';
      readonly id: string;
      readonly depth: number;
      readonly node: SpanNode;
      readonly log: WaterfallLog;
    };

export interface Folding {
  /** IDs of nodes whose subtree is hidden. */
  readonly folded: ReadonlySet<string>;
  /**
   * IDs of nodes whose look-alikes are shown one by one: a group goes by any of its nodes, so that one that arrives late
   * leaves it open.
   */
  readonly opened: ReadonlySet<string>;
}

export const nothingFolded: Folding = { folded: new Set(), opened: new Set() };

/** Those of a group's nodes by which it is open; empty: it is closed. */
export function openedBy({ nodes }: LookAlikes, opened: ReadonlySet<string>): readonly SpanNode[] {
  return opened.size === 0 ? [] : nodes.filter(({ id }) => opened.has(id));
}

interface Pending {
  readonly item: SpanNode | LookAlikes;
  readonly depth: number;
}

/** `logsBySpan`: log lines become rows below their span; undefined: they do not. */
export function storyRows(
  tree: SpanTree,
  { folded, opened }: Folding,
  logsBySpan?: ReadonlyMap<string, readonly WaterfallLog[]>,
): StoryRow[] {
  const rows: StoryRow[] = [];
  const stack: Pending[] = [];
  const push = (items: readonly (SpanNode | LookAlikes)[], depth: number): void => {
    for (let at = items.length - 1; at >= 0; at--) {
      const item = items[at];
      if (item !== undefined) stack.push({ item, depth });
    }
  };
  push(tree.roots, 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { item, depth } = next;
    if (isLookAlikes(item)) {
      const isOpen = openedBy(item, opened).length > 0;
      rows.push({ kind: 'alike', id: item.id, depth, group: item, isOpen });
      if (isOpen) push(item.nodes, depth + 1);
      continue;
    }
    rows.push({ kind: 'span', id: item.id, depth, node: item });
    for (const log of logsBySpan?.get(item.span?.spanId ?? '') ?? []) {
      rows.push({ kind: 'log', id: `log:${log.id}`, depth: depth + 1, node: item, log });
    }
    if (!folded.has(item.id)) push(foldLookAlikes(item.children), depth + 1);
  }
  return rows;
}

/** The folding in which a node is seen: its ancestors are unfolded, and the look-alikes that it is among. */
export function reveal(folding: Folding, node: SpanNode): Folding {
  const folded = new Set(folding.folded);
  const opened = new Set(folding.opened);
  for (let at: SpanNode = node; at.parent !== null; at = at.parent) {
    folded.delete(at.parent.id);
    for (const item of foldLookAlikes(at.parent.children)) {
      if (!isLookAlikes(item) || !item.nodes.includes(at)) continue;
      if (openedBy(item, opened).length === 0) opened.add(at.id);
      break;
    }
  }
  const isSame = folded.size === folding.folded.size && opened.size === folding.opened.size;
  return isSame ? folding : { folded, opened };
}

/** Traces of so few spans are seen whole anyway. */
const foldedSpansMin = 30;

/**
 * What is folded at first when someone comes from a line or a span: every largest subtree without the selection, an
 * error, or anything else of interest.
 */
export function foldUninteresting(
  tree: SpanTree,
  selected: SpanNode,
  isInteresting: (node: SpanNode) => boolean,
): Folding {
  if (tree.nodes.length < foldedSpansMin) return reveal(nothingFolded, selected);
  const kept = new Set<SpanNode>();
  const keep = (node: SpanNode): void => {
    for (let at: SpanNode | null = node; at !== null && !kept.has(at); at = at.parent) kept.add(at);
  };
  keep(selected);
  const below = new Set<SpanNode>();
  for (const node of tree.nodes) {
    const isBelow = node.parent !== null && (node.parent === selected || below.has(node.parent));
    if (isBelow) below.add(node);
    if (isBelow || node.isError || isInteresting(node)) keep(node);
  }
  const folded = new Set<string>();
  for (const node of tree.nodes) {
    const isTop = node.parent === null || kept.has(node.parent);
    if (!isTop || node === selected || node.children.length === 0) continue;
    if (!node.children.some((one) => kept.has(one))) folded.add(node.id);
  }
  return reveal({ folded, opened: new Set() }, selected);
}
