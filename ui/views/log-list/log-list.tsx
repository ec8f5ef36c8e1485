// Log lines in a virtual list, up to a hundred thousand of them, the open one with its detail in place. Keeps its own
// place for the way back.

import { useVirtualizer } from '@tanstack/react-virtual';
import type { VirtualItem, Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { sizes } from '../../app/theme.ts';
import type { DoorAnchor } from '../../controls/door-menu.tsx';
import type { Density, Zone } from '../../data/preferences.ts';
import { LogHead } from './log-head.tsx';
import { LogItem } from './log-item.tsx';
import { columnValue } from './log-text.ts';
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
  /** The list goes to its top when this changes. */
  readonly topRequests: number;
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
  readonly columns: readonly string[];
  readonly wrap: boolean;
  readonly density: Density;
  readonly onColumn: (name: string) => void;
  /** Right-click or `m` on a line. */
  readonly onDoors: (line: ExploreLogLine, anchor: DoorAnchor) => void;
}

/** Height of a line's row in px. */
export const rowHeights: Readonly<Record<Density, number>> = {
  dense: sizes.logRow,
  comfortable: 28,
};
/** Rows that are drawn above and below what is seen. */
const overscanRows = 8;
const openHeight = 420;

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
  const rowHeight = rowHeights[props.density];
  // One function a list: a new one makes the virtualizer measure every row again.
  const getItemKey = useCallback((index: number) => lines[index]?.id ?? index, [lines]);
  // The virtualizer is mutable by design; React's compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    // Wrapped or not: what is drawn is measured, and the first line that is seen stays where it is.
    estimateSize: (index) => (lines[index]?.id === openLine ? openHeight : rowHeight),
    getItemKey,
    overscan: overscanRows,
    scrollPaddingStart: 2 * rowHeight,
    scrollPaddingEnd: 2 * rowHeight,
    initialOffset: place.current?.offset ?? 0,
    initialMeasurementsCache: place.current?.measured ?? [],
  });
  useKeepTop(lines, scroller, rowHeight);
  useMeasureWrapped(virtualizer, props.wrap);
  const lastOffset = useRef(place.current?.offset ?? 0);
  useLayoutEffect(
    () => () => {
      // Once, on leaving: it looks at all lines.
      const measured = virtualizer.takeSnapshot?.() ?? virtualizer.measurementsCache;
      keepPlace(placeKey, { offset: lastOffset.current, measured });
    },
    [placeKey, virtualizer],
  );
  const seenTopRequests = useRef(props.topRequests);
  useEffect(() => {
    if (seenTopRequests.current === props.topRequests) return;
    seenTopRequests.current = props.topRequests;
    scroller.current?.scrollTo({ top: 0 });
  }, [props.topRequests]);
  useShowOpen(props, virtualizer.scrollToIndex, place.current !== undefined);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { onNearEnd } = props;
  useEffect(() => {
    if (lines.length > 0 && last >= lines.length - nearEndRows) onNearEnd();
  }, [last, lines.length, onNearEnd]);
  useEffect(() => {
    if (current >= 0 && followsCurrent) virtualizer.scrollToIndex(current, { align: 'auto' });
    // Wrapped lines above it may have pushed it out of sight.
  }, [current, followsCurrent, virtualizer, props.wrap]);
  const firstId = lines[0]?.id;
  // Measured once: a list whose columns move with each line that arrives could not be read.
  const tracks = useMemo(
    () => columnTracks(props.columns, lines),
    // oxlint-disable-next-line react/exhaustive-deps
    [props.columns, firstId === undefined],
  );
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--clew-log-row': `${rowHeight}px`,
    '--clew-log-columns': tracks,
  };
  return (
    <div
      ref={scroller}
      className="log-list"
      style={style}
      data-wrap={props.wrap || undefined}
      role="treegrid"
      aria-label="Log lines"
      aria-rowcount={lines.length}
      tabIndex={0}
      data-with-day={props.withDay || undefined}
      data-stale={props.isStale || undefined}
      data-testid="log-list"
      onScroll={(event) => {
        const offset = event.currentTarget.scrollTop;
        lastOffset.current = offset;
        props.onScrolledAway(offset > rowHeight);
      }}
    >
      {props.columns.length > 0 && <LogHead columns={props.columns} onColumn={props.onColumn} />}
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          return (
            <LogItem
              key={item.key}
              line={line}
              index={item.index}
              top={item.start}
              isCurrent={item.index === current}
              renderDetail={line.id === openLine ? props.renderDetail : undefined}
              measure={virtualizer.measureElement}
              zone={props.zone}
              withDay={props.withDay}
              searched={props.searched}
              isCalm={!virtualizer.isScrolling}
              back={props.back}
              columns={props.columns}
              wrap={props.wrap}
              onToggle={props.onToggle}
              onOpenTrace={props.onOpenTrace}
              onDoors={props.onDoors}
            />
          );
        })}
      </div>
      <div role="row">
        <div role="gridcell">{props.footer}</div>
      </div>
    </div>
  );
}

