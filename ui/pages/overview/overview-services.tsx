// The lower half of the overview: the table of services, and beside it the map of who talks to whom.

import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { MouseEvent } from 'react';
import type {
  ExploreOverview,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import { useKeys } from '../../controls/keys.ts';
import type { Zone } from '../../data/preferences.ts';
import type { OverviewView } from '../../url/overview-view.ts';
import { absoluteRange } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { ServiceMap } from '../../views/service-map/service-map.tsx';
import { printCount, printCounted } from '../../views/words/numbers.ts';
import { changesOf } from './change.ts';
import { callerDoors, edgeDoors } from './service-doors.ts';
import { arrangeRows, rowsOf } from './service-rows.ts';
import type { ServiceRow } from './service-rows.ts';
import { ServiceTable } from './service-table.tsx';

interface OverviewServicesProps {
  readonly overview: UseQueryResult<ExploreOverview>;
  readonly map: UseQueryResult<ExploreServiceMap>;
  readonly view: OverviewView;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly back: string;
  readonly isCovered: boolean;
  readonly onView: (change: Partial<OverviewView>, how: 'open' | 'replace') => void;
  readonly onSelect: (service: string) => void;
  readonly onDoors: (at: MouseEvent | Element, row: ServiceRow) => void;
}

export function OverviewServices(props: OverviewServicesProps) {
  const { overview, view, range, zone, onView } = props;
  const services = overview.data?.services;
  const rows = useMemo(
    () => (services === undefined ? [] : rowsOf(services, changesOf(services))),
    [services],
  );
  const { sort, find } = view;
  const arranged = useMemo(() => arrangeRows(rows, { sort, find }), [rows, sort, find]);
  const field = useRef<HTMLInputElement>(null);
  useKeys(props.isCovered ? {} : { '/': () => field.current?.focus() });
  const seconds = Number(range.endNs - range.startNs) / 1e9;
  const place = absoluteRange(range.startNs, range.endNs);
  return (
    <div className="overview-lower" hidden={props.isCovered}>
      <section className="overview-services" aria-label="Services">
        <header className="overview-bar">
          <h2>Services</h2>
          <span className="dim number">
            {overview.data !== undefined && countWords(overview.data, arranged.length)}
          </span>
          <input
            ref={field}
            className="text-field"
            type="search"
            placeholder="find a service"
            aria-label="Find a service"
            data-testid="find-service"
            value={find}
            onChange={(event) => onView({ find: event.currentTarget.value }, 'replace')}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
          />
        </header>
        {overview.error !== null && <Failed what="The services" state={overview} />}
        {overview.error === null && overview.data === undefined && <TableSkeleton />}
        {overview.error === null && overview.data !== undefined && (
          <ServiceTable
            rows={arranged}
            selected={view.service}
            sort={sort}
            seconds={seconds}
            range={place}
            zone={zone}
            back={props.back}
            isCovered={props.isCovered}
            onSort={(next) => onView({ sort: next }, 'replace')}
            onSelect={props.onSelect}
            onDoors={props.onDoors}
          />
        )}
      </section>
      <MapHalf {...props} rows={rows} seconds={seconds} />
    </div>
  );
}

function countWords({ services, servicesTotal, sampled }: ExploreOverview, shown: number): string {
  const all =
    servicesTotal > services.length
      ? `the ${services.length} most active of ${servicesTotal}`
      : String(services.length);
  return [
    shown === services.length ? all : `${shown} of ${all}`,
    ...(sampled === null ? [] : [`counted from one trace in ${sampled.oneIn}`]),
  ].join(' · ');
}

function Failed(props: {
  readonly what: string;
  readonly state: { readonly error: Error | null; readonly refetch: () => unknown };
}) {
  return (
    <div className="overview-failed" role="alert">
      <p>
        {props.what} did not come: {props.state.error?.message}.
      </p>
      <button type="button" className="text-button" onClick={() => void props.state.refetch()}>
        Try again
      </button>
    </div>
  );
}

const skeletonRows = [64, 52, 71, 48, 60, 56, 67, 50];

function TableSkeleton() {
  return (
    <div className="overview-table-skeleton" role="status" aria-label="Loading services">
      {skeletonRows.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

type MapHalfProps = OverviewServicesProps & {
  readonly rows: readonly ServiceRow[];
  readonly seconds: number;
};

function MapHalf({ map, rows, seconds, view, range, onSelect, onDoors }: MapHalfProps) {
  const openDoors = useDoorMenu();
  const figures = useMemo(
    () => new Map(rows.map(({ service }) => [service.service, service.range])),
    [rows],
  );
  const place = absoluteRange(range.startNs, range.endNs);
  return (
    <section className="overview-map" aria-label="Who talks to whom">
      <header className="overview-bar">
        <h2>Map</h2>
        {map.data !== undefined && (
          <span className="dim number">
            {map.data.edgesTotal > map.data.edges.length
              ? `the busiest ${printCount(map.data.edges.length)} of ${printCount(map.data.edgesTotal)} connections`
              : printCounted(map.data.edges.length, 'connection')}
          </span>
        )}
      </header>
      {map.error !== null && <Failed what="The map" state={map} />}
      {map.error === null && map.data === undefined && (
        <div
          className="overview-map-skeleton skeleton"
          role="status"
          aria-label="Loading the map"
        />
      )}
      {map.error === null && map.data !== undefined && map.data.edges.length === 0 && (
        <p className="overview-failed dim">
          No span of this time calls another service, a database or a queue. A map appears when
          services pass their trace context on.
        </p>
      )}
      {map.error === null && map.data !== undefined && map.data.edges.length > 0 && (
        <ServiceMap
          map={map.data}
          figures={figures}
          seconds={seconds}
          selected={view.service}
          onSelect={onSelect}
          onDoors={(at, node) => {
            const row = rows.find(({ service }) => service.service === node.name);
            if (node.kind === 'service' && row !== undefined) onDoors(at, row);
            else openDoors(at, node.words, callerDoors(node, map.data?.edges ?? [], place));
          }}
          onEdgeDoors={(at, edge) =>
            openDoors(
              at,
              `${edge.from.name} → ${edge.to.name}`,
              edgeDoors(edge, map.data?.edges ?? [], place),
            )
          }
        />
      )}
    </section>
  );
}
