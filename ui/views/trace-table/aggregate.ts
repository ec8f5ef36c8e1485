// The operations of a trace as rows of a table: how often, how long, how much by themselves.

import { selfTime } from '../flame/layout.ts';
import type { SpanNode, SpanTree } from '../waterfall/tree.ts';

export interface OperationRow {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  readonly totalMs: number;
  readonly selfMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly slowest: SpanNode;
}

export const operationColumns = [
  'name',
  'count',
  'errors',
  'selfMs',
  'totalMs',
  'medianMs',
  'longestMs',
] as const;
export type OperationColumn = (typeof operationColumns)[number];

export function operationsOf(tree: SpanTree): readonly OperationRow[] {
  const groups = new Map<string, SpanNode[]>();
  for (const node of tree.nodes) {
    if (node.span === null) continue;
    const key = `${node.service}\n${node.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return Array.from(groups, ([id, nodes]) => rowOf(id, nodes)).flatMap((row) => row ?? []);
}

function rowOf(id: string, nodes: readonly SpanNode[]): OperationRow | undefined {
  const byLength = nodes.toSorted((a, b) => a.endMs - a.startMs - (b.endMs - b.startMs));
  const slowest = byLength.at(-1);
  const median = byLength[Math.floor((byLength.length - 1) / 2)];
  if (slowest === undefined || median === undefined) return undefined;
  return {
    id,
    service: slowest.service,
    name: slowest.name,
    count: nodes.length,
    errors: nodes.filter(({ isError }) => isError).length,
    totalMs: nodes.reduce((sum, node) => sum + node.endMs - node.startMs, 0),
    selfMs: nodes.reduce((sum, node) => sum + selfTime(node), 0),
    medianMs: median.endMs - median.startMs,
    longestMs: slowest.endMs - slowest.startMs,
    slowest,
  };
}

/** Numbers from the largest, names from A. */
export function sortOperations(
  rows: readonly OperationRow[],
  by: OperationColumn,
  reversed: boolean,
): readonly OperationRow[] {
  const sign = reversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const order =
      by === 'name'
        ? `${a.service} ${a.name}`.localeCompare(`${b.service} ${b.name}`)
        : b[by] - a[by];
    return sign * order;
  });
}
