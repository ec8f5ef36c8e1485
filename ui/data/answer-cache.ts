// What the server has answered, kept for the whole screen: the pages ask through it, and the router asks ahead of them.

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './fetch-json.ts';

export const answerCache: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The banner says why before its own turn to ask comes: a store that was restarted is back within seconds.
    onError: (error, { queryKey }) => {
      if (error instanceof ApiError && error.code === 'unavailable' && queryKey[0] !== 'health') {
        void answerCache.invalidateQueries({ queryKey: ['health'] });
      }
    },
  }),
  defaultOptions: {
    queries: {
      // Answers stay until someone asks for fresh ones: going back finds what was there.
      staleTime: Infinity,
      gcTime: 600_000,
      refetchOnWindowFocus: false,
      // What the server refused it would refuse again; only silence is worth another try.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && error.code === 'unreachable',
      retryDelay: 500,
    },
  },
});
