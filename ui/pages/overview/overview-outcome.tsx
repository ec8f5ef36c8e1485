// What stands in the overview's place while no service is known in the range: how to send something when nothing was
// ever received, else where there is something.

import type { Zone } from '../../data/preferences.ts';
import { eagerPollMs, useHealth } from '../../data/health.ts';
import { useRefresh } from '../../data/now.ts';
import type { ResolvedRange, TimeRange } from '../../url/time-range.ts';
import { printCounted } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import { GetStarted, useStartsEmpty } from '../../views/get-started/get-started.tsx';

interface OverviewOutcomeProps {
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly onRange: (range: TimeRange) => void;
}

const dayMs = 86_400_000;

export function OverviewOutcome({ range, zone, onRange }: OverviewOutcomeProps) {
  const refresh = useRefresh();
  const health = useHealth(eagerPollMs);
  const startsEmpty = useStartsEmpty(health.data);
  const received = health.data?.received;
  if (received === undefined) return null;
  if (startsEmpty) return <GetStarted received={received} onSeen={refresh} />;
  return (
    <div className="notice" data-testid="overview-nothing">
      <h2>No service sent a span or a log line in {printSpanOfTime(range, zone)}.</h2>
      <p>
        Since it started, Clew has received {printCounted(received.spans, 'span')} and{' '}
        {printCounted(received.logs, 'log record')}.
      </p>
      <button
        type="button"
        className="text-button"
        data-primary
        onClick={() =>
          onRange({ from: { kind: 'now', agoMs: dayMs }, to: { kind: 'now', agoMs: 0 } })
        }
      >
        Show the last 24 h
      </button>
    </div>
  );
}
