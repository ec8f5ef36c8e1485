// Log lines, their histogram and what can be asked for, as queries with a cache. Lines come page by page, behind the
// last line that was seen; while tailing, newer ones are fetched before the first.

import {
  hashKey,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreHistogram,
  ExploreLogLine,
  ExploreLogs,
} from '../../src/api/explore/contract/records.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { fetchJson } from './fetch-json.ts';
import { shareSenders } from './share-senders.ts';
import type { Parameters } from './fetch-json.ts';

export interface LogsRequest {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly order: 'newest' | 'oldest';
}

/** `after`: in the order of the list. `newer`: before its first line, for a list that starts with the newest. */
type PageCursor =
  | { readonly kind: 'first' }
  | { readonly kind: 'after'; readonly next: string; readonly limit: number }
  | { readonly kind: 'newer'; readonly than: string };

/** The first page is small, so that something is seen soon; the later ones are for scrolling. */
const firstPageLines = 200;
const pageLines = 1000;
/** Of lines of a megabyte a page has few. */
const pageLinesMin = 20;
const pageBytesWanted = 32_000_000;
export const linesMax = 100_000;
/** Lines that a live list keeps; the oldest go as new ones come. */
export const liveLinesMax = 10_000;
/** Lines that are counted while a reader is further down; of more it is said that there are more. */
export const countedNewerMax = 500;

export type LogsResult = UseInfiniteQueryResult<InfiniteData<ExploreLogs, PageCursor>>;

function rangeParameters(request: LogsRequest): Parameters {
  return [
    ['query', request.query],
    ['start', String(request.range.startNs)],
    ['end', String(request.range.endNs)],
  ];
}

async function fetchPage(
  request: LogsRequest,
  cursor: PageCursor,
  signal: AbortSignal,
): Promise<ExploreLogs> {
  const newestFirst = request.order === 'newest';
  const path = '/api/explore/logs';
  if (cursor.kind === 'newer') {
    const endNs = BigInt(Date.now()) * 1_000_000n;
    const parameters = rangeParameters({ ...request, range: { ...request.range, endNs } });
    const page = await fetchJson<ExploreLogs>(
      path,
      [
        ...parameters,
        ['limit', String(pageLines)],
        ['direction', 'forward'],
        ['next', cursor.than],
      ],
      signal,
    );
    return { ...page, lines: shareSenders(page.lines).sort(compareLines).reverse() };
  }
  const page = await fetchJson<ExploreLogs>(
    path,
    [
      ...rangeParameters(request),
      ['limit', String(cursor.kind === 'first' ? firstPageLines : cursor.limit)],
      ['direction', newestFirst ? 'backward' : 'forward'],
      ...(cursor.kind === 'after' ? [['next', cursor.next] as const] : []),
    ],
    signal,
  );
  const ascending = shareSenders(page.lines).sort(compareLines);
  return { ...page, lines: newestFirst ? ascending.reverse() : ascending };
}

/** How many lines the page behind this one should have, as long as its lines are like these. */
export function linesBehind({ scanned }: Pick<ExploreLogs, 'scanned'>): number {
  if (scanned === undefined || scanned.bytes === 0) return pageLines;
  const fitting = Math.floor((pageBytesWanted * scanned.lines) / scanned.bytes);
  return Math.min(pageLines, Math.max(pageLinesMin, fitting));
}

function compareLines(a: ExploreLogLine, b: ExploreLogLine): number {
  if (a.timeNs.length !== b.timeNs.length) return a.timeNs.length - b.timeNs.length;
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
  return Number(seqOf(a.id) - seqOf(b.id));
}

function seqOf(id: string): bigint {
  return BigInt(id.slice(id.indexOf('-') + 1));
}

function logsKey({ query, range, order }: LogsRequest): readonly unknown[] {
  return ['logs', query, String(range.startNs), String(range.endNs), order];
}

type LogPages = InfiniteData<ExploreLogs, PageCursor>;

/**
 * A live list after a page of newer lines came: an empty one leaves the pages as they were, and beyond `liveLinesMax` the
 * oldest pages go. They can be loaded again.
 */
export function trimLive(data: LogPages): { readonly data: LogPages; readonly dropped: number } {
  const isNothing = data.pages.length >= 2 && data.pages[0]?.lines.length === 0;
  const pages = isNothing ? data.pages.slice(1) : [...data.pages];
  const pageParams = isNothing ? data.pageParams.slice(1) : [...data.pageParams];
  let lines = pages.reduce((sum, page) => sum + page.lines.length, 0);
  let dropped = 0;
  while (pages.length > 1 && lines > liveLinesMax) {
    const gone = pages.pop()?.lines.length ?? 0;
    pageParams.pop();
    lines -= gone;
    dropped += gone;
  }
  const last = pages.at(-1);
  const next = last?.lines.at(-1)?.id;
  if (dropped > 0 && last !== undefined && next !== undefined)
    pages[pages.length - 1] = { ...last, coverage: { ...last.coverage, next } };
  return { data: { pages, pageParams }, dropped };
}

