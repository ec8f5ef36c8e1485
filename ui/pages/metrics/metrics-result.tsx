// What a query answered: how much of it is shown, what the engine warns of, and the values as a chart, as large
// numbers, as a table or as a heat map.

import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import type { Door } from '../../controls/door-menu.tsx';
import { useKeys } from '../../controls/keys.ts';
import { fetchRelatives } from '../../data/metrics.ts';
import type { MetricLabels, MetricSeries, RangeResult } from '../../data/metrics.ts';
import { useZone } from '../../data/preferences.ts';
import { metricShows } from '../../url/metrics-view.ts';
import type { MetricShow, MetricsView } from '../../url/metrics-view.ts';
import { absoluteRange } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import type { InstantCursor } from '../../views/instant-cursor.ts';
import { printCount, printCounted, printStep } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import { histogramOfQuery } from './histogram-queries.ts';
import { HistogramsTable } from './histograms-table.tsx';
import { HistogramStats } from './histogram-stats.tsx';
import { MetricsChart } from './metrics-chart.tsx';
import { MetricsHeat } from './metrics-heat.tsx';
import { MetricsOutcome } from './metrics-outcome.tsx';
import { MetricsRelatives } from './metrics-relatives.tsx';
import { MetricsStat } from './metrics-stat.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { lookBackOf, timeBehind } from './look-back.ts';
import { countingDoors, relativeDoors } from './metric-doors.ts';
import { baseOfMetric, shapeOfQuery } from './query-unit.ts';
import { SeriesLegend } from './series-legend.tsx';
import type { NamedSeries } from './series-legend.tsx';
import {
  drawnSeries,
  printSeries,
  seriesColors,
  seriesKey,
  seriesNames,
  sharedLabels,
} from './series-names.ts';

interface MetricsResultProps {
  readonly view: MetricsView;
  readonly range: ResolvedRange;
  readonly result: UseQueryResult<RangeResult>;
  readonly window: string;
  /** Names of native histograms. */
  readonly natives: ReadonlySet<string>;
  readonly cursor: InstantCursor;
  readonly back: string;
  readonly onShow: (change: Partial<MetricsView>) => void;
  readonly onAsk: (query: string, show?: MetricShow) => void;
  readonly onZoom: (startNs: bigint, endNs: bigint) => void;
  readonly onRetry: () => void;
}

/** More lines than these cannot be told apart. */
const linesMax = 50;
/** Every series is drawn up to here: more would keep the browser busy for seconds. */
const allMax = 1000;
const statsMax = 60;
/** An example is of its own time. */
const atOnce = lookBackOf('');

const showTitles = { chart: 'Chart', stat: 'Stat', table: 'Table', heat: 'Heat map' } as const;

