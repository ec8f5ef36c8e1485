// A span's row in the tree: its name, and the part of the row behind which its bar is drawn.

import { memo } from 'react';
import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import type { SpanNode } from './tree.ts';

interface SpanRowProps {
  readonly node: SpanNode;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isFolded: boolean;
  readonly isDim: boolean;
  readonly onSelect: (node: SpanNode) => void;
  readonly onFold: (node: SpanNode) => void;
}

const absentWords =
  'The spans below name a parent that has not been received: lost, unsampled, or its service does not send here.';

const indentPx = 12;
/** Deeper spans stand no further in: their names would leave the column. */
const indentsMax = 14;

/** What a screen reader says of a row, since the bar is only painted. */
function describe(node: SpanNode, isFolded: boolean): string {
  if (node.span === null) return `parent not received, ${printCounted(node.below, 'span')} below`;
  return [
    `${node.service} ${node.name}`,
    printDuration(node.endMs - node.startMs),
    `from ${printDuration(node.startMs)}`,
    ...(node.isError ? ['error'] : []),
    ...(node.span.logCount > 0 ? [printCounted(node.span.logCount, 'log line')] : []),
    ...(isFolded ? [`${printCounted(node.below, 'span')} folded`] : []),
  ].join(', ');
}

export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const { node, isFolded } = props;
  const logs = node.span?.logCount ?? 0;
  const hasChildren = node.children.length > 0;
  return (
    <div
      id={`span-${node.id}`}
      className="span-row"
      role="treeitem"
      aria-level={node.depth + 1}
      aria-selected={props.isSelected}
      aria-expanded={hasChildren ? !isFolded : undefined}
      aria-label={describe(node, isFolded)}
      data-testid="span-row"
      data-span-id={node.span?.spanId ?? ''}
      data-dim={props.isDim || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={() => props.onSelect(node)}
    >
      <span
        className="span-name"
        style={{ paddingLeft: 8 + Math.min(node.depth, indentsMax) * indentPx }}
        title={node.span === null ? absentWords : `${node.service} · ${node.name}`}
      >
        {hasChildren ? (
          <button
            type="button"
            className="span-fold"
            tabIndex={-1}
            aria-label={isFolded ? 'Unfold' : 'Fold'}
            onClick={(event) => {
              event.stopPropagation();
              props.onFold(node);
            }}
          >
            {isFolded ? '▸' : '▾'}
          </button>
        ) : (
          <i className="span-leaf" />
        )}
        {node.span !== null && (
          <i className="span-color" style={{ background: serviceColor(node.service) }} />
        )}
        {node.parent?.service !== node.service && node.span !== null && <b>{node.service}</b>}
        <span
          className="span-operation"
          data-same={node.parent?.service === node.service || undefined}
          data-absent={node.span === null || undefined}
        >
          {node.name}
        </span>
        {isFolded && <span className="span-below number">+{printCount(node.below)}</span>}
        {(node.isError || (isFolded && node.errorsBelow > 0)) && (
          <span className="span-error" aria-hidden="true">
            ▲
          </span>
        )}
        {logs > 0 && (
          <span className="span-logs number" title={printCounted(logs, 'log line')}>
            {printCount(logs)}
          </span>
        )}
      </span>
    </div>
  );
});
