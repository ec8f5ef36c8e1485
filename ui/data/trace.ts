// One trace with everything that is known of it, and what its page asks for beside it: one span of a large trace, links
// from other traces, how a span compares with its kind, metrics of its service.

import { queryOptions, skipToken, useQuery } from '@tanstack/react-query';
import type { QueryClient, UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreHistogram,
  ExploreSpan,
  ExploreTrace,
} from '../../src/api/explore/contract/records.ts';
import type {
  ExploreIncomingLinks,
  ExploreTraceFile,
  ExploreTraceLines,
} from '../../src/api/explore/contract/trace.ts';
import type { ExploreSpanKind } from '../../src/api/explore/contract/traces.ts';
import { askClew } from './ask-clew.ts';
import { ApiError, fetchJson } from './fetch-json.ts';

/** Spans of a trace come from many processes, each with its own batch: for so long more may follow. */
const arrivingMs = 15_000;
const arrivingPollMs = 3000;
/** A trace of more spans comes as an outline: what else is known of a span is fetched when it is selected. */
const fullSpansMax = 2000;
/** Selecting the next span again and again should not ask for each on the way. */
const fresh = { staleTime: 60_000 } as const;

function isArriving(trace: ExploreTrace | undefined): boolean {
  if (trace === undefined) return false;
  if (trace.bounds === null) return true;
  return Date.now() - Number(BigInt(trace.bounds.endNs) / 1_000_000n) < arrivingMs;
}

function traceKey(id: string, limit: number | null, isLocal: boolean): readonly unknown[] {
  return isLocal ? ['trace-of-file', id] : ['trace', id, limit];
}

function tracePath(id: string): string {
  return `/api/explore/trace/${encodeURIComponent(id)}`;
}

/** Lines that the server gives in one answer. */
const linesPageMax = 5000;
/** More lines than anyone reads beside a waterfall; what is left out is said. */
export const traceLinesMax = 50_000;

/** Further pages of lines until there are `linesWanted`, behind those that the trace came with. */
async function withMoreLines(
  trace: ExploreTrace,
  linesWanted: number,
  signal: AbortSignal,
): Promise<ExploreTrace> {
  const wanted = Math.min(linesWanted, traceLinesMax);
  const logs = [...trace.logs];
  let { logs: coverage } = trace.coverage;
  while (coverage.next !== null && logs.length < wanted) {
    const page = await fetchJson<ExploreTraceLines>(
      `${tracePath(trace.traceId)}/logs`,
      [
        ['limit', String(linesPageMax)],
        ['next', coverage.next],
      ],
      signal,
    );
    logs.push(...page.lines);
    coverage = page.coverage;
  }
  return { ...trace, logs, coverage: { ...trace.coverage, logs: coverage } };
}

function traceQuery(id: string, limit: number | null, isLocal: boolean) {
  return queryOptions({
    queryKey: traceKey(id, limit, isLocal),
    queryFn: async ({ client, signal }): Promise<ExploreTrace> => {
      if (isLocal)
        throw new ApiError(
          'not-found',
          'this trace was shown from a file, which is forgotten when the page is loaded anew: drop the file here again',
        );
      if (limit === null)
        return await fetchJson<ExploreTrace>(
          tracePath(id),
          [['fullSpans', String(fullSpansMax)]],
          signal,
        );
      // What came before has the spans, which may be many: only lines are asked for, unless more spans may have come.
      const first = traceKey(id, null, false);
      const isOver = !isArriving(client.getQueryData<ExploreTrace>(first));
      const trace = await client.fetchQuery({
        ...traceQuery(id, null, false),
        staleTime: isOver ? Infinity : 0,
      });
      return await withMoreLines(trace, limit, signal);
    },
    staleTime: isLocal ? Infinity : 10_000,
    gcTime: isLocal ? Infinity : 300_000,
    retry: isLocal ? false : 1,
  });
}

/** What is asked for next is asked of the server, spans included. */
export function forgetTrace(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: traceKey(id, null, false), refetchType: 'none' });
}

/** Asks for a trace before its page is there: both then come at the same time. */
export function askForTrace(cache: QueryClient, id: string): void {
  // What fails is asked for again by the page, which says so.
  void cache.prefetchQuery(traceQuery(id, null, false));
}

