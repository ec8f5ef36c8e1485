// A histogram over time as a heat map: where most observations are, and what strays. Classic and native alike.

import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import type { RangeResult } from '../../data/metrics.ts';
import { HeatMap } from '../../views/heat-map/heat-map.tsx';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import { printValue } from '../../views/words/unit.ts';
import { heatOfBuckets } from './histogram-heat.ts';
import { bucketsQuery } from './histogram-queries.ts';
import type { QueriedHistogram } from './histogram-queries.ts';
import { heatOfHistograms } from './native-heat.ts';
import { baseOfMetric } from './query-unit.ts';
import type { QueryShape } from './query-unit.ts';

interface MetricsHeatProps {
  readonly query: string;
  readonly result: RangeResult;
  readonly shape: QueryShape;
  readonly histogram: QueriedHistogram | undefined;
  readonly window: string;
  readonly cursor: InstantCursor;
  readonly onAsk: (query: string) => void;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  /** `atMs`: of the last value that is meant. */
  readonly onDoors: (at: MouseEvent | HTMLElement, startMs: number, atMs: number) => void;
}

export function MetricsHeat(props: MetricsHeatProps) {
  const { query, result, histogram, cursor, shape } = props;
  const unit = baseOfMetric((histogram?.metric ?? '').replace(/_bucket$/, ''));
  const found = useMemo(() => {
    // Counts since the senders' starts say nothing of a step.
    if (histogram?.isCumulative === true) return undefined;
    const factor = shape.isRate ? result.stepMs / 1000 : 1;
    return heatOfBuckets(result.series, factor) ?? heatOfHistograms(result.histograms, factor);
  }, [result, shape.isRate, histogram?.isCumulative]);
  if (found === undefined) return <NoHeat {...props} />;
  return (
    <HeatMap
      label={`Distribution of ${query}`}
      // A value tells of the time before it, and so does its column.
      startMs={result.startMs - result.stepMs}
      stepMs={result.stepMs}
      buckets={found.buckets}
      heat={found.heat}
      height={320}
      selected={null}
      cursor={cursor}
      printBound={(bound) => (bound === Infinity ? 'more' : printValue(bound, unit))}
      noun="observation"
      onSelect={({ startNs, endNs }) => props.onZoom(startNs, endNs)}
      onDoors={(at, { startNs, endNs }) =>
        props.onDoors(at, Number(startNs / 1_000_000n) + result.stepMs, Number(endNs / 1_000_000n))
      }
    />
  );
}

function NoHeat({ histogram, window, onAsk }: MetricsHeatProps) {
  return (
    <div className="notice">
      <h2>A heat map is drawn of the buckets of a histogram.</h2>
      <p>
        {histogram === undefined
          ? 'This query reads no histogram: the metric browser names those that there are.'
          : histogram.isCumulative
            ? 'The query reads counts since the senders were started; increase(…) is what was added.'
            : histogram.kind === 'classic'
              ? 'The query has to keep the label le, as sum by (le) does.'
              : 'The query has to leave the histogram whole, as sum(increase(…)) does.'}
      </p>
      {histogram !== undefined && (
        <button
          type="button"
          className="text-button"
          data-primary
          onClick={() => onAsk(bucketsQuery(histogram, window))}
        >
          Show the buckets of {histogram.metric}
        </button>
      )}
    </div>
  );
}
