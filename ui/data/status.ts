// What Clew knows of itself, and the datasources with their tests.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreDatasources,
  ExploreFieldTest,
  ExploreSpanLinks,
} from '../../src/api/explore/contract/datasources.ts';
import type { ExploreCoverage, ExploreStatus } from '../../src/api/explore/contract/status.ts';
import type { RunningPorts } from './ports.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';

const statusPollMs = 5000;

export function useStatus(): UseQueryResult<ExploreStatus> {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => fetchJson<ExploreStatus>('/api/explore/status', [], signal),
    refetchInterval: statusPollMs,
    staleTime: 0,
    retry: false,
  });
}

export function useCoverage(range: ResolvedRange): UseQueryResult<ExploreCoverage> {
  return useQuery({
    queryKey: ['coverage', String(range.startNs), String(range.endNs)],
    queryFn: ({ signal }) =>
      fetchJson<ExploreCoverage>(
        '/api/explore/coverage',
        [
          ['start', String(range.startNs)],
          ['end', String(range.endNs)],
        ],
        signal,
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useDatasources(): UseQueryResult<ExploreDatasources> {
  return useQuery({
    queryKey: ['datasources'],
    queryFn: ({ signal }) => fetchJson<ExploreDatasources>('/api/explore/datasources', [], signal),
    retry: false,
  });
}

/** Undefined parameters: nothing is asked. */
export function useFieldTest(parameters: Parameters | undefined): UseQueryResult<ExploreFieldTest> {
  return useQuery({
    queryKey: ['field-test', parameters],
    queryFn: ({ signal }) =>
      fetchJson<ExploreFieldTest>('/api/explore/datasources/test', parameters ?? [], signal),
    enabled: parameters !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useSpanLinks(
  uid: string,
  { isFar }: { readonly isFar: boolean },
): UseQueryResult<ExploreSpanLinks> {
  return useQuery({
    queryKey: ['span-links', uid],
    queryFn: ({ signal }) =>
      fetchJson<ExploreSpanLinks>(
        '/api/explore/datasources/span-links',
        [['uid', uid], ...(isFar ? ([['source', uid]] as const) : [])],
        signal,
      ),
    retry: false,
  });
}

export function useRunning(): UseQueryResult<RunningPorts> {
  return useQuery({
    queryKey: ['running'],
    queryFn: ({ signal }) => fetchJson<RunningPorts>('/api/running', [], signal),
    retry: false,
  });
}
