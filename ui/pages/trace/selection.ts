// Which span and which line the page of a trace shows: as the address says, else what a reader would look at first.

import type { TraceView } from '../../url/trace-view.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import { firstErrorOrigin } from '../../views/waterfall/error-origin.ts';
import type { CriticalPath } from '../../views/waterfall/critical-path.ts';
import type { SpanNode, SpanTree } from '../../views/waterfall/tree.ts';

function nodeOfSpan(tree: SpanTree, spanId: string): SpanNode | undefined {
  if (spanId === '') return undefined;
  return tree.byId.get(spanId) ?? tree.byId.get(spanId.padStart(16, '0'));
}

/** What the address names: its span, else that of its line. */
export function namedNode(
  { tree, lines }: StoryModel,
  view: Pick<TraceView, 'span' | 'log'>,
): SpanNode | undefined {
  const named = nodeOfSpan(tree, view.span);
  if (named !== undefined || view.log === '') return named;
  return nodeOfSpan(tree, lines.find(({ line }) => line.id === view.log)?.line.spanId ?? '');
}

/** Where the first error came from, else what the trace's end waited for most. */
export function firstNode({ tree }: StoryModel, path: CriticalPath): SpanNode | undefined {
  return firstErrorOrigin(tree) ?? path.heaviest ?? tree.nodes.find((node) => node.span !== null);
}

/** The next wanted node in the order of the waterfall, behind the last one the first. */
export function nextNode(
  nodes: readonly SpanNode[],
  from: string,
  by: 1 | -1,
  isWanted: (node: SpanNode) => boolean,
): SpanNode | undefined {
  const count = nodes.length;
  const start = nodes.findIndex(({ id }) => id === from);
  for (let step = 1; step <= count; step++) {
    const node = nodes[(((start + by * step) % count) + count) % count];
    if (node !== undefined && isWanted(node)) return node;
  }
  return undefined;
}
