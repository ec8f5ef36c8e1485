// What the hover says of a place in the waterfall.

import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import type { Hit } from './hit.ts';
import { durationsText } from './layout.ts';

export interface TipWords {
  readonly title: string;
  readonly more: string;
}

/** Why a span that names a parent has no place below it. */
export const cutLooseWords = 'its parents are in a circle';

export function describeHit({ row, log, event, bar, part }: Hit): TipWords | undefined {
  if (log !== undefined) {
    return { title: `${log.level} line at ${printDuration(log.timeMs)}`, more: log.text };
  }
  if (row.kind === 'log' || part === 'ground' || part === 'fold') return undefined;
  if (row.kind === 'alike') {
    const { group } = row;
    return {
      title: `${printCount(group.nodes.length)} × ${group.service} · ${group.name}`,
      more: `${durationsText(group.shortestMs, group.longestMs)} each, from ${printDuration(group.startMs)} to ${printDuration(group.endMs)}; click to see them one by one`,
    };
  }
  const { node } = row;
  if (node.span === null) {
    return {
      title: node.name,
      more: `${printCounted(node.children.length, 'span')} below ${node.children.length === 1 ? 'names' : 'name'} a parent that was not received: lost, unsampled, or its service does not send here.`,
    };
  }
  if (event !== undefined) return { title: event, more: `event of ${node.service} · ${node.name}` };
  const loose = node.isCutLoose ? ` · ${cutLooseWords}` : '';
  const onPath = (bar?.path.length ?? 0) > 0 ? ' · on the critical path' : '';
  return {
    title: `${node.service} · ${node.name}`,
    more: `${printDuration(node.span.endMs - node.span.startMs)} from ${printDuration(node.startMs)} · ${node.span.kind}${onPath}${loose}${node.span.statusMessage === '' ? '' : ` · ${node.span.statusMessage}`}`,
  };
}
