// A trace as the story tells it: spans in a tree and log lines in order, on one scale of time, with the clocks of its
// hosts put right when that is wanted. What is stored and what was fetched stay as they are.

import type { ExploreLogLine, ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { estimateSkew } from '../../../src/query/correlate/skew.ts';
import type { SkewEstimate } from '../../../src/query/correlate/skew.ts';
import type { WaterfallLog } from '../waterfall/layout.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import type { SpanTree } from '../waterfall/tree.ts';
import { msBetween } from '../words/numbers.ts';
import { hostOf, storySpansOf } from './story-span.ts';
import type { StorySpan } from './story-span.ts';

export interface StoryLine {
  readonly line: ExploreLogLine;
  /** From the start of the trace, by the corrected clock. */
  readonly timeMs: number;
  /** What the correction took off; 0: none. */
  readonly skewMs: number;
}

export interface StoryModel {
  /** Instant 0, by the clock of the reference host. */
  readonly startNs: string;
  readonly lengthMs: number;
  readonly spans: readonly StorySpan[];
  readonly tree: SpanTree;
  /** By time. */
  readonly lines: readonly StoryLine[];
  readonly logsBySpan: ReadonlyMap<string, readonly WaterfallLog[]>;
  /** What the clocks are off by, whether or not it is corrected. */
  readonly skew: SkewEstimate;
}

export function buildStory(trace: ExploreTrace, corrects: boolean): StoryModel {
  const given = storySpansOf(trace);
  const skew = estimateSkew(given.spans);
  const offsets = new Map(corrects ? skew.hosts.map(({ host, offsetMs }) => [host, offsetMs]) : []);
  const moved =
    offsets.size === 0
      ? given.spans
      : given.spans.map((span) => movedSpan(span, offsets.get(span.host) ?? 0));
  const firstMs = moved.reduce((first, { startMs }) => Math.min(first, startMs), Infinity);
  // A host that was behind may have had the earliest start by its own clock only.
  const shiftMs = Number.isFinite(firstMs) ? firstMs : 0;
  const spans = shiftMs === 0 ? moved : moved.map((span) => movedSpan(span, shiftMs));
  const startNs = String(BigInt(given.startNs) + BigInt(Math.round(shiftMs * 1e6)));
  const lines = storyLines(trace.logs, spans, offsets, startNs);
  const tree = treeOf(spans);
  return {
    startNs,
    lengthMs: lengthOf(spans, lines),
    spans,
    tree,
    lines,
    logsBySpan: logsBySpan(lines),
    skew,
  };
}

const knownTrees = new WeakMap<readonly StorySpan[], SpanTree>();

/** Lines that arrive after the spans leave the tree of a hundred thousand of them as it is. */
function treeOf(spans: readonly StorySpan[]): SpanTree {
  let tree = knownTrees.get(spans);
  if (tree === undefined) {
    tree = buildSpanTree(spans);
    knownTrees.set(spans, tree);
  }
  return tree;
}

function movedSpan(span: StorySpan, byMs: number): StorySpan {
  if (byMs === 0) return span;
  return {
    ...span,
    startMs: span.startMs - byMs,
    endMs: span.endMs - byMs,
    events: span.events.map(({ ms, name }) => ({ ms: ms - byMs, name })),
  };
}

function storyLines(
  lines: readonly ExploreLogLine[],
  spans: readonly StorySpan[],
  offsets: ReadonlyMap<string, number>,
  startNs: string,
): readonly StoryLine[] {
  const hosts = new Map<string, string>();
  if (offsets.size > 0) for (const { spanId, host } of spans) hosts.set(spanId, host);
  const placed = lines.map((line): StoryLine => {
    // Whoever sent the line names its host; where it does not, its span does.
    const own = hostOf(line.resource, '');
    const host = own === '' ? (hosts.get(line.spanId) ?? line.service) : own;
    const skewMs = offsets.get(host) ?? 0;
    return { line, timeMs: msBetween(startNs, line.timeNs) - skewMs, skewMs };
  });
  // Stable: lines of one instant stay as they were sent.
  return offsets.size === 0 ? placed : placed.toSorted((a, b) => a.timeMs - b.timeMs);
}

function lengthOf(spans: readonly StorySpan[], lines: readonly StoryLine[]): number {
  let endMs = 0;
  for (const span of spans) endMs = Math.max(endMs, span.startMs, span.endMs);
  return spans.length === 0 ? Math.max(0, lines.at(-1)?.timeMs ?? 0) : endMs;
}

const textMax = 300;

function logsBySpan(lines: readonly StoryLine[]): ReadonlyMap<string, readonly WaterfallLog[]> {
  const bySpan = new Map<string, WaterfallLog[]>();
  for (const { line, timeMs } of lines) {
    if (line.spanId === '') continue;
    const text = line.body.slice(0, textMax).split('\n', 1)[0] ?? '';
    const log = { id: line.id, spanId: line.spanId, timeMs, level: line.level, text };
    const logs = bySpan.get(line.spanId);
    if (logs === undefined) bySpan.set(line.spanId, [log]);
    else logs.push(log);
  }
  return bySpan;
}
