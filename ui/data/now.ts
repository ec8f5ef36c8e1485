// The instant that `now` stands for on the screen. It is kept until someone asks for fresh data, so that going back
// to a page finds the answers that were there.

import { useQuery, useQueryClient } from '@tanstack/react-query';
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

/** Makes `now` now: everything that is relative to it is asked for again. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  return useCallback(() => client.setQueryData(key, Date.now()), [client]);
}
