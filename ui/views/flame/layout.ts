// A trace as a flame graph: spans of one path (service and operation, from the root down) are one frame, as wide as the
// time that it and what is below it took by themselves. Calls that ran side by side add up: the flame shows work, the
// waterfall shows waiting.

import type { SpanNode, SpanTree } from '../waterfall/tree.ts';

export interface Frame {
  /** The path, unique. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  readonly parent: Frame | undefined;
  readonly children: readonly Frame[];
  /** Spans in it, by start. */
  readonly nodes: readonly SpanNode[];
  readonly errors: number;
  /** Without what its children did. */
  readonly selfMs: number;
  /** With everything below it. */
  readonly totalMs: number;
}

interface Growing extends Frame {
  children: Growing[];
  nodes: SpanNode[];
  errors: number;
  selfMs: number;
  totalMs: number;
}

/** Time of a span in which none of its children ran. */
export function selfTime(node: SpanNode): number {
  let selfMs = node.endMs - node.startMs;
  // By start, as the tree has them: what overlaps is counted once.
  let coveredMs = node.startMs;
  for (const child of node.children) {
    const from = Math.max(coveredMs, child.startMs);
    const to = Math.min(node.endMs, child.endMs);
    if (to <= from) continue;
    selfMs -= to - from;
    coveredMs = to;
  }
  return Math.max(0, selfMs);
}

/** Deeper paths end in one frame: nobody reads a flame of a thousand lines. */
const depthMax = 500;

export function buildFlame(tree: SpanTree): readonly Frame[] {
  const roots = new Map<string, Growing>();
  const frames = new Map<SpanNode, Growing>();
  const byId = new Map<string, Growing>();
  for (const node of tree.nodes) {
    const above = node.parent === null ? undefined : frames.get(node.parent);
    const parent = above !== undefined && above.depth >= depthMax ? above.parent : above;
    const id = `${parent?.id ?? ''}\n${node.service}\t${node.span === null ? 'parent not received' : node.name}`;
    let frame = byId.get(id);
    if (frame === undefined) {
      frame = {
        id,
        service: node.service,
        name: node.name,
        depth: parent === undefined ? 0 : parent.depth + 1,
        parent,
        children: [],
        nodes: [],
        errors: 0,
        selfMs: 0,
        totalMs: 0,
      };
      byId.set(id, frame);
      if (parent === undefined) roots.set(id, frame);
      else (byId.get(parent.id)?.children ?? []).push(frame);
    }
    frame.nodes.push(node);
    if (node.isError) frame.errors++;
    frame.selfMs += node.span === null ? 0 : selfTime(node);
    frames.set(node, frame);
  }
  for (const frame of [...byId.values()].toReversed()) {
    frame.totalMs += frame.selfMs;
    const parent = frame.parent === undefined ? undefined : byId.get(frame.parent.id);
    if (parent !== undefined) parent.totalMs += frame.totalMs;
    frame.children.sort((a, b) => b.totalMs - a.totalMs);
  }
  return [...roots.values()].toSorted((a, b) => b.totalMs - a.totalMs);
}

export interface FrameRect {
  readonly frame: Frame;
  /** Shares of the width, 0 to 1. */
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

export interface FlameLayout {
  readonly rects: readonly FrameRect[];
  readonly rows: number;
  /** Frames too narrow to be drawn. */
  readonly hidden: number;
}

/** Widest first under `zoomed`, whose ancestors are drawn above it at full width. `widthMin`: a share of the width. */
export function layoutFlame(
  roots: readonly Frame[],
  zoomed: Frame | undefined,
  widthMin: number,
): FlameLayout {
  const rects: FrameRect[] = [];
  let hidden = 0;
  let rows = 0;
  const above: Frame[] = [];
  for (let at = zoomed?.parent; at !== undefined; at = at.parent) above.unshift(at);
  for (const frame of above) rects.push({ frame, x: 0, width: 1, row: frame.depth });
  const level = zoomed === undefined ? roots : [zoomed];
  const totalMs = level.reduce((sum, frame) => sum + frame.totalMs, 0);
  const stack: FrameRect[] = [];
  const push = (frames: readonly Frame[], x: number, width: number, ofMs: number): void => {
    let left = x;
    for (const frame of frames) {
      // A trace of no time still has its frames.
      const share = ofMs > 0 ? frame.totalMs / ofMs : 1 / frames.length;
      const rect = { frame, x: left, width: width * share, row: frame.depth };
      left += rect.width;
      if (rect.width < widthMin) hidden++;
      else stack.push(rect);
    }
  };
  push(level, 0, 1, totalMs);
  for (let rect = stack.pop(); rect !== undefined; rect = stack.pop()) {
    rects.push(rect);
    rows = Math.max(rows, rect.row + 1);
    push(rect.frame.children, rect.x, rect.width, rect.frame.totalMs);
  }
  return { rects, rows, hidden };
}
