// The instant that `now` stands for on the screen. It is kept until someone asks for fresh data, so that going back
// to a page finds the answers that were there.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Query } from '@tanstack/react-query';
import { useCallback } from 'react';

const key = ['now'] as const;

export function useNowMs(): number {
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => Date.now(),
    initialData: Date.now,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return data;
}

/** What is relative to `now` has asked under its new key by then. */
const settledMs = 50;

/** Makes `now` now, and asks again for everything on the page: also for what is about fixed times, or has failed. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    client.setQueryData(key, Date.now());
    setTimeout(() => {
      const unchanged = {
        type: 'active',
        predicate: ({ queryKey, state }: Query): boolean =>
          queryKey[0] !== key[0] && state.fetchStatus === 'idle',
      } as const;
      // Of a long list the first page alone; the rest comes by scrolling, as it did.
      for (const { queryKey, state } of client.getQueryCache().findAll(unchanged)) {
        const first = firstPage(state.data);
        if (first !== undefined) client.setQueryData(queryKey, first);
      }
      void client.refetchQueries(unchanged);
    }, settledMs);
  }, [client]);
}

/** Undefined for what does not come in pages, or has one. */
function firstPage(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('pages' in data && 'pageParams' in data)) return undefined;
  const { pages, pageParams } = data;
  if (!Array.isArray(pages) || !Array.isArray(pageParams) || pages.length < 2) return undefined;
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}
