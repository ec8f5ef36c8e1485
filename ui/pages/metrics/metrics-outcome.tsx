// What stands in the chart's place when there is none: the query is wrong, the server did not answer, or nothing has
// such a name in this time.

import { ApiError } from '../../data/fetch-json.ts';
import type { RangeResult } from '../../data/metrics.ts';
import type { Zone } from '../../data/preferences.ts';
import type { MetricsView } from '../../url/metrics-view.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';

const advice: Readonly<Record<string, string>> = {
  syntax: 'The place is underlined in the query.',
  execution: 'Narrow the query by a label, or take a shorter time.',
  timeout: 'Narrow the query by a label, or take a shorter time.',
  unavailable: 'Clew’s store is starting or restarting, or busy. Try again in a moment.',
  internal: 'This is a fault of Clew; its own log on stderr says more.',
  unreachable: 'Is it still running? Look at the terminal that it was started in.',
};

type MetricsOutcomeProps =
  | { readonly error: Error; readonly onRetry: () => void }
  | {
      readonly result: RangeResult;
      readonly view: MetricsView;
      readonly range: ResolvedRange;
      readonly zone: Zone;
      readonly onAsk: (query: string) => void;
    };

export function MetricsOutcome(props: MetricsOutcomeProps) {
  if ('error' in props) {
    const code = props.error instanceof ApiError ? props.error.code : 'internal';
    return (
      <div className="notice" role="alert" data-testid="metrics-error">
        <h2>{printSentence(props.error.message)}</h2>
        {advice[code] !== undefined && <p>{advice[code]}</p>}
        {code !== 'syntax' && (
          <button type="button" className="text-button" data-primary onClick={props.onRetry}>
            Try again
          </button>
        )}
      </div>
    );
  }
  const { result, range, zone } = props;
  return (
    <div className="notice" data-testid="metrics-nothing">
      <h2>
        {result.histograms > 0
          ? 'The answer is native histograms, which no line can show.'
          : `No series has a value in ${printSpanOfTime(range, zone)}.`}
      </h2>
      <p>
        {result.histograms > 0
          ? 'Take a quantile of them with histogram_quantile(0.95, …), or their mean with histogram_avg(…).'
          : 'Its name or its labels are not there in this time; the browser beside shows what is.'}
      </p>
      {result.histograms > 0 && (
        <button
          type="button"
          className="text-button"
          data-primary
          onClick={() => props.onAsk(`histogram_quantile(0.95, ${props.view.query})`)}
        >
          Show the 95th percentile
        </button>
      )}
    </div>
  );
}
