// One trace with everything that is known of it.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreTrace } from '../../src/api/explore/contract.ts';
import { fetchJson } from './fetch-json.ts';

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
    placeholderData: (previous) =>
      previous?.givenAs === id || previous?.traceId === id ? keepPreviousData(previous) : undefined,
  });
}
