// The log lines of a trace beside its waterfall: the selected span's stand out, the pointer's instant is drawn through,
// and what is missing is explained.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import type { Reason } from '../../../src/query/correlate/explain.ts';
import { sizes } from '../../app/theme.ts';
import { AppLink } from '../../controls/app-link.tsx';
import type { Zone } from '../../data/preferences.ts';
import type { LinesShown } from '../../url/trace-view.ts';
import type { InstantCursor } from '../instant-cursor.ts';
import { firstLine, rowAttributes, splitFound } from '../log-list/log-text.ts';
import type { StoryLine } from '../trace-model/story-model.ts';
import { heldTop, ScrollHand, scrollAnchor, scrollInto } from '../trace-model/story-sync.ts';
import type { StorySync } from '../trace-model/story-sync.ts';
import { isErrorLevel, levelKind, levelLetter } from '../words/level.ts';
import {
  printCount,
  printCounted,
  printDuration,
  printInstant,
  printTime,
} from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { Reasons } from './reasons.tsx';
import { rowsUntil, traceLogRows } from './rows.ts';
import type { TraceLogRow } from './rows.ts';
import '../log-list/log-line.css';
import './trace-logs.css';

export type RestOfLines =
  | { readonly isLoading: boolean; readonly onLoad: () => void }
  /** More than this page takes are elsewhere. */
  | { readonly href: string };

export interface TraceLogsProps {
  readonly lines: readonly StoryLine[];
  /** All there are, of which `lines` may be the first. */
  readonly total: number;
  readonly startNs: string;
  readonly lengthMs: number;
  readonly zone: Zone;
  readonly show: LinesShown;
  readonly find: string;
  readonly spanId: string;
  /** Someone chose the span, so that the other lines stand back. */
  readonly isSpanChosen: boolean;
  readonly selectedLog: string;
  readonly reasons: readonly Reason[];
  /** Of a file: what is not here was not received either. */
  readonly isLocal: boolean;
  readonly cursor: InstantCursor;
  readonly sync: StorySync;
  readonly onShow: (show: LinesShown) => void;
  readonly onFind: (text: string) => void;
  readonly onSelect: (line: ExploreLogLine) => void;
  readonly onDoors: (anchor: MouseEvent | Element, line: ExploreLogLine) => void;
  /** How many lines the selected span has, of which fewer may be among `lines`. */
  readonly ofSpan: number;
  /** How to come to the lines that are left out; undefined: all are here. */
  readonly rest: RestOfLines | undefined;
  readonly onUnselect: () => void;
  /** The detail of the selected line; false: none is selected. */
  readonly detail: ReactNode;
}

