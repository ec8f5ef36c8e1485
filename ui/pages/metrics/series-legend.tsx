// The series of a chart with their figures. A click draws one alone, another click all again.

import type { MouseEvent } from 'react';
import type { MetricSeries } from '../../data/metrics.ts';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import { figuresOf, printSeries, seriesKey } from './series-names.ts';

export interface NamedSeries {
  readonly one: MetricSeries;
  readonly name: string;
  readonly color: string;
}

interface SeriesLegendProps {
  readonly series: readonly NamedSeries[];
  readonly unit: Unit;
  /** Key of the series that is drawn alone. */
  readonly only: string;
  readonly onOnly: (key: string) => void;
  readonly onDoors: (at: MouseEvent | HTMLElement, series: MetricSeries) => void;
}

export function SeriesLegend({ series, unit, only, onOnly, onDoors }: SeriesLegendProps) {
  const print = (value: number | null): string => (value === null ? '–' : printValue(value, unit));
  return (
    <table className="series-legend" aria-label="Series">
      <thead>
        <tr>
          <th scope="col">series</th>
          <th scope="col">last</th>
          <th scope="col">mean</th>
          <th scope="col">highest</th>
        </tr>
      </thead>
      <tbody>
        {series.map(({ one, name, color }) => {
          const key = seriesKey(one.labels);
          const { last, mean, max } = figuresOf(one);
          return (
            <tr key={key} data-faded={(only !== '' && only !== key) || undefined}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={only === key}
                  title={`${printSeries(one.labels)}\nClick: ${only === key ? 'all series' : 'this series alone'}; right-click or m: what belongs to it`}
                  onClick={() => onOnly(only === key ? '' : key)}
                  onContextMenu={(event) => onDoors(event, one)}
                  onKeyDown={(event) => {
                    if (event.key !== 'm') return;
                    event.preventDefault();
                    event.stopPropagation();
                    onDoors(event.currentTarget, one);
                  }}
                >
                  <i style={{ background: color }} />
                  <span>{name}</span>
                </button>
              </th>
              <td className="number">{print(last)}</td>
              <td className="number">{print(mean)}</td>
              <td className="number">{print(max)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