export function MetricsResult(props: MetricsResultProps) {
  const { view, range, result, onShow, natives } = props;
  const zone = useZone();
  const openDoors = useDoorMenu();
  const shape = useMemo(() => shapeOfQuery(view.query), [view.query]);
  const all = useMemo(() => result.data?.series ?? [], [result.data]);
  const max = view.all ? allMax : view.show === 'stat' ? statsMax : linesMax;
  const named = useMemo<readonly NamedSeries[]>(() => {
    const drawn = drawnSeries(all, max);
    const names = seriesNames(drawn);
    const colors = seriesColors(drawn);
    return drawn.map((one, at) => ({ one, name: names[at] ?? '', color: colors[at] ?? '' }));
  }, [all, max]);
  const hasHistograms = (result.data?.histograms.length ?? 0) > 0;
  const histogram = useMemo(
    () => histogramOfQuery(view.query, (name) => hasHistograms || natives.has(name)),
    [view.query, hasHistograms, natives],
  );
  const only = named.some(({ one }) => seriesKey(one.labels) === view.only) ? view.only : '';
  const labels = useMemo<MetricLabels>(() => {
    const alone = named.find(({ one }) => seriesKey(one.labels) === only);
    return alone === undefined ? sharedLabels(all) : alone.one.labels;
  }, [named, only, all]);

  const step = (by: number): void => {
    if (view.show !== 'chart' || named.length === 0) return;
    const at = named.findIndex(({ one }) => seriesKey(one.labels) === only);
    const next = named[(Math.max(at, by > 0 ? -1 : 0) + by + named.length) % named.length];
    if (next !== undefined) onShow({ only: seriesKey(next.one.labels) });
  };
  useKeys({ j: () => step(1), k: () => step(-1) });

  const lookBack = useMemo(() => lookBackOf(view.query), [view.query]);
  const openDoorsOf = (
    at: MouseEvent | HTMLElement,
    labelsThere: MetricLabels,
    time: ResolvedRange,
    {
      first = [],
      more = [],
    }: { readonly first?: readonly Door[]; readonly more?: readonly Door[] },
  ): void => {
    // The pointer's place is of this moment: it is read before anything is waited for.
    const anchor = at instanceof HTMLElement ? at : { clientX: at.clientX, clientY: at.clientY };
    if (!(at instanceof HTMLElement)) at.preventDefault();
    const { __name__: _name, ...shown } = labelsThere;
    const what = Object.keys(shown).length === 0 ? 'All series' : printSeries(labelsThere);
    const others = [
      ...more,
      { title: 'Zoom to this time', onOpen: () => props.onZoom(time.startNs, time.endNs) },
    ];
    const counted = fetchRelatives(view.query, labelsThere, time, new AbortController().signal)
      .then((found) => relativeDoors(found, absoluteRange(time.startNs, time.endNs)))
      .catch((thrown: unknown): readonly Door[] => [
        {
          title: 'Log lines and traces',
          reason: thrown instanceof Error ? thrown.message : 'they could not be counted',
        },
      ]);
    openDoors(
      anchor,
      `${printSpanOfTime(time, zone)} · ${what}`,
      [...first, ...countingDoors, ...others],
      {
        later: counted.then((doors) => [...first, ...doors, ...others]),
      },
    );
  };
  /** `series`: undefined for all that is drawn. */
  const openAt = (
    at: MouseEvent | HTMLElement,
    series: MetricSeries | undefined,
    time: ResolvedRange,
  ): void => {
    const more =
      series === undefined || only !== ''
        ? []
        : [{ title: 'Only this series', onOpen: () => onShow({ only: seriesKey(series.labels) }) }];
    openDoorsOf(at, series?.labels ?? labels, time, { more });
  };

  if (result.error !== null) {
    return <MetricsOutcome error={result.error} onRetry={props.onRetry} />;
  }
  if (result.data === undefined) return <ResultSkeleton />;
  return (
    <div className="metrics-result" data-stale={result.isPlaceholderData || undefined}>
      <ResultBar
        view={view}
        result={result.data}
        drawn={view.show === 'table' ? all.length : named.length}
        onShow={onShow}
      />
      <Annotations result={result.data} />
      {view.show === 'stat' && histogram !== undefined && (
        <HistogramStats
          histogram={histogram}
          window={props.window}
          range={range}
          stepMs={result.data.stepMs}
          onAsk={(query) => props.onAsk(query, 'chart')}
        />
      )}
      {all.length === 0 && !(hasHistograms && view.show !== 'chart') ? (
        <MetricsOutcome
          result={result.data}
          histogram={histogram}
          window={props.window}
          range={range}
          zone={zone}
          onAsk={props.onAsk}
          onShow={onShow}
        />
      ) : (
        <>
          {view.show === 'chart' && (
            <MetricsChart
              query={view.query}
              result={result.data}
              series={named}
              shape={shape}
              only={only}
              range={range}
              cursor={props.cursor}
              back={props.back}
              onZoom={props.onZoom}
              onDoors={(at, series, { atMs }) =>
                openAt(at, series, timeBehind(lookBack, atMs, atMs))
              }
              onMarkDoors={(at, { atMs, labels: own, href }) =>
                openDoorsOf(at, Object.fromEntries(own), timeBehind(atOnce, atMs, atMs), {
                  first: [{ title: 'The trace of this example', href }],
                })
              }
            />
          )}
          {view.show === 'stat' && (
            <MetricsStat result={result.data} series={named} unit={shape.unit} />
          )}
          {view.show === 'table' && all.length > 0 && (
            <MetricsTable series={all} unit={shape.unit} />
          )}
          {view.show === 'table' && hasHistograms && (
            <HistogramsTable
              histograms={result.data.histograms}
              unit={histogram === undefined ? 'none' : baseOfMetric(histogram.metric)}
            />
          )}
          {view.show === 'heat' && (
            <MetricsHeat
              query={view.query}
              result={result.data}
              shape={shape}
              histogram={histogram}
              window={props.window}
              cursor={props.cursor}
              onAsk={props.onAsk}
              onZoom={props.onZoom}
              onDoors={(at, startMs, endMs) =>
                openAt(at, undefined, timeBehind(lookBack, startMs, endMs))
              }
            />
          )}
          <MetricsRelatives
            query={view.query}
            labels={labels}
            range={range}
            back={props.back}
            enabled={!result.isPlaceholderData}
          />
          {view.show === 'chart' && (
            <SeriesLegend
              series={named}
              unit={shape.unit}
              only={only}
              onOnly={(key) => onShow({ only: key })}
              onDoors={(at, series) => openAt(at, series, range)}
            />
          )}
        </>
      )}
    </div>
  );
}

