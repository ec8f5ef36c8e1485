// What every page with a time range has at the end of the top bar: the range, and a button for fresh data.

import type { ReactNode } from 'react';
import type { TimeRange } from '../url/time-range.ts';
import { IconButton } from './icon-button.tsx';
import { TimeRangePicker } from './time-range-picker.tsx';
import { TopbarSlot } from './topbar-slot.tsx';

interface PageTimeProps {
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly onRange: (range: TimeRange) => void;
  readonly isFetching: boolean;
  readonly onRefresh: () => void;
  /** Before the range. */
  readonly children?: ReactNode;
}

export function PageTime(props: PageTimeProps) {
  return (
    <TopbarSlot place="end">
      {props.children}
      <TimeRangePicker range={props.range} nowMs={props.nowMs} onChange={props.onRange} />
      <IconButton
        icon="refresh"
        label="Ask for fresh data (r)"
        spinning={props.isFetching}
        onClick={props.onRefresh}
      />
    </TopbarSlot>
  );
}
