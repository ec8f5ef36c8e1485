// The critical path: the stretches of spans that the trace's end waited for. Shortening anything else does not make the
// trace faster. Walked backwards from the end: what finished last before this instant is what was waited for.

import type { SpanNode, SpanTree } from './tree.ts';

export interface PathStretch {
  readonly node: SpanNode;
  readonly startMs: number;
  readonly endMs: number;
}

export interface CriticalPath {
  /** From the last to the first. */
  readonly stretches: readonly PathStretch[];
  /** Stretches by ID of their node. */
  readonly byNode: ReadonlyMap<string, readonly PathStretch[]>;
  /** The node with most of the path's time for itself; undefined without spans. */
  readonly heaviest: SpanNode | undefined;
  readonly heaviestMs: number;
}

/** Many SDKs tell starts in whole milliseconds: what came after another may seem to begin that much before its end. */
const clockStepMs = 1;

interface Frame {
  readonly node: SpanNode;
  readonly startMs: number;
  /** Everything after this instant is accounted for. */
  untilMs: number;
  /** By end, the last one last; taken from the back. */
  readonly children: SpanNode[];
}

/** The longest root: what else has no parent ran beside it. */
function mainRoot(tree: SpanTree): SpanNode | undefined {
  let main: SpanNode | undefined;
  for (const root of tree.roots) {
    if (main === undefined || root.endMs - root.startMs > main.endMs - main.startMs) main = root;
  }
  return main;
}

/** A parent waits for no consumer, nor for what started after its end. */
function isWaitedFor(child: SpanNode, parent: SpanNode): boolean {
  return child.span?.kind !== 'consumer' && child.startMs < parent.endMs;
}

function frameOf(node: SpanNode, startMs: number, untilMs: number): Frame {
  return {
    node,
    startMs,
    untilMs,
    children: node.children
      .filter((child) => isWaitedFor(child, node))
      .toSorted((a, b) => a.endMs - b.endMs),
  };
}

export function criticalPath(tree: SpanTree): CriticalPath {
  const root = mainRoot(tree);
  const stretches: PathStretch[] = [];
  const add = (node: SpanNode, startMs: number, endMs: number): void => {
    if (endMs > startMs && node.span !== null) stretches.push({ node, startMs, endMs });
  };
  const stack = root === undefined ? [] : [frameOf(root, root.startMs, root.endMs)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = frame.children.pop();
    if (child === undefined) {
      add(frame.node, frame.startMs, frame.untilMs);
      stack.pop();
      continue;
    }
    // One that runs on after its parent, or beside a later sibling, was waited for up to here at most.
    const endMs = Math.min(child.endMs, frame.untilMs);
    const startMs = Math.max(child.startMs, frame.startMs);
    const isBeside = child.endMs > frame.untilMs + clockStepMs;
    if (isBeside && frame.untilMs < frame.node.endMs) continue;
    if (startMs >= endMs) continue;
    add(frame.node, endMs, frame.untilMs);
    frame.untilMs = startMs;
    stack.push(frameOf(child, startMs, endMs));
  }
  return { stretches, ...weigh(stretches) };
}

function weigh(stretches: readonly PathStretch[]): Omit<CriticalPath, 'stretches'> {
  const byNode = new Map<string, PathStretch[]>();
  for (const stretch of stretches) {
    const list = byNode.get(stretch.node.id);
    if (list === undefined) byNode.set(stretch.node.id, [stretch]);
    else list.push(stretch);
  }
  let heaviest: SpanNode | undefined;
  let heaviestMs = 0;
  for (const list of byNode.values()) {
    const ms = list.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    if (heaviest === undefined || ms > heaviestMs) {
      heaviest = list[0]?.node;
      heaviestMs = ms;
    }
  }
  return { byNode, heaviest, heaviestMs };
}
