// Lines, areas and bars of a time chart on uPlot's canvas, with the axes. Paint only: pointer, keys, marks and words are
// the overlay's. In a chunk of its own, because of uPlot.

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { palettes } from '../../app/theme.ts';
import type { Scheme } from '../../app/theme.ts';
import type { Zone } from '../../data/preferences.ts';
import { timeTicks } from '../histogram/layout.ts';
import { printTimeMark } from '../words/numbers.ts';
import { printValue } from '../words/unit.ts';
import type { Unit } from '../words/unit.ts';
import { axisEndMs, instantOf, plotBox } from './geometry.ts';
import type { ChartSeries, TimeAxis } from './geometry.ts';

interface ChartCanvasProps {
  readonly axis: TimeAxis;
  readonly series: readonly ChartSeries[];
  /** Values as drawn: stacked when the chart is. */
  readonly drawn: readonly (readonly (number | null)[])[];
  readonly stacked: boolean;
  readonly range: { readonly low: number; readonly high: number };
  readonly unit: Unit;
  readonly width: number;
  readonly height: number;
  readonly zone: Zone;
  readonly scheme: Scheme;
}

const tickApartPx = 90;
const dayMs = 86_400_000;

/** A variable of the style sheet as the color that it has here: the canvas knows no variables. */
function resolveColor(element: Element, color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name === undefined ? color : getComputedStyle(element).getPropertyValue(name).trim();
}

function withAlpha(color: string, percent: number): string {
  return `color-mix(in srgb, ${color} ${percent}%, transparent)`;
}

/** Values without a neighbour on either side: no line would show them. */
export function lonelyIndices(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, at) =>
    value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null
      ? [at]
      : [],
  );
}

function seriesOptions(
  { kind = 'line', dashed = false }: ChartSeries,
  color: string,
  drawn: readonly (number | null)[],
  stacked: boolean,
): uPlot.Series {
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [1], gap: 1 });
    return {
      stroke: color,
      fill: color,
      width: 0,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    };
  }
  const lonely = lonelyIndices(drawn);
  return {
    stroke: color,
    width: kind === 'area' && stacked ? 1 : 1.5,
    ...(kind === 'area' && !stacked ? { fill: withAlpha(color, 18) } : {}),
    ...(dashed ? { dash: [5, 4] } : {}),
    points: { show: lonely.length > 0, size: 4, fill: color, width: 0, filter: () => lonely },
  };
}

/** What is between a stacked area and the one below it. */
function stackBands(series: readonly ChartSeries[], colors: readonly string[]): uPlot.Band[] {
  return series.flatMap(({ kind }, at) =>
    kind === 'area' && at > 0
      ? [{ series: [at + 1, at] as [number, number], fill: withAlpha(colors[at] ?? '', 45) }]
      : [],
  );
}

function axes(props: ChartCanvasProps): uPlot.Axis[] {
  const { axis, zone, width, height, unit } = props;
  const palette = palettes[props.scheme];
  const box = plotBox(width, height);
  const endMs = axisEndMs(axis);
  const zoneMs = zone === 'utc' ? 0 : -new Date(axis.startMs).getTimezoneOffset() * 60_000;
  const ticks = timeTicks(
    BigInt(Math.round(axis.startMs)) * 1_000_000n,
    BigInt(Math.round(endMs)) * 1_000_000n,
    box.width,
    tickApartPx,
    zoneMs,
  );
  const withDay = endMs - axis.startMs > dayMs;
  const look = {
    stroke: palette.dim,
    font: '11px ui-sans-serif, system-ui, sans-serif',
    grid: { stroke: palette.hairline, width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  return [
    {
      ...look,
      size: height - box.top - box.height,
      splits: () => ticks.map(({ ns }) => Number(ns / 1_000_000n)),
      values: () => ticks.map(({ ns }) => printTimeMark(ns, zone, withDay)),
    },
    {
      ...look,
      size: box.left,
      space: 26,
      values: (_, splits) => splits.map((value) => printValue(value, unit)),
    },
  ];
}

export function ChartCanvas(props: ChartCanvasProps) {
  const parent = useRef<HTMLDivElement>(null);
  const { axis, series, drawn, stacked, range, unit, width, height, zone, scheme } = props;
  useEffect(() => {
    const element = parent.current;
    if (element === null || width <= 0) return undefined;
    const colors = series.map(({ color }) => resolveColor(element, color));
    const options = series.map((one, at) =>
      seriesOptions(one, colors[at] ?? '', drawn[at] ?? [], stacked),
    );
    // The lowest area has no other one below it: it is filled down to zero.
    if (stacked && series[0]?.kind === 'area' && options[0] !== undefined) {
      options[0].fill = withAlpha(colors[0] ?? '', 45);
    }
    // Stacked bars are drawn from the highest down, each over the one before.
    const order = series.map((_, at) => at);
    if (stacked && series[0]?.kind === 'bars') order.reverse();
    const box = plotBox(width, height);
    const plot = new uPlot(
      {
        width,
        height,
        padding: [box.top, width - box.left - box.width, 0, 0],
        ms: 1,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [axis.startMs, axisEndMs(axis)] },
          y: { range: () => [range.low, range.high] },
        },
        axes: axes({ axis, series, drawn, stacked, range, unit, width, height, zone, scheme }),
        series: [{}, ...order.map((at) => options[at] ?? {})],
        bands: stacked ? stackBands(series, colors) : [],
      },
      [
        Array.from({ length: axis.count }, (_, at) => instantOf(axis, at)),
        ...order.map((at) => [...(drawn[at] ?? [])]),
      ],
      element,
    );
    return () => plot.destroy();
  }, [axis, series, drawn, stacked, range, unit, width, height, zone, scheme]);
  return <div ref={parent} className="time-chart-canvas" aria-hidden="true" />;
}
