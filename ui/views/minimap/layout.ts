// A whole trace in the height of three lines: where spans ran, where they failed, when something was logged.

import type { StoryLine } from '../trace-model/story-model.ts';
import type { SpanNode } from '../waterfall/tree.ts';
import { isErrorLevel } from '../words/level.ts';

export interface MinimapBar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly service: string;
  readonly kind: string;
}

export interface MinimapLayout {
  readonly bars: readonly MinimapBar[];
  /** Where failing spans ended. */
  readonly errors: readonly number[];
  readonly logs: readonly { readonly x: number; readonly isError: boolean }[];
}

export interface MinimapInput {
  /** In the order of the waterfall. */
  readonly nodes: readonly SpanNode[];
  readonly lines: readonly StoryLine[];
  readonly lengthMs: number;
  readonly width: number;
  /** Of the bars; ticks are above and dots below them. */
  readonly height: number;
}

/** More cannot be told apart; errors are never left out. */
const barsMax = 4000;
const barWidthMin = 1;

export function layoutMinimap(input: MinimapInput): MinimapLayout {
  const { nodes, lines, lengthMs, width, height } = input;
  const scale = lengthMs <= 0 ? 0 : width / lengthMs;
  const xOf = (ms: number): number => Math.min(width - barWidthMin, Math.max(0, ms * scale));
  const every = Math.ceil(nodes.length / barsMax);
  const bars: MinimapBar[] = [];
  const errors = new Set<number>();
  nodes.forEach((node, at) => {
    if (node.isError) errors.add(Math.round(xOf(node.endMs)));
    if (node.span === null || at % every !== 0) return;
    const x = xOf(node.startMs);
    bars.push({
      x,
      y: nodes.length <= 1 ? 0 : (at / (nodes.length - 1)) * (height - 1),
      width: Math.max(barWidthMin, Math.min(width, node.endMs * scale) - x),
      service: node.service,
      kind: node.span.kind,
    });
  });
  const logs = new Map<number, boolean>();
  for (const { line, timeMs } of lines) {
    const x = Math.round(xOf(timeMs));
    logs.set(x, (logs.get(x) ?? false) || isErrorLevel(line.level));
  }
  return {
    bars,
    errors: [...errors].toSorted((a, b) => a - b),
    logs: Array.from(logs, ([x, isError]) => ({ x, isError })),
  };
}
