// Log lines in a virtual list, up to a hundred thousand of them, the open one with its detail in place. Keeps its own
// place for the way back.

import { useVirtualizer } from '@tanstack/react-virtual';
import type { VirtualItem } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { sizes } from '../../app/theme.ts';
import type { Zone } from '../../data/preferences.ts';
import { LogRow } from './log-row.tsx';
import './log-line.css';
import './log-list.css';

export interface LogListProps {
  readonly lines: readonly ExploreLogLine[];
  readonly zone: Zone;
  readonly withDay: boolean;
  readonly searched: readonly string[];
  readonly openLine: string;
  /** Index of the line under the keyboard, or -1. */
  readonly current: number;
  /** The keyboard moved there, so the list follows; a click never moves the list. */
  readonly followsCurrent: boolean;
  readonly back: string;
  /** The list's place is kept under this name. */
  readonly placeKey: string;
  /** What is shown is of the query before; its successor is on the way. */
  readonly isStale: boolean;
  readonly onToggle: (line: ExploreLogLine, index: number) => void;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
  readonly onNearEnd: () => void;
  readonly onScrolledAway: (isAway: boolean) => void;
  readonly renderDetail: (line: ExploreLogLine) => ReactNode;
  readonly footer: ReactNode;
}

interface Place {
  readonly offset: number;
  readonly measured: VirtualItem[];
}

/** Where lists were left, by their address; the newest few. */
const places = new Map<string, Place>();
const placesMax = 20;
const nearEndRows = 60;

export function forgetPlaces(): void {
  places.clear();
}

function keepPlace(key: string, place: Place): void {
  places.delete(key);
  places.set(key, place);
  const oldest = places.keys().next().value;
  if (places.size > placesMax && oldest !== undefined) places.delete(oldest);
}

export function LogList(props: LogListProps) {
  const { lines, openLine, current, followsCurrent, placeKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef(places.get(placeKey));
  // One function a list: a new one makes the virtualizer measure every row again.
  const getItemKey = useCallback((index: number) => lines[index]?.id ?? index, [lines]);
  // The virtualizer is mutable by design; React's compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.id === openLine ? 420 : sizes.logRow),
    getItemKey,
    overscan: 20,
    scrollPaddingStart: 2 * sizes.logRow,
    scrollPaddingEnd: 2 * sizes.logRow,
    initialOffset: place.current?.offset ?? 0,
    initialMeasurementsCache: place.current?.measured ?? [],
  });
  useKeepTop(lines, scroller);
  useShowOpen(props, virtualizer.scrollToIndex, place.current !== undefined);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { onNearEnd } = props;
  useEffect(() => {
    if (lines.length > 0 && last >= lines.length - nearEndRows) onNearEnd();
  }, [last, lines.length, onNearEnd]);
  useEffect(() => {
    if (current >= 0 && followsCurrent) virtualizer.scrollToIndex(current, { align: 'auto' });
  }, [current, followsCurrent, virtualizer]);
  return (
    <div
      ref={scroller}
      className="log-list"
      role="grid"
      aria-label="Log lines"
      aria-rowcount={lines.length}
      tabIndex={0}
      data-with-day={props.withDay || undefined}
      data-stale={props.isStale || undefined}
      data-testid="log-list"
      onScroll={(event) => {
        const offset = event.currentTarget.scrollTop;
        keepPlace(placeKey, {
          offset,
          measured: virtualizer.takeSnapshot?.() ?? virtualizer.measurementsCache,
        });
        props.onScrolledAway(offset > sizes.logRow);
      }}
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const isOpen = line.id === openLine;
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="log-item"
              style={{ transform: `translateY(${item.start}px)` }}
              data-open={isOpen || undefined}
            >
              <div
                className="log-row"
                role="row"
                aria-rowindex={item.index + 1}
                aria-selected={isOpen}
                aria-expanded={isOpen}
                data-current={item.index === current || undefined}
                data-testid="log-row"
                data-line-id={line.id}
                onClick={() => props.onToggle(line, item.index)}
              >
                <LogRow
                  line={line}
                  zone={props.zone}
                  withDay={props.withDay}
                  searched={props.searched}
                  isCalm={!virtualizer.isScrolling}
                  back={props.back}
                  onOpenTrace={props.onOpenTrace}
                />
              </div>
              {isOpen && (
                <div role="row">
                  <div role="gridcell">{props.renderDetail(line)}</div>
                </div>
              )}
            </div>
          );
        })}
      </div>
      {props.footer}
    </div>
  );
}

/** Lines that arrive above push nothing: what was seen stays where it is, unless the list stands at its top. */
function useKeepTop(
  lines: readonly ExploreLogLine[],
  scroller: { readonly current: HTMLDivElement | null },
): void {
  const firstId = useRef(lines[0]?.id);
  useLayoutEffect(() => {
    const before = firstId.current;
    firstId.current = lines[0]?.id;
    const element = scroller.current;
    if (element === null || before === undefined || before === lines[0]?.id) return;
    const added = lines.findIndex(({ id }) => id === before);
    if (added > 0 && element.scrollTop > sizes.logRow) element.scrollBy(0, added * sizes.logRow);
  }, [lines, scroller]);
}

/** A line that the address named when the list came is scrolled to once. One that is opened by hand stays where it is. */
function useShowOpen(
  { lines, openLine }: LogListProps,
  scrollToIndex: (index: number, options: { align: 'start' }) => void,
  isRestored: boolean,
): void {
  const wanted = useRef(isRestored ? '' : openLine);
  useEffect(() => {
    if (wanted.current !== openLine) wanted.current = '';
    if (wanted.current === '') return;
    const index = lines.findIndex(({ id }) => id === openLine);
    if (index < 0) return;
    wanted.current = '';
    // Its detail may be longer than the screen: what must be in sight is the line.
    scrollToIndex(index, { align: 'start' });
  }, [lines, openLine, scrollToIndex]);
}
