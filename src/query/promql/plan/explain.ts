// A plan as indented text: `storage` reads, `engine` computes.

import { printMatcher } from '../syntax/print.ts';
import { parsePromql } from '../syntax/parse.ts';
import { planPromql, type NeededLabels, type PlanNode } from './plan.ts';
import type { QueryTimes } from './times.ts';

function time(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}

function labelsText(labels: NeededLabels): string {
  if (labels === undefined) return 'all';
  return labels.size === 0 ? 'none' : [...labels].sort().join(', ');
}

function lines(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'constant':
      return [`constant ${node.text}`];
    case 'read': {
      const { span, matchers, windows } = node;
      const read = [
        `storage: read ${node.selector}`,
        `  series {${matchers.map(printMatcher).join(',')}}`,
        `  samples ${time(span.startMs)} to ${time(span.endMs)}`,
        `  labels needed: ${labelsText(node.labels)}`,
      ];
      if (windows !== undefined) {
        read.push(`  could reduce in storage: ${windows.function} over ${windows.rangeMs} ms`);
      }
      return read;
    }
    case 'compute':
      return [
        `engine: ${node.operation}`,
        ...node.inputs.flatMap(lines).map((line) => `  ${line}`),
      ];
  }
}

export function printPlan(plan: PlanNode): string {
  return lines(plan).join('\n');
}

/** The plan of a query as text; fails as parsing does. */
export function explainPromql(query: string, times: QueryTimes): string {
  return printPlan(planPromql(parsePromql(query), times));
}
