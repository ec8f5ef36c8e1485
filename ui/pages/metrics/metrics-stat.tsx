// The last value of each series, large, with the way that led to it.

import type { RangeResult } from '../../data/metrics.ts';
import { TimeChart } from '../../views/time-chart/time-chart.tsx';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import type { NamedSeries } from './series-legend.tsx';
import { figuresOf, printSeries, seriesKey } from './series-names.ts';

interface MetricsStatProps {
  readonly result: RangeResult;
  readonly series: readonly NamedSeries[];
  readonly unit: Unit;
}

export function MetricsStat({ result, series, unit }: MetricsStatProps) {
  return (
    <ul className="metrics-stats">
      {series.map(({ one, name, color }) => {
        const { last } = figuresOf(one);
        return (
          <li key={seriesKey(one.labels)} title={printSeries(one.labels)}>
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
          </li>
        );
      })}
    </ul>
  );
}
