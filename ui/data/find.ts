// What the server knows of a text that was typed or pasted.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ExploreFind } from '../../src/api/explore/contract/find.ts';
import { fetchJson } from './fetch-json.ts';

/** An address holds so much everywhere; what tells a text apart stands at its beginning. */
const textSentMax = 4000;
const restMs = 180;

/** The text when nothing was typed for a moment. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

export function useFind(text: string): UseQueryResult<ExploreFind> {
  const sent = text.trim().slice(0, textSentMax);
  return useQuery({
    queryKey: ['find', sent],
    queryFn: ({ signal }) =>
      fetchJson<ExploreFind>(
        '/api/explore/find',
        [
          ['text', sent],
          ['offsetMinutes', String(-new Date().getTimezoneOffset())],
        ],
        signal,
      ),
    enabled: sent !== '',
    staleTime: 15_000,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
}
