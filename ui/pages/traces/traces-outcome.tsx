// What stands in a view's place while there is nothing in it: it loads, it failed, nothing matched.

import { sourceOfAddress } from '../../data/ask-clew.ts';
import { eagerPollMs, useHealth } from '../../data/health.ts';
import { useRefresh } from '../../data/now.ts';
import type { Zone } from '../../data/preferences.ts';
import { useTraceList } from '../../data/traces.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { GetStarted, useStartsEmpty } from '../../views/get-started/get-started.tsx';
import { QueryFailure } from '../../views/report/query-failure.tsx';
import { printCounted } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';

interface TracesFailureProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

export function TracesFailure(props: TracesFailureProps) {
  return <QueryFailure {...props} testId="traces-error" />;
}

const skeletonWidths = [82, 64, 73, 55, 78, 60, 69, 51, 75, 58];

export function TracesSkeleton() {
  return (
    <div className="traces-skeleton" role="status" aria-label="Loading traces">
      {skeletonWidths.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} aria-hidden="true" />
      ))}
    </div>
  );
}

interface NothingFoundProps {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly failed: boolean;
  readonly hasBox: boolean;
  readonly onEverything: () => void;
  readonly onFailedOff: () => void;
  readonly onBoxOff: () => void;
  readonly onWider: () => void;
}

export function NothingFound(props: NothingFoundProps) {
  const { query, range, zone, failed, hasBox } = props;
  const refresh = useRefresh();
  const health = useHealth(eagerPollMs);
  const startsEmpty = useStartsEmpty(health.data);
  // What this Clew received says nothing of a server elsewhere.
  const asksAll = query === '' && !failed && !hasBox && sourceOfAddress() === '';
  if (startsEmpty && asksAll && health.data !== undefined) {
    return <GetStarted received={health.data.received} onSeen={refresh} />;
  }
  return (
    <div className="notice" data-testid="traces-nothing">
      <h2>
        {hasBox
          ? 'No trace lies in the box.'
          : `No ${failed ? 'failed ' : ''}trace ${query === '' ? 'began' : 'matched'} in ${printSpanOfTime(range, zone)}.`}
      </h2>
      {asksAll ? <Received /> : <LookedAt range={range} />}
      <div className="notice-actions">
        {hasBox && (
          <button type="button" className="text-button" data-primary onClick={props.onBoxOff}>
            Take the box off
          </button>
        )}
        {failed && (
          <button type="button" className="text-button" onClick={props.onFailedOff}>
            Those that did not fail as well
          </button>
        )}
        {query !== '' && (
          <button type="button" className="text-button" onClick={props.onEverything}>
            Show everything of this time
          </button>
        )}
        <button type="button" className="text-button" onClick={props.onWider}>
          Look at a longer time
        </button>
      </div>
    </div>
  );
}

/** What the search had to choose from. */
function LookedAt({ range }: Pick<NothingFoundProps, 'range'>) {
  const all = { query: '', range, failed: false, box: undefined };
  const coverage = useTraceList(all, 'newest', 1).data?.coverage;
  return (
    <p>
      {coverage !== undefined &&
        (coverage.total === 0
          ? 'No trace at all began in this time. '
          : `${printCounted(coverage.total, 'trace')} of this time ${coverage.total === 1 ? 'was' : 'were'} looked at. `)}
      Take something off the search, or look at a longer time.
    </p>
  );
}

function Received() {
  const received = useHealth(eagerPollMs).data?.received;
  return (
    <p>
      {received !== undefined &&
        `Since it started, Clew has received ${printCounted(received.spans, 'span')} and ${printCounted(received.logs, 'log record')}. `}
      Send spans over OTLP, or look at a longer time.
    </p>
  );
}
