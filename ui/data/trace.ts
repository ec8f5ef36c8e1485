// One trace with everything that is known of it.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreTrace } from '../../src/api/explore/contract/records.ts';
import { fetchJson } from './fetch-json.ts';

/** Spans of a trace come from many processes, each with its own batch: for so long more may follow. */
const arrivingMs = 15_000;
const arrivingPollMs = 3000;

function isArriving(trace: ExploreTrace | undefined): boolean {
  if (trace === undefined) return false;
  if (trace.bounds === null) return true;
  return Date.now() - Number(BigInt(trace.bounds.endNs) / 1_000_000n) < arrivingMs;
}

/** `limit` null: as many spans and lines as the server gives by itself. */
export function useTrace(id: string, limit: number | null): UseQueryResult<ExploreTrace> {
  return useQuery({
    queryKey: ['trace', id, limit],
    queryFn: ({ signal }) =>
      fetchJson<ExploreTrace>(
        `/api/explore/trace/${encodeURIComponent(id)}`,
        limit === null ? [] : [['limit', String(limit)]],
        signal,
      ),
    refetchInterval: ({ state }) => (isArriving(state.data) ? arrivingPollMs : false),
    staleTime: 10_000,
    placeholderData: (previous) =>
      previous?.givenAs === id || previous?.traceId === id ? keepPreviousData(previous) : undefined,
  });
}
