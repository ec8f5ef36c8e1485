// The difference of two traces as a table: each path with how often and how long in A and in B.

import { useState } from 'react';
import type { ReactNode } from 'react';
import { printCount, printDuration } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import type { DiffKind, DiffRow, DiffSide, TraceDiff } from './diff.ts';
import './diff-table.css';

interface DiffTableProps {
  readonly diff: TraceDiff;
  /** The door to a span of A or of B. */
  readonly link: (side: 'a' | 'b', spanId: string, children: ReactNode) => ReactNode;
}

const kindWords: Readonly<Record<DiffKind, string>> = {
  added: '+ only in B',
  removed: '− only in A',
  slower: '▲ slower',
  faster: '▼ faster',
  same: 'same',
};
/** More rows than anyone reads; the rest is said. */
const rowsMax = 1000;
const indentPx = 14;
const indentsMax = 14;
const deltaBarPx = 60;

export function DiffTable({ diff, link }: DiffTableProps) {
  const [onlyChanged, setOnlyChanged] = useState(false);
  const rows = onlyChanged ? diff.rows.filter(({ kind }) => kind !== 'same') : diff.rows;
  const most = diff.rows.reduce((top, { deltaMs }) => Math.max(top, Math.abs(deltaMs)), 0);
  return (
    <section
      className="trace-diff"
      aria-label="The difference, path by path"
      data-testid="trace-diff"
    >
      <div className="trace-diff-head">
        {(Object.keys(kindWords) as DiffKind[]).map((kind) => (
          <span key={kind} className="number" data-kind={kind}>
            {kindWords[kind]} <b>{printCount(diff.counts[kind])}</b>
          </span>
        ))}
        <label>
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
          />{' '}
          only what differs
        </label>
      </div>
      <div className="trace-diff-scroll" tabIndex={0} role="group" aria-label="Rows">
        <table>
          <thead>
            <tr>
              <th scope="col">service · operation</th>
              <th scope="col">what</th>
              <th scope="col">spans A</th>
              <th scope="col">spans B</th>
              <th scope="col">time A</th>
              <th scope="col">time B</th>
              <th scope="col">difference</th>
              <th scope="col">by itself</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, rowsMax).map((row) => (
              <Row key={row.id} row={row} most={most} link={link} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="dim">Nothing differs but noise.</p>}
        {rows.length > rowsMax && (
          <p className="dim number">
            {printCount(rowsMax)} of {printCount(rows.length)} paths are shown.
          </p>
        )}
      </div>
    </section>
  );
}

function Row(props: {
  readonly row: DiffRow;
  readonly most: number;
  readonly link: DiffTableProps['link'];
}) {
  const { row, most, link } = props;
  const slowestOf = (side: 'a' | 'b'): ReactNode => {
    const { slowest, totalMs, count }: DiffSide = row[side];
    if (count === 0) return <span className="dim">–</span>;
    const words = printDuration(totalMs);
    const spanId = slowest?.span?.spanId;
    return spanId === undefined ? words : link(side, spanId, words);
  };
  return (
    <tr data-kind={row.kind}>
      <th scope="row" style={{ paddingLeft: 16 + Math.min(row.depth, indentsMax) * indentPx }}>
        <i style={{ background: serviceColor(row.service) }} aria-hidden="true" />
        <b>{row.service}</b> {row.name}
      </th>
      <td className="trace-diff-kind">{kindWords[row.kind]}</td>
      <td>{printCount(row.a.count)}</td>
      <td>
        {printCount(row.b.count)}
        {row.b.errors > row.a.errors && (
          <span className="trace-diff-errors">
            {' '}
            ▲{printCount(row.b.errors - row.a.errors)} more failing
          </span>
        )}
      </td>
      <td>{slowestOf('a')}</td>
      <td>{slowestOf('b')}</td>
      <td>
        <i
          className="trace-diff-bar"
          style={{ width: most > 0 ? (Math.abs(row.deltaMs) / most) * deltaBarPx : 0 }}
          aria-hidden="true"
        />
        {printDelta(row.deltaMs)}
      </td>
      <td>{printDelta(row.selfDeltaMs)}</td>
    </tr>
  );
}

export function printDelta(ms: number): string {
  if (Math.abs(ms) < 0.001) return '±0';
  return `${ms > 0 ? '+' : '−'}${printDuration(Math.abs(ms))}`;
}