/** Asks for lines newer than the first; answers how many old ones had to go for them. */
export function useFetchNewer(request: LogsRequest, logs: LogsResult): () => Promise<number> {
  const client = useQueryClient();
  const { fetchPreviousPage } = logs;
  const key = logsKey(request).join('\n');
  const latest = useRef(request);
  useEffect(() => {
    latest.current = request;
  });
  return useCallback(async () => {
    await fetchPreviousPage();
    let gone = 0;
    client.setQueryData<LogPages>(logsKey(latest.current), (data) => {
      if (data === undefined) return data;
      const trimmed = trimLive(data);
      gone = trimmed.dropped;
      return trimmed.data;
    });
    return gone;
    // One function a request, not one a drawing.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [client, fetchPreviousPage, key]);
}

/** Whether lines follow the last one, be the list as long as it may be. */
export function hasMoreLines(pages: readonly ExploreLogs[]): boolean {
  return (pages.at(-1)?.coverage.next ?? null) !== null;
}

/** The rest of the range behind the last of these lines, itself included; undefined when that is the same again. */
export function rangeBehind(
  { range, order }: LogsRequest,
  lines: readonly Pick<ExploreLogLine, 'timeNs'>[],
): ResolvedRange | undefined {
  const last = lines.at(-1);
  if (last === undefined || last.timeNs === lines[0]?.timeNs) return undefined;
  const lastNs = BigInt(last.timeNs);
  return order === 'newest'
    ? { startNs: range.startNs, endNs: lastNs + 1n }
    : { startNs: lastNs, endNs: range.endNs };
}

/** Lets go of all pages of a list but the first, once nobody shows it: a hundred thousand lines take some memory. */
export function useForgetLines(): (request: LogsRequest) => void {
  const client = useQueryClient();
  return useCallback(
    (request) => {
      const queryKey = logsKey(request);
      const stop = client.getQueryCache().subscribe(({ type, query }) => {
        if (type !== 'observerRemoved' || query.queryHash !== hashKey(queryKey)) return;
        stop();
        client.setQueryData<LogPages>(queryKey, (data) =>
          data === undefined
            ? data
            : { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
        );
      });
    },
    [client],
  );
}

/** How many lines came behind the newest that is shown, up to `countedNewerMax`. */
export async function countNewer(
  request: LogsRequest,
  newest: string,
  signal: AbortSignal,
): Promise<number> {
  const endNs = BigInt(Date.now()) * 1_000_000n;
  const page = await fetchJson<ExploreLogs>(
    '/api/explore/logs',
    [
      ...rangeParameters({ ...request, range: { ...request.range, endNs } }),
      ['limit', String(countedNewerMax)],
      ['direction', 'forward'],
      ['next', newest],
    ],
    signal,
  );
  return page.lines.length;
}

export function useLogs(request: LogsRequest): LogsResult {
  return useInfiniteQuery({
    queryKey: logsKey(request),
    queryFn: ({ pageParam, signal }) => fetchPage(request, pageParam, signal),
    // Comparing and copying every line of a long list at each new page costs more than drawing it.
    structuralSharing: false,
    initialPageParam: { kind: 'first' } satisfies PageCursor as PageCursor,
    getNextPageParam: (last, pages): PageCursor | undefined => {
      if (pages.reduce((sum, page) => sum + page.lines.length, 0) >= linesMax) return undefined;
      const { next } = last.coverage;
      return next === null ? undefined : { kind: 'after', next, limit: linesBehind(last) };
    },
    getPreviousPageParam: (_, pages): PageCursor | undefined => {
      const newest = pages.find((page) => page.lines.length > 0)?.lines[0];
      return newest === undefined ? undefined : { kind: 'newer', than: newest.id };
    },
    placeholderData: keepPreviousData,
  });
}

export function useHistogram(
  request: LogsRequest,
  buckets: number,
): UseQueryResult<ExploreHistogram> {
  return useQuery({
    queryKey: [
      'histogram',
      request.query,
      String(request.range.startNs),
      String(request.range.endNs),
      buckets,
    ],
    queryFn: ({ signal }) =>
      fetchJson<ExploreHistogram>(
        '/api/explore/logs/histogram',
        [...rangeParameters(request), ['buckets', String(buckets)]],
        signal,
      ),
    // A live page asks for another one every two seconds.
    gcTime: 30_000,
    placeholderData: keepPreviousData,
  });
}
