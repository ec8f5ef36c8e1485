// The services of a time, who talks to whom, and what is behind a box: as queries with a cache.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreOverview,
  ExploreServiceMap,
} from '../../src/api/explore/contract/overview.ts';
import type { ExploreHistogram, ExploreLogs } from '../../src/api/explore/contract/records.ts';
import type { ExploreTraceList } from '../../src/api/explore/contract/traces.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';

function rangeParameters({ startNs, endNs }: ResolvedRange): Parameters {
  return [
    ['start', String(startNs)],
    ['end', String(endNs)],
  ];
}

export function useOverview(
  range: ResolvedRange,
  service: string | null,
  buckets: number,
): UseQueryResult<ExploreOverview> {
  const parameters: Parameters = [
    ...rangeParameters(range),
    ['buckets', String(buckets)],
    ...(service === null ? [] : [['service', service] as const]),
  ];
  return useQuery({
    queryKey: ['overview', parameters],
    queryFn: ({ signal }) =>
      fetchJson<ExploreOverview>('/api/explore/overview', parameters, signal),
    placeholderData: keepPreviousData,
  });
}

export function useServiceMap(range: ResolvedRange): UseQueryResult<ExploreServiceMap> {
  const parameters = rangeParameters(range);
  return useQuery({
    queryKey: ['service-map', parameters],
    queryFn: ({ signal }) =>
      fetchJson<ExploreServiceMap>('/api/explore/service-map', parameters, signal),
    placeholderData: keepPreviousData,
  });
}

/** Lines by level over time, in the buckets of the overview's other charts. */
export function useLevels(
  range: ResolvedRange,
  query: string,
  buckets: number,
  enabled = true,
): UseQueryResult<ExploreHistogram> {
  const parameters: Parameters = [
    ['query', query],
    ...rangeParameters(range),
    ['buckets', String(buckets)],
  ];
  return useQuery({
    queryKey: ['levels', parameters],
    queryFn: ({ signal }) =>
      fetchJson<ExploreHistogram>('/api/explore/logs/histogram', parameters, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** The first lines of a time, in its order. */
export function useFirstLines(
  range: ResolvedRange,
  query: string,
  limit: number,
): UseQueryResult<ExploreLogs> {
  const parameters: Parameters = [
    ['query', query],
    ...rangeParameters(range),
    ['limit', String(limit)],
    ['direction', 'forward'],
  ];
  return useQuery({
    queryKey: ['first-lines', parameters],
    queryFn: ({ signal }) => fetchJson<ExploreLogs>('/api/explore/logs', parameters, signal),
  });
}

/** The newest of them. */
export function useTracesOf(
  range: ResolvedRange,
  query: string,
  limit: number,
): UseQueryResult<ExploreTraceList> {
  const parameters: Parameters = [
    ['query', query],
    ...rangeParameters(range),
    ['limit', String(limit)],
  ];
  return useQuery({
    queryKey: ['traces-of', parameters],
    queryFn: ({ signal }) => fetchJson<ExploreTraceList>('/api/explore/traces', parameters, signal),
  });
}

/** Doors open within this time, with the count or without. */
const countMs = 700;

/** How many series a selector has; null when nobody can say soon. */
export async function countSeries(selector: string, range: ResolvedRange): Promise<number | null> {
  const seconds = (ns: bigint): string => String(Number(ns / 1_000_000n) / 1000);
  try {
    const { data } = await fetchJson<{ readonly data: readonly unknown[] }>(
      '/prometheus/api/v1/series',
      [
        ['match[]', selector],
        ['start', seconds(range.startNs)],
        ['end', seconds(range.endNs)],
      ],
      AbortSignal.timeout(countMs),
    );
    return data.length;
  } catch {
    return null;
  }
}
