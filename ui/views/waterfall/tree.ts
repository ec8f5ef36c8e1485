// Spans as a forest in the order of a waterfall: children below their parent, siblings by start. Takes what real
// systems send: parents that never arrived, IDs that occur twice, and parents in a circle. Where client and server share
// one span ID, as Zipkin's senders have it, the server's side is below the client's.

import type { StorySpan } from '../trace-model/story-span.ts';

export interface SpanNode {
  /** Unique in the tree; the span's ID, and of several spans that share one from the second on `ID:2`. */
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
  /** Names itself, or a span below it, as its parent, and was cut loose. */
  readonly isCutLoose: boolean;
}

interface Growing extends SpanNode {
  parent: Growing | null;
  children: Growing[];
  depth: number;
  startMs: number;
  endMs: number;
  below: number;
  errorsBelow: number;
  isCutLoose: boolean;
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
  const twins = new Map<string, Growing[]>();
  for (const span of spans) {
    const { spanId } = span;
    const first = bySpanId.get(spanId);
    const same = first === undefined ? undefined : (twins.get(spanId) ?? [first]);
    const node = grow(span, same === undefined ? spanId : `${spanId}:${same.length + 1}`);
    byId.set(node.id, node);
    same?.push(node);
    if (same === undefined) bySpanId.set(spanId, node);
    else twins.set(spanId, same);
  }
  const roots = join(byId, bySpanId, twins);
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
    name: span.name === '' ? '(no name)' : span.name,
    parent: null,
    children: [],
    depth: 0,
    startMs: span.startMs,
    endMs: Math.max(span.startMs, span.endMs),
    isError: span.isError,
    below: 0,
    errorsBelow: 0,
    isCutLoose: false,
  };
}

/** Of spans that share an ID the one that a span is below: of one client and its server, that of its own service. */
function parentAmong(same: readonly Growing[], child: Growing): Growing | undefined {
  const client = same.find((node) => node !== child && node.span?.kind === 'client');
  if (same.includes(child)) return child.span?.kind === 'server' ? client : undefined;
  const server = same.find((node) => node.span?.kind === 'server');
  if (client === undefined || server === undefined) return same[0];
  return child.service === server.service ? server : client;
}

/** Gives every node its parent and answers the roots, placeholders of absent parents included. */
function join(
  byId: Map<string, Growing>,
  bySpanId: ReadonlyMap<string, Growing>,
  twins: ReadonlyMap<string, readonly Growing[]>,
): Growing[] {
  const roots: Growing[] = [];
  const absent = new Map<string, Growing>();
  for (const node of byId.values()) {
    const parentId = node.span?.parentSpanId ?? '';
    const sharing = twins.get(node.span?.spanId ?? '');
    const client = sharing === undefined ? undefined : parentAmong(sharing, node);
    if (client === undefined && (parentId === '' || parentId === node.span?.spanId)) {
      node.isCutLoose = parentId !== '';
      roots.push(node);
      continue;
    }
    const same = twins.get(parentId);
    let parent = client ?? (same === undefined ? bySpanId.get(parentId) : parentAmong(same, node));
    if (parent === undefined) {
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
    node.isCutLoose = true;
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
