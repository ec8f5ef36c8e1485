// The traces of a search as a table: sorted by the server, virtual, with boxes to pick two for comparison.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import type { ExploreListedTrace } from '../../../src/api/explore/contract/traces.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useTraceCounts } from '../../data/counts.ts';
import type { Zone } from '../../data/preferences.ts';
import { traceHref } from '../../url/doors.ts';
import type { TraceListOrder } from '../../url/traces-view.ts';
import {
  printCount,
  printCounted,
  printDayTime,
  printDuration,
  printInstant,
  printTime,
} from '../../views/words/numbers.ts';
import { printName } from '../../views/words/name.ts';
import { serviceColor } from '../../views/words/service-color.ts';

interface TraceListProps {
  readonly traces: readonly ExploreListedTrace[];
  readonly zone: Zone;
  readonly withDay: boolean;
  readonly order: TraceListOrder;
  readonly onOrder: (order: TraceListOrder) => void;
  readonly picked: ReadonlySet<string>;
  readonly onPick: (traceId: string) => void;
  readonly current: number;
  readonly onCurrent: (index: number) => void;
  readonly back: string;
  readonly isStale: boolean;
  readonly onDoors: (anchor: MouseEvent | Element, trace: ExploreListedTrace) => void;
  readonly footer: ReactNode;
}

const rowPx = 26;

