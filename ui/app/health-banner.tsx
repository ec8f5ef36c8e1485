// What does not work, and what still does, in the server's own sentences; nothing while all is well.

import { ApiError } from '../data/fetch-json.ts';
import { calmPollMs, useHealth } from '../data/health.ts';

export function HealthBanner() {
  const { data, error } = useHealth(calmPollMs);
  if (error !== null) {
    const unreachable = error instanceof ApiError && error.code === 'unreachable';
    return (
      <div className="banner" role="alert" data-kind="bad">
        {unreachable
          ? `Clew does not answer at ${location.host}. What is on the screen stays; it is asked again every 10 s.`
          : error.message}
      </div>
    );
  }
  if (data === undefined || (data.problems.length === 0 && data.status !== 'starting')) return null;
  return (
    <div className="banner" role="status" data-kind="warning">
      {data.problems.length === 0 && (
        <p>Clew is starting: queries answer when its store is open.</p>
      )}
      {data.problems.map((problem) => (
        <p key={problem.code}>{problem.message}</p>
      ))}
    </div>
  );
}
