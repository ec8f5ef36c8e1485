// A link to the newest trace that a TraceQL query finds in a time, of several queries the first that finds one; says so when
// there is none yet.

import { useQuery } from '@tanstack/react-query';
import { AppLink } from '../../controls/app-link.tsx';
import { fetchJson } from '../../data/fetch-json.ts';
import { printHref } from '../../url/address.ts';
import { printTimePoint, resolveRange } from '../../url/time-range.ts';
import type { TimeRange } from '../../url/time-range.ts';

interface ExampleTraceLinkProps {
  /** The best first. */
  readonly queries: readonly string[];
  readonly range: TimeRange;
  readonly more: Readonly<Record<string, string>>;
}

/** What this uses of Tempo's answer. */
interface SearchAnswer {
  readonly traces?: readonly { readonly traceID: string }[];
}

const retryMs = 4000;

export function ExampleTraceLink({ queries, range, more }: ExampleTraceLinkProps) {
  const { data: traceId } = useQuery({
    queryKey: ['tour-trace', queries, printTimePoint(range.from), printTimePoint(range.to)],
    queryFn: async ({ signal }) => {
      const { startNs, endNs } = resolveRange(range, Date.now());
      for (const query of queries) {
        const { traces = [] } = await fetchJson<SearchAnswer>(
          '/tempo/api/search',
          [
            ['q', query],
            ['start', String(startNs / 1_000_000_000n)],
            ['end', String(endNs / 1_000_000_000n + 1n)],
            ['limit', '1'],
          ],
          signal,
        );
        if (traces[0] !== undefined) return traces[0].traceID;
      }
      return null;
    },
    refetchInterval: ({ state }) => (typeof state.data === 'string' ? false : retryMs),
  });
  if (traceId === undefined || traceId === null)
    return (
      <span className="tour-door dim">
        {traceId === undefined
          ? 'looking for one'
          : range.to.kind === 'now'
            ? 'no such trace has arrived yet'
            : 'no such trace is stored any more'}
      </span>
    );
  return (
    <AppLink href={printHref(`/trace/${traceId}`, more)} className="tour-door">
      Show me one
    </AppLink>
  );
}
