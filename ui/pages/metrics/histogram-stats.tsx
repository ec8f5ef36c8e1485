// A histogram in figures: what half, 95 % and 99 % of its observations stay below, how many there are a second, and
// what they add up to. All of its series together; each figure is a query of its own and fails alone.

import { useRangeQueries } from '../../data/metrics.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { ViewState } from '../../views/report/view-state.tsx';
import { printDuration } from '../../views/words/numbers.ts';
import { figureQueries } from './histogram-queries.ts';
import type { QueriedHistogram } from './histogram-queries.ts';
import { lookBackOf } from './look-back.ts';
import { StatTile } from './metrics-stat.tsx';
import { shapeOfQuery } from './query-unit.ts';

interface HistogramStatsProps {
  readonly histogram: QueriedHistogram;
  readonly window: string;
  readonly range: ResolvedRange;
  readonly stepMs: number;
  readonly onAsk: (query: string) => void;
}

export function HistogramStats(props: HistogramStatsProps) {
  const { histogram, window, range, stepMs } = props;
  const figures = figureQueries(histogram, window);
  const answers = useRangeQueries(
    figures.map(({ query }) => query),
    range,
    stepMs,
  );
  return (
    <section aria-label={`Figures of ${histogram.metric}`} data-testid="histogram-stats">
      <h2 className="metrics-stats-head">
        All series of <code>{histogram.metric}</code> together; each value looks back{' '}
        {printDuration(lookBackOf(figures[0]?.query ?? '').fromMs)}
      </h2>
      <ul className="metrics-stats">
        {figures.map(({ title, query }, at) => {
          const answer = answers[at];
          const one = answer?.data?.series[0];
          return (
            <li key={title} title={query}>
              {answer?.data === undefined ? (
                <>
                  <h3>{title}</h3>
                  {answer !== undefined && <ViewState query={answer} what={title} />}
                </>
              ) : one === undefined ? (
                <>
                  <h3>{title}</h3>
                  <p className="dim">Nothing was observed in this time.</p>
                </>
              ) : (
                <StatTile
                  result={answer.data}
                  one={one}
                  name={title}
                  color={`var(--clew-service-${at})`}
                  unit={shapeOfQuery(query).unit}
                />
              )}
              <button
                type="button"
                className="link-button"
                aria-label={`Chart of ${title}`}
                onClick={() => props.onAsk(query)}
              >
                chart
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
