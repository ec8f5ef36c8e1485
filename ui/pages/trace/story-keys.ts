// The keys of the trace page.

import { useKeys } from '../../controls/keys.ts';
import type { LinesShown, TraceView } from '../../url/trace-view.ts';
import type { TimeWindow } from '../../views/waterfall/layout.ts';
import type { SpanNode, SpanTree } from '../../views/waterfall/tree.ts';
import { nextNode } from './selection.ts';

interface StoryKeys {
  readonly rows: readonly SpanNode[];
  readonly tree: SpanTree;
  readonly selected: SpanNode | undefined;
  readonly show: LinesShown;
  readonly onShow: (change: Partial<TraceView>) => void;
  readonly select: (node: SpanNode) => void;
  readonly fold: (node: SpanNode) => void;
  readonly zoom: (window: TimeWindow | null) => void;
  readonly refresh: () => void;
}

/** A zoomed span has this much of the width before and after it. */
const zoomAir = 0.1;

export function useStoryKeys(story: StoryKeys): void {
  const { rows, tree, selected } = story;
  const from = selected?.id ?? '';
  const go = (node: SpanNode | undefined): void => {
    if (node !== undefined) story.select(node);
  };
  const isSpan = (node: SpanNode): boolean => node.span !== null;
  const isError = (node: SpanNode): boolean => node.isError;
  const foldIf = (isWanted: (node: SpanNode, isOpen: boolean) => boolean): void => {
    if (selected === undefined || selected.children.length === 0) return;
    const isOpen = rows[rows.indexOf(selected) + 1]?.parent === selected;
    if (isWanted(selected, isOpen)) story.fold(selected);
  };
  useKeys({
    j: () => go(nextNode(rows, from, 1, isSpan)),
    k: () => go(nextNode(rows, from, -1, isSpan)),
    ArrowDown: () => go(nextNode(rows, from, 1, isSpan)),
    ArrowUp: () => go(nextNode(rows, from, -1, isSpan)),
    ArrowLeft: () => foldIf((_, isOpen) => isOpen),
    ArrowRight: () => foldIf((_, isOpen) => !isOpen),
    e: () => foldIf(() => true),
    // Errors inside folded spans are found as well: selecting unfolds.
    ']': () => go(nextNode(tree.nodes, from, 1, isError)),
    '[': () => go(nextNode(tree.nodes, from, -1, isError)),
    s: () => go(nextNode(tree.nodes, from, 1, (node) => (node.span?.logCount ?? 0) > 0)),
    Enter: () => story.onShow({ show: story.show === 'span' ? 'all' : 'span' }),
    z: () => {
      if (selected === undefined) return;
      const air = Math.max(0.001, (selected.endMs - selected.startMs) * zoomAir);
      story.zoom({ startMs: selected.startMs - air, endMs: selected.endMs + air });
    },
    Z: () => story.zoom(null),
    r: story.refresh,
  });
}
