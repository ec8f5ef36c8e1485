// Which span and which line the page of a trace shows: as the address says, else what a reader would look at first.

import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import type { TraceView } from '../../url/trace-view.ts';
import type { WaterfallLog } from '../../views/waterfall/layout.ts';
import type { SpanNode, SpanTree } from '../../views/waterfall/tree.ts';
import { isShown } from '../../views/trace-logs/rows.ts';
import { msBetween } from '../../views/words/numbers.ts';

/** The address's span, else that of its line, else the first error's innermost, else the root. */
export function selectedNode(
  tree: SpanTree,
  trace: ExploreTrace,
  view: TraceView,
): SpanNode | undefined {
  const named = tree.bySpanId.get(view.span.padStart(16, '0')) ?? tree.bySpanId.get(view.span);
  if (named !== undefined) return named;
  const line = trace.logs.find(({ id }) => id === view.log);
  const ofLine = line === undefined ? undefined : tree.bySpanId.get(line.spanId);
  if (ofLine !== undefined) return ofLine;
  // An error is handed up to every caller: where it arose is the one without an error below.
  const origin = tree.nodes.find((node) => node.isError && node.errorsBelow === 0);
  return origin ?? tree.nodes.find((node) => node.span !== null);
}

export function nextNode(
  rows: readonly SpanNode[],
  from: string,
  by: 1 | -1,
  isWanted: (node: SpanNode) => boolean,
): SpanNode | undefined {
  const start = rows.findIndex(({ id }) => id === from);
  for (let at = start + by; at >= 0 && at < rows.length; at += by) {
    const node = rows[at];
    if (node !== undefined && isWanted(node)) return node;
  }
  return undefined;
}

export function logsBySpan(
  trace: ExploreTrace,
  startNs: string,
): ReadonlyMap<string, readonly WaterfallLog[]> {
  const bySpan = new Map<string, WaterfallLog[]>();
  for (const line of trace.logs) {
    if (line.spanId === '') continue;
    const log = {
      id: line.id,
      spanId: line.spanId,
      timeMs: msBetween(startNs, line.timeNs),
      level: line.level,
    };
    const logs = bySpan.get(line.spanId);
    if (logs === undefined) bySpan.set(line.spanId, [log]);
    else logs.push(log);
  }
  return bySpan;
}

/** Spans that have a line which the search found; undefined while nothing is searched for. */
export function spansFound(trace: ExploreTrace, find: string): ReadonlySet<string> | undefined {
  if (find === '') return undefined;
  const wanted = { show: 'all', spanId: '', find } as const;
  return new Set(trace.logs.filter((line) => isShown(line, wanted)).map(({ spanId }) => spanId));
}
