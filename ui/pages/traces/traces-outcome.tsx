// What stands in a view's place while there is nothing in it: it loads, it failed, nothing matched.

import { ApiError } from '../../data/fetch-json.ts';
import type { Zone } from '../../data/preferences.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';

interface TracesFailureProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

const advice: Readonly<Record<string, string>> = {
  syntax: 'The place is underlined in the query.',
  semantics: 'The place is underlined in the query.',
  limit: 'Narrow the time range or the query.',
  timeout: 'Narrow the time range, or name a service in the query.',
  overloaded: 'Clew is busy with other queries. Try again in a moment.',
  unavailable: 'Clew’s store is starting or restarting. Try again in a moment.',
  internal: 'This is a fault of Clew; its own log on stderr says more.',
  unreachable: 'Is it still running? Look at the terminal that it was started in.',
};

export function TracesFailure({ error, onRetry }: TracesFailureProps) {
  const code = error instanceof ApiError ? error.code : 'internal';
  return (
    <div className="notice" role="alert" data-testid="traces-error">
      <h2>{printSentence(error.message)}</h2>
      {advice[code] !== undefined && <p>{advice[code]}</p>}
      {code !== 'syntax' && code !== 'semantics' && (
        <button type="button" className="text-button" data-primary onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
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
  return (
    <div className="notice" data-testid="traces-nothing">
      <h2>
        {hasBox
          ? 'No trace lies in the box.'
          : `No ${failed ? 'failed ' : ''}trace ${query === '' ? 'began' : 'matched'} in ${printSpanOfTime(range, zone)}.`}
      </h2>
      <p>
        {query === '' && !failed && !hasBox
          ? 'Send spans over OTLP, or look at a longer time.'
          : 'Take something off the search, or look at a longer time.'}
      </p>
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
