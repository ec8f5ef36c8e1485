// What the chart says at one instant, in words: beside the pointer, and for a screen reader.

import type { Zone } from '../../data/preferences.ts';
import { printStepTime } from '../words/numbers.ts';
import { printValue } from '../words/unit.ts';
import type { Unit } from '../words/unit.ts';
import type { ChartSeries, TimeAxis } from './geometry.ts';

interface Reading {
  readonly axis: TimeAxis;
  readonly series: readonly ChartSeries[];
  readonly unit: Unit;
  readonly zone: Zone;
  readonly index: number;
}

/** More do not fit beside the pointer; the nearest series is always among them. */
const shownMax = 8;

function timeAt(axis: TimeAxis, index: number, zone: Zone): string {
  const ns = BigInt(Math.round(axis.startMs + index * axis.stepMs)) * 1_000_000n;
  return printStepTime(ns, zone);
}

interface Known {
  readonly at: number;
  readonly one: ChartSeries;
  readonly value: number;
}

function knownAt({ series, index }: Reading): readonly Known[] {
  return series
    .flatMap((one, at) => {
      const value = one.values[index] ?? null;
      return value === null ? [] : [{ at, one, value }];
    })
    .toSorted((a, b) => b.value - a.value);
}

export function readingText(reading: Reading): string {
  const known = knownAt(reading);
  const time = timeAt(reading.axis, reading.index, reading.zone);
  if (known.length === 0) return `${time}, nothing known`;
  const values = known
    .slice(0, shownMax)
    .map(({ one, value }) => `${one.label} ${printValue(value, reading.unit)}`);
  const rest = known.length > shownMax ? [`${known.length - shownMax} more`] : [];
  return [time, ...values, ...rest].join(', ');
}

interface ChartReadingProps extends Reading {
  /** The series that is drawn strongest. */
  readonly nearest: number | undefined;
  readonly x: number;
  readonly width: number;
}

export function ChartReading(props: ChartReadingProps) {
  const { x, width, nearest, unit } = props;
  const known = knownAt(props);
  const first = known.slice(0, shownMax);
  const near = known.find(({ at }) => at === nearest);
  const shown = near === undefined || first.includes(near) ? first : [...first.slice(0, -1), near];
  return (
    <div
      className="time-chart-reading"
      aria-hidden="true"
      style={x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }}
    >
      <div className="time-chart-reading-time number">
        {timeAt(props.axis, props.index, props.zone)}
      </div>
      {shown.map(({ at, one, value }) => (
        <div key={at} className="time-chart-reading-row" data-near={at === nearest || undefined}>
          <i style={{ background: one.color }} />
          <span>{one.label}</span>
          <b className="number">{printValue(value, unit)}</b>
        </div>
      ))}
      {known.length === 0 && <div className="time-chart-reading-rest">nothing known</div>}
      {known.length > shown.length && (
        <div className="time-chart-reading-rest">{known.length - shown.length} more</div>
      )}
    </div>
  );
}
