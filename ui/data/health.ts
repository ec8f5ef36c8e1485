// Whether Clew is well and what it has received, asked again and again.

import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Health } from '../../src/api/explore/contract/records.ts';
import { fetchJson } from './fetch-json.ts';

export const calmPollMs = 10_000;
/** While someone waits for the first record to arrive. */
export const eagerPollMs = 1500;

export function useHealth(pollMs: number): UseQueryResult<Health> {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => fetchJson<Health>('/api/health', [], signal),
    // What does not work is looked at more often, so that its end is seen.
    refetchInterval: ({ state }) =>
      state.status === 'success' && (state.data?.problems.length ?? 0) > 0 ? eagerPollMs : pollMs,
    retry: false,
    staleTime: 0,
  });
}
