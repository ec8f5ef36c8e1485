// The waterfall: names as a tree that screen readers, tests and the pointer use, bars in a canvas behind it. Both are
// windowed alike, so ten thousand spans scroll as twenty do.

import { useComputedColorScheme } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { CSSProperties, PointerEvent } from 'react';
import { palettes, sizes } from '../../app/theme.ts';
import { useElementSize } from '../element-width.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import { layoutWaterfall, msOfX, timeMarks, xOfMs } from './layout.ts';
import type { TimeWindow, WaterfallLog } from './layout.ts';
import { paintWaterfall } from './paint.ts';
import { SpanRow } from './span-row.tsx';
import { TimeHead } from './time-head.tsx';
import type { SpanNode } from './tree.ts';
import './waterfall.css';

export interface WaterfallProps {
  readonly rows: readonly SpanNode[];
  readonly folded: ReadonlySet<string>;
  readonly selected: string;
  readonly window: TimeWindow;
  readonly logsBySpan: ReadonlyMap<string, readonly WaterfallLog[]>;
  readonly selectedLog: string;
  readonly isDim: (nodeId: string) => boolean;
  readonly cursor: InstantCursor;
  readonly onSelect: (node: SpanNode) => void;
  readonly onFold: (node: SpanNode) => void;
  readonly onZoom: (window: TimeWindow | null) => void;
}

const markApartPx = 90;
const overscanRows = 12;
/** Room for `▲ 1,234 ms` behind a bar that ends with the trace. */
const rightMarginPx = 76;

export function Waterfall(props: WaterfallProps) {
  const { rows, selected, window, cursor } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, size } = useElementSize();
  const nameWidth = Math.round(Math.min(420, Math.max(190, size.width * 0.38)));
  const barsWidth = Math.max(0, size.width - nameWidth - rightMarginPx);
  // One function a list: a new one makes the virtualizer measure every row again.
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  // The virtualizer is mutable by design; React's compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => sizes.spanRow,
    getItemKey,
    overscan: overscanRows,
    scrollPaddingStart: 3 * sizes.spanRow,
    scrollPaddingEnd: 3 * sizes.spanRow,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const marks = useMemo(() => timeMarks(window, barsWidth, markApartPx), [window, barsWidth]);

  useEffect(() => {
    const index = rows.findIndex(({ id }) => id === selected);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
    // Only a new selection moves the view; folding and late spans do not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [selected, virtualizer]);

  const onPointerMove = (event: PointerEvent): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - nameWidth;
    cursor.set(x >= 0 && x <= barsWidth ? msOfX(x, window, barsWidth) : null);
  };

  return (
    <div
      ref={sizeRef}
      className="waterfall"
      style={customProperty('--name-width', `${nameWidth}px`)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => cursor.set(null)}
    >
      <TimeHead
        marks={marks}
        width={barsWidth}
        window={window}
        cursor={cursor}
        onZoom={props.onZoom}
      />
      <div
        ref={scroller}
        className="waterfall-scroll"
        role="tree"
        tabIndex={0}
        aria-label={`Spans of the trace, ${rows.length} shown`}
        aria-activedescendant={selected === '' ? undefined : `span-${selected}`}
        data-testid="waterfall"
      >
        <div className="waterfall-rows" style={{ height: virtualizer.getTotalSize() }}>
          <Bars {...props} first={first} last={last} width={barsWidth} marks={marks} />
          {items.map((item) => {
            const node = rows[item.index];
            if (node === undefined) return null;
            return (
              <SpanRow
                key={item.key}
                node={node}
                top={item.start}
                isSelected={node.id === selected}
                isFolded={props.folded.has(node.id)}
                isDim={props.isDim(node.id)}
                onSelect={props.onSelect}
                onFold={props.onFold}
              />
            );
          })}
        </div>
      </div>
      <InstantLine cursor={cursor} window={window} width={barsWidth} left={nameWidth} />
    </div>
  );
}

/** React's types know no custom properties; React itself sets them. */
function customProperty(name: `--${string}`, value: string): CSSProperties {
  return { [name]: value } as CSSProperties;
}

interface BarsProps extends WaterfallProps {
  readonly first: number;
  readonly last: number;
  readonly width: number;
  readonly marks: readonly { readonly x: number }[];
}

/** The bars of the rows that are in the document, in a canvas that scrolls with them. */
function Bars(props: BarsProps) {
  const { rows, first, last, width, window, logsBySpan, isDim, selectedLog, marks } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark');
  const height = Math.max(0, last - first + 1) * sizes.spanRow;
  const layout = useMemo(
    () =>
      layoutWaterfall({
        rows: rows.slice(first, last + 1),
        rowHeight: sizes.spanRow,
        width,
        window,
        logsBySpan,
      }),
    [rows, first, last, width, window, logsBySpan],
  );
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const scale = devicePixelRatio;
    element.width = Math.round((width + rightMarginPx) * scale);
    element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paintWaterfall(context, {
      layout,
      marks,
      palette: palettes[scheme],
      width: width + rightMarginPx,
      height,
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      isDim,
      selectedLog,
    });
  }, [layout, marks, scheme, width, height, isDim, selectedLog]);
  return (
    <canvas
      ref={canvas}
      className="waterfall-bars"
      aria-hidden="true"
      style={{
        top: first * sizes.spanRow,
        width: width + rightMarginPx,
        height,
      }}
    />
  );
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
  return <div ref={line} className="waterfall-instant" hidden aria-hidden="true" />;
}