/** `limit` null: as many lines as the server gives by itself. `isLocal`: it was read from a file and is nowhere else. */
export function useTrace(
  id: string,
  limit: number | null = null,
  isLocal = false,
): UseQueryResult<ExploreTrace> {
  return useQuery({
    ...traceQuery(id, limit, isLocal),
    refetchInterval: ({ state }) => (!isLocal && isArriving(state.data) ? arrivingPollMs : false),
    enabled: id !== '',
    // The same trace with fewer lines, in whatever form its ID is given.
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
  });
}

/** Largest file that is sent to be read: what the server takes. */
export const traceFileBytesMax: number = 128 * 1024 * 1024;

/** Reads the traces of a file and keeps them for `useTrace(…, isLocal)`. Nothing is stored on the server. */
export async function readTraceFile(
  client: QueryClient,
  file: File,
  signal: AbortSignal,
): Promise<ExploreTraceFile> {
  if (file.size > traceFileBytesMax)
    throw new ApiError('limit', `${file.name} is larger than 128 MiB`);
  const response = await askClew('/api/explore/trace-file', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: file,
    signal,
  });
  const answer: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  if (!response.ok || answer === undefined) {
    // The server's own sentence where it has one.
    const message = (answer as { error?: { message?: string } } | undefined)?.error?.message;
    throw new ApiError('invalid-data', `${file.name}: ${message ?? `status ${response.status}`}`);
  }
  const read = answer as ExploreTraceFile; // The server and this screen are built from one contract.
  for (const trace of read.traces)
    client.setQueryData<ExploreTrace>(traceKey(trace.traceId, null, true), trace);
  return read;
}

export function useSpan(
  traceId: string,
  spanId: string,
  isWanted: boolean,
): UseQueryResult<ExploreSpan> {
  return useQuery({
    queryKey: ['span', traceId, spanId],
    queryFn: isWanted
      ? ({ signal }) => fetchJson<ExploreSpan>(`${tracePath(traceId)}/span/${spanId}`, [], signal)
      : skipToken,
    ...fresh,
  });
}

/** Spans of other traces that link to this one. */
export function useIncomingLinks(
  traceId: string,
  isWanted: boolean,
): UseQueryResult<ExploreIncomingLinks> {
  return useQuery({
    queryKey: ['incoming', traceId],
    queryFn: isWanted
      ? ({ signal }) =>
          fetchJson<ExploreIncomingLinks>(`${tracePath(traceId)}/incoming`, [], signal)
      : skipToken,
    ...fresh,
  });
}

export interface SpanKindRequest {
  readonly service: string;
  readonly name: string;
  readonly durationNs: bigint;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export function useSpanKind(request: SpanKindRequest | undefined): UseQueryResult<ExploreSpanKind> {
  return useQuery({
    queryKey: [
      'span-kind',
      request?.service,
      request?.name,
      String(request?.durationNs),
      String(request?.startNs),
    ],
    queryFn:
      request === undefined
        ? skipToken
        : ({ signal }) =>
            fetchJson<ExploreSpanKind>(
              '/api/explore/span-kind',
              [
                ['service', request.service],
                ['name', request.name],
                ['spanDurationNs', String(request.durationNs)],
                ['start', String(request.startNs)],
                ['end', String(request.endNs)],
              ],
              signal,
            ),
    ...fresh,
  });
}

interface PrometheusLabelValues {
  readonly data: readonly string[];
}

/** Names of the metrics that a selector matches in a stretch of time. */
export function useMetricNames(
  request:
    | { readonly selector: string; readonly startMs: number; readonly endMs: number }
    | undefined,
): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ['metric-names', request?.selector, request?.startMs, request?.endMs],
    queryFn:
      request === undefined
        ? skipToken
        : async ({ signal }) => {
            const answer = await fetchJson<PrometheusLabelValues>(
              '/prometheus/api/v1/label/__name__/values',
              [
                ['match[]', request.selector],
                ['start', String(request.startMs / 1000)],
                ['end', String(request.endMs / 1000)],
              ],
              signal,
            );
            return answer.data;
          },
    ...fresh,
  });
}

/** How many lines a query finds in a stretch of time, for a door's number. */
export function useLineCount(
  query: string,
  startNs: bigint,
  endNs: bigint,
): UseQueryResult<number> {
  return useQuery({
    queryKey: ['line-count', query, String(startNs), String(endNs)],
    queryFn: async ({ signal }) => {
      const answer = await fetchJson<ExploreHistogram>(
        '/api/explore/logs/histogram',
        [
          ['query', query],
          ['start', String(startNs)],
          ['end', String(endNs)],
          ['buckets', '1'],
        ],
        signal,
      );
      return answer.total;
    },
    ...fresh,
    // The door opens without it, too.
    retry: false,
  });
}
