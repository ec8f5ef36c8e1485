// The services as a table: what they do, how well, and what changed. Only the rows in sight are drawn.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { MouseEvent } from 'react';
import { AppLink } from '../../controls/app-link.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { useKeys } from '../../controls/keys.ts';
import type { OverviewView, SortColumn } from '../../url/overview-view.ts';
import type { TimeRange } from '../../url/time-range.ts';
import {
  printCount,
  printDuration,
  printMinute,
  printShortCount,
  printRate,
} from '../../views/words/numbers.ts';
import type { Zone } from '../../data/preferences.ts';
import { printName } from '../../views/words/name.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import { percent } from './change.ts';
import { logsHref, tracesHref } from './service-doors.ts';
import { nextSort } from './service-rows.ts';
import type { ServiceRow } from './service-rows.ts';
import { Sparkline } from './sparkline.tsx';
import './service-table.css';

interface ServiceTableProps {
  readonly rows: readonly ServiceRow[];
  readonly selected: string | null;
  readonly sort: OverviewView['sort'];
  readonly seconds: number;
  readonly range: TimeRange;
  readonly zone: Zone;
  readonly back: string;
  /** A panel over the table has the keys. */
  readonly isCovered: boolean;
  readonly onSort: (sort: OverviewView['sort']) => void;
  readonly onSelect: (service: string) => void;
  readonly onDoors: (at: MouseEvent | Element, row: ServiceRow) => void;
}

const rowHeight = 28;

interface Column {
  readonly column: SortColumn | null;
  readonly title: string;
  readonly hint: string;
  readonly className: string;
}

const columns: readonly Column[] = [
  { column: 'service', title: 'service', hint: '', className: 'service-name' },
  {
    column: 'change',
    title: 'what changed',
    hint: 'Against the time before, or one part of this time against the rest',
    className: 'service-change',
  },
  {
    column: 'rate',
    title: 'rate',
    hint: 'Server and consumer spans; of a service without any its root spans, without these all its spans',
    className: 'service-rate',
  },
  { column: 'errors', title: 'err %', hint: 'Requests that failed', className: 'service-errors' },
  { column: 'p50', title: 'p50', hint: 'Half took longer', className: 'service-ms service-p50' },
  { column: 'p95', title: 'p95', hint: 'One in twenty took longer', className: 'service-ms' },
  {
    column: 'p99',
    title: 'p99',
    hint: 'One in a hundred took longer',
    className: 'service-ms service-p99',
  },
  {
    column: 'logs',
    title: 'logs E/W',
    hint: 'Errors and warnings among its log lines',
    className: 'service-logs',
  },
  { column: null, title: 'versions', hint: 'The newest first', className: 'service-versions' },
  { column: null, title: '', hint: '', className: 'service-more' },
];

export function ServiceTable(props: ServiceTableProps) {
  const { rows, sort, onSort } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- what it hands out is used in this component only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const step = (by: number): void => {
    const names = [...(scroller.current?.querySelectorAll<HTMLElement>('.service-button') ?? [])];
    const at = names.findIndex((name) => name === document.activeElement);
    names[Math.min(names.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys(props.isCovered ? {} : { j: () => step(1), k: () => step(-1) });
  return (
    <div ref={scroller} className="service-table" data-testid="service-table">
      <table aria-label="Services" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ column, title, hint, className }) => (
              <th
                key={className}
                className={className}
                scope="col"
                aria-sort={
                  column === sort.column
                    ? sort.isAscending
                      ? 'ascending'
                      : 'descending'
                    : undefined
                }
              >
                {column === null ? (
                  <span title={hint}>{title === '' ? <Hidden text="doors" /> : title}</span>
                ) : (
                  <button
                    type="button"
                    title={hint === '' ? undefined : hint}
                    onClick={() => onSort(nextSort(sort, column))}
                  >
                    {title}
                    <i aria-hidden="true">
                      {column === sort.column ? (sort.isAscending ? '▲' : '▼') : ''}
                    </i>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden="true" style={{ height: above }} />}
          {items.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <Row key={row.service.service} {...props} row={row} index={index} />
            );
          })}
          {below > 0 && <tr aria-hidden="true" style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  );
}

function Hidden({ text }: { readonly text: string }) {
  return <span className="visually-hidden">{text}</span>;
}

const ruleWords = {
  entry: 'requests: server and consumer spans',
  root: 'requests: its root spans, for it has no server or consumer spans',
  every: 'requests: all its spans, for none of them is a server, consumer or root span',
  none: 'it sends log lines and no spans',
} as const;

type RowProps = ServiceTableProps & { readonly row: ServiceRow; readonly index: number };

function Row(props: RowProps) {
  const { row, index, selected, onSelect, onDoors } = props;
  const name = row.service.service;
  return (
    <tr
      aria-rowindex={index + 2}
      data-testid="service-row"
      data-selected={name === selected || undefined}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, button') !== null) return;
        onSelect(name);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onDoors(event, row);
      }}
    >
      <th scope="row" className="service-name">
        <button
          type="button"
          className="service-button"
          aria-pressed={name === selected}
          title={`${printName(name)}\n${name === selected ? 'Show all services' : 'Narrow the page to it'} · m: doors`}
          onClick={() => onSelect(name)}
          onKeyDown={(event) => {
            if (event.key !== 'm') return;
            event.preventDefault();
            event.stopPropagation();
            onDoors(event.currentTarget, row);
          }}
        >
          <i style={{ background: serviceColor(name) }} aria-hidden="true" />
          <bdi>{printName(name)}</bdi>
        </button>
      </th>
      <td
        className="service-change"
        data-bad={row.change.isBad || undefined}
        title={row.change.words}
      >
        {row.change.words}
      </td>
      <Figures {...props} />
      <Versions {...props} />
      <td className="service-more">
        <button
          type="button"
          className="icon-button"
          aria-label={`Logs, traces and metrics of ${printName(name)}`}
          title="Logs, traces and metrics"
          aria-haspopup="menu"
          onClick={(event) => onDoors(event.currentTarget, row)}
        >
          ⋯
        </button>
      </td>
    </tr>
  );
}

