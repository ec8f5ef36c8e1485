// The heat map as a table, for those who hear it: a row for each band, a column for each of a few steps of time.

import { useMemo } from 'react';
import type { ExploreHeat } from '../../../src/api/explore/contract/overview.ts';
import type { Zone } from '../../data/preferences.ts';
import { printCount, printMinute } from '../words/numbers.ts';
import { summarizeHeat } from './layout.ts';
import type { HeatAxis } from './layout.ts';

interface HeatTableProps {
  readonly label: string;
  readonly heat: ExploreHeat;
  readonly axis: HeatAxis;
  readonly zone: Zone;
  readonly print: (bound: number) => string;
  readonly noun: string;
}

const stepsMax = 24;

export function HeatTable({ label, heat, axis, zone, print, noun }: HeatTableProps) {
  const { steps, rows } = useMemo(() => summarizeHeat(heat, axis, stepsMax), [heat, axis]);
  const at = (bucket: number): string =>
    printMinute(BigInt(Math.round(axis.startMs + bucket * axis.stepMs)) * 1_000_000n, zone);
  return (
    // A table is never narrower than its words, so what is hidden is the box around it.
    <div className="visually-hidden">
      <table data-testid="heat-table">
        <caption>{`${label}: ${noun}s by band and time, ${at(0)} to ${at(axis.buckets)}`}</caption>
        <thead>
          <tr>
            <th scope="col">band</th>
            {steps.map(({ from, to }) => (
              <th key={from} scope="col">{`${at(from)} to ${at(to)}`}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ band, steps: sums }) => (
            <tr key={band}>
              <th scope="row">
                {`${print(axis.boundsMs[band] ?? 0)} to ${print(axis.boundsMs[band + 1] ?? 0)}`}
              </th>
              {sums.map(({ requests, errors }, step) => (
                <td key={step}>
                  {errors > 0
                    ? `${printCount(requests)}, ${printCount(errors)} failing`
                    : printCount(requests)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