export function TraceLogs(props: TraceLogsProps) {
  const { lines, show, find, spanId, startNs, lengthMs } = props;
  // The rows stay as they are while the selection says nothing about what is shown.
  const shownSpan = show === 'span' ? spanId : '';
  const rows = useMemo(
    () => traceLogRows(lines, { show, find, spanId: shownSpan }, lengthMs),
    [lines, show, find, shownSpan, lengthMs],
  );
  const ofSpan = useMemo(
    () => lines.filter(({ line }) => line.spanId !== '' && line.spanId === spanId).length,
    [lines, spanId],
  );
  const errors = useMemo(
    () => lines.filter(({ line }) => isErrorLevel(line.level)).length,
    [lines],
  );
  const choices: readonly (readonly [LinesShown, string, string])[] = [
    ['all', 'logs of the trace', printCount(props.total)],
    ['span', 'this span', printCount(Math.max(ofSpan, props.ofSpan))],
    ['errors', 'errors', `${printCount(errors)}${props.rest === undefined ? '' : '+'}`],
  ];
  return (
    <section
      className="trace-logs"
      aria-label="Log lines of the trace"
      onKeyDown={(event) => {
        // From here Esc closes the line first; from elsewhere it is the way back, as on every page.
        if (event.key !== 'Escape' || props.selectedLog === '') return;
        event.preventDefault();
        event.stopPropagation();
        props.onUnselect();
      }}
    >
      <div className="trace-logs-head" role="toolbar" aria-label="Lines shown">
        {choices.map(([choice, words, count]) => (
          <button
            key={choice}
            type="button"
            className="trace-logs-choice"
            aria-pressed={show === choice}
            disabled={count === '0' && choice !== 'all' && show !== choice}
            data-testid={`lines-${choice}`}
            onClick={() => props.onShow(choice)}
          >
            {words} <b className="number">{count}</b>
          </button>
        ))}
      </div>
      <Reasons reasons={props.reasons} startNs={startNs} lengthMs={lengthMs} />
      {rows.length === 0 ? (
        <NoLines {...props} />
      ) : (
        <Lines {...props} rows={rows} dims={props.isSpanChosen && ofSpan > 0} />
      )}
      {props.detail}
      {props.rest !== undefined && (
        <div className="trace-logs-more number">
          {printCount(lines.length)} of {printCount(props.total)} lines
          {'href' in props.rest ? (
            <AppLink href={props.rest.href}>All of them as logs</AppLink>
          ) : (
            <button
              type="button"
              className="text-button"
              disabled={props.rest.isLoading}
              onClick={props.rest.onLoad}
            >
              {props.rest.isLoading ? 'Loading…' : 'Load all'}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function NoLines({ lines, find, show, reasons, isLocal, onFind, onShow }: TraceLogsProps) {
  if (lines.length > 0) {
    return (
      <div className="trace-logs-none">
        <p>
          None of the {printCounted(lines.length, 'line')}
          {show === 'span' && ' of the trace is of this span'}
          {show === 'errors' && ' is an error'}
          {find !== '' && ` has “${find}”`}.
        </p>
        <button
          type="button"
          className="text-button"
          onClick={() => {
            onFind('');
            onShow('all');
          }}
        >
          Show all
        </button>
      </div>
    );
  }
  if (reasons.length > 0) return <div className="trace-logs-list" />;
  return (
    <p className="trace-logs-none">
      {isLocal
        ? 'The file holds no log line of this trace: a file that Clew exports holds spans and lines.'
        : 'No log line with this trace ID has been received.'}
    </p>
  );
}

/** What is followed is shown with so much around it. */
const airPx = 3 * sizes.logRow;

function lineElementId(id: string): string {
  return `line-${id}`;
}

/** The line that a key leads to; undefined: it is none of the list's keys, or there is no such line. */
function lineByKey(
  key: string,
  rows: readonly TraceLogRow[],
  from: number,
): Extract<TraceLogRow, { readonly kind: 'line' }> | undefined {
  const isLine = (row: TraceLogRow): boolean => row.kind === 'line';
  const at =
    key === 'j' || key === 'ArrowDown'
      ? rows.findIndex((row, place) => place > from && isLine(row))
      : key === 'k' || key === 'ArrowUp'
        ? from < 0
          ? rows.findLastIndex(isLine)
          : rows.slice(0, from).findLastIndex(isLine)
        : key === 'Home'
          ? rows.findIndex(isLine)
          : key === 'End'
            ? rows.findLastIndex(isLine)
            : undefined;
  if (at === undefined) return undefined;
  const row = rows[at < 0 ? from : at];
  return row?.kind === 'line' ? row : undefined;
}

/** The line at a place, or the one behind the silence that is there. */
function lineAt(
  rows: readonly TraceLogRow[],
  at: number,
): Extract<TraceLogRow, { readonly kind: 'line' }> | undefined {
  const row = rows[Math.min(rows.length - 1, at)];
  if (row?.kind === 'line') return row;
  const next = rows[at + 1];
  return next?.kind === 'line' ? next : undefined;
}

interface LinesProps extends TraceLogsProps {
  readonly rows: readonly TraceLogRow[];
  readonly dims: boolean;
}

function Lines({ rows, dims, ...props }: LinesProps) {
  const { lines, spanId, selectedLog, cursor, sync } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [hand] = useState(() => new ScrollHand());
  // One function a list: a new one makes the virtualizer measure every row again.
  const getItemKey = useCallback((index: number) => rowKey(rows[index], index), [rows]);
  // The virtualizer is mutable by design; React's compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => sizes.logRow,
    getItemKey,
    overscan: 15,
  });
  const showRow = useCallback(
    (at: number) => {
      const view = scroller.current;
      if (view === null) return;
      const y = at * sizes.logRow;
      hand.moveTo(view, scrollInto(view.scrollTop, view.clientHeight, y, y + sizes.logRow, airPx));
    },
    [hand],
  );
  // Lines that arrive above leave what is read where it is.
  const lastRows = useRef(rows);
  useLayoutEffect(() => {
    const before = lastRows.current;
    lastRows.current = rows;
    const view = scroller.current;
    if (view === null || before === rows) return;
    const top = heldTop(view.scrollTop, sizes.logRow, (at) => {
      const key = rowKey(before[at], at);
      const after = rows.findIndex((row, place) => rowKey(row, place) === key);
      return after < 0 ? undefined : after;
    });
    hand.moveTo(view, top);
  }, [rows, hand]);
  // Where the list was before a pointer passed over the bars: on its way from a span to that span's lines it would
  // lead away from them otherwise.
  const home = useRef<number | undefined>(undefined);
  // The selected line is shown once, else the first one of the selected span: what arrives later moves nothing.
  const shown = useRef('');
  useEffect(() => {
    const wanted = [selectedLog, spanId, props.show, props.find].join('\n');
    if (shown.current === wanted) return;
    const selected = rows.findIndex((row) => row.kind === 'line' && row.line.id === selectedLog);
    const ofSpan = rows.findIndex((row) => row.kind === 'line' && row.line.spanId === spanId);
    const index = selected >= 0 ? selected : ofSpan;
    if (index >= 0) showRow(index);
    home.current = undefined;
    const isOnItsWay = selectedLog !== '' && !lines.some(({ line }) => line.id === selectedLog);
    if (!isOnItsWay) shown.current = wanted;
  }, [selectedLog, spanId, props.show, props.find, rows, lines, showRow]);
  useEffect(
    () =>
      sync.follow('logs', (place) => {
        const view = scroller.current;
        if (view === null) return;
        if (place === null) {
          if (home.current !== undefined) hand.moveTo(view, home.current);
          home.current = undefined;
          return;
        }
        if (place.isPassing !== true) home.current = undefined;
        else home.current ??= view.scrollTop;
        showRow(Math.max(0, rowsUntil(rows, place.ms) - 1));
      }),
    [sync, rows, hand, showRow],
  );
  // Its own keys while it has the focus: elsewhere they go from span to span.
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = rows.findIndex((row) => row.kind === 'line' && row.line.id === selectedLog);
    if (event.key === 'm') {
      const row = rows[from];
      const element = event.currentTarget.querySelector('[aria-selected="true"]');
      if (row?.kind !== 'line' || element === null) return;
      props.onDoors(element, row.line);
    } else if (event.key === 'Enter') {
      const section = event.currentTarget.closest('.trace-logs');
      section?.querySelector<HTMLElement>('.line-detail-body')?.focus();
    } else {
      const to = lineByKey(event.key, rows, from);
      if (to === undefined) return;
      if (to.line.id !== selectedLog) props.onSelect(to.line);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onScroll = (): void => {
    const view = scroller.current;
    if (view === null || hand.isOwn(view)) return;
    home.current = undefined;
    const anchor = scrollAnchor(view.scrollTop, view.clientHeight, rows.length * sizes.logRow);
    if (anchor === undefined) return;
    const row = lineAt(rows, Math.floor(anchor / sizes.logRow));
    if (row === undefined) return;
    cursor.set(row.timeMs);
    sync.lead('logs', { ms: row.timeMs, spanId: row.line.spanId });
  };
  return (
    <div
      ref={scroller}
      className="trace-logs-list"
      role="grid"
      aria-label="Log lines"
      aria-rowcount={rows.length}
      aria-activedescendant={selectedLog === '' ? undefined : lineElementId(selectedLog)}
      tabIndex={0}
      data-testid="trace-logs"
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onPointerLeave={() => cursor.set(null)}
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const style = { transform: `translateY(${item.start}px)` };
          if (row.kind === 'gap') {
            return (
              <div key={item.key} className="trace-log-gap number" role="row" style={style}>
                <span role="gridcell">gap {printDuration(row.lengthMs)}, nothing logged</span>
              </div>
            );
          }
          const isOfSpan = row.line.spanId !== '' && row.line.spanId === spanId;
          return (
            <div
              key={item.key}
              id={lineElementId(row.line.id)}
              className="trace-log-row"
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={row.line.id === selectedLog}
              data-testid={isOfSpan ? 'span-logs' : 'trace-log-row'}
              data-line-id={row.line.id}
              data-span-id={row.line.spanId}
              data-of-span={isOfSpan || undefined}
              data-dim={(dims && !isOfSpan) || undefined}
              style={style}
              onClick={() => props.onSelect(row.line)}
              onContextMenu={(event) => props.onDoors(event, row.line)}
              onPointerMove={() => cursor.set(row.timeMs)}
            >
              <LineCells row={row} zone={props.zone} find={props.find} />
            </div>
          );
        })}
        <InstantRule rows={rows} cursor={cursor} />
      </div>
    </div>
  );
}

function rowKey(row: TraceLogRow | undefined, index: number): string | number {
  if (row === undefined) return index;
  return row.kind === 'gap' ? row.key : row.line.id;
}

/** A hover of more is no longer read; the detail has all of it. */
const titleMax = 1000;

function LineCells(props: {
  readonly row: Extract<TraceLogRow, { readonly kind: 'line' }>;
  readonly zone: Zone;
  readonly find: string;
}) {
  const { row, zone, find } = props;
  const { line, skewMs } = row;
  // By the corrected clock: lines then stand in the order in which things happened.
  const timeNs = BigInt(line.timeNs) - BigInt(Math.round(skewMs * 1e6));
  const sent = printInstant(line.timeNs, zone);
  const { text, more } = firstLine(line.body);
  return (
    <>
      <span
        className="log-time number"
        role="gridcell"
        data-corrected={skewMs !== 0 || undefined}
        title={
          skewMs === 0
            ? sent
            : `${sent} by its own clock, which is ${printDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`
        }
      >
        {printTime(timeNs, zone)}
      </span>
      <span className="level" role="gridcell" data-kind={levelKind(line.level)} title={line.level}>
        {levelLetter(line.level)}
      </span>
      <span className="log-service" role="gridcell" title={line.service}>
        <i style={{ background: serviceColor(line.service) }} aria-hidden="true" />
        {line.service}
      </span>
      <span className="log-body" role="gridcell" title={line.body.slice(0, titleMax)}>
        <span className="log-text">
          {splitFound(text, [find]).map((part, at) =>
            part.found ? <mark key={at}>{part.text}</mark> : part.text,
          )}
        </span>
        {more > 0 && <span className="log-more">+{printCounted(more, 'line')}</span>}
        {rowAttributes(line.attributes).map(({ key, value }) => (
          <span key={key} className="log-attribute">
            {key}=<b>{value}</b>
          </span>
        ))}
      </span>
    </>
  );
}

/** The instant of the waterfall's pointer, drawn between the lines before and after it. */
function InstantRule(props: {
  readonly rows: readonly TraceLogRow[];
  readonly cursor: InstantCursor;
}) {
  const { rows, cursor } = props;
  const rule = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      cursor.follow((ms) => {
        const element = rule.current;
        if (element === null) return;
        element.hidden = ms === null;
        if (ms !== null) {
          element.style.transform = `translateY(${rowsUntil(rows, ms) * sizes.logRow}px)`;
        }
      }),
    [rows, cursor],
  );
  return <div ref={rule} className="trace-logs-instant" hidden aria-hidden="true" />;
}
