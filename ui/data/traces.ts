// What the traces page asks: a list, dots, groups and bands of the traces that a query finds.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  ExploreLatencyBands,
  ExploreSpanGroups,
  ExploreTraceAttributes,
  ExploreTraceList,
  ExploreTracePoints,
} from '../../src/api/explore/contract/traces.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import type { TraceBox, TraceListOrder } from '../url/traces-view.ts';
import { fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';

export interface TracesRequest {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly failed: boolean;
  readonly box: TraceBox | undefined;
}

/** Rows of the table, at first and at most. */
export const listedFirst = 500;
export const listedMax = 2000;
/** Dots that are asked for; the slowest and the failed ones come on top. */
export const pointsMax = 8000;

function parametersOf({ query, range, failed, box }: TracesRequest): Parameters {
  return [
    ['start', String(range.startNs)],
    ['end', String(range.endNs)],
    ...(query === '' ? [] : [['query', query] as const]),
    ...(failed ? [['errors', '1'] as const] : []),
    ...(box === undefined
      ? []
      : ([
          ['selectedStart', String(box.startNs)],
          ['selectedEnd', String(box.endNs)],
          ['minDurationNs', String(box.minNs)],
          ['maxDurationNs', String(box.maxNs)],
        ] as const)),
  ];
}

function useSurvey<T>(path: string, parameters: Parameters, enabled: boolean): UseQueryResult<T> {
  return useQuery({
    queryKey: [path, ...parameters.flat()],
    queryFn: ({ signal }) => fetchJson<T>(`/api/explore/${path}`, parameters, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useTraceList(
  request: TracesRequest,
  order: TraceListOrder,
  limit: number,
): UseQueryResult<ExploreTraceList> {
  return useSurvey(
    'traces',
    [...parametersOf(request), ['order', order], ['limit', String(limit)]],
    true,
  );
}

/** The dots of a box are among those of the whole: the box is left out. */
export function useTracePoints(request: TracesRequest): UseQueryResult<ExploreTracePoints> {
  return useSurvey(
    'traces/points',
    [...parametersOf({ ...request, box: undefined }), ['limit', String(pointsMax)]],
    true,
  );
}

export function useSpanGroups(
  request: TracesRequest,
  attribute: string,
  enabled: boolean,
): UseQueryResult<ExploreSpanGroups> {
  return useSurvey('traces/by', [...parametersOf(request), ['attribute', attribute]], enabled);
}

export function useLatencyBands(
  request: TracesRequest,
  enabled: boolean,
): UseQueryResult<ExploreLatencyBands> {
  return useSurvey('traces/bands', parametersOf(request), enabled);
}

export function useTraceAttributes(
  range: ResolvedRange,
  enabled: boolean,
): UseQueryResult<ExploreTraceAttributes> {
  return useSurvey(
    'traces/attributes',
    [
      ['start', String(range.startNs)],
      ['end', String(range.endNs)],
    ],
    enabled,
  );
}
