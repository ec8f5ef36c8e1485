// The state of the demo shop, asked again and again while it moves, and what can be asked of it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { DemoIncidentId, DemoStatus } from '../../../src/api/explore/contract/demo.ts';
import { fetchJson, postJson } from '../../data/fetch-json.ts';

const key = ['demo'] as const;
/** While it starts or stops, and while someone follows a tour. */
const eagerPollMs = 1000;
const watchPollMs = 3000;
/** Another window, or `clew demo`, may start it. */
const calmPollMs = 15_000;

function pollMs(status: DemoStatus | undefined, isWatched: boolean): number {
  if (status === undefined) return calmPollMs;
  if (['installing', 'starting', 'stopping'].includes(status.phase)) return eagerPollMs;
  return isWatched && status.phase === 'running' ? watchPollMs : calmPollMs;
}

export function useDemo(isWatched: boolean): UseQueryResult<DemoStatus> {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson<DemoStatus>('/api/demo', [], signal),
    refetchInterval: ({ state }) => pollMs(state.data, isWatched),
    retry: false,
    staleTime: 0,
  });
}

export type DemoOrder = 'start' | 'stop' | `incidents/${DemoIncidentId}`;

export function useDemoOrder(): UseMutationResult<DemoStatus, Error, DemoOrder> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: DemoOrder) =>
      postJson<DemoStatus>(`/api/demo/${order}`, new AbortController().signal),
    onSuccess: (status) => client.setQueryData(key, status),
  });
}
