// What of the waterfall is folded. It begins with what is of no interest where someone came from a line or a span; after
// that only the reader folds, and selecting unfolds.

import { useCallback, useState } from 'react';
import { isErrorLevel, levelKind } from '../../views/words/level.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import { foldUninteresting, nothingFolded, reveal } from '../../views/waterfall/rows.ts';
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
    selected: selected?.id,
    folding: firstFolding(story, selected, isNamed),
  }));
  let { folding } = state;
  if (state.selected !== selected?.id) {
    folding = selected === undefined ? folding : reveal(folding, selected);
    setState({ selected: selected?.id, folding });
  }
  const toggle = useCallback((set: 'folded' | 'opened', id: string) => {
    setState((old) => {
      const next = new Set(old.folding[set]);
      if (!next.delete(id)) next.add(id);
      return { ...old, folding: { ...old.folding, [set]: next } };
    });
  }, []);
  return {
    folding,
    fold: useCallback(
      (row) => {
        if (row.kind === 'alike') toggle('opened', row.id);
        else if (row.kind === 'span' && row.node.children.length > 0) toggle('folded', row.id);
      },
      [toggle],
    ),
    foldNode: useCallback(
      (node) => {
        if (node.children.length > 0) toggle('folded', node.id);
      },
      [toggle],
    ),
  };
}
