// What stands in the story's place: it loads, it failed, or there is nothing with this ID, and why.

import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { ApiError } from '../../data/fetch-json.ts';
import { Sentence } from '../../views/trace-logs/reasons.tsx';

interface TraceOutcomeProps {
  readonly error: Error | undefined;
  readonly trace: ExploreTrace | undefined;
  readonly onRetry: () => void;
}

export function TraceOutcome({ error, trace, onRetry }: TraceOutcomeProps) {
  if (trace !== undefined) {
    return (
      <div className="notice" data-testid="trace-empty">
        <h2>
          Nothing is stored for trace <span className="mono">{trace.traceId}</span>.
        </h2>
        {trace.reasons.map((reason) => (
          <p key={reason.message} data-testid="reason" data-code={reason.code}>
            <Sentence text={reason.message} />
          </p>
        ))}
        <button type="button" className="text-button" data-primary onClick={onRetry}>
          Look again
        </button>
      </div>
    );
  }
  const message = error?.message ?? 'The trace did not come';
  const isMalformed = error instanceof ApiError && error.code === 'invalid-data';
  return (
    <div className="notice" role="alert" data-testid="trace-error">
      <h2>{message.slice(0, 1).toUpperCase() + message.slice(1)}.</h2>
      <p>
        {isMalformed
          ? 'A trace ID has 16 or 32 hex digits; dashes, upper case and a whole traceparent are fine too.'
          : 'Try again in a moment; if it stays, Clew’s own log on stderr says more.'}
      </p>
      {!isMalformed && (
        <button type="button" className="text-button" data-primary onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Lines came, spans did not. */
export function NoSpans({ trace }: { readonly trace: ExploreTrace }) {
  const reasons = trace.reasons.filter(({ code }) => code.startsWith('trace-'));
  return (
    <div className="no-spans" data-testid="no-spans">
      {reasons.length === 0 && <p>No span of this trace has been received, only its log lines.</p>}
      {reasons.map((reason) => (
        <p key={reason.message} data-testid="reason" data-code={reason.code}>
          <Sentence text={reason.message} />
        </p>
      ))}
    </div>
  );
}

const skeletonBars = [
  [0, 96],
  [2, 12],
  [3, 90],
  [6, 84],
  [9, 14],
  [11, 8],
  [26, 18],
  [28, 14],
  [46, 40],
  [48, 38],
  [54, 24],
  [88, 8],
] as const;

export function TraceSkeleton() {
  return (
    <div className="trace-skeleton" role="status" aria-label="Loading the trace">
      <div className="trace-skeleton-head" aria-hidden="true">
        <i className="skeleton" style={{ width: 180 }} />
        <i className="skeleton" style={{ width: 320 }} />
      </div>
      <div className="trace-skeleton-body" aria-hidden="true">
        <div>
          {skeletonBars.map(([left, width]) => (
            <div key={left} className="trace-skeleton-row">
              <i className="skeleton" style={{ width: `${60 - left / 3}%` }} />
              <span>
                <i className="skeleton" style={{ marginLeft: `${left}%`, width: `${width}%` }} />
              </span>
            </div>
          ))}
        </div>
        <div>
          {skeletonBars.map(([left]) => (
            <div key={left} className="trace-skeleton-line">
              <i className="skeleton" style={{ width: `${40 + ((left * 7) % 50)}%` }} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
