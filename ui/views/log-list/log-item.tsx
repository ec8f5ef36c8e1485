// A line's place in the virtual list: its row, and under it the detail of the open one. Drawn again only when something
// of its own changes, for the list is drawn with every key and every step of scrolling.

import { memo } from 'react';
import type { ReactNode } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import type { DoorAnchor } from '../../controls/door-menu.tsx';
import type { Zone } from '../../data/preferences.ts';
import { LogRow } from './log-row.tsx';

interface LogItemProps {
  readonly line: ExploreLogLine;
  readonly index: number;
  /** Of its upper edge in the list, in px. */
  readonly top: number;
  readonly isCurrent: boolean;
  /** Undefined: the line is closed. */
  readonly renderDetail: ((line: ExploreLogLine) => ReactNode) | undefined;
  readonly measure: (element: Element | null) => void;
  readonly zone: Zone;
  readonly withDay: boolean;
  readonly searched: readonly string[];
  readonly isCalm: boolean;
  readonly back: string;
  readonly columns: readonly string[];
  readonly wrap: boolean;
  readonly onToggle: (line: ExploreLogLine, index: number) => void;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
  readonly onDoors: (line: ExploreLogLine, anchor: DoorAnchor) => void;
}

export const LogItem = memo(function LogItem(props: LogItemProps) {
  const { line, index, renderDetail } = props;
  const isOpen = renderDetail !== undefined;
  return (
    <div
      ref={props.measure}
      data-index={index}
      className="log-item"
      style={{ transform: `translateY(${props.top}px)` }}
      data-open={isOpen || undefined}
    >
      <div
        className="log-row"
        role="row"
        aria-rowindex={index + 1}
        aria-selected={isOpen}
        aria-expanded={isOpen}
        data-current={props.isCurrent || undefined}
        data-testid="log-row"
        data-line-id={line.id}
        onClick={() => {
          // Whoever marks a text to copy it does not mean to open the line.
          if (getSelection()?.isCollapsed !== false) props.onToggle(line, index);
        }}
        onContextMenu={(event) => props.onDoors(line, event)}
      >
        <LogRow
          line={line}
          zone={props.zone}
          withDay={props.withDay}
          searched={props.searched}
          isCalm={props.isCalm}
          back={props.back}
          onOpenTrace={props.onOpenTrace}
          columns={props.columns}
          wrap={props.wrap}
        />
      </div>
      {isOpen && (
        <div role="row">
          <div role="gridcell">{renderDetail(line)}</div>
        </div>
      )}
    </div>
  );
});
