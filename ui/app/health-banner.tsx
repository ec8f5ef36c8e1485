// What does not work, and what still does, in the server's own sentences; nothing while all is well.

import { useEffect, useState } from 'react';
import { AppLink } from '../controls/app-link.tsx';
import { ApiError } from '../data/fetch-json.ts';
import { calmPollMs, useHealth } from '../data/health.ts';
import { printSentence } from '../views/words/sentence.ts';

/** A server that is well answers this question in milliseconds. */
const slowMs = 4000;

export function HealthBanner() {
  const { data, error, isFetching } = useHealth(calmPollMs);
  const isSlow = useLasts(isFetching, slowMs);
  if (error !== null) {
    const unreachable = error instanceof ApiError && error.code === 'unreachable';
    return (
      <div className="banner" role="alert" data-kind="bad" data-testid="banner">
        {unreachable
          ? `Clew does not answer at ${location.host}. What is on the screen stays; it is asked again every 10 s.`
          : error.message}
      </div>
    );
  }
  if (isSlow) {
    return (
      <div className="banner" role="status" data-kind="warning" data-testid="banner">
        Clew has not answered for {slowMs / 1000} s: it is busy, or the way to it is slow. What is
        on the screen stays.
      </div>
    );
  }
  if (data === undefined || (data.problems.length === 0 && data.status !== 'starting')) return null;
  return (
    <div className="banner" role="status" data-kind="warning" data-testid="banner">
      {data.problems.length === 0 && (
        <p>Clew is starting: queries answer when its store is open.</p>
      )}
      {data.problems.map((problem) => (
        <p key={problem.code}>{printSentence(problem.message)}</p>
      ))}
      <AppLink href="/health">What to do</AppLink>
    </div>
  );
}

/** Whether something has been so for longer than this. */
function useLasts(isSo: boolean, ms: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => setLasts(true), ms);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [isSo, ms]);
  return lasts;
}
