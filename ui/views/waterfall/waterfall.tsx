// The waterfall: rows painted on a canvas of the size of what is in sight, so that a hundred thousand spans scroll as
// twenty do, and a window of real elements in the same places for screen readers. It leads the log lines when it is
// scrolled or hovered, and follows them.

import { useComputedColorScheme } from '@mantine/core';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, PointerEvent, MouseEvent as ReactMouseEvent } from 'react';
import { palettes, sizes } from '../../app/theme.ts';
import type { ColorBy } from '../words/service-color.ts';
import { useElementSize } from '../element-width.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import { heldTop, ScrollHand, scrollAnchor, scrollInto } from '../trace-model/story-sync.ts';
import type { StorySync } from '../trace-model/story-sync.ts';
import { AccessibleRow, rowElementId } from './accessible-rows.tsx';
import type { PathStretch } from './critical-path.ts';
import { hitAt } from './hit.ts';
import type { Hit } from './hit.ts';
import { layoutRows, msOfX, timeMarks, xOfMs } from './layout.ts';
import type { TimeWindow, WaterfallLog } from './layout.ts';
import { paintRows } from './paint.ts';
import type { RowLook } from './paint.ts';
import { indexRows, startOf } from './row-index.ts';
import type { StoryRow } from './rows.ts';
import { TimeHead } from './time-head.tsx';
import { describeHit } from './tip.ts';
import type { SpanNode, SpanTree } from './tree.ts';
import { clampWindow, moveBy, moveTo, zoomAround } from './zoom.ts';
import './waterfall.css';

export interface WaterfallProps {
  readonly tree: SpanTree;
  readonly rows: readonly StoryRow[];
  readonly folded: ReadonlySet<string>;
  /** The selected node's ID. */
  readonly selected: string;
  readonly selectedLog: string;
  readonly window: TimeWindow;
  readonly whole: TimeWindow;
  readonly logsBySpan: ReadonlyMap<string, readonly WaterfallLog[]>;
  /** Undefined: the critical path is not shown. */
  readonly path: ReadonlyMap<string, readonly PathStretch[]> | undefined;
  readonly colorBy: ColorBy;
  readonly isDim: (row: StoryRow) => boolean;
  readonly isFound: (row: StoryRow) => boolean;
  readonly cursor: InstantCursor;
  readonly sync: StorySync;
  readonly onSelect: (node: SpanNode) => void;
  readonly onSelectLog: (log: WaterfallLog) => void;
  readonly onFold: (row: StoryRow) => void;
  readonly onZoom: (window: TimeWindow | null) => void;
  readonly onDoors: (event: ReactMouseEvent, hit: Hit) => void;
}

const markApartPx = 90;
/** Rows beside those in sight that are painted or in the document. */
const overscanRows = 8;
/** Room for `▲ 1,234 ms` behind a bar that ends with the trace. */
const rightMarginPx = 84;
const rowHeight = sizes.spanRow;
/** How often the elements for screen readers follow while the reader scrolls. */
const elementsEveryMs = 120;
const airPx = 3 * rowHeight;