function Figures({ row, seconds, range, back }: RowProps) {
  const { service, lines } = row;
  const { requests, errors, p50Ms, p95Ms, p99Ms } = service.range;
  const isQuiet = requests === 0;
  const rule = ruleWords[service.requestsAre];
  const slow = (ms: number | null): string =>
    tracesHref(service, range, `duration >= ${Math.max(0, Math.floor((ms ?? 0) * 1000))}us`);
  return (
    <>
      <td className="service-rate number" title={`${printCount(requests)} ${rule}`}>
        {isQuiet ? (
          <span className="dim">–</span>
        ) : (
          <AppLink href={tracesHref(service, range)} back={back}>
            {printRate(requests, seconds)}
          </AppLink>
        )}
        <Sparkline values={service.requestsOverTime} color="var(--clew-dim)" />
      </td>
      <td
        className="service-errors number"
        title={`${printCount(errors)} of ${printCount(requests)} failed`}
      >
        {errors === 0 ? (
          <span className="dim">{isQuiet ? '–' : '0 %'}</span>
        ) : (
          <AppLink href={tracesHref(service, range, 'status = error')} back={back}>
            {percent(row.errorShare)}
          </AppLink>
        )}
        <Sparkline values={service.errorsOverTime} color="var(--clew-bad)" />
      </td>
      <td className="service-ms service-p50 number">{printMs(p50Ms)}</td>
      <td className="service-ms number">
        {p95Ms === null ? (
          printMs(p95Ms)
        ) : (
          <AppLink href={slow(p95Ms)} back={back} title="Traces that took longer">
            {printMs(p95Ms)}
          </AppLink>
        )}
      </td>
      <td className="service-ms service-p99 number">{printMs(p99Ms)}</td>
      <td className="service-logs number" title={`${printCount(lines.all)} lines`}>
        {lines.all === 0 ? (
          <span className="dim">–</span>
        ) : (
          <AppLink
            href={logsHref(service.service, range, lines.errors + lines.warnings > 0)}
            back={back}
          >
            <b data-some={lines.errors > 0 || undefined} data-kind="error">
              {printShortCount(lines.errors)}
            </b>
            /
            <b data-some={lines.warnings > 0 || undefined} data-kind="warn">
              {printShortCount(lines.warnings)}
            </b>
          </AppLink>
        )}
      </td>
    </>
  );
}

function printMs(ms: number | null): string {
  return ms === null ? '–' : printDuration(ms);
}

function Versions({ row, zone }: RowProps) {
  const { versions } = row.service;
  const title = versions
    .map(({ version, firstNs, isNew }) => {
      const since =
        firstNs === null ? 'was there before' : `first seen ${printMinute(firstNs, zone)}`;
      return `${version}: ${since}${isNew ? ', new' : ''}`;
    })
    .join('\n');
  // A new one is what one looks for, else the newest.
  const shown = versions.find(({ isNew }) => isNew) ?? versions[0];
  return (
    <td
      className="service-versions number"
      title={title === '' ? 'sends no service.version' : title}
    >
      {shown === undefined ? (
        <span className="dim">–</span>
      ) : (
        <span data-new={shown.isNew || undefined}>
          {shown.version}
          {shown.isNew && <em>new</em>}
        </span>
      )}
      {versions.length > 1 && <span className="dim">+{versions.length - 1}</span>}
    </td>
  );
}

export function ClearFilter(props: { readonly service: string; readonly onClear: () => void }) {
  return (
    <span className="overview-service">
      <i style={{ background: serviceColor(props.service) }} aria-hidden="true" />
      <bdi>{printName(props.service)}</bdi>
      <IconButton icon="close" label="Show all services (Esc)" onClick={props.onClear} />
    </span>
  );
}
