// What stands in the chart's place when there is none: the query is wrong, the server did not answer, or nothing has
// such a name in this time.

import type { RangeResult } from '../../data/metrics.ts';
import type { Zone } from '../../data/preferences.ts';
import type { MetricsView } from '../../url/metrics-view.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { QueryFailure } from '../../views/report/query-failure.tsx';
import { printSpanOfTime } from '../../views/words/time-range.ts';

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
  if ('error' in props) return <QueryFailure {...props} testId="metrics-error" />;
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
