// The numbers on links to traces, before the click. Rows ask one by one while they are drawn; what was asked for
// within a moment goes out as one request, and each trace's answer is kept by itself.

import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreCounts } from '../../src/api/explore/contract/records.ts';
import { fetchJson } from './fetch-json.ts';

export interface TraceCounts {
  readonly spans: number;
  readonly errorSpans: number;
  /** Null: not known, for they are in a server elsewhere. */
  readonly logs: number | null;
}

interface Waiting {
  readonly resolve: (counts: TraceCounts | null) => void;
  readonly reject: (reason: unknown) => void;
}

const gatherMs = 30;
const idsMax = 50;
const waiting = new Map<string, Waiting[]>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function askFor(traceId: string): Promise<TraceCounts | null> {
  return new Promise((resolve, reject) => {
    const others = waiting.get(traceId) ?? [];
    waiting.set(traceId, [...others, { resolve, reject }]);
    timer ??= setTimeout(() => void sendAll(), gatherMs);
  });
}

async function sendAll(): Promise<void> {
  timer = undefined;
  const asked = [...waiting];
  waiting.clear();
  for (let at = 0; at < asked.length; at += idsMax) await send(asked.slice(at, at + idsMax));
}

async function send(asked: readonly [string, Waiting[]][]): Promise<void> {
  try {
    const parameters = asked.map(([id]) => ['trace', id] as const);
    const signal = new AbortController().signal;
    const { traces } = await fetchJson<ExploreCounts>('/api/explore/counts', parameters, signal);
    for (const [id, all] of asked) for (const one of all) one.resolve(traces[id] ?? null);
  } catch (thrown) {
    for (const [, all] of asked) for (const one of all) one.reject(thrown);
  }
}

/** Null: the server knows nothing of this trace. */
export function useTraceCounts(
  traceId: string,
  enabled: boolean,
): UseQueryResult<TraceCounts | null> {
  return useQuery({
    queryKey: ['counts', traceId],
    queryFn: () => askFor(traceId),
    enabled: enabled && traceId !== '',
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  });
}
