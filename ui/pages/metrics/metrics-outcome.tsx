// What stands in the chart's place when there is none: the query is wrong, the server did not answer, or nothing has
// such a name in this time.

import type { RangeResult } from '../../data/metrics.ts';
import type { Zone } from '../../data/preferences.ts';
import type { MetricsView } from '../../url/metrics-view.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { QueryFailure } from '../../views/report/query-failure.tsx';
import { printCounted } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import { figureQueries } from './histogram-queries.ts';
import type { QueriedHistogram } from './histogram-queries.ts';
import { nothingAdvice } from './nothing-words.ts';

interface AnsweredProps {
  readonly result: RangeResult;
  readonly histogram: QueriedHistogram | undefined;
  readonly window: string;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly onAsk: (query: string) => void;
  readonly onShow: (change: Partial<MetricsView>) => void;
}

type MetricsOutcomeProps = { readonly error: Error; readonly onRetry: () => void } | AnsweredProps;

export function MetricsOutcome(props: MetricsOutcomeProps) {
  if ('error' in props) return <QueryFailure {...props} testId="metrics-error" />;
  const { result, range, zone } = props;
  if (result.histograms.length > 0) return <HistogramsOutcome {...props} />;
  return (
    <div className="notice" data-testid="metrics-nothing">
      <h2>No series has a value in {printSpanOfTime(range, zone)}.</h2>
      <p>{nothingAdvice(result.stepMs)}</p>
    </div>
  );
}

function HistogramsOutcome({ result, histogram, window, onAsk, onShow }: AnsweredProps) {
  const ask = histogram === undefined ? [] : figureQueries(histogram, window).slice(1, 2);
  return (
    <div className="notice" data-testid="metrics-nothing">
      <h2>
        The answer is {printCounted(result.histograms.length, 'native histogram')}, which no line
        can show.
      </h2>
      <p>
        A heat map shows where the observations are, a table their buckets; the figures are their
        quantiles and rates.
      </p>
      <button
        type="button"
        className="text-button"
        data-primary
        onClick={() => onShow({ show: 'heat' })}
      >
        Show the heat map
      </button>{' '}
      <button type="button" className="text-button" onClick={() => onShow({ show: 'stat' })}>
        Show the figures
      </button>{' '}
      <button type="button" className="text-button" onClick={() => onShow({ show: 'table' })}>
        Show the table
      </button>{' '}
      {ask.map(({ query }) => (
        <button key={query} type="button" className="text-button" onClick={() => onAsk(query)}>
          Show the 95th percentile
        </button>
      ))}
    </div>
  );
}
