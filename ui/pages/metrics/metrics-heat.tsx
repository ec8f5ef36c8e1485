// A histogram over time as a heat map: where most observations are, and what strays.

import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import type { RangeResult } from '../../data/metrics.ts';
import { HeatMap } from '../../views/heat-map/heat-map.tsx';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import { printValue } from '../../views/words/unit.ts';
import { promqlTokens } from '../../controls/query-editor/promql-tokens.ts';
import { heatOfBuckets } from './histogram-heat.ts';
import { baseOfMetric } from './query-unit.ts';

interface MetricsHeatProps {
  readonly query: string;
  readonly result: RangeResult;
  readonly window: string;
  readonly cursor: InstantCursor;
  readonly onAsk: (query: string) => void;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  readonly onDoors: (at: MouseEvent | HTMLElement, startNs: bigint, endNs: bigint) => void;
}

/** The histogram that a query is about. */
function bucketMetric(query: string): string | undefined {
  return promqlTokens(query).find(
    ({ style, text }) => style === 'metric' && text.endsWith('_bucket'),
  )?.text;
}

export function MetricsHeat(props: MetricsHeatProps) {
  const { query, result, cursor } = props;
  const metric = bucketMetric(query);
  const unit = baseOfMetric((metric ?? '').replace(/_bucket$/, ''));
  const found = useMemo(() => heatOfBuckets(result.series, 1), [result.series]);
  if (found === undefined) {
    return (
      <div className="notice">
        <h2>A heat map is drawn of the buckets of a histogram.</h2>
        <p>The query has to keep the label le, as sum by (le) does.</p>
        {metric !== undefined && (
          <button
            type="button"
            className="text-button"
            data-primary
            onClick={() => props.onAsk(`sum by (le) (increase(${metric}[${props.window}]))`)}
          >
            Show the buckets of {metric}
          </button>
        )}
      </div>
    );
  }
  return (
    <HeatMap
      label={`Distribution of ${query}`}
      startMs={result.startMs}
      stepMs={result.stepMs}
      buckets={found.buckets}
      heat={found.heat}
      height={320}
      selected={null}
      cursor={cursor}
      printBound={(bound) => (bound === Infinity ? 'more' : printValue(bound, unit))}
      noun="observation"
      onSelect={({ startNs, endNs }) => props.onZoom(startNs, endNs)}
      onDoors={(at, { startNs, endNs }) => props.onDoors(at, startNs, endNs)}
    />
  );
}
