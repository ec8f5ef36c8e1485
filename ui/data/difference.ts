// What stands out in a selection, as the server counts it.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreDifference } from '../../src/api/explore/contract/difference.ts';
import { fetchJson } from './fetch-json.ts';
import type { Parameters } from './fetch-json.ts';

export interface DifferenceRequest {
  readonly signal: 'spans' | 'logs';
  /** Spans only: compare whole traces. */
  readonly unit?: 'traces';
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Narrows both sides. */
  readonly query: string;
  readonly selected: {
    readonly startNs?: bigint;
    readonly endNs?: bigint;
    readonly minDurationNs?: bigint;
    readonly maxDurationNs?: bigint;
    readonly errors?: boolean;
    readonly query?: string;
  };
}

function parametersOf({
  signal,
  unit,
  startNs,
  endNs,
  query,
  selected,
}: DifferenceRequest): Parameters {
  const optional: readonly (readonly [string, string | bigint | undefined])[] = [
    ['unit', unit],
    ['query', query === '' ? undefined : query],
    ['selectedStart', selected.startNs],
    ['selectedEnd', selected.endNs],
    ['minDurationNs', selected.minDurationNs],
    ['maxDurationNs', selected.maxDurationNs],
    ['errors', selected.errors === true ? '1' : undefined],
    ['selectedQuery', selected.query],
  ];
  return [
    ['signal', signal],
    ['start', String(startNs)],
    ['end', String(endNs)],
    ...optional.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
  ];
}

/** Undefined asks for nothing. */
export function useDifference(
  request: DifferenceRequest | undefined,
): UseQueryResult<ExploreDifference> {
  const parameters = request === undefined ? [] : parametersOf(request);
  return useQuery({
    queryKey: ['difference', ...parameters.flat()],
    queryFn: ({ signal }) =>
      fetchJson<ExploreDifference>('/api/explore/difference', parameters, signal),
    enabled: request !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
