// The chart as a table, for those who hear it: a row for each series with its first, last, lowest and highest value.

import type { Zone } from '../../data/preferences.ts';
import { printMinute } from '../words/numbers.ts';
import { printValue } from '../words/unit.ts';
import type { Unit } from '../words/unit.ts';
import { axisEndMs } from './geometry.ts';
import type { ChartSeries, TimeAxis } from './geometry.ts';

interface ChartTableProps {
  readonly label: string;
  readonly axis: TimeAxis;
  readonly series: readonly ChartSeries[];
  readonly unit: Unit;
  readonly zone: Zone;
}

const rowsMax = 50;

export function ChartTable({ label, axis, series, unit, zone }: ChartTableProps) {
  const at = (ms: number): string => printMinute(BigInt(Math.round(ms)) * 1_000_000n, zone);
  const rest = series.length > rowsMax ? `, the first ${rowsMax} of ${series.length} series` : '';
  return (
    // A table is never narrower than its words, so what is hidden is the box around it.
    <div className="visually-hidden">
      <table>
        <caption>{`${label}, ${at(axis.startMs)} to ${at(axisEndMs(axis))}${rest}`}</caption>
        <thead>
          <tr>
            <th scope="col">series</th>
            <th scope="col">first</th>
            <th scope="col">last</th>
            <th scope="col">lowest</th>
            <th scope="col">highest</th>
          </tr>
        </thead>
        <tbody>
          {series.slice(0, rowsMax).map((one, index) => (
            <Row key={index} one={one} unit={unit} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ one, unit }: { readonly one: ChartSeries; readonly unit: Unit }) {
  const known = one.values.filter((value) => value !== null);
  const print = (value: number | undefined): string =>
    value === undefined ? 'unknown' : printValue(value, unit);
  return (
    <tr>
      <th scope="row">{one.label}</th>
      <td>{print(known[0])}</td>
      <td>{print(known.at(-1))}</td>
      <td>{print(known.length === 0 ? undefined : Math.min(...known))}</td>
      <td>{print(known.length === 0 ? undefined : Math.max(...known))}</td>
    </tr>
  );
}
