// Spans as a forest in the order of a waterfall: children below their parent, siblings by start. Takes what real
// systems send: parents that never arrived, IDs that occur twice, and parents in a circle.

import type { StorySpan } from '../trace-model/story-span.ts';

export interface SpanNode {
  /** Unique in the tree; the span's ID, with a mark when several spans share it. */
  readonly id: string;
  /** Null: a parent that was not received. */
  readonly span: StorySpan | null;
  readonly service: string;
  readonly name: string;
  readonly parent: SpanNode | null;
  readonly children: readonly SpanNode[];
  readonly depth: number;
  /** Relative to the start of the trace. */
  readonly startMs: number;
  /** Never before `startMs`, whatever the sender says. */
  readonly endMs: number;
  readonly isError: boolean;
  /** Spans below it, and errors among them. */
  readonly below: number;
  readonly errorsBelow: number;
}

interface Growing extends SpanNode {
  parent: Growing | null;
  children: Growing[];
  depth: number;
  startMs: number;
  endMs: number;
  below: number;
  errorsBelow: number;
}

export interface SpanTree {
  readonly roots: readonly SpanNode[];
  /** All of them, parents before children. */
  readonly nodes: readonly SpanNode[];
  readonly byId: ReadonlyMap<string, SpanNode>;
  /** The first node with a span's ID. */
  readonly bySpanId: ReadonlyMap<string, SpanNode>;
}

export function buildSpanTree(spans: readonly StorySpan[]): SpanTree {
  const byId = new Map<string, Growing>();
  const bySpanId = new Map<string, Growing>();
  for (const span of spans) {
    const twins = byId.has(span.spanId);
    const node = grow(span, twins ? `${span.spanId}:${byId.size}` : span.spanId);
    byId.set(node.id, node);
    if (!twins) bySpanId.set(span.spanId, node);
  }
  const roots = join(byId, bySpanId);
  const nodes = inOrder(roots, byId);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at];
    if (node === undefined || node.parent === null) continue;
    node.parent.below += node.below + 1;
    node.parent.errorsBelow += node.errorsBelow + (node.isError ? 1 : 0);
  }
  return { roots, nodes, byId, bySpanId };
}

function grow(span: StorySpan, id: string): Growing {
  return {
    id,
    span,
    service: span.service,
    name: span.name,
    parent: null,
    children: [],
    depth: 0,
    startMs: span.startMs,
    endMs: Math.max(span.startMs, span.endMs),
    isError: span.isError,
    below: 0,
    errorsBelow: 0,
  };
}

/** Gives every node its parent and answers the roots, placeholders of absent parents included. */
function join(byId: Map<string, Growing>, bySpanId: Map<string, Growing>): Growing[] {
  const roots: Growing[] = [];
  const absent = new Map<string, Growing>();
  for (const node of byId.values()) {
    const parentId = node.span?.parentSpanId ?? '';
    if (parentId === '') {
      roots.push(node);
      continue;
    }
    let parent = bySpanId.get(parentId);
    if (parent === undefined || parent === node) {
      parent = absent.get(parentId);
      if (parent === undefined) {
        parent = absentParent(parentId, node);
        absent.set(parentId, parent);
        roots.push(parent);
      }
      parent.startMs = Math.min(parent.startMs, node.startMs);
      parent.endMs = Math.max(parent.endMs, node.endMs);
    }
    node.parent = parent;
    parent.children.push(node);
  }
  for (const node of absent.values()) byId.set(node.id, node);
  return roots;
}

function absentParent(parentId: string, child: Growing): Growing {
  return {
    ...child,
    id: `missing:${parentId}`,
    span: null,
    service: '',
    name: `parent not received (${child.service}?)`,
    parent: null,
    children: [],
    isError: false,
  };
}

function byStart(a: Growing, b: Growing): number {
  return a.startMs - b.startMs || b.endMs - a.endMs;
}

/** Pre-order. What no root leads to is a circle: its earliest span is cut loose and becomes a root. */
function inOrder(roots: Growing[], byId: ReadonlyMap<string, Growing>): Growing[] {
  const seen = new Set<Growing>();
  const nodes: Growing[] = [];
  const walk = (root: Growing): void => {
    const stack: Growing[] = [root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      nodes.push(node);
      node.depth = node.parent === null ? 0 : node.parent.depth + 1;
      node.children.sort(byStart);
      // One by one: a parent may have more children than a call has room for arguments.
      for (let at = node.children.length - 1; at >= 0; at--) {
        const child = node.children[at];
        if (child !== undefined) stack.push(child);
      }
    }
  };
  roots.sort(byStart);
  for (const root of roots) walk(root);
  if (seen.size === byId.size) return nodes;
  for (const node of [...byId.values()].toSorted(byStart)) {
    if (seen.has(node)) continue;
    const parent = node.parent;
    if (parent !== null) parent.children = parent.children.filter((child) => child !== node);
    node.parent = null;
    roots.push(node);
    walk(node);
  }
  return nodes;
}

/** Everything that must be unfolded for a node to be seen. */
export function ancestorsOf(node: SpanNode): string[] {
  const ids: string[] = [];
  for (let at = node.parent; at !== null; at = at.parent) ids.push(at.id);
  return ids;
}
