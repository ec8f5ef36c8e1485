// The logs page: a query that may be empty, what it found over time, its facets and patterns, and the lines. The address
// is its state.

import { PageTime } from '../../controls/page-time.tsx';
import { QueryField } from '../../controls/query-field.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { ApiError } from '../../data/fetch-json.ts';
import { setFacetsShown } from '../../data/preferences.ts';
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

export function LogsPage() {
  const page = useLogsPage();
  const { view, facetsShown, patterns, isLogQuery, askQuery } = page;
  return (
    <div className="logs-page">
      <title>{view.query === '' ? 'Logs · Clew' : `${view.query} · Clew`}</title>
      <Topbar page={page} />
      <Head page={page} />
      <div className="logs-main">
        {facetsShown && (
          <Facets
            facets={page.facets}
            query={view.query}
            isLogQuery={isLogQuery}
            filters={page.filters}
            text={freeText(view.query)}
            columns={view.columns}
            onText={(text) => askQuery(withFreeText(view.query, text))}
            onValue={(value, mode) => askQuery(chooseValue(view.query, value, mode))}
            onRemove={(part) => askQuery(withoutPart(view.query, part))}
            onColumn={page.toggleColumn}
            onClose={() => setFacetsShown(false)}
          />
        )}
        <div className="logs-side">
          {view.patterns && (
            <Patterns
              patterns={patterns}
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

function Head({ page }: { readonly page: LogsPageState }) {
  const { view, logs, histogram, range, zone } = page;
  const { error } = logs;
  const problem =
    error instanceof ApiError && error.position !== undefined
      ? { ...error.position, message: error.message }
      : undefined;
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
        histogram={error === null ? histogram.data : undefined}
        hasFailed={error !== null || histogram.error !== null}
        range={range}
        zone={zone}
        onZoom={(startNs, endNs) => page.ask({ range: absoluteRange(startNs, endNs), live: false })}
        onDoors={(bucket, anchor) => {
          const { data } = histogram;
          if (data === undefined) return;
          const at = BigInt(data.startNs) + BigInt(bucket) * BigInt(data.stepNs);
          page.openDoors(anchor, printMinute(at, zone), barDoors(data, bucket, view.query));
        }}
        onLevel={(value) =>
          page.askQuery(
            chooseValue(
              view.query,
              { name: 'detected_level', value, isStreamLabel: false },
              'only',
            ),
          )
        }
      />
      <div className="logs-bar">
        <LogsStatus
          view={view}
          shown={page.lines.length}
          total={page.total}
          hasMore={logs.hasNextPage}
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
