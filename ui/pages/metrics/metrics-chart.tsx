// The series as a chart: lines, exemplars as diamonds that lead to their traces, and a menu of doors at every point.

import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import { useExemplars } from '../../data/metrics.ts';
import type { MetricExemplar, MetricSeries, RangeResult } from '../../data/metrics.ts';
import { useZone } from '../../data/preferences.ts';
import type { Zone } from '../../data/preferences.ts';
import { traceHref } from '../../url/doors.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import type { ChartMark } from '../../views/time-chart/geometry.ts';
import { TimeChart } from '../../views/time-chart/time-chart.tsx';
import type { ChartPoint } from '../../views/time-chart/time-chart.tsx';
import { printTime } from '../../views/words/numbers.ts';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import { baseOfMetric } from './query-unit.ts';
import type { QueryShape } from './query-unit.ts';
import type { NamedSeries } from './series-legend.tsx';
import { seriesKey } from './series-names.ts';

interface MetricsChartProps {
  readonly query: string;
  readonly result: RangeResult;
  readonly series: readonly NamedSeries[];
  readonly shape: QueryShape;
  readonly only: string;
  readonly range: ResolvedRange;
  readonly cursor: InstantCursor;
  readonly back: string;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  readonly onDoors: (
    at: MouseEvent | HTMLElement,
    series: MetricSeries | undefined,
    point: ChartPoint,
  ) => void;
  readonly onMarkDoors: (at: MouseEvent | HTMLElement, mark: ChartMark) => void;
}

const chartHeight = 300;

export function MetricsChart(props: MetricsChartProps) {
  const { result, series, shape, only, cursor } = props;
  const zone = useZone();
  const exemplars = useExemplars(props.query, props.range, true);
  const drawn = useMemo(
    () => series.filter(({ one }) => only === '' || seriesKey(one.labels) === only),
    [series, only],
  );
  const charted = useMemo(
    () => drawn.map(({ one, name, color }) => ({ label: name, color, values: one.values })),
    [drawn],
  );
  const marks = useMemo(
    () =>
      exemplarMarks(
        exemplars.data ?? [],
        shape,
        drawn.length === 1 ? drawn[0]?.one : undefined,
        zone,
      ),
    [exemplars.data, shape, drawn, zone],
  );
  return (
    <TimeChart
      label={`Values of ${props.query}`}
      startMs={result.startMs}
      stepMs={result.stepMs}
      series={charted}
      unit={shape.unit}
      height={chartHeight}
      sampling="instants"
      marks={marks}
      back={props.back}
      onMarkDoors={props.onMarkDoors}
      cursor={cursor}
      onSelect={props.onZoom}
      onDoors={(at, point) =>
        props.onDoors(
          at,
          point.seriesIndex === undefined ? undefined : drawn[point.seriesIndex]?.one,
          point,
        )
      }
    />
  );
}

function unitOfExemplar({ labels }: MetricExemplar): Unit {
  return baseOfMetric((labels['__name__'] ?? '').replace(/_(?:bucket|count|sum)$/, ''));
}

/** Whether the exemplar's series has all the labels that a drawn series has. */
function isOf(exemplar: MetricExemplar, series: MetricSeries): boolean {
  return Object.entries(series.labels).every(
    ([name, value]) => name === 'le' || name === '__name__' || exemplar.labels[name] === value,
  );
}

/** What a series is of, and not where it is from. */
const shapeLabels: ReadonlySet<string> = new Set(['__name__', 'le', 'quantile']);

/** At their value where the chart is of such values, else along its foot. */
function exemplarMarks(
  exemplars: readonly MetricExemplar[],
  shape: QueryShape,
  only: MetricSeries | undefined,
  zone: Zone,
): readonly ChartMark[] {
  return exemplars
    .filter((exemplar) => only === undefined || isOf(exemplar, only))
    .map((exemplar) => {
      const unit = unitOfExemplar(exemplar);
      const at = printTime(BigInt(Math.round(exemplar.atMs)) * 1_000_000n, zone);
      const { spanId, traceId, atMs, value } = exemplar;
      const labels = Object.entries(exemplar.labels);
      return {
        atMs,
        value,
        valueText: printValue(value, unit),
        timeText: at,
        labels: labels.filter(([name, text]) => text !== '' && !shapeLabels.has(name)),
        traceId,
        href: traceHref(traceId, spanId === '' ? {} : { span: spanId }),
        title: `${printValue(value, unit)} at ${at}, ${placeOf(exemplar)}: open the trace`,
        ...(shape.showsObservations && shape.unit === unit ? {} : { atFoot: true }),
      };
    });
}

function placeOf({ labels }: MetricExemplar): string {
  const route =
    labels['http_route'] ?? labels['rpc_method'] ?? labels['messaging_destination_name'];
  const service = labels['service_name'] ?? labels['job'] ?? '';
  return [service.slice(service.lastIndexOf('/') + 1), route]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