export function Waterfall(props: WaterfallProps) {
  const { rows, selected, window: shown, whole, cursor, sync, tree, onZoom } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const hovered = useRef('');
  const [hand] = useState(() => new ScrollHand());
  const { ref: sizeRef, size } = useElementSize();
  const [top, setTop] = useState(0);
  const scheme = useComputedColorScheme('dark');
  const nameWidth = Math.round(Math.min(440, Math.max(190, size.width * 0.38)));
  const barsWidth = Math.max(0, size.width - nameWidth - rightMarginPx);
  const marks = useMemo(() => timeMarks(shown, barsWidth, markApartPx), [shown, barsWidth]);
  const index = useMemo(() => lazily(() => indexRows(rows)), [rows]);

  const inSight = useCallback(
    (scrollTop: number, height: number) => {
      const firstRow = Math.max(0, Math.floor(scrollTop / rowHeight) - 1);
      const lastRow = Math.min(rows.length, Math.ceil((scrollTop + height) / rowHeight) + 1);
      const drawn = rows.slice(firstRow, lastRow);
      return {
        rows: drawn,
        firstRow,
        layout: layoutRows({
          rows: drawn,
          firstRow,
          rowHeight,
          width: barsWidth,
          window: shown,
          logsBySpan: props.logsBySpan,
          path: props.path,
        }),
      };
    },
    [rows, barsWidth, shown, props.logsBySpan, props.path],
  );

  const paint = (): void => {
    const element = canvas.current;
    const view = scroller.current;
    const context = element?.getContext('2d', { alpha: true });
    if (element === null || view === null || context === null || context === undefined) return;
    const width = view.clientWidth;
    const height = view.clientHeight;
    if (width === 0 || height === 0) return;
    const scale = devicePixelRatio;
    // Setting a canvas's size clears its memory: only when it changes.
    if (
      element.width !== Math.round(width * scale) ||
      element.height !== Math.round(height * scale)
    ) {
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const look: RowLook = {
      colorBy: props.colorBy,
      selected,
      selectedLog: props.selectedLog,
      hovered: hovered.current,
      isFolded: (id) => props.folded.has(id),
      isDim: props.isDim,
      isFound: props.isFound,
    };
    paintRows(context, {
      ...inSight(view.scrollTop, height),
      rowHeight,
      scrollTop: view.scrollTop,
      marks,
      palette: palettes[scheme],
      look,
      width,
      height,
      nameWidth,
      fontFamily: getComputedStyle(document.body).fontFamily,
    });
  };
  const requestPaint = usePainter(paint);
  useEffect(requestPaint);

  const onElements = useThrottled(() => setTop(scroller.current?.scrollTop ?? 0), elementsEveryMs);
  const onScroll = (): void => {
    const view = scroller.current;
    if (view === null) return;
    requestPaint();
    onElements();
    if (hand.isOwn(view)) return;
    const anchor = scrollAnchor(view.scrollTop, view.clientHeight, rows.length * rowHeight);
    const row =
      anchor === undefined
        ? undefined
        : rows[Math.min(rows.length - 1, Math.floor(anchor / rowHeight))];
    if (row === undefined) return;
    const spanId = row.kind === 'span' ? (row.node.span?.spanId ?? '') : '';
    cursor.set(startOf(row));
    sync.lead('waterfall', { ms: startOf(row), spanId });
  };

  const showRow = useCallback(
    (at: number): void => {
      const view = scroller.current;
      if (view === null) return;
      const y = at * rowHeight;
      hand.moveTo(view, scrollInto(view.scrollTop, view.clientHeight, y, y + rowHeight, airPx));
    },
    [hand],
  );
  // Rows that arrive, fold or unfold above leave what is read where it is.
  const lastRows = useRef(rows);
  useLayoutEffect(() => {
    const before = lastRows.current;
    lastRows.current = rows;
    const view = scroller.current;
    if (view === null || before === rows) return;
    const top = heldTop(view.scrollTop, rowHeight, (at) => {
      const row = before[at];
      if (row === undefined || rows[at]?.id === row.id) return undefined;
      const node = row.kind === 'alike' ? row.group.nodes[0] : row.node;
      const known = node === undefined ? undefined : tree.byId.get(node.id);
      return index().place(row.id) ?? (known === undefined ? undefined : index().of(known));
    });
    hand.moveTo(view, top);
  }, [rows, tree, index, hand]);
  useEffect(() => {
    const node = tree.byId.get(selected);
    const at = node === undefined ? undefined : index().of(node);
    if (at !== undefined) showRow(at);
    // Only a new selection moves the view; folding and late spans do not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [selected, size.height > 0]);

  useEffect(
    () =>
      sync.follow('waterfall', (place) => {
        if (place === null) return;
        const { ms, spanId } = place;
        const node = tree.bySpanId.get(spanId);
        showRow((node === undefined ? undefined : index().of(node)) ?? index().at(ms));
        const moved = moveTo(shown, ms);
        if (moved !== shown) onZoom(clampWindow(moved, whole));
      }),
    [sync, tree, index, showRow, shown, whole, onZoom],
  );

  useWheelZoom(scroller, (event, x) => {
    const ms = msOfX(x - nameWidth, shown, barsWidth);
    if (event.ctrlKey || event.metaKey) {
      onZoom(clampWindow(zoomAround(shown, ms, Math.exp(event.deltaY * 0.0025)), whole));
      return true;
    }
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (sideways === 0 || Math.abs(sideways) < Math.abs(event.shiftKey ? 0 : event.deltaY))
      return false;
    onZoom(
      clampWindow(moveBy(shown, (sideways / barsWidth) * (shown.endMs - shown.startMs)), whole),
    );
    return true;
  });

  const hitOf = (event: {
    readonly clientX: number;
    readonly clientY: number;
  }): Hit | undefined => {
    const view = scroller.current;
    if (view === null) return undefined;
    const box = view.getBoundingClientRect();
    const y = event.clientY - box.top + view.scrollTop;
    const { layout } = inSight(view.scrollTop, view.clientHeight);
    return hitAt(event.clientX - box.left, y, { rows, layout, rowHeight, nameWidth });
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const hit = hitOf(event);
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - nameWidth;
    const isOverBars = x >= 0 && x <= barsWidth;
    const ms = isOverBars ? msOfX(x, shown, barsWidth) : null;
    cursor.set(ms);
    if (ms !== null) sync.lead('waterfall', { ms, spanId: '', isPassing: true });
    showTip(tip.current, hit, event);
    if (hovered.current === (hit?.row.id ?? '')) return;
    hovered.current = hit?.row.id ?? '';
    requestPaint();
  };
  const onPointerLeave = (): void => {
    cursor.set(null);
    sync.lead('waterfall', null);
    hovered.current = '';
    showTip(tip.current, undefined, undefined);
    requestPaint();
  };
  const onClick = (event: ReactMouseEvent): void => {
    const hit = hitOf(event);
    if (hit === undefined) return;
    if (hit.log !== undefined) props.onSelectLog(hit.log);
    else if (hit.part === 'fold' || hit.row.kind === 'alike') props.onFold(hit.row);
    else if (hit.row.kind === 'span') props.onSelect(hit.row.node);
  };

  return (
    <div className="waterfall" style={customProperty('--name-width', `${nameWidth}px`)}>
      <TimeHead
        marks={marks}
        width={barsWidth}
        window={shown}
        isZoomed={shown.endMs - shown.startMs < (whole.endMs - whole.startMs) * 0.999}
        cursor={cursor}
        onZoom={(next) => onZoom(next === null ? null : clampWindow(next, whole))}
      />
      <div ref={sizeRef} className="waterfall-body">
        <div
          ref={scroller}
          className="waterfall-scroll"
          role="tree"
          tabIndex={0}
          aria-label={`Spans of the trace, ${rows.length} rows`}
          aria-activedescendant={selected === '' ? undefined : rowElementId(selected)}
          data-testid="waterfall"
          onScroll={onScroll}
          onPointerMove={onPointerMove}
          onPointerLeave={onPointerLeave}
          onClick={onClick}
          onDoubleClick={(event) => {
            const hit = hitOf(event);
            if (hit?.part === 'name' && hit.row.kind === 'span') props.onFold(hit.row);
          }}
          onContextMenu={(event) => {
            const hit = hitOf(event);
            if (hit !== undefined) props.onDoors(event, hit);
          }}
        >
          <div className="waterfall-rows" role="none" style={{ height: rows.length * rowHeight }}>
            <canvas
              ref={canvas}
              className="waterfall-canvas"
              aria-hidden="true"
              data-testid="waterfall-canvas"
            />
            {elementRows(rows, top, size.height, selected, index).map((at) => {
              const row = rows[at];
              if (row === undefined) return null;
              return (
                <AccessibleRow
                  key={row.id}
                  row={row}
                  top={at * rowHeight}
                  isSelected={row.id === selected}
                  isFolded={props.folded.has(row.id)}
                  isDim={props.isDim(row)}
                />
              );
            })}
          </div>
        </div>
        <InstantLine cursor={cursor} window={shown} width={barsWidth} left={nameWidth} />
        <div ref={tip} className="waterfall-tip" hidden aria-hidden="true">
          <b />
          <span />
        </div>
      </div>
    </div>
  );
}

/** Places of the rows that have an element: those in sight, and the selected one wherever it is. */
function elementRows(
  rows: readonly StoryRow[],
  top: number,
  height: number,
  selected: string,
  index: () => ReturnType<typeof indexRows>,
): number[] {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscanRows);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + overscanRows);
  const places = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  if (selected === '' || places.some((at) => rows[at]?.id === selected)) return places;
  const chosen = index().place(selected);
  return chosen === undefined ? places : [...places, chosen];
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** At most one painting a frame. */
function usePainter(paint: () => void): () => void {
  const latest = useRef(paint);
  const frame = useRef(0);
  useEffect(() => {
    latest.current = paint;
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => latest.current());
  }, []);
}

function useThrottled(run: () => void, everyMs: number): () => void {
  const latest = useRef(run);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, everyMs);
  }, [everyMs]);
}

