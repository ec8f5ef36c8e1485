// What the Logs page asks beside the lines: facets, patterns, a single whole line, and lines next to a line.

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreFacet,
  ExploreFacets,
  ExploreLogContext,
  ExplorePatterns,
} from '../../src/api/explore/contract/log-survey.ts';
import type { ExploreLogLine } from '../../src/api/explore/contract/records.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';

export interface SurveyRequest {
  readonly query: string;
  readonly range: ResolvedRange;
}

function parametersOf({ query, range }: SurveyRequest): Parameters {
  return [
    ['query', query],
    ['start', String(range.startNs)],
    ['end', String(range.endNs)],
  ];
}

function keyOf(name: string, { query, range }: SurveyRequest): readonly unknown[] {
  return [name, query, String(range.startNs), String(range.endNs)];
}

export function useFacets(request: SurveyRequest, enabled: boolean): UseQueryResult<ExploreFacets> {
  return useQuery({
    queryKey: keyOf('facets', request),
    queryFn: ({ signal }) =>
      fetchJson<ExploreFacets>('/api/explore/logs/facets', parametersOf(request), signal),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
}

/** Values of one field that are listed at most, when someone looks for one. */
export const facetValuesMax = 1000;

/** A field with as many of its values as are listed; undefined when no line has it any more. */
export async function fetchFacetValues(
  request: SurveyRequest,
  field: string,
): Promise<ExploreFacet | undefined> {
  const { fields } = await fetchJson<ExploreFacets>(
    '/api/explore/logs/facets',
    [...parametersOf(request), ['field', field], ['values', String(facetValuesMax)]],
    new AbortController().signal,
  );
  return fields.find(({ name }) => name === field);
}

export function usePatterns(
  request: SurveyRequest,
  enabled: boolean,
): UseQueryResult<ExplorePatterns> {
  return useQuery({
    queryKey: keyOf('patterns', request),
    queryFn: ({ signal }) =>
      fetchJson<ExplorePatterns>('/api/explore/logs/patterns', parametersOf(request), signal),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
}

/** The line with all of its text and attributes. */
export function useWholeLine(id: string, enabled: boolean): UseQueryResult<ExploreLogLine> {
  return useQuery({
    queryKey: ['line', id],
    queryFn: ({ signal }) =>
      fetchJson<ExploreLogLine>('/api/explore/logs/line', [['id', id]], signal),
    enabled,
    staleTime: Infinity,
    retry: false,
  });
}

export type ContextScope = 'stream' | 'pod' | 'trace';
export type ContextSide = 'before' | 'after';
export type ContextResult = UseInfiniteQueryResult<InfiniteData<ExploreLogContext, string>>;

const contextLines = 12;

export function useLogContext(
  id: string,
  scope: ContextScope,
  side: ContextSide,
  enabled: boolean,
): ContextResult {
  return useInfiniteQuery({
    queryKey: ['context', id, scope, side],
    queryFn: ({ pageParam, signal }) =>
      fetchJson<ExploreLogContext>(
        '/api/explore/logs/context',
        [
          ['id', id],
          ['scope', scope],
          ['side', side],
          ['limit', String(contextLines)],
          ...(pageParam === '' ? [] : [['next', pageParam] as const]),
        ],
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last): string | undefined => last.next ?? undefined,
    enabled,
    retry: false,
  });
}
