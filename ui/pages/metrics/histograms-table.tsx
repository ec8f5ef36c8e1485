// Native histograms as a table: of each series the labels and, of its newest sample, how many observations there are,
// their sum, mean and quantiles; and the buckets of the one that is open.

import { useState } from 'react';
import type { HistogramPoint, HistogramSeries } from '../../data/native-histograms.ts';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import { quantileOfPoint } from './native-quantile.ts';
import { printSeries, seriesKey } from './series-names.ts';

interface HistogramsTableProps {
  readonly histograms: readonly HistogramSeries[];
  /** Of what is observed. */
  readonly unit: Unit;
}

const rowsMax = 200;
const quantiles = [0.5, 0.95, 0.99] as const;

export function HistogramsTable({ histograms, unit }: HistogramsTableProps) {
  const [open, setOpen] = useState('');
  const rows = histograms.slice(0, rowsMax).flatMap(({ labels, points }) => {
    const point = points.findLast((one) => one !== null);
    return point === undefined || point === null ? [] : [{ labels, point }];
  });
  const columns = 3 + quantiles.length;
  return (
    // The table scrolls, also by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="histograms-table" tabIndex={0} role="group" aria-label="Histograms">
      <table data-testid="histograms-table">
        <thead>
          <tr>
            <th>series, at its newest sample</th>
            <th className="number">observations</th>
            <th className="number">sum</th>
            <th className="number">mean</th>
            {quantiles.map((share) => (
              <th key={share} className="number">
                p{share * 100}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map(({ labels, point }) => {
          const key = seriesKey(labels);
          const isOpen = open === key || rows.length === 1;
          return (
            <tbody key={key}>
              <tr>
                <td>
                  <button
                    type="button"
                    className="link-button"
                    aria-expanded={isOpen}
                    title="Its buckets"
                    onClick={() => setOpen(isOpen ? '' : key)}
                  >
                    {printSeries(labels)}
                  </button>
                </td>
                <td className="number">{printValue(point.count, 'count')}</td>
                <td className="number">{printValue(point.sum, unit)}</td>
                <td className="number">{printValue(point.sum / point.count, unit)}</td>
                {quantiles.map((share) => (
                  <td key={share} className="number">
                    {printValue(quantileOfPoint(point, share), unit)}
                  </td>
                ))}
              </tr>
              {isOpen && (
                <tr>
                  <td colSpan={columns + 1}>
                    <Buckets point={point} unit={unit} />
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
      </table>
      {histograms.length > rowsMax && (
        <p className="dim">
          {rowsMax} of {histograms.length} histograms are shown.
        </p>
      )}
    </div>
  );
}

function Buckets({ point, unit }: { readonly point: HistogramPoint; readonly unit: Unit }) {
  const most = Math.max(1, ...point.buckets.map(({ count }) => count));
  return (
    <table className="histogram-buckets" aria-label="Buckets">
      <thead>
        <tr>
          <th className="number">above</th>
          <th className="number">up to</th>
          <th className="number">observations</th>
          <th aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {point.buckets.map(({ low, high, count }) => (
          <tr key={`${low} ${high}`}>
            <td className="number">{printValue(low, unit)}</td>
            <td className="number">{printValue(high, unit)}</td>
            <td className="number">{printValue(count, 'count')}</td>
            <td aria-hidden="true">
              <i style={{ width: `${(count / most) * 100}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
