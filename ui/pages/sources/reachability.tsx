// Whether a server elsewhere answers, asked once while the page is looked at, in the way its kind is asked for least.

import { useQuery } from '@tanstack/react-query';
import { askClew } from '../../data/ask-clew.ts';
import { printDuration } from '../../views/words/numbers.ts';

interface ReachabilityProps {
  readonly uid: string;
  /** A small question that every server of the kind answers. */
  readonly question: string;
}

const questions: Readonly<Record<string, string>> = {
  loki: 'loki/api/v1/labels',
  tempo: 'api/echo',
  prometheus: 'api/v1/query?query=1',
};

export function questionOf(type: string): string | undefined {
  return questions[type];
}

interface Answer {
  readonly status: number;
  readonly tookMs: number;
}

export function Reachability({ uid, question }: ReachabilityProps) {
  const { data, error } = useQuery({
    queryKey: ['reachability', uid],
    queryFn: async ({ signal }): Promise<Answer> => {
      const startMs = performance.now();
      const path = `/api/datasources/proxy/uid/${encodeURIComponent(uid)}/${question}`;
      const { status } = await askClew(path, { signal });
      return { status, tookMs: performance.now() - startMs };
    },
    retry: false,
  });
  return (
    <dd data-testid={`reachability-${uid}`} role="status">
      {error !== null && 'Clew could not be asked.'}
      {error === null && data === undefined && <span className="dim">asking</span>}
      {data !== undefined && words(data)}
    </dd>
  );
}

function words({ status, tookMs }: Answer): string {
  if (status < 300) return `yes, in ${printDuration(tookMs)}`;
  if (status === 401 || status === 403) {
    return `yes, but it wants a login (status ${status}): basicAuth or httpHeaderName1 in the file`;
  }
  if (status === 502 || status === 503 || status === 504) {
    return 'no: is it running, and can this machine reach it?';
  }
  return `yes, but not as a server of this kind (status ${status}): is the address right?`;
}
