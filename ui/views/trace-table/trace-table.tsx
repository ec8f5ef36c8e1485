// The operations of a trace as a table; a row leads to its slowest span.

import { useMemo, useState } from 'react';
import type { SpanNode, SpanTree } from '../waterfall/tree.ts';
import { printCount, printDuration } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { operationColumns, operationsOf, sortOperations } from './aggregate.ts';
import type { OperationColumn } from './aggregate.ts';
import './trace-table.css';

interface TraceTableProps {
  readonly tree: SpanTree;
  readonly lengthMs: number;
  readonly selected: SpanNode | undefined;
  readonly onSelect: (node: SpanNode) => void;
}

const titles: Readonly<Record<OperationColumn, string>> = {
  name: 'service · operation',
  count: 'spans',
  errors: 'errors',
  selfMs: 'by itself',
  totalMs: 'total',
  medianMs: 'median',
  longestMs: 'longest',
};
/** More operations than anyone reads; the rest is said. */
const rowsMax = 500;

export function TraceTable({ tree, lengthMs, selected, onSelect }: TraceTableProps) {
  const [by, setBy] = useState<OperationColumn>('selfMs');
  const [reversed, setReversed] = useState(false);
  const operations = useMemo(() => operationsOf(tree), [tree]);
  const rows = useMemo(() => sortOperations(operations, by, reversed), [operations, by, reversed]);
  const mostMs = operations.reduce((most, { selfMs }) => Math.max(most, selfMs), 0);
  return (
    <div
      className="trace-table"
      tabIndex={0}
      role="group"
      aria-label="Operations of the trace"
      data-testid="trace-table"
    >
      <table>
        <thead>
          <tr>
            {operationColumns.map((column) => (
              <th
                key={column}
                scope="col"
                aria-sort={
                  by === column
                    ? reversed !== (column === 'name')
                      ? 'ascending'
                      : 'descending'
                    : 'none'
                }
              >
                <button
                  type="button"
                  onClick={() => {
                    setReversed(by === column && !reversed);
                    setBy(column);
                  }}
                >
                  {titles[column]} {by === column ? (reversed ? '▴' : '▾') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, rowsMax).map((row) => (
            <tr
              key={row.id}
              aria-selected={
                selected !== undefined &&
                selected.service === row.service &&
                selected.name === row.name
              }
              onClick={() => onSelect(row.slowest)}
            >
              <th scope="row">
                <i style={{ background: serviceColor(row.service) }} aria-hidden="true" />
                <button
                  type="button"
                  className="trace-table-name"
                  title="Go to its slowest span"
                  onClick={() => onSelect(row.slowest)}
                >
                  <b>{row.service}</b> {row.name}
                </button>
              </th>
              <td>{printCount(row.count)}</td>
              <td data-bad={row.errors > 0 || undefined}>
                {row.errors > 0 && '▲ '}
                {printCount(row.errors)}
              </td>
              <td>
                <i
                  className="trace-table-share"
                  style={{ width: `${mostMs > 0 ? (row.selfMs / mostMs) * 48 : 0}px` }}
                  aria-hidden="true"
                />
                {printDuration(row.selfMs)}
              </td>
              <td title={shareOf(row.totalMs, lengthMs)}>{printDuration(row.totalMs)}</td>
              <td>{printDuration(row.medianMs)}</td>
              <td>{printDuration(row.longestMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsMax && (
        <p className="dim number">
          {printCount(rowsMax)} of {printCount(rows.length)} operations are shown: sort by another
          column for the others.
        </p>
      )}
    </div>
  );
}

function shareOf(ms: number, lengthMs: number): string {
  return lengthMs > 0 ? `${((ms / lengthMs) * 100).toFixed(1)} % of the trace’s length` : '';
}
