// The three charts on top of the overview: share of failing requests, latency, log lines by level. A box drawn on any of
// them opens what is behind it; all of them show the same instant.

import { useComputedColorScheme } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreOverview } from '../../../src/api/explore/contract/overview.ts';
import type { ExploreHistogram } from '../../../src/api/explore/contract/records.ts';
import { palettes } from '../../app/theme.ts';
import type { Palette } from '../../app/theme.ts';
import type { ChartBox, ChartKind, LatencyView } from '../../url/overview-view.ts';
import { HeatMap } from '../../views/heat-map/heat-map.tsx';
import type { HeatSelection } from '../../views/heat-map/layout.ts';
import { bySeverity } from '../../views/histogram/layout.ts';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import { plotBox } from '../../views/time-chart/geometry.ts';
import type { ChartSeries } from '../../views/time-chart/geometry.ts';
import { TimeChart } from '../../views/time-chart/time-chart.tsx';
import type { ChartPoint } from '../../views/time-chart/time-chart.tsx';
import { isErrorLevel, levelKind } from '../../views/words/level.ts';
import {
  printCount,
  printCounted,
  printDuration,
  printShortCount,
} from '../../views/words/numbers.ts';
import { percent } from './change.ts';
import './overview-charts.css';

interface OverviewChartsProps {
  readonly overview: UseQueryResult<ExploreOverview>;
  readonly levels: UseQueryResult<ExploreHistogram>;
  readonly box: ChartBox | null;
  readonly latency: LatencyView;
  readonly cursor: InstantCursor;
  readonly onBox: (box: ChartBox) => void;
  readonly onLatency: (latency: LatencyView) => void;
  readonly onDoors: (at: MouseEvent | HTMLElement, box: ChartBox) => void;
}

const chartHeight = 132;

export function OverviewCharts(props: OverviewChartsProps) {
  return (
    <div className="overview-charts" data-testid="overview-charts">
      <ErrorsChart {...props} />
      <LatencyChart {...props} />
      <LogsChart {...props} />
    </div>
  );
}

interface FrameProps {
  readonly title: string;
  readonly figures: ReactNode;
  readonly state: {
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly isPlaceholderData: boolean;
    readonly refetch: () => unknown;
  };
  readonly children: ReactNode;
}

function Frame({ title, figures, state, children }: FrameProps) {
  return (
    <section className="overview-chart" data-stale={state.isPlaceholderData || undefined}>
      <header>
        <h2>{title}</h2>
        {figures}
      </header>
      {state.error !== null ? (
        <div className="overview-chart-failed" role="alert" style={{ height: chartHeight }}>
          <p>This chart did not come: {state.error.message}.</p>
          <button type="button" className="text-button" onClick={() => void state.refetch()}>
            Try again
          </button>
        </div>
      ) : state.isPending ? (
        <div className="overview-chart-skeleton skeleton" style={{ height: chartHeight - 28 }} />
      ) : (
        children
      )}
    </section>
  );
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <p className="overview-chart-failed dim" style={{ height: chartHeight }}>
      {children}
    </p>
  );
}

function startMsOf({ firstNs }: ExploreOverview): number {
  return Number(BigInt(firstNs) / 1_000_000n);
}

function stepMsOf({ stepNs }: ExploreOverview): number {
  return Number(BigInt(stepNs)) / 1e6;
}

function timeBox(chart: ChartKind, startNs: bigint, endNs: bigint): ChartBox {
  return { chart, startNs, endNs, minNs: null, maxNs: null };
}

function pointBox(chart: ChartKind, { startMs, endMs }: ChartPoint): ChartBox {
  const ns = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;
  return timeBox(chart, ns(startMs), ns(endMs));
}