/** Lines that are looked at for the width of a column, and its bounds in characters. */
const widthLines = 40;
const widthMin = 7;
const widthMax = 26;

/** A track of the row's grid for each column: as wide as its name and the first values, within reason. */
function columnTracks(columns: readonly string[], lines: readonly ExploreLogLine[]): string {
  return columns
    .map((name) => {
      const longest = lines
        .slice(0, widthLines)
        .reduce((width, line) => Math.max(width, columnValue(line, name).length), name.length);
      return `${Math.min(widthMax, Math.max(widthMin, longest + 1))}ch`;
    })
    .join(' ');
}

/**
 * Rows that were wrapped, or no longer are, are measured all at once before they are painted, and the first line that is
 * seen stays where it is. Row by row, as the virtualizer would, it looks at all lines for each of them.
 */
function useMeasureWrapped(virtualizer: Virtualizer<HTMLDivElement, Element>, wrap: boolean): void {
  const measured = useRef(wrap);
  const anchor = useRef<{ readonly index: number; readonly by: number } | undefined>(undefined);
  // Once the list has its new height, and the rows that came into sight theirs.
  useLayoutEffect(() => {
    if (anchor.current === undefined) return;
    const { index, by } = anchor.current;
    anchor.current = undefined;
    virtualizer.getTotalSize();
    const start = virtualizer.measurementsCache[index]?.start;
    if (start !== undefined) virtualizer.scrollElement?.scrollTo({ top: start + by });
  });
  useLayoutEffect(() => {
    const scroller = virtualizer.scrollElement;
    if (measured.current === wrap || scroller === null) return;
    measured.current = wrap;
    const offset = scroller.scrollTop;
    const first = virtualizer.getVirtualItemForOffset(offset);
    const sizes = [...virtualizer.elementsCache.values()]
      .filter((element) => element.isConnected)
      .map((element) => ({
        index: virtualizer.indexFromElement(element),
        height: Math.round(element.getBoundingClientRect().height),
      }));
    // The virtualizer is mutable by design.
    // oxlint-disable-next-line react/immutability
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false;
    for (const { index, height } of sizes) virtualizer.resizeItem(index, height);
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = undefined;
    if (first !== undefined && offset > 0)
      anchor.current = { index: first.index, by: offset - first.start };
  }, [virtualizer, wrap]);
}

/** Lines that arrive above push nothing: what was seen stays where it is, unless the list stands at its top. */
function useKeepTop(
  lines: readonly ExploreLogLine[],
  scroller: { readonly current: HTMLDivElement | null },
  rowHeight: number,
): void {
  const firstId = useRef(lines[0]?.id);
  useLayoutEffect(() => {
    const before = firstId.current;
    firstId.current = lines[0]?.id;
    const element = scroller.current;
    if (element === null || before === undefined || before === lines[0]?.id) return;
    const added = lines.findIndex(({ id }) => id === before);
    if (added > 0 && element.scrollTop > rowHeight) element.scrollBy(0, added * rowHeight);
  }, [lines, scroller, rowHeight]);
}

/** A line that the address named when the list came is scrolled to once. One that is opened by hand stays where it is. */
function useShowOpen(
  { lines, openLine, isStale }: LogListProps,
  scrollToIndex: (index: number, options: { align: 'start' }) => void,
  isRestored: boolean,
): void {
  const wanted = useRef(isRestored ? '' : openLine);
  useEffect(() => {
    if (wanted.current !== openLine) wanted.current = '';
    if (wanted.current === '' || isStale) return;
    const index = lines.findIndex(({ id }) => id === openLine);
    if (index < 0) return;
    wanted.current = '';
    // Its detail may be longer than the screen: what must be in sight is the line.
    scrollToIndex(index, { align: 'start' });
  }, [lines, openLine, isStale, scrollToIndex]);
}