export function TraceList(props: TraceListProps) {
  const { traces, current } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The virtualizer is mutable by design; React's compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: traces.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => traces[index]?.traceId ?? index,
    overscan: 12,
    scrollPaddingStart: rowPx,
  });
  useEffect(() => {
    if (current >= 0) virtualizer.scrollToIndex(current, { align: 'auto' });
  }, [current, virtualizer]);
  const longestNs = traces.reduce((most, { durationNs }) => Math.max(most, Number(durationNs)), 1);
  return (
    <div
      ref={scroller}
      className="traces-list"
      role="grid"
      aria-label="Traces"
      aria-rowcount={traces.length + 1}
      tabIndex={0}
      data-stale={props.isStale || undefined}
      data-days={props.withDay || undefined}
      data-testid="trace-list"
    >
      <div className="traces-row traces-row-head" role="row">
        <span role="columnheader">
          <span className="visually-hidden">Picked for comparison</span>
        </span>
        <Head {...props} title="Start" first="newest" second="oldest" />
        <Head {...props} title="Root" first="name" second="name" />
        <Head {...props} title="Duration" first="slowest" second="fastest" />
        <Head {...props} title="Services" first="services" second="services" />
        <Head {...props} title="Spans" first="spans" second="spans" isNumber />
        <Head {...props} title="Errors" first="errors" second="errors" isNumber />
        <span role="columnheader" className="traces-number">
          Logs
        </span>
      </div>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const trace = traces[item.index];
          if (trace === undefined) return null;
          return (
            <TraceRow
              key={item.key}
              {...props}
              trace={trace}
              index={item.index}
              topPx={item.start}
              longestNs={longestNs}
              isCalm={!virtualizer.isScrolling}
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

interface HeadProps extends Pick<TraceListProps, 'order' | 'onOrder'> {
  readonly title: string;
  readonly first: TraceListOrder;
  readonly second: TraceListOrder;
  readonly isNumber?: boolean;
}

const ascending: ReadonlySet<TraceListOrder> = new Set(['oldest', 'fastest', 'name']);

function Head({ title, first, second, order, onOrder, isNumber }: HeadProps) {
  const isSorted = order === first || order === second;
  const isUp = ascending.has(order);
  return (
    <span
      role="columnheader"
      className={isNumber === true ? 'traces-number' : undefined}
      aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        title={`Sort by ${title.toLowerCase()}`}
        onClick={() =>
          onOrder(
            order === first
              ? first === second
                ? 'interesting'
                : second
              : order === second
                ? 'interesting'
                : first,
          )
        }
      >
        {title}
        <i aria-hidden="true">{isSorted ? (isUp ? '↑' : '↓') : ''}</i>
      </button>
    </span>
  );
}

interface TraceRowProps extends TraceListProps {
  readonly trace: ExploreListedTrace;
  readonly index: number;
  readonly topPx: number;
  readonly longestNs: number;
  readonly isCalm: boolean;
}

function TraceRow(props: TraceRowProps) {
  const { trace, index, zone, picked, longestNs } = props;
  const durationNs = Number(trace.durationNs);
  const title = trace.hasRoot ? printName(trace.rootName) : 'root not received';
  const service = printName(trace.rootService);
  const isPicked = picked.has(trace.traceId);
  return (
    <div
      className="traces-row"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isPicked}
      data-current={index === props.current || undefined}
      data-testid="trace-row"
      data-trace-id={trace.traceId}
      style={{ transform: `translateY(${props.topPx}px)` }}
      onClick={() => props.onCurrent(index)}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onDoors(event, trace);
      }}
    >
      <span role="gridcell">
        <input
          type="checkbox"
          aria-label={`Pick ${title} for comparison`}
          checked={isPicked}
          onChange={() => props.onPick(trace.traceId)}
        />
      </span>
      <span role="gridcell" className="number dim" title={printInstant(trace.startNs, zone)}>
        {props.withDay ? printDayTime(trace.startNs, zone) : printTime(trace.startNs, zone)}
      </span>
      <span role="gridcell" className="traces-root">
        <i className="traces-dot" style={{ background: serviceColor(trace.rootService) }} />
        <AppLink href={traceHref(trace.traceId)} back={props.back} title={`${service} · ${title}`}>
          <b data-missing={!trace.hasRoot || undefined}>
            <bdi>{title}</bdi>
          </b>{' '}
          <bdi className="dim">{service}</bdi>
        </AppLink>
      </span>
      <span role="gridcell" className="traces-duration number">
        <i aria-hidden="true">
          <b
            data-failed={trace.errorSpans > 0 || undefined}
            style={{ width: `max(2px, ${(durationNs / longestNs) * 100}%)` }}
          />
        </i>
        {printDuration(durationNs / 1e6)}
      </span>
      <ServiceChips services={trace.services} />
      <span role="gridcell" className="traces-number number">
        {printCount(trace.spans)}
      </span>
      <span
        role="gridcell"
        className="traces-number number"
        data-failed={trace.errorSpans > 0 || undefined}
      >
        {trace.errorSpans === 0 ? '·' : printCount(trace.errorSpans)}
      </span>
      <LogCount traceId={trace.traceId} isCalm={props.isCalm} />
    </div>
  );
}

const chipsShown = 4;

function ServiceChips({ services }: Pick<ExploreListedTrace, 'services'>) {
  const words = services
    .map(
      ({ service, spans, errorSpans }) =>
        `${service}: ${printCounted(spans, 'span')}${errorSpans > 0 ? `, ${errorSpans} failed` : ''}`,
    )
    .join('\n');
  return (
    <span role="gridcell" className="traces-services" title={words}>
      {services.slice(0, chipsShown).map(({ service, errorSpans }) => (
        <span key={service} data-failed={errorSpans > 0 || undefined}>
          <i className="traces-dot" style={{ background: serviceColor(service) }} />
          <bdi>{printName(service)}</bdi>
        </span>
      ))}
      {services.length > chipsShown && <span className="dim">+{services.length - chipsShown}</span>}
    </span>
  );
}

function LogCount({ traceId, isCalm }: { readonly traceId: string; readonly isCalm: boolean }) {
  const counts = useTraceCounts(traceId, isCalm);
  const logs = counts.data?.logs ?? undefined;
  return (
    <span
      role="gridcell"
      className="traces-number number"
      title={logs === 0 ? 'No log line names this trace' : undefined}
    >
      {logs === undefined ? '' : logs === 0 ? '·' : printCount(logs)}
    </span>
  );
}
