// The keys of the trace page.

import { copyText } from '../../controls/copy-button.tsx';
import { useKeys } from '../../controls/keys.ts';
import { useAddress } from '../../url/address.ts';
import type { TraceView } from '../../url/trace-view.ts';
import type { TimeWindow } from '../../views/waterfall/layout.ts';
import type { StoryRow } from '../../views/waterfall/rows.ts';
import type { SpanNode, SpanTree } from '../../views/waterfall/tree.ts';
import { nextNode } from './selection.ts';

interface StoryKeys {
  readonly rows: readonly StoryRow[];
  readonly tree: SpanTree;
  readonly selected: SpanNode | undefined;
  readonly view: TraceView;
  readonly onShow: (change: Partial<TraceView>) => void;
  readonly select: (node: SpanNode) => void;
  readonly fold: (node: SpanNode) => void;
  readonly zoom: (window: TimeWindow | null) => void;
  readonly refresh: () => void;
  readonly find: () => void;
  readonly doors: () => void;
}

/** A zoomed span has this much of the width before and after it. */
const zoomAir = 0.1;

/** The next row that is a span; a group of look-alikes is entered by opening it. */
function nextSpan(rows: readonly StoryRow[], from: string, by: 1 | -1): SpanNode | undefined {
  const start = rows.findIndex(({ id }) => id === from);
  for (let at = start + by; at >= 0 && at < rows.length; at += by) {
    const row = rows[at];
    if (row?.kind === 'span' && row.node.span !== null) return row.node;
    if (row?.kind === 'alike' && !row.isOpen) {
      return by === 1 ? row.group.nodes[0] : row.group.nodes.at(-1);
    }
  }
  return undefined;
}

export function useStoryKeys(story: StoryKeys): void {
  const { rows, tree, selected, view } = story;
  const address = useAddress();
  const from = selected?.id ?? '';
  const go = (node: SpanNode | undefined): void => {
    if (node !== undefined) story.select(node);
  };
  const isError = (node: SpanNode): boolean => node.isError;
  const foldIf = (isWanted: (isOpen: boolean) => boolean): void => {
    if (selected === undefined || selected.children.length === 0) return;
    const at = rows.findIndex(({ id }) => id === selected.id);
    const next = rows.slice(at + 1).find(({ kind }) => kind !== 'log');
    if (isWanted(next !== undefined && next.depth > (rows[at]?.depth ?? 0))) story.fold(selected);
  };
  useKeys({
    j: () => go(nextSpan(rows, from, 1)),
    k: () => go(nextSpan(rows, from, -1)),
    ArrowDown: () => go(nextSpan(rows, from, 1)),
    ArrowUp: () => go(nextSpan(rows, from, -1)),
    ArrowLeft: () => foldIf((isOpen) => isOpen),
    ArrowRight: () => foldIf((isOpen) => !isOpen),
    e: () => foldIf(() => true),
    // Errors inside folded spans are found as well: selecting unfolds.
    ']': () => go(nextNode(tree.nodes, from, 1, isError)),
    '[': () => go(nextNode(tree.nodes, from, -1, isError)),
    s: () => go(nextNode(tree.nodes, from, 1, (node) => (node.span?.logCount ?? 0) > 0)),
    c: () => story.onShow({ showsPath: !view.showsPath }),
    l: () => story.onShow({ showsLogRows: !view.showsLogRows }),
    Enter: () => story.onShow({ show: view.show === 'span' ? 'all' : 'span' }),
    z: () => {
      if (selected === undefined) return;
      const air = Math.max(0.001, (selected.endMs - selected.startMs) * zoomAir);
      story.zoom({ startMs: selected.startMs - air, endMs: selected.endMs + air });
    },
    Z: () => story.zoom(null),
    '/': story.find,
    m: story.doors,
    r: story.refresh,
    y: () => void copyText(location.href),
    Escape: () => address.back(),
  });
}
