// The logs page: a query that may be empty, what it found over time, its facets and patterns, and the lines. The address
// is its state.

import { useCallback, useMemo } from 'react';
import type { DoorAnchor } from '../../controls/door-menu.tsx';
import { PageTime } from '../../controls/page-time.tsx';
import { QueryField } from '../../controls/query-field.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { ApiError } from '../../data/fetch-json.ts';
import { hasMoreLines } from '../../data/logs.ts';
import { setFacetsShown } from '../../data/preferences.ts';
import type { FacetValue, FilterMode } from '../../url/query-filters.ts';
import { chooseValue, freeText, withFreeText, withoutPart } from '../../url/query-filters.ts';
import { absoluteRange, isLive } from '../../url/time-range.ts';
import { Facets } from '../../views/facets/facets.tsx';
import { LevelHistogram } from '../../views/histogram/level-histogram.tsx';
import { Patterns } from '../../views/patterns/patterns.tsx';
import { printMinute } from '../../views/words/numbers.ts';
import { queryWithPattern } from './logs-clicks.ts';
import { barDoors } from './logs-doors.ts';
import { LogsLines } from './logs-lines.tsx';
import { LogsStatus } from './logs-status.tsx';
import { LogsTools } from './logs-tools.tsx';
import { type LogsPageState, useLogsPage } from './use-logs-page.ts';
import './logs-page.css';

function hideFacets(): void {
  setFacetsShown(false);
}

export function LogsPage() {
  const page = useLogsPage();
  const { view, facetsShown, patterns, isLogQuery, askQuery } = page;
  const { query } = view;
  // What a live list's facets and patterns are replaced by is of the same query: nothing flickers.
  const isFollowing = page.tail.isOn && !page.logs.isPlaceholderData;
  const onFacets = useMemo(
    () => ({
      onText: (text: string) => askQuery(withFreeText(query, text)),
      onValue: (value: FacetValue, mode: FilterMode) => askQuery(chooseValue(query, value, mode)),
      onRemove: (part: string) => askQuery(withoutPart(query, part)),
    }),
    [query, askQuery],
  );
  return (
    <div className="logs-page">
      <title>{view.query === '' ? 'Logs · Clew' : `${view.query} · Clew`}</title>
      <Topbar page={page} />
      <Head page={page} />
      <div className="logs-main">
        {facetsShown && (
          <Facets
            facets={page.facets.data}
            error={page.facets.error}
            isStale={page.facets.isPlaceholderData && !isFollowing}
            onRetry={page.facets.refetch}
            query={view.query}
            isLogQuery={isLogQuery}
            isUnreadable={positionOf(page.logs.error) !== undefined}
            filters={page.filters}
            text={freeText(view.query)}
            columns={view.columns}
            {...onFacets}
            onColumn={page.toggleColumn}
            onAllValues={page.loadFacetValues}
            onClose={hideFacets}
          />
        )}
        <div className="logs-side">
          {view.patterns && (
            <Patterns
              patterns={patterns}
              isStale={patterns.isPlaceholderData && !isFollowing}
              onChoose={
                isLogQuery
                  ? (pattern, exclude) => askQuery(queryWithPattern(view.query, pattern, exclude))
                  : undefined
              }
              onClose={() => page.show({ patterns: false }, 'replace')}
            />
          )}
          <LogsLines page={page} />
        </div>
      </div>
    </div>
  );
}

function Topbar({ page }: { readonly page: LogsPageState }) {
  const { view, logs } = page;
  return (
    <>
      <TopbarSlot place="start">
        <h1>Logs</h1>
      </TopbarSlot>
      <PageTime
        range={view.range}
        nowMs={page.nowMs}
        onRange={(next) => page.ask({ range: next, live: false })}
        isFetching={logs.isFetching && !logs.isFetchingNextPage}
        onRefresh={page.refresh}
      >
        <button
          type="button"
          className="text-button live-button"
          aria-pressed={view.live}
          disabled={!isLive(view.range) || view.order === 'oldest'}
          title="Show lines as they arrive (.)"
          data-testid="live"
          onClick={() => page.show({ live: !view.live }, 'replace')}
        >
          <i aria-hidden="true" /> live
        </button>
      </PageTime>
    </>
  );
}

/** Where the query has its error. */
function positionOf(error: Error | null): ApiError['position'] {
  return error instanceof ApiError ? error.position : undefined;
}

function Head({ page }: { readonly page: LogsPageState }) {
  const { view, logs, histogram, range, zone } = page;
  const { error } = logs;
  const position = positionOf(error);
  const problem =
    error === null || position === undefined ? undefined : { ...position, message: error.message };
  const { ask, askQuery, openDoors } = page;
  const { query } = view;
  const { data } = histogram;
  const onZoom = useCallback(
    (startNs: bigint, endNs: bigint) => ask({ range: absoluteRange(startNs, endNs), live: false }),
    [ask],
  );
  const onBarDoors = useCallback(
    (bucket: number, anchor: DoorAnchor) => {
      if (data === undefined) return;
      const at = BigInt(data.startNs) + BigInt(bucket) * BigInt(data.stepNs);
      openDoors(anchor, printMinute(at, zone), barDoors(data, bucket, query));
    },
    [data, openDoors, zone, query],
  );
  const onLevel = useCallback(
    (value: string) =>
      askQuery(chooseValue(query, { name: 'detected_level', value, isStreamLabel: false }, 'only')),
    [query, askQuery],
  );
  return (
    <div className="logs-head">
      <QueryField
        language="logql"
        query={view.query}
        onSubmit={(query) => page.ask({ query })}
        problem={problem}
        isSettled={logs.data !== undefined || error !== null}
        range={range}
      />
      <LevelHistogram
        histogram={error === null ? data : undefined}
        hasFailed={error !== null || histogram.error !== null}
        range={range}
        zone={zone}
        onZoom={onZoom}
        onDoors={onBarDoors}
        onLevel={onLevel}
      />
      <div className="logs-bar">
        <LogsStatus
          view={view}
          shown={page.lines.length}
          total={page.total}
          // Of the query before, whose lines stand there until the next ones come, no end is known.
          hasMore={hasMoreLines(logs.data?.pages ?? []) || logs.isPlaceholderData}
          pages={logs.data?.pages ?? []}
          tail={page.tail}
          range={range}
          zone={zone}
          onOrder={(order) => page.ask({ order, live: false })}
        />
        <LogsTools page={page} />
      </div>
    </div>
  );
}
