// The metrics page: PromQL with the metric browser beside it. Before anything is asked it shows the metrics that say
// most; every point of a chart leads to the log lines and traces of the same labels. The address is its state.

import { useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useKeys } from '../../controls/keys.ts';
import { QueryField } from '../../controls/query-field.tsx';
import { PageTime } from '../../controls/page-time.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { ApiError } from '../../data/fetch-json.ts';
import { stepFor, useMetrics, useRangeQuery } from '../../data/metrics.ts';
import { useNowMs, useRefresh } from '../../data/now.ts';
import { useZone } from '../../data/preferences.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { parseMetricsView, printMetricsView } from '../../url/metrics-view.ts';
import type { MetricsView } from '../../url/metrics-view.ts';
import { absoluteRange, resolveRange } from '../../url/time-range.ts';
import { useInstantCursor } from '../../views/instant-cursor.ts';
import { printRange } from '../../views/words/time-range.ts';
import { addMatcher } from './add-matcher.ts';
import { MetricBrowser } from './metric-browser.tsx';
import { MetricsResult } from './metrics-result.tsx';
import { MetricsStart } from './metrics-start.tsx';
import { nativeNames, rateWindow, suggestQueries } from './suggest.ts';
import './metrics-page.css';

const backQueryMax = 40;
/** Cells of a heat map are to be seen one by one. */
const heatColumns = 90;

export function MetricsPage() {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const view = useMemo(() => parseMetricsView(search), [search]);
  const address = useAddress();
  const refresh = useRefresh();
  const nowMs = useNowMs();
  const zone = useZone();
  const cursor = useInstantCursor();
  const range = useMemo(() => resolveRange(view.range, nowMs), [view.range, nowMs]);
  const stepMs = view.show === 'heat' ? stepFor(range, heatColumns) : stepFor(range);
  const window = rateWindow(Number(range.endNs - range.startNs) / 1e6, stepMs);
  const result = useRangeQuery(view.query, range, stepMs);
  const metrics = useMetrics(range);
  const natives = useMemo(() => nativeNames(metrics.data?.metrics ?? []), [metrics.data]);
  const words = printRange(view.range, range, zone);
  const shortQuery =
    view.query.length > backQueryMax ? `${view.query.slice(0, backQueryMax)}…` : view.query;
  const back = `${shortQuery === '' ? 'metrics' : shortQuery}, ${words}`;

  const show = useCallback(
    (change: Partial<MetricsView>, how: 'open' | 'replace' = 'open') =>
      address[how](printHref('/metrics', printMetricsView({ ...view, ...change }))),
    [address, view],
  );
  const ask = (change: Partial<MetricsView>): void => show({ only: '', all: false, ...change });
  const zoom = (startNs: bigint, endNs: bigint): void =>
    show({ range: absoluteRange(startNs, endNs) });
  useKeys({
    r: refresh,
    Escape: () => {
      if (view.only !== '') show({ only: '' }, 'replace');
    },
  });
  const error = result.error ?? undefined;
  const problem =
    error instanceof ApiError && error.code === 'syntax'
      ? { start: 0, end: view.query.length, message: error.message }
      : undefined;
  return (
    <div className="metrics-page">
      <title>{view.query === '' ? 'Metrics · Clew' : `${shortQuery} · Metrics · Clew`}</title>
      <TopbarSlot place="start">
        <h1>Metrics</h1>
      </TopbarSlot>
      <PageTime
        range={view.range}
        nowMs={nowMs}
        onRange={(next) => {
          refresh();
          show({ range: next });
        }}
        isFetching={result.isFetching}
        onRefresh={refresh}
      />
      <div className="metrics-head">
        <QueryField
          language="promql"
          query={view.query}
          onSubmit={(query) => {
            if (query === view.query) refresh();
            ask({ query });
          }}
          problem={problem}
          isSettled={result.data !== undefined || error !== undefined || view.query === ''}
          range={range}
        />
      </div>
      <div className="metrics-body">
        <MetricBrowser
          metrics={metrics}
          open={view.metric}
          range={range}
          window={window}
          onOpen={(metric) => {
            const [first] = suggestQueries(metric, window);
            if (metric.name === view.metric) show({ metric: '' }, 'replace');
            else if (first !== undefined) {
              ask({ metric: metric.name, query: first.query, show: first.show });
            }
          }}
          onClose={() => show({ metric: '' }, 'replace')}
          onAsk={(suggestion) => ask({ query: suggestion.query, show: suggestion.show })}
          onMatch={(metric, name, value) => {
            const [first] = suggestQueries(metric, window);
            const query =
              addMatcher(view.query, metric.parts, name, value) ??
              addMatcher(first?.query ?? '', metric.parts, name, value);
            if (query !== undefined) ask({ query });
          }}
        />
        <div className="metrics-main">
          {view.query === '' ? (
            <MetricsStart
              metrics={metrics}
              range={range}
              zone={zone}
              window={window}
              cursor={cursor}
              onAsk={(metric, suggestion) =>
                ask({ metric: metric.name, query: suggestion.query, show: suggestion.show })
              }
              onZoom={zoom}
            />
          ) : (
            <MetricsResult
              view={view}
              range={range}
              result={result}
              window={window}
              cursor={cursor}
              back={back}
              onShow={(change) => show(change, 'replace')}
              onAsk={(query, shown = view.show) => ask({ query, show: shown })}
              natives={natives}
              onZoom={zoom}
              onRetry={refresh}
            />
          )}
        </div>
      </div>
    </div>
  );
}