/** React's own wheel listeners are passive and cannot keep the page from zooming. */
function useWheelZoom(
  target: { readonly current: HTMLElement | null },
  onWheel: (event: WheelEvent, x: number) => boolean,
): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const element = target.current;
    if (element === null) return undefined;
    const listen = (event: WheelEvent): void => {
      const x = event.clientX - element.getBoundingClientRect().left;
      if (latest.current(event, x)) event.preventDefault();
    };
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [target]);
}

function showTip(
  element: HTMLElement | null,
  hit: Hit | undefined,
  event: { readonly clientX: number; readonly clientY: number } | undefined,
): void {
  if (element === null) return;
  const words = hit === undefined ? undefined : describeHit(hit);
  element.hidden = words === undefined;
  if (words === undefined || event === undefined) return;
  const [title, more] = element.children;
  if (title !== undefined) title.textContent = words.title;
  if (more !== undefined) more.textContent = words.more;
  const box = element.parentElement?.getBoundingClientRect();
  if (box === undefined) return;
  const x = Math.min(event.clientX - box.left + 14, box.width - element.offsetWidth - 8);
  const below = event.clientY - box.top + 22;
  const y = below + element.offsetHeight > box.height ? below - element.offsetHeight - 34 : below;
  element.style.transform = `translate(${Math.max(4, x)}px, ${y}px)`;
}

/** React's types know no custom properties; React itself sets them. */
function customProperty(name: `--${string}`, value: string): CSSProperties {
  return { [name]: value } as CSSProperties;
}

interface InstantLineProps {
  readonly cursor: InstantCursor;
  readonly window: TimeWindow;
  readonly width: number;
  readonly left: number;
}

function InstantLine({ cursor, window, width, left }: InstantLineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      cursor.follow((ms) => {
        const element = line.current;
        if (element === null) return;
        const x = ms === null ? -1 : xOfMs(ms, window, width);
        element.hidden = x < 0 || x > width;
        element.style.transform = `translateX(${left + x}px)`;
      }),
    [cursor, window, width, left],
  );
  return (
    <div
      ref={line}
      className="waterfall-instant"
      hidden
      aria-hidden="true"
      data-testid="waterfall-instant"
    />
  );
}
