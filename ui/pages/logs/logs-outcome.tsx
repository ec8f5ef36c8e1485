// What stands in the list's place while there is no line: it loads, it failed, nothing matched, or nothing was ever
// received.

import { eagerPollMs, useHealth } from '../../data/health.ts';
import type { LogsResult } from '../../data/logs.ts';
import type { Zone } from '../../data/preferences.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { absoluteRange } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printCounted, printInstant, printMinute } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import { QueryFailure } from '../../views/report/query-failure.tsx';
import { GetStarted, useStartsEmpty } from '../../views/get-started/get-started.tsx';

interface LogsOutcomeProps {
  readonly view: LogsView;
  readonly range: ResolvedRange;
  readonly logs: LogsResult;
  readonly zone: Zone;
  readonly onAsk: (change: Partial<LogsView>) => void;
  readonly onRetry: () => void;
}

export function LogsOutcome(props: LogsOutcomeProps) {
  const { logs, view } = props;
  const health = useHealth(logs.isPending || logs.data === undefined ? 10_000 : eagerPollMs);
  const startsEmpty = useStartsEmpty(health.data);
  if (logs.error !== null)
    return (
      <QueryFailure error={logs.error} onRetry={props.onRetry} testId="logs-error">
        {view.query !== '' && (
          <button type="button" className="text-button" onClick={() => props.onAsk({ query: '' })}>
            Show everything instead
          </button>
        )}
      </QueryFailure>
    );
  if (logs.data === undefined) return <LogsSkeleton />;
  const nothing = logs.data.pages[0]?.nothing ?? null;
  const received = health.data?.received;
  const isVirgin = startsEmpty && view.query === '' && (nothing?.lastMatchNs ?? null) === null;
  if (isVirgin && received !== undefined)
    return <GetStarted received={received} onSeen={props.onRetry} />;
  return <NothingMatched {...props} />;
}

function NothingMatched({ view, range, logs, zone, onAsk }: LogsOutcomeProps) {
  const nothing = logs.data?.pages[0]?.nothing ?? null;
  const last = nothing?.lastMatchNs ?? null;
  const minuteNs = 60_000_000_000n;
  return (
    <div className="notice" data-testid="nothing-matched">
      <h2>Nothing matched in {printSpanOfTime(range, zone)}.</h2>
      <p>
        {nothing !== null &&
          (nothing.linesInRange === 0
            ? 'Nothing at all was logged in this time. '
            : `${printCounted(nothing.linesInRange, 'line')} of this time ${nothing.linesInRange === 1 ? 'was' : 'were'} looked at. `)}
        {last === null
          ? 'No earlier line matches either.'
          : `The last match was ${printMinute(last, zone, isLongAgo(last))}.`}
      </p>
      <div className="notice-actions">
        {last !== null && (
          <button
            type="button"
            className="text-button"
            data-primary
            title={printInstant(last, zone)}
            onClick={() =>
              onAsk({
                range: absoluteRange(BigInt(last) - 30n * minuteNs, BigInt(last) + minuteNs),
                live: false,
              })
            }
          >
            Show the last match
          </button>
        )}
        {view.query !== '' && (
          <button type="button" className="text-button" onClick={() => onAsk({ query: '' })}>
            Show everything of this time
          </button>
        )}
      </div>
    </div>
  );
}

const dayNs = 86_400_000_000_000n;

function isLongAgo(ns: string): boolean {
  return BigInt(Date.now()) * 1_000_000n - BigInt(ns) > dayNs;
}

const skeletonWidths = [62, 48, 71, 55, 80, 44, 66, 58, 75, 51, 69, 47, 73, 60, 54, 78];

export function LogsSkeleton() {
  return (
    <div className="log-skeleton" aria-label="Loading log lines" role="status">
      {skeletonWidths.map((width) => (
        <div key={width} aria-hidden="true">
          <i className="skeleton" />
          <i className="skeleton" />
          <i className="skeleton" style={{ width: `${width}%` }} />
          <i className="skeleton" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
