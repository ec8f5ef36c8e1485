// The traces page: a search with or without a query, the traces it finds as dots and as a table, and beside a selection what
// sets it apart. The address is its state.

import { useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { MouseEvent } from 'react';
import type { DifferingValue } from '../../../src/api/explore/contract/difference.ts';
import { QueryField } from '../../controls/query-field.tsx';
import { PageTime } from '../../controls/page-time.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { useDifference } from '../../data/difference.ts';
import { ApiError } from '../../data/fetch-json.ts';
import { useNowMs, useRefresh } from '../../data/now.ts';
import { useZone } from '../../data/preferences.ts';
import {
  listedFirst,
  listedMax,
  useLatencyBands,
  useSpanGroups,
  useTraceAttributes,
  useTraceList,
  useTracePoints,
} from '../../data/traces.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { traceHref } from '../../url/doors.ts';
import { absoluteRange, resolveRange } from '../../url/time-range.ts';
import { addTraceCondition } from '../../url/trace-query-edit.ts';
import { parseTracesView, printTracesView } from '../../url/traces-view.ts';
import type { TracesTab, TracesView } from '../../url/traces-view.ts';
import { printRange } from '../../views/words/time-range.ts';
import { LatencyBands } from './latency-bands.tsx';
import { SpanGroups } from './span-groups.tsx';
import { useTraceDoors } from './trace-doors.ts';
import type { DoorTrace } from './trace-doors.ts';
import { TraceList } from './trace-list.tsx';
import { TraceSearchForm } from './trace-search-form.tsx';
import { TracesAside } from './traces-aside.tsx';
import { useTracesKeys } from './traces-keys.ts';
import { NothingFound, TracesFailure, TracesSkeleton } from './traces-outcome.tsx';
import { TracesScatter } from './traces-scatter.tsx';
import { TracesFooter, TracesTabs } from './traces-tabs.tsx';
import { TraceFileDrop } from '../../views/trace-file/trace-file-drop.tsx';
import './traces-page.css';

const dayNs = 86_400_000_000_000n;

export function TracesPage() {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const view = useMemo(() => parseTracesView(search), [search]);
  const address = useAddress();
  const refresh = useRefresh();
  const nowMs = useNowMs();
  const zone = useZone();
  const range = useMemo(() => resolveRange(view.range, nowMs), [view.range, nowMs]);
  const [limit, setLimit] = useState(listedFirst);
  const [current, setCurrent] = useState(-1);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [wantsNames, setWantsNames] = useState(false);
  const { query, failed, box } = view;
  const request = { query, range, failed, box };
  const list = useTraceList(request, view.order, limit);
  const points = useTracePoints(request);
  const groups = useSpanGroups(request, view.by, view.tab === 'by');
  const bands = useLatencyBands(request, view.tab === 'bands');
  const attributes = useTraceAttributes(range, wantsNames || view.tab === 'by');
  const everything = { query: '', range, failed: false, box: undefined };
  const services = useSpanGroups(everything, 'resource.service.name', wantsNames);
  const names = useSpanGroups(everything, 'name', wantsNames);
  const hasSelection = box !== undefined || failed;
  const difference = useDifference(
    hasSelection
      ? {
          signal: 'spans',
          unit: 'traces',
          ...range,
          query,
          selected: {
            errors: failed,
            ...(box === undefined
              ? {}
              : {
                  startNs: box.startNs,
                  endNs: box.endNs,
                  minDurationNs: box.minNs,
                  maxDurationNs: box.maxNs,
                }),
          },
        }
      : undefined,
  );
  const openTraceDoors = useTraceDoors();
  const traces = useMemo(() => list.data?.traces ?? [], [list.data]);
  const words = printRange(view.range, range, zone);
  const back = backWords(query, words);

  const show = useCallback(
    (change: Partial<TracesView>, how: 'open' | 'replace' = 'open') => {
      const kept: Record<string, string> =
        typeof search['refresh'] === 'string' ? { refresh: search['refresh'] } : {};
      address[how](printHref('/traces', { ...printTracesView({ ...view, ...change }), ...kept }));
    },
    [address, view, search],
  );
  const ask = (change: Partial<TracesView>): void => {
    setCurrent(-1);
    setLimit(listedFirst);
    show(change);
  };
  const open = (traceId: string): void => address.open(traceHref(traceId), back);
  const addCondition = (condition: string, excluded: boolean, sameSpan: boolean): void => {
    const changed = addTraceCondition(query, condition, { excluded, sameSpan });
    if (changed !== undefined) ask({ query: changed });
  };
  const filterBy = (value: DifferingValue, excluded: boolean): void =>
    addCondition(value.condition, excluded, excluded);
  const pick = (traceId: string): void =>
    setPicked((before) => {
      const after = new Set(before);
      if (!after.delete(traceId)) after.add(traceId);
      // Two are compared: a third takes the place of the first.
      return new Set([...after].slice(-2));
    });
  const listedDoors = (anchor: MouseEvent | Element, trace: (typeof traces)[number]): void =>
    openTraceDoors(anchor, {
      ...trace,
      startNs: BigInt(trace.startNs),
      durationNs: Number(trace.durationNs),
    } satisfies DoorTrace);
  const zoomIn = (): boolean => {
    if (box === undefined) return false;
    ask({ range: absoluteRange(box.startNs, box.endNs), box: undefined });
    return true;
  };
  const zoomOut = (): void => {
    const half = (range.endNs - range.startNs) / 2n;
    ask({ range: absoluteRange(range.startNs - half, range.endNs + half), box: undefined });
  };
  useTracesKeys({
    traces: view.tab === 'traces' ? traces : [],
    current,
    setCurrent,
    open: ({ traceId }) => open(traceId),
    pick,
    doors: listedDoors,
    back: () => {
      if (box === undefined && picked.size === 0) return false;
      if (box !== undefined) show({ box: undefined });
      else setPicked(new Set());
      return true;
    },
    zoomIn,
    zoomOut,
    refresh,
  });

  const error = list.error ?? points.error ?? undefined;
  const problem =
    error instanceof ApiError && error.position !== undefined
      ? { ...error.position, message: error.message }
      : undefined;
  const showTab = (tab: TracesTab): void => show({ tab }, 'replace');

  return (
    <TraceFileDrop className="trace-file-area">
      <div className="traces-page" data-selection={hasSelection || undefined}>
        <title>{query === '' ? 'Traces · Clew' : `${query} · Clew`}</title>
        <TopbarSlot place="start">
          <h1>Traces</h1>
        </TopbarSlot>
        <PageTime
          range={view.range}
          nowMs={nowMs}
          onRange={(next) => {
            refresh();
            ask({ range: next, box: undefined });
          }}
          isFetching={list.isFetching || points.isFetching}
          onRefresh={refresh}
        />
        <div className="traces-head">
          <QueryField
            language="traceql"
            query={query}
            onSubmit={(next) => ask({ query: next, box: undefined })}
            problem={problem}
            isSettled={list.data !== undefined || list.error !== null}
            range={range}
          />
          <TraceSearchForm
            query={query}
            services={services.data?.groups.map(({ value }) => value) ?? []}
            names={names.data?.groups.map(({ value }) => value) ?? []}
            attributes={(attributes.data?.attributes ?? []).filter((name) => name.includes('.'))}
            onFocus={() => setWantsNames(true)}
            onSubmit={(next) => ask({ query: next, box: undefined })}
            onTrace={open}
          />
        </div>
        <div className="traces-body">
          <div className="traces-main">
            <TracesScatter
              points={points}
              range={range}
              zone={zone}
              box={box}
              failed={failed}
              onFailed={(next) => ask({ failed: next })}
              onBox={(next) => ask({ box: next })}
              onRoot={(service) =>
                addCondition(`rootServiceName = ${JSON.stringify(service)}`, false, true)
              }
              onOpen={open}
              onDoors={openTraceDoors}
            />
            <TracesTabs tab={view.tab} picked={[...picked]} back={back} onTab={showTab} />
            {view.tab === 'by' && (
              <SpanGroups
                groups={groups}
                attribute={view.by}
                attributes={attributes.data?.attributes ?? []}
                onAttribute={(by) => show({ by }, 'replace')}
                onFilter={(condition, excluded) => addCondition(condition, excluded, true)}
                back={back}
              />
            )}
            {view.tab === 'bands' && (
              <LatencyBands
                bands={bands}
                back={back}
                onSelect={(minNs, maxNs) => ask({ box: { ...range, minNs, maxNs } })}
              />
            )}
            {view.tab === 'traces' &&
              (list.error !== null ? (
                <TracesFailure error={list.error} onRetry={() => void list.refetch()} />
              ) : list.data === undefined ? (
                <TracesSkeleton />
              ) : traces.length === 0 ? (
                <NothingFound
                  query={query}
                  range={range}
                  zone={zone}
                  failed={failed}
                  hasBox={box !== undefined}
                  onEverything={() => ask({ query: '', failed: false, box: undefined })}
                  onFailedOff={() => ask({ failed: false })}
                  onBoxOff={() => ask({ box: undefined })}
                  onWider={zoomOut}
                />
              ) : (
                <TraceList
                  traces={traces}
                  zone={zone}
                  withDay={range.endNs - range.startNs > dayNs}
                  order={view.order}
                  onOrder={(order) => show({ order }, 'replace')}
                  picked={picked}
                  onPick={pick}
                  current={current}
                  onCurrent={setCurrent}
                  back={back}
                  isStale={list.isPlaceholderData}
                  onDoors={listedDoors}
                  footer={
                    <TracesFooter
                      coverage={list.data.coverage}
                      order={view.order}
                      hasMore={limit < listedMax && traces.length < list.data.coverage.total}
                      isFetching={list.isFetching}
                      onMore={() => setLimit(listedMax)}
                    />
                  }
                />
              ))}
          </div>
          {hasSelection && (
            <TracesAside
              box={box}
              zone={zone}
              difference={difference}
              onInclude={(value) => filterBy(value, false)}
              onExclude={(value) => filterBy(value, true)}
              onZoom={zoomIn}
              onClose={() => ask({ box: undefined, failed: false })}
            />
          )}
        </div>
      </div>
    </TraceFileDrop>
  );
}

const backQueryMax = 40;

function backWords(query: string, rangeWords: string): string {
  const short = query.length > backQueryMax ? `${query.slice(0, backQueryMax)}…` : query;
  return short === '' ? `traces, ${rangeWords}` : `${short}, ${rangeWords}`;
}