/** The box as it was drawn, over a chart of time alone. */
function BoxMark(props: {
  readonly box: ChartBox | null;
  readonly startMs: number;
  readonly endMs: number;
}) {
  const { box, startMs, endMs } = props;
  if (box === null) return null;
  const share = (ns: bigint): number =>
    Math.min(1, Math.max(0, (Number(ns / 1_000_000n) - startMs) / (endMs - startMs)));
  const from = share(box.startNs);
  const to = share(box.endNs);
  if (from >= to) return null;
  const plot = plotBox(1000, chartHeight);
  const sides = 1000 - plot.width;
  return (
    <div
      className="overview-box"
      style={{
        top: plot.top,
        height: plot.height,
        left: `calc(${plot.left}px + (100% - ${sides}px) * ${from})`,
        width: `calc((100% - ${sides}px) * ${to - from})`,
      }}
    />
  );
}

function ErrorsChart(props: OverviewChartsProps) {
  const { overview, box, cursor, onBox, onDoors } = props;
  const { data } = overview;
  const requests = data?.overTime.requests ?? [];
  const errors = data?.overTime.errors ?? [];
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const all = sum(requests);
  const failing = sum(errors);
  const series: ChartSeries[] = [
    {
      label: 'failing',
      color: 'var(--clew-bad)',
      kind: 'area',
      values: requests.map((count, at) => (count === 0 ? null : ((errors[at] ?? 0) / count) * 100)),
    },
  ];
  const startMs = data === undefined ? 0 : startMsOf(data);
  const stepMs = data === undefined ? 1 : stepMsOf(data);
  return (
    <Frame
      title="Errors"
      state={overview}
      figures={
        data !== undefined &&
        all > 0 && (
          <span className="number">
            <b data-bad={failing > 0 || undefined}>{percent(all === 0 ? 0 : failing / all)}</b>{' '}
            {printCount(failing)} of {printCounted(all, 'request')}
          </span>
        )
      }
    >
      <div className="overview-plot" data-testid="errors-chart">
        {all === 0 ? (
          <Nothing>No request in this time: requests are counted from spans.</Nothing>
        ) : (
          <TimeChart
            label="Share of requests that failed"
            startMs={startMs}
            stepMs={stepMs}
            series={series}
            unit="percent"
            height={chartHeight}
            cursor={cursor}
            onSelect={(startNs, endNs) => onBox(timeBox('errors', startNs, endNs))}
            onDoors={(at, point) => onDoors(at, pointBox('errors', point))}
          />
        )}
        <BoxMark
          box={box?.chart === 'errors' ? box : null}
          startMs={startMs}
          endMs={startMs + stepMs * requests.length}
        />
      </div>
    </Frame>
  );
}

const percentiles = [
  ['p99', 'p99Ms', 'var(--clew-warning)', true],
  ['p95', 'p95Ms', 'var(--clew-accent)', false],
  ['p50', 'p50Ms', 'var(--clew-dim)', false],
] as const;

function LatencyChart(props: OverviewChartsProps) {
  const { overview, box, latency, cursor, onBox, onDoors, onLatency } = props;
  const { data } = overview;
  const startMs = data === undefined ? 0 : startMsOf(data);
  const stepMs = data === undefined ? 1 : stepMsOf(data);
  const buckets = data?.overTime.requests.length ?? 0;
  const drawn = box?.chart === 'latency' ? box : null;
  const hasNone = data?.overTime.requests.every((requests) => requests === 0) === true;
  const toBox = (selection: HeatSelection): ChartBox => ({ chart: 'latency', ...selection });
  return (
    <Frame
      title="Latency"
      state={overview}
      figures={
        <>
          {data !== undefined && !hasNone && <LatencyFigures overview={data} />}
          <button
            type="button"
            className="overview-choice"
            data-testid="latency-as"
            title={latency === 'heat' ? 'Show percentiles over time' : 'Show the heat map'}
            onClick={() => onLatency(latency === 'heat' ? 'percentiles' : 'heat')}
          >
            {latency === 'heat' ? 'percentiles' : 'heat map'}
          </button>
        </>
      }
    >
      {data !== undefined && hasNone && (
        <Nothing>No request in this time: latency is that of spans.</Nothing>
      )}
      {data !== undefined && !hasNone && latency === 'heat' && (
        <HeatMap
          label="Latency of requests"
          startMs={startMs}
          stepMs={stepMs}
          buckets={buckets}
          heat={data.heat}
          height={chartHeight}
          selected={drawn}
          cursor={cursor}
          onSelect={(selection) => onBox(toBox(selection))}
          onDoors={(at, selection) => onDoors(at, toBox(selection))}
        />
      )}
      {data !== undefined && !hasNone && latency === 'percentiles' && (
        <div className="overview-plot">
          <TimeChart
            label="Percentiles of latency"
            startMs={startMs}
            stepMs={stepMs}
            series={percentiles.map(([label, key, color, dashed]) => ({
              label,
              color,
              dashed,
              values: data.overTime[key],
            }))}
            unit="ms"
            height={chartHeight}
            cursor={cursor}
            onSelect={(startNs, endNs) => onBox(timeBox('latency', startNs, endNs))}
            onDoors={(at, point) => onDoors(at, pointBox('latency', point))}
          />
          <BoxMark box={drawn} startMs={startMs} endMs={startMs + stepMs * buckets} />
        </div>
      )}
    </Frame>
  );
}

