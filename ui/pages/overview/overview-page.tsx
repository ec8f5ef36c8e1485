// The overview: is something wrong, and where? Three charts, the services with what changed most first, and the map of
// who talks to whom. A box on a chart opens what is behind it, over the table and under the charts.

import { useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { MouseEvent } from 'react';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import { useKeys } from '../../controls/keys.ts';
import { PageTime } from '../../controls/page-time.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { useNowMs, useRefresh } from '../../data/now.ts';
import { countSeries, useLevels, useOverview, useServiceMap } from '../../data/overview.ts';
import { useZone } from '../../data/preferences.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { metricsSelector } from '../../url/doors.ts';
import {
  defaultBehind,
  parseOverviewView,
  printBox,
  printOverviewView,
} from '../../url/overview-view.ts';
import type { ChartBox, OverviewView } from '../../url/overview-view.ts';
import { absoluteRange, resolveRange } from '../../url/time-range.ts';
import { Behind } from '../../views/behind/behind.tsx';
import { selectorOf } from '../../views/behind/queries.ts';
import { useInstantCursor } from '../../views/instant-cursor.ts';
import { printRange, printSpanOfTime } from '../../views/words/time-range.ts';
import { OverviewCharts } from './overview-charts.tsx';
import { OverviewOutcome } from './overview-outcome.tsx';
import { OverviewServices } from './overview-services.tsx';
import { serviceDoors, timeDoors } from './service-doors.ts';
import type { ServiceRow } from './service-rows.ts';
import { ClearFilter } from './service-table.tsx';
import './overview-page.css';

const buckets = 90;

export function OverviewPage() {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const view = useMemo(() => parseOverviewView(search), [search]);
  const address = useAddress();
  const refresh = useRefresh();
  const nowMs = useNowMs();
  const zone = useZone();
  const openDoors = useDoorMenu();
  const cursor = useInstantCursor();
  const range = useMemo(() => resolveRange(view.range, nowMs), [view.range, nowMs]);
  const overview = useOverview(range, view.service, buckets);
  const levels = useLevels(range, selectorOf(view.service), buckets);
  const map = useServiceMap(range);
  const words = printRange(view.range, range, zone);
  const back = `overview${view.service === null ? '' : ` of ${view.service}`}, ${words}`;

  const show = useCallback(
    (change: Partial<OverviewView>, how: 'open' | 'replace' = 'open') =>
      address[how](printHref('/overview', printOverviewView({ ...view, ...change }, search))),
    [address, view, search],
  );
  const select = (service: string): void =>
    show({ service: service === view.service ? null : service });
  const openBox = (box: ChartBox): void => show({ box, behind: defaultBehind });
  const close = (): void => show({ box: null });
  const zoom = ({ startNs, endNs }: ChartBox): void =>
    show({ range: absoluteRange(startNs, endNs), box: null });
  useKeys({ r: refresh });
  useKeys(
    {
      Escape: () => {
        if (view.box !== null) close();
        else if (view.service !== null) show({ service: null });
        else return false;
        return true;
      },
    },
    'first',
  );
  const doorsOfTime = (at: MouseEvent | HTMLElement, box: ChartBox): void => {
    const place = absoluteRange(box.startNs, box.endNs);
    const title = printSpanOfTime(box, zone);
    openDoors(
      at,
      title,
      timeDoors(view.service, place, () => openBox(box)),
    );
  };
  const doorsOfService = (at: MouseEvent | Element, row: ServiceRow): void => {
    const place = absoluteRange(range.startNs, range.endNs);
    const { service } = row.service;
    // The pointer's place is of this moment: it is read before anything is waited for.
    const anchor = at instanceof Element ? at : { clientX: at.clientX, clientY: at.clientY };
    void countSeries(metricsSelector(service), range).then((series) =>
      openDoors(anchor, service, serviceDoors(row.service, place, series)),
    );
  };
  const irregular = useMemo(
    () =>
      (overview.data?.services ?? [])
        .filter(({ requestsAre }) => requestsAre === 'root' || requestsAre === 'every')
        .map(({ service }) => service),
    [overview.data],
  );
  const isEmpty = overview.data !== undefined && overview.data.services.length === 0;
  return (
    <div className="overview-page" data-covered={view.box !== null || undefined}>
      <title>
        {view.service === null ? 'Overview · Clew' : `${view.service} · Overview · Clew`}
      </title>
      <TopbarSlot place="start">
        <h1>Overview</h1>
        {view.service !== null && (
          <ClearFilter service={view.service} onClear={() => show({ service: null })} />
        )}
      </TopbarSlot>
      <PageTime
        range={view.range}
        nowMs={nowMs}
        onRange={(next) => {
          refresh();
          show({ range: next, box: null });
        }}
        isFetching={overview.isFetching}
        onRefresh={refresh}
      />
      {isEmpty ? (
        <OverviewOutcome
          range={range}
          zone={zone}
          onRange={(next) => show({ range: next, box: null })}
        />
      ) : (
        <>
          <OverviewCharts
            overview={overview}
            levels={levels}
            box={view.box}
            latency={view.latency}
            cursor={cursor}
            onBox={openBox}
            onLatency={(latency) => show({ latency }, 'replace')}
            onDoors={doorsOfTime}
          />
          {view.box !== null && (
            <Behind
              key={`${printBox(view.box)} ${view.service ?? ''}`}
              box={view.box}
              view={view.behind}
              service={view.service}
              irregular={irregular}
              range={range}
              zone={zone}
              back={back}
              onView={(behind, how) => show({ behind }, how)}
              onZoom={() => view.box !== null && zoom(view.box)}
              onClose={close}
            />
          )}
          <OverviewServices
            overview={overview}
            map={map}
            view={view}
            range={range}
            zone={zone}
            back={back}
            isCovered={view.box !== null}
            onView={show}
            onSelect={select}
            onDoors={doorsOfService}
          />
        </>
      )}
    </div>
  );
}
