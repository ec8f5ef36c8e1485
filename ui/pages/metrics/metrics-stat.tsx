// The last value of each series, large, with the way that led to it.

import { TimeChart } from '../../views/time-chart/time-chart.tsx';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import type { MetricSeries, RangeResult } from '../../data/metrics.ts';
import type { NamedSeries } from './series-legend.tsx';
import { figuresOf, printSeries, seriesKey } from './series-names.ts';

interface MetricsStatProps {
  readonly result: RangeResult;
  readonly series: readonly NamedSeries[];
  readonly unit: Unit;
}

export function MetricsStat({ result, series, unit }: MetricsStatProps) {
  return (
    <ul className="metrics-stats" aria-label="The last value of each series">
      {series.map(({ one, name, color }) => (
        <li key={seriesKey(one.labels)} title={printSeries(one.labels)}>
          <StatTile {...{ result, one, name, color, unit }} />
        </li>
      ))}
    </ul>
  );
}

interface StatTileProps {
  readonly result: RangeResult;
  readonly one: MetricSeries;
  readonly name: string;
  readonly color: string;
  readonly unit: Unit;
}

export function StatTile({ result, one, name, color, unit }: StatTileProps) {
  const { last } = figuresOf(one);
  return (
    <>
      <h3>
        <i style={{ background: color }} />
        {name}
      </h3>
      <p className="number">{last === null ? '–' : printValue(last, unit)}</p>
      <TimeChart
        label={`Values of ${name}`}
        startMs={result.startMs}
        stepMs={result.stepMs}
        sampling="instants"
        series={[{ label: name, color, values: one.values, kind: 'area' }]}
        unit={unit}
        height={70}
      />
    </>
  );
}
