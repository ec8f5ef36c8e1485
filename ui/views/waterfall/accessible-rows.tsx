// The rows of the waterfall for whoever does not see the canvas: screen readers, the keyboard's focus and tests. A
// window of real elements in the very places where the canvas paints, seen by nobody.

import { memo } from 'react';
import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import { levelKind } from '../words/level.ts';
import { durationsText } from './layout.ts';
import type { StoryRow } from './rows.ts';
import { cutLooseWords } from './tip.ts';

/** The element of a row; what has the focus names it as its active descendant. */
export function rowElementId(rowId: string): string {
  return `span-${rowId}`;
}

/** What a screen reader says of a row, since everything of it is only painted. */
export function describeRow(row: StoryRow, isFolded: boolean): string {
  if (row.kind === 'log')
    return `${levelKind(row.log.level)} line at ${printDuration(row.log.timeMs)}: ${row.log.text}`;
  if (row.kind === 'alike') {
    const { group } = row;
    return `${printCount(group.nodes.length)} alike: ${group.service} ${group.name}, ${durationsText(group.shortestMs, group.longestMs)}${row.isOpen ? '' : ', folded'}`;
  }
  const { node } = row;
  if (node.span === null) return `${node.name}, ${printCounted(node.below, 'span')} below`;
  return [
    `${node.service} ${node.name}`,
    printDuration(node.span.endMs - node.span.startMs),
    `from ${printDuration(node.startMs)}`,
    ...(node.isCutLoose ? [cutLooseWords] : []),
    ...(node.isError ? ['error'] : []),
    ...(node.span.logCount > 0 ? [printCounted(node.span.logCount, 'log line')] : []),
    ...(node.span.links.length > 0 ? [printCounted(node.span.links.length, 'link')] : []),
    ...(isFolded ? [`${printCounted(node.below, 'span')} folded`] : []),
  ].join(', ');
}

interface AccessibleRowProps {
  readonly row: StoryRow;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isFolded: boolean;
  readonly isDim: boolean;
}

const testIds = { span: 'span-row', alike: 'alike-row', log: 'log-row-of-span' } as const;

export const AccessibleRow = memo(function AccessibleRow(props: AccessibleRowProps) {
  const { row, isFolded } = props;
  const hasBelow = row.kind === 'alike' || (row.kind === 'span' && row.node.children.length > 0);
  const isOpen = row.kind === 'alike' ? row.isOpen : !isFolded;
  const words =
    row.kind === 'log'
      ? row.log.text
      : row.kind === 'alike'
        ? `× ${printCount(row.group.nodes.length)} ${row.group.name}`
        : `${row.node.service} ${row.node.name}`;
  return (
    <div
      id={rowElementId(row.id)}
      className="accessible-row"
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={props.isSelected}
      aria-expanded={hasBelow ? isOpen : undefined}
      aria-label={describeRow(row, isFolded)}
      data-testid={testIds[row.kind]}
      data-span-id={row.kind === 'span' ? (row.node.span?.spanId ?? '') : undefined}
      data-dim={props.isDim || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      {words}
    </div>
  );
});
