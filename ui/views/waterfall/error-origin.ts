// Where a failure came from. An error is handed up to every caller, so that a failing request is red from the root to
// the one span that explains it: the deepest failing one below, the last to fail where several did.

import type { SpanNode, SpanTree } from './tree.ts';

/** The span that explains a failing one; itself when nothing below it failed. */
export function errorOrigin(node: SpanNode): SpanNode {
  let origin = node;
  for (;;) {
    const next = lastFailing(origin);
    if (next === undefined) return origin;
    origin = next;
  }
}

/** The failing child that ended last: earlier failures were survived, by a retry for instance. */
function lastFailing(node: SpanNode): SpanNode | undefined {
  let last: SpanNode | undefined;
  for (const child of node.children) {
    // A failure in a queue's consumer is not handed back to the producer.
    if (!child.isError || child.span?.kind === 'consumer') continue;
    if (last === undefined || child.endMs > last.endMs) last = child;
  }
  return last;
}

/** The origin of the trace's first failure that reached the highest; undefined when nothing failed. */
export function firstErrorOrigin(tree: SpanTree): SpanNode | undefined {
  let highest: SpanNode | undefined;
  for (const node of tree.nodes) {
    if (node.isError && (highest === undefined || node.depth < highest.depth)) highest = node;
  }
  return highest === undefined ? undefined : errorOrigin(highest);
}
