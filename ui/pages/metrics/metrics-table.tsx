// The series as a table: a column for each label, and the last value. Rows are virtual: there may be tens of thousands.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { MetricSeries } from '../../data/metrics.ts';
import { printValue } from '../../views/words/unit.ts';
import type { Unit } from '../../views/words/unit.ts';
import { figuresOf, seriesKey } from './series-names.ts';

interface MetricsTableProps {
  readonly series: readonly MetricSeries[];
  readonly unit: Unit;
}

const rowPx = 24;

export function MetricsTable({ series, unit }: MetricsTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const names = useMemo(
    () => [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].toSorted(),
    [series],
  );
  const rows = useMemo(
    () =>
      series
        .map((one) => ({ one, figures: figuresOf(one) }))
        .toSorted((a, b) => (b.figures.last ?? -Infinity) - (a.figures.last ?? -Infinity)),
    [series],
  );
  // The virtualizer changes in place; what is drawn from it is never kept.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 20,
  });
  const columns = `repeat(${names.length}, minmax(110px, 1fr)) repeat(3, 110px)`;
  const print = (value: number | null): string => (value === null ? '–' : printValue(value, unit));
  return (
    <div
      ref={scroller}
      className="metrics-table"
      role="table"
      aria-label="Series and their values"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div
        role="row"
        aria-rowindex={1}
        className="metrics-table-head"
        style={{ gridTemplateColumns: columns }}
      >
        {[...names, 'last', 'mean', 'highest'].map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const { one, figures } = row;
          return (
            <div
              key={seriesKey(one.labels)}
              role="row"
              aria-rowindex={index + 2}
              className="metrics-table-row"
              style={{ gridTemplateColumns: columns, transform: `translateY(${start}px)` }}
            >
              {names.map((name) => (
                <span key={name} role="cell" title={one.labels[name] ?? ''}>
                  {one.labels[name] ?? ''}
                </span>
              ))}
              {[figures.last, figures.mean, figures.max].map((value, at) => (
                <span key={at} role="cell" className="number">
                  {print(value)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