interface ResultBarProps {
  readonly view: MetricsView;
  readonly result: RangeResult;
  readonly drawn: number;
  readonly onShow: (change: Partial<MetricsView>) => void;
}

function ResultBar({ view, result, drawn, onShow }: ResultBarProps) {
  const all = result.series.length;
  return (
    <div className="metrics-bar">
      <p role="status" data-testid="metrics-status">
        {drawn < all ? (
          <>
            <span className="number">
              {printCount(drawn)} of {printCount(all)} series drawn, those of the highest values
            </span>
            {!view.all && (
              <>
                {' · '}
                <button type="button" className="link-button" onClick={() => onShow({ all: true })}>
                  {all > allMax ? `show ${printCount(allMax)}` : 'show all'}
                </button>
              </>
            )}
          </>
        ) : (
          <span className="number">
            {result.histograms.length > 0
              ? printCounted(result.histograms.length, 'native histogram')
              : `${printCount(all)} series`}
          </span>
        )}
        <span className="dim"> · a value every {printStep(result.stepMs)}</span>
      </p>
      <div role="group" aria-label="Show as" className="metrics-shows">
        {metricShows.map((show) => (
          <button
            key={show}
            type="button"
            className="text-button"
            aria-pressed={view.show === show}
            onClick={() => onShow({ show })}
          >
            {showTitles[show]}
          </button>
        ))}
      </div>
    </div>
  );
}

function Annotations({ result }: { readonly result: RangeResult }) {
  const { warnings, notFinite } = result;
  const infos = [
    ...result.infos,
    ...(notFinite === 0
      ? []
      : [
          `${printCounted(notFinite, 'value')} ${notFinite === 1 ? 'is' : 'are'} NaN or infinite: gaps here, and not counted in last, mean and highest.`,
        ]),
  ];
  if (warnings.length + infos.length === 0) return null;
  return (
    <ul className="metrics-annotations" aria-label="Notes of the engine">
      {[...warnings, ...infos].map((text) => (
        <li key={text} data-kind={warnings.includes(text) ? 'warning' : 'info'}>
          {text}
        </li>
      ))}
    </ul>
  );
}

function ResultSkeleton() {
  return (
    <div className="metrics-result" role="status" aria-label="Loading the values">
      <i className="skeleton metrics-bar-wait" />
      <i className="chart-skeleton metrics-chart-wait" />
    </div>
  );
}
