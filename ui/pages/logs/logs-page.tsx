// The logs page: a query that may be empty, what it found over time, and the lines. The address is its state.

import { useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { IconButton } from '../../controls/icon-button.tsx';
import { QueryField } from '../../controls/query-field.tsx';
import { TimeRangePicker } from '../../controls/time-range-picker.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { ApiError } from '../../data/fetch-json.ts';
import { useHistogram, useLogs } from '../../data/logs.ts';
import { useNowMs, useRefresh } from '../../data/now.ts';
import { useZone } from '../../data/preferences.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { parseLogsView, printLogsView } from '../../url/logs-view.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { addFilter, searchedTexts } from '../../url/query-edit.ts';
import type { FieldFilter } from '../../url/query-edit.ts';
import { absoluteRange, isLive, resolveRange } from '../../url/time-range.ts';
import { LevelHistogram } from '../../views/histogram/level-histogram.tsx';
import { LogDetail } from '../../views/log-list/log-detail.tsx';
import { LogList, forgetPlaces } from '../../views/log-list/log-list.tsx';
import { traceHref } from '../../views/log-list/log-row.tsx';
import { printRange } from '../../views/words/time-range.ts';
import { LogsOutcome } from './logs-outcome.tsx';
import { LogsFooter, LogsStatus } from './logs-status.tsx';
import { useLogsKeys } from './logs-keys.ts';
import { useLoadUntil } from './load-until.ts';
import { useTail } from './tail.ts';
import './logs-page.css';

const histogramBuckets = 120;
const dayNs = 86_400_000_000_000n;

export function LogsPage() {
  const search = useSearch({ strict: false });
  const view = useMemo(() => parseLogsView(search), [search]);
  const address = useAddress();
  const refreshNow = useRefresh();
  const nowMs = useNowMs();
  const zone = useZone();
  const range = useMemo(() => resolveRange(view.range, nowMs), [view.range, nowMs]);
  const request = { query: view.query, range, order: view.order };
  const logs = useLogs(request);
  const [isAway, setAway] = useState(false);
  const [current, setCurrent] = useState(-1);
  const [followsCurrent, setFollowsCurrent] = useState(false);
  const tail = useTail(view, request, logs, isAway || view.line !== '');
  const histogram = useHistogram({ ...request, range: tail.range(range) }, histogramBuckets);
  const lines = useMemo(() => logs.data?.pages.flatMap((page) => page.lines) ?? [], [logs.data]);
  const searched = useMemo(() => searchedTexts(view.query), [view.query]);
  const back = backWords(view, printRange(view.range, range, zone));

  const show = useCallback(
    (change: Partial<LogsView>, how: 'open' | 'replace') =>
      address[how](printHref('/logs', printLogsView({ ...view, ...change }))),
    [address, view],
  );
  const refresh = (): void => {
    forgetPlaces();
    refreshNow();
  };
  const ask = (change: Partial<LogsView>): void => {
    setCurrent(-1);
    refresh();
    show({ line: '', ...change }, 'open');
  };
  const filterBy = (filter: FieldFilter, line: ExploreLogLine | undefined): void => {
    const query = addFilter(view.query, filter, line?.labels ?? {});
    if (query !== undefined) ask({ query });
  };
  const toggle = useCallback(
    (line: ExploreLogLine, index: number) => {
      setFollowsCurrent(false);
      setCurrent(index);
      show({ line: line.id === view.line ? '' : line.id }, 'replace');
    },
    [show, view.line],
  );
  // The line a person left by is the one they come back to.
  const markLeft = useCallback(
    (line: ExploreLogLine) => show({ line: line.id }, 'replace'),
    [show],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = logs;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  useLoadUntil(view, lines, logs.data?.pages.length ?? 0, loadMore);
  useLogsKeys({
    lines,
    view,
    current,
    setCurrent: (index) => {
      setFollowsCurrent(true);
      setCurrent(index);
    },
    toggle,
    openTrace: (line) => {
      markLeft(line);
      address.open(traceHref(line), back);
    },
    show,
    ask,
    refresh,
    resolved: range,
  });

  const error = logs.error ?? undefined;
  const problem =
    error instanceof ApiError && error.position !== undefined
      ? { ...error.position, message: error.message }
      : undefined;
  const withDay = range.endNs - range.startNs > dayNs;
  const total = histogram.data?.total ?? logs.data?.pages[0]?.coverage.total ?? null;

  return (
    <div className="logs-page">
      <title>{view.query === '' ? 'Logs · Clew' : `${view.query} · Clew`}</title>
      <TopbarSlot place="start">
        <h1>Logs</h1>
      </TopbarSlot>
      <TopbarSlot place="end">
        <button
          type="button"
          className="text-button live-button"
          aria-pressed={view.live}
          disabled={!isLive(view.range) || view.order === 'oldest'}
          title="Show lines as they arrive (.)"
          data-testid="live"
          onClick={() => show({ live: !view.live }, 'replace')}
        >
          <i aria-hidden="true" /> live
        </button>
        <TimeRangePicker
          range={view.range}
          nowMs={nowMs}
          onChange={(next) => ask({ range: next, live: false })}
        />
        <IconButton
          icon="refresh"
          label="Ask for fresh data (r)"
          spinning={logs.isFetching && !logs.isFetchingNextPage}
          onClick={refresh}
        />
      </TopbarSlot>
      <div className="logs-head">
        <QueryField
          language="logql"
          query={view.query}
          onSubmit={(query) => ask({ query })}
          problem={problem}
          isSettled={logs.data !== undefined || logs.error !== null}
          range={range}
        />
        <LevelHistogram
          histogram={error === undefined ? histogram.data : undefined}
          hasFailed={error !== undefined || histogram.error !== null}
          range={range}
          zone={zone}
          onZoom={(startNs, endNs) => ask({ range: absoluteRange(startNs, endNs), live: false })}
          onLevel={(level) =>
            filterBy(
              { name: 'detected_level', value: level, exclude: false, isStreamLabel: false },
              undefined,
            )
          }
        />
        <LogsStatus
          view={view}
          shown={lines.length}
          total={total}
          hasMore={hasNextPage}
          pages={logs.data?.pages ?? []}
          isPaused={tail.isPaused}
          onOrder={(order) => ask({ order, live: false })}
        />
      </div>
      {lines.length === 0 || error !== undefined ? (
        <LogsOutcome
          view={view}
          range={range}
          logs={logs}
          zone={zone}
          onAsk={ask}
          onRetry={refresh}
        />
      ) : (
        <LogList
          key={`${view.query}|${String(range.startNs)}|${String(range.endNs)}|${view.order}`}
          lines={lines}
          zone={zone}
          withDay={withDay}
          searched={searched}
          openLine={view.line}
          current={current}
          followsCurrent={followsCurrent}
          isStale={logs.isPlaceholderData}
          back={back}
          placeKey={`${printHref('/logs', printLogsView({ ...view, line: '', live: false }))}@${nowMs}`}
          onToggle={toggle}
          onOpenTrace={markLeft}
          onNearEnd={loadMore}
          onScrolledAway={setAway}
          renderDetail={(line) => (
            <LogDetail
              line={line}
              zone={zone}
              back={back}
              onOpenTrace={markLeft}
              onFilter={
                addFilter(view.query, probeFilter, line.labels) === undefined
                  ? undefined
                  : (filter) => filterBy(filter, line)
              }
            />
          )}
          footer={<LogsFooter shown={lines.length} total={total} logs={logs} onMore={loadMore} />}
        />
      )}
    </div>
  );
}

const probeFilter: FieldFilter = { name: 'x', value: 'x', exclude: false, isStreamLabel: false };
const backQueryMax = 40;

/** `logs {service_name="payment"} last 1 h`. */
function backWords(view: LogsView, rangeWords: string): string {
  const query =
    view.query.length > backQueryMax ? `${view.query.slice(0, backQueryMax)}…` : view.query;
  return query === '' ? `logs, ${rangeWords}` : `${query}, ${rangeWords}`;
}
