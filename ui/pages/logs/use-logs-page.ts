// The state of the logs page: what the address says, what the server answered to it, and what each click makes of the
// address. Everything that is shown follows from this.

import { replaceEqualDeep } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import { rangeBehind, useForgetLines, useHistogram, useLogs } from '../../data/logs.ts';
import { fetchFacetValues, useFacets, usePatterns } from '../../data/log-survey.ts';
import { useNowMs, useRefresh } from '../../data/now.ts';
import { useDensity, useFacetsShown, useZone } from '../../data/preferences.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { parseLogsView, printLogsView } from '../../url/logs-view.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { searchedTexts } from '../../url/query-edit.ts';
import { activeFilters } from '../../url/query-filters.ts';
import { splitQuery } from '../../url/query-parts.ts';
import { absoluteRange, resolveRange } from '../../url/time-range.ts';
import { forgetPlaces } from '../../views/log-list/log-list.tsx';
import { traceHref } from '../../views/log-list/log-row.tsx';
import { printTime } from '../../views/words/numbers.ts';
import { printRange } from '../../views/words/time-range.ts';
import { useLoadUntil } from './load-until.ts';
import { lineDoors } from './logs-doors.ts';
import { useLogsKeys } from './logs-keys.ts';
import { useTail } from './tail.ts';

const histogramBuckets = 120;
/** Patterns of more lines are looked for only when someone asks. */
const patternLinesMax = 300_000;

export type LogsPageState = ReturnType<typeof useLogsPage>;

/** What the address has in common with the one before is the same object, so that nothing is drawn again for it. */
function useLogsView(): LogsView {
  const search = useSearch({ strict: false });
  const parsed = useMemo(() => parseLogsView(search), [search]);
  const [kept, setKept] = useState(parsed);
  const view = replaceEqualDeep(kept, parsed);
  if (view !== kept) setKept(view);
  return view;
}

export function useLogsPage() {
  const view = useLogsView();
  const address = useAddress();
  const refreshNow = useRefresh();
  const openDoors = useDoorMenu();
  const nowMs = useNowMs();
  const zone = useZone();
  const density = useDensity();
  const facetsShown = useFacetsShown();
  const range = useMemo(() => resolveRange(view.range, nowMs), [view.range, nowMs]);
  const request = { query: view.query, range, order: view.order };
  const logs = useLogs(request);
  const [isAway, setAway] = useState(false);
  const [current, setCurrent] = useState(-1);
  const [followsCurrent, setFollowsCurrent] = useState(false);
  // Another list has other lines: the keyboard's place in the old one means nothing in it.
  const listKey = `${view.query} ${range.startNs} ${range.endNs} ${view.order}`;
  const [seenList, setSeenList] = useState(listKey);
  if (seenList !== listKey) {
    setSeenList(listKey);
    setCurrent(-1);
  }
  const [topRequests, setTopRequests] = useState(0);
  const tail = useTail(view, request, logs, isAway || view.line !== '');
  const histogram = useHistogram({ ...request, range: tail.range(range) }, histogramBuckets);
  const lines = useMemo(() => logs.data?.pages.flatMap((page) => page.lines) ?? [], [logs.data]);
  const total = histogram.data?.total ?? logs.data?.pages[0]?.coverage.total ?? null;
  const surveyed = { ...request, range: tail.calmRange(range) };
  const isThere = logs.data !== undefined && !logs.isPlaceholderData;
  const isLogQuery = splitQuery(view.query) !== undefined;
  const facets = useFacets(surveyed, facetsShown && isThere && isLogQuery);
  const patterns = usePatterns(
    surveyed,
    isThere &&
      isLogQuery &&
      (view.patterns || (lines.length > 0 && total !== null && total <= patternLinesMax)),
  );
  const searched = useMemo(() => searchedTexts(view.query), [view.query]);
  const filters = useMemo(() => activeFilters(view.query), [view.query]);
  const back = backWords(view, printRange(view.range, range, zone));

  // One function each as long as the page lives: what is given one is not drawn again for another address.
  const latest = useRef(view);
  const latestSurveyed = useRef(surveyed);
  useLayoutEffect(() => {
    latest.current = view;
    latestSurveyed.current = surveyed;
  });
  const show = useCallback(
    (change: Partial<LogsView>, how: 'open' | 'replace') =>
      address[how](printHref('/logs', printLogsView({ ...latest.current, ...change }))),
    [address],
  );
  const refresh = useCallback((): void => {
    forgetPlaces();
    refreshNow();
  }, [refreshNow]);
  const ask = useCallback(
    (change: Partial<LogsView>): void => {
      setCurrent(-1);
      refresh();
      show({ line: '', ...change }, 'open');
    },
    [refresh, show],
  );
  const askQuery = useCallback(
    (query: string | undefined): void => {
      if (query !== undefined && query !== latest.current.query) ask({ query });
    },
    [ask],
  );
  const toggle = useCallback(
    (line: ExploreLogLine, index: number) => {
      setFollowsCurrent(false);
      setCurrent(index);
      show({ line: line.id === latest.current.line ? '' : line.id }, 'replace');
    },
    [show],
  );
  // The line a person left by is the one they come back to.
  const markLeft = useCallback(
    (line: ExploreLogLine) => show({ line: line.id }, 'replace'),
    [show],
  );
  const toggleColumn = useCallback(
    (name: string) => {
      const { columns } = latest.current;
      const without = columns.filter((one) => one !== name);
      show({ columns: without.length < columns.length ? without : [...columns, name] }, 'replace');
    },
    [show],
  );
  const loadFacetValues = useCallback(
    (field: string) => fetchFacetValues(latestSurveyed.current, field),
    [],
  );
  const doorsOf = useCallback(
    (line: ExploreLogLine, anchor: Parameters<typeof openDoors>[0]) =>
      openDoors(anchor, `${line.service} ${printTime(line.timeNs, zone)}`, lineDoors(line)),
    [openDoors, zone],
  );
  const goOn = (): void => {
    if (view.line !== '') show({ line: '' }, 'replace');
    setCurrent(-1);
    setTopRequests(topRequests + 1);
  };
  const forgetLines = useForgetLines();
  const behind = logs.hasNextPage ? undefined : rangeBehind(request, lines);
  const goBehind =
    behind === undefined
      ? undefined
      : (): void => {
          forgetLines(request);
          ask({ range: absoluteRange(behind.startNs, behind.endNs), live: false });
        };
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
    openDoors: doorsOf,
    show,
    ask,
    askQuery,
    refresh,
    resolved: range,
  });
  return {
    view,
    range,
    nowMs,
    zone,
    density,
    facetsShown,
    request,
    logs,
    lines,
    total,
    tail,
    histogram,
    facets,
    patterns,
    isLogQuery,
    searched,
    filters,
    back,
    current,
    followsCurrent,
    topRequests,
    show,
    ask,
    askQuery,
    refresh,
    toggle,
    markLeft,
    toggleColumn,
    loadFacetValues,
    doorsOf,
    openDoors,
    goOn,
    goBehind,
    loadMore,
    setAway,
  };
}

const backQueryMax = 40;

/** `logs {service_name="payment"} last 1 h`. */
function backWords(view: LogsView, rangeWords: string): string {
  const query =
    view.query.length > backQueryMax ? `${view.query.slice(0, backQueryMax)}…` : view.query;
  return query === '' ? `logs, ${rangeWords}` : `${query}, ${rangeWords}`;
}
