// What of the waterfall is folded. It begins with what is of no interest where someone came from a line or a span; after
// that only the reader folds, and selecting unfolds.

import { useCallback, useState } from 'react';
import { isErrorLevel, levelKind } from '../../views/words/level.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import { foldUninteresting, nothingFolded, openedBy, reveal } from '../../views/waterfall/rows.ts';
import type { LookAlikes } from '../../views/waterfall/look-alikes.ts';
import type { Folding, StoryRow } from '../../views/waterfall/rows.ts';
import type { SpanNode } from '../../views/waterfall/tree.ts';

function firstFolding(
  story: StoryModel,
  selected: SpanNode | undefined,
  isNamed: boolean,
): Folding {
  if (selected === undefined) return nothingFolded;
  if (!isNamed) return reveal(nothingFolded, selected);
  return foldUninteresting(story.tree, selected, (node) =>
    (story.logsBySpan.get(node.span?.spanId ?? '') ?? []).some(
      ({ level }) => isErrorLevel(level) || levelKind(level) === 'warn',
    ),
  );
}

export interface UsedFolding {
  readonly folding: Folding;
  readonly fold: (row: StoryRow) => void;
  readonly foldNode: (node: SpanNode) => void;
}

/** `isNamed`: the address named the span or its line. */
export function useFolding(
  story: StoryModel,
  selected: SpanNode | undefined,
  isNamed: boolean,
): UsedFolding {
  const [state, setState] = useState(() => ({
    selected,
    folding: firstFolding(story, selected, isNamed),
  }));
  let { folding } = state;
  // Another span, or the same one among spans that arrived since, with which it may have become one of many alike.
  if (state.selected !== selected) {
    folding = selected === undefined ? folding : reveal(folding, selected);
    setState({ selected, folding });
  }
  const toggle = useCallback((id: string) => {
    setState((old) => {
      const folded = new Set(old.folding.folded);
      if (!folded.delete(id)) folded.add(id);
      return { ...old, folding: { ...old.folding, folded } };
    });
  }, []);
  const toggleGroup = useCallback((group: LookAlikes) => {
    setState((old) => {
      const opened = new Set(old.folding.opened);
      const openedFor = openedBy(group, opened);
      for (const { id } of openedFor) opened.delete(id);
      if (openedFor.length === 0) for (const { id } of group.nodes.slice(0, 1)) opened.add(id);
      return { ...old, folding: { ...old.folding, opened } };
    });
  }, []);
  return {
    folding,
    fold: useCallback(
      (row) => {
        if (row.kind === 'alike') toggleGroup(row.group);
        else if (row.kind === 'span' && row.node.children.length > 0) toggle(row.id);
      },
      [toggle, toggleGroup],
    ),
    foldNode: useCallback(
      (node) => {
        if (node.children.length > 0) toggle(node.id);
      },
      [toggle],
    ),
  };
}