/** The worst of the percentiles over time: what a spike is seen by. */
function LatencyFigures({ overview }: { readonly overview: ExploreOverview }) {
  const known = overview.overTime.p95Ms.flatMap((ms) => (ms === null ? [] : [ms]));
  const middle = known.toSorted((a, b) => a - b)[Math.floor(known.length / 2)] ?? 0;
  const most = Math.max(...known);
  return (
    <span className="number">
      p95 <b>{printDuration(middle)}</b>
      {most > middle * 1.3 && `, max ${printDuration(most)}`}
    </span>
  );
}

/** Everyday levels stand back, so that warnings and errors are what one sees. */
function levelColor(level: string, palette: Palette): string {
  const kind = levelKind(level);
  const isLoud = kind === 'warn' || kind === 'error' || kind === 'fatal';
  const color = palette.levels[kind];
  return isLoud ? color : `color-mix(in srgb, ${color} 55%, ${palette.page})`;
}

function LogsChart(props: OverviewChartsProps) {
  const { levels, box, cursor, onBox, onDoors } = props;
  const scheme = useComputedColorScheme('dark');
  const { data } = levels;
  const startMs = data === undefined ? 0 : Number(BigInt(data.startNs) / 1_000_000n);
  const stepMs = data === undefined ? 1 : Number(BigInt(data.stepNs)) / 1e6;
  const ordered = bySeverity(data?.levels ?? []);
  const buckets = Math.max(0, ...ordered.map(({ counts }) => counts.length));
  const errors = ordered
    .filter(({ level }) => isErrorLevel(level))
    .reduce((sum, { counts }) => sum + counts.reduce((all, one) => all + one, 0), 0);
  return (
    <Frame
      title="Logs"
      state={levels}
      figures={
        data !== undefined && (
          <span className="number">
            <b data-bad={errors > 0 || undefined}>{printCounted(errors, 'error')}</b> of{' '}
            {printShortCount(data.total)} lines
          </span>
        )
      }
    >
      <div className="overview-plot" data-testid="logs-chart">
        {buckets === 0 ? (
          <Nothing>Nothing was logged in this time.</Nothing>
        ) : (
          <TimeChart
            label="Log lines by level"
            startMs={startMs}
            stepMs={stepMs}
            series={ordered.map(({ level, counts }) => ({
              label: level === '' ? 'no level' : level,
              color: levelColor(level, palettes[scheme]),
              kind: 'bars',
              values: counts,
            }))}
            stacked
            unit="count"
            height={chartHeight}
            cursor={cursor}
            onSelect={(startNs, endNs) => onBox(timeBox('logs', startNs, endNs))}
            onDoors={(at, point) => onDoors(at, pointBox('logs', point))}
          />
        )}
        <BoxMark
          box={box?.chart === 'logs' ? box : null}
          startMs={startMs}
          endMs={startMs + stepMs * buckets}
        />
      </div>
    </Frame>
  );
}
