// The page before anything was asked: the metrics that say most about requests, errors and durations, drawn at once.

import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ExploreMetric, ExploreMetrics } from '../../../src/api/explore/contract/metrics.ts';
import { sourceOfAddress } from '../../data/ask-clew.ts';
import { eagerPollMs, useHealth } from '../../data/health.ts';
import { stepFor, useRangeQuery } from '../../data/metrics.ts';
import type { Zone } from '../../data/preferences.ts';
import { useRunning } from '../../data/status.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { GetStarted, useStartsEmpty } from '../../views/get-started/get-started.tsx';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import { TimeChart } from '../../views/time-chart/time-chart.tsx';
import { printSentence } from '../../views/words/sentence.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import { shapeOfQuery } from './query-unit.ts';
import { drawnSeries, seriesColors, seriesNames } from './series-names.ts';
import { startingMetrics, suggestQueries } from './suggest.ts';
import type { Suggestion } from './suggest.ts';

interface MetricsStartProps {
  readonly metrics: UseQueryResult<ExploreMetrics>;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly window: string;
  readonly cursor: InstantCursor;
  readonly onAsk: (metric: ExploreMetric, suggestion: Suggestion) => void;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
}

const metricsMax = 4;
const chartsMax = 6;

export function MetricsStart(props: MetricsStartProps) {
  const { metrics, window } = props;
  const charts = useMemo(
    () =>
      startingMetrics(metrics.data?.metrics ?? [], metricsMax)
        .flatMap((metric) => {
          const all = suggestQueries(metric, window);
          return (metric.type === 'histogram' ? all.slice(0, 3) : all.slice(0, 1)).map(
            (suggestion) => ({ metric, suggestion }),
          );
        })
        .slice(0, chartsMax),
    [metrics.data, window],
  );
  if (metrics.data !== undefined && metrics.data.metrics.length === 0)
    return <NoMetrics {...props} />;
  return (
    <div className="metrics-start" data-testid="metrics-start">
      {metrics.data === undefined
        ? Array.from({ length: 3 }, (_, at) => (
            <i key={at} className="chart-skeleton metrics-start-wait" />
          ))
        : charts.map(({ metric, suggestion }) => (
            <StartChart key={suggestion.query} {...props} metric={metric} suggestion={suggestion} />
          ))}
    </div>
  );
}

/** How to send something when nothing was ever received, else where metrics would be taken in. */
function NoMetrics({ range, zone, metrics }: MetricsStartProps) {
  const health = useHealth(eagerPollMs);
  const startsEmpty = useStartsEmpty(health.data);
  const running = useRunning();
  const isFar = sourceOfAddress() !== '';
  if (startsEmpty && health.data !== undefined && !isFar) {
    return <GetStarted received={health.data.received} onSeen={() => void metrics.refetch()} />;
  }
  const ports = running.data?.ports;
  return (
    <div className="notice" data-testid="no-metrics">
      <h2>
        No metric was {isFar ? 'stored' : 'received'} in {printSpanOfTime(range, zone)}.
      </h2>
      {!isFar && ports !== undefined && (
        <p>
          Send some by OTLP (port {ports.otlpGrpc} or {ports.otlpHttp}), or by Prometheus remote
          write to{' '}
          <code>
            http://{location.hostname}:{ports.mimir}/api/v1/push
          </code>
          ; or look at another time.
        </p>
      )}
    </div>
  );
}

interface StartChartProps extends MetricsStartProps {
  readonly metric: ExploreMetric;
  readonly suggestion: Suggestion;
}

/** A small chart has room for so many values and lines. */
const points = 90;
const linesMax = 12;
const chartHeight = 150;

function StartChart({ metric, suggestion, range, cursor, onAsk, onZoom }: StartChartProps) {
  const { query, title } = suggestion;
  const result = useRangeQuery(query, range, stepFor(range, points));
  const series = useMemo(() => {
    const drawn = drawnSeries(result.data?.series ?? [], linesMax);
    const names = seriesNames(drawn);
    const colors = seriesColors(drawn);
    return drawn.map(({ values }, at) => ({
      label: names[at] ?? '',
      color: colors[at] ?? '',
      values,
    }));
  }, [result.data]);
  const shape = useMemo(() => shapeOfQuery(query), [query]);
  return (
    <section className="metrics-start-chart" aria-label={`${metric.name}, ${title}`}>
      <button type="button" title={query} onClick={() => onAsk(metric, suggestion)}>
        <b>{metric.name}</b> <span>{title}</span>
      </button>
      {result.error !== null && <p className="dim">{printSentence(result.error.message)}</p>}
      {result.data === undefined && result.error === null && (
        <i className="chart-skeleton" role="status" aria-label="Loading" />
      )}
      {result.data !== undefined && series.length === 0 && (
        <p className="dim">No sample in this time.</p>
      )}
      {result.data !== undefined && series.length > 0 && (
        <TimeChart
          label={`${metric.name}, ${title}`}
          startMs={result.data.startMs}
          stepMs={result.data.stepMs}
          sampling="instants"
          series={series}
          unit={shape.unit}
          height={chartHeight}
          cursor={cursor}
          originMs={Number(range.startNs / 1_000_000n)}
          onSelect={onZoom}
        />
      )}
      <p className="metrics-start-legend">
        {series.map(({ label, color }) => (
          <span key={label}>
            <i style={{ background: color }} />
            {label}
          </span>
        ))}
      </p>
    </section>
  );
}
