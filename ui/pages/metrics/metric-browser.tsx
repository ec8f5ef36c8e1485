// What metrics there are: search, type, unit, help; and of the one that is open its labels with their values, and the
// queries that it is usually looked at with.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreMetric, ExploreMetrics } from '../../../src/api/explore/contract/metrics.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printCount, printCounted, printShortCount } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { searchMetrics } from './search-metrics.ts';
import { MetricDetail } from './metric-detail.tsx';
import type { Suggestion } from './suggest.ts';

interface MetricBrowserProps {
  readonly metrics: UseQueryResult<ExploreMetrics>;
  /** Name of the metric that is open; empty: none. */
  readonly open: string;
  readonly range: ResolvedRange;
  readonly window: string;
  readonly onOpen: (metric: ExploreMetric) => void;
  readonly onClose: () => void;
  readonly onAsk: (suggestion: Suggestion) => void;
  readonly onMatch: (metric: ExploreMetric, name: string, value: string) => void;
}

const rowPx = 24;

export function MetricBrowser(props: MetricBrowserProps) {
  const { metrics, open } = props;
  const [text, setText] = useState('');
  const all = metrics.data?.metrics;
  const searched = useDeferredValue(text);
  const found = useMemo(() => searchMetrics(all ?? [], searched), [all, searched]);
  const opened = all?.find(({ name }) => name === open);
  const list = useRef<HTMLDivElement>(null);
  const toList = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>('button')?.focus();
  };
  return (
    <aside className="metric-browser" aria-label="Metrics">
      <div className="metric-search">
        <input
          type="search"
          className="text-field"
          aria-label="Search metrics"
          placeholder="Search name, help, type"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={toList}
        />
        <span className="dim number" role="status">
          {all !== undefined && countWords(metrics.data, found.length, all.length)}
        </span>
      </div>
      {metrics.error !== null && (
        <p className="metric-browser-error" role="alert">
          {printSentence(metrics.error.message)}{' '}
          <button type="button" className="text-button" onClick={() => void metrics.refetch()}>
            Try again
          </button>
        </p>
      )}
      {metrics.isPending && <ListSkeleton />}
      <MetricList list={list} metrics={found} open={open} onOpen={props.onOpen} />
      {opened !== undefined && (
        <MetricDetail
          key={opened.name}
          metric={opened}
          range={props.range}
          window={props.window}
          onAsk={props.onAsk}
          onClose={props.onClose}
          onMatch={(name, value) => props.onMatch(opened, name, value)}
        />
      )}
    </aside>
  );
}

function countWords(answer: ExploreMetrics | undefined, found: number, all: number): string {
  const cut =
    answer !== undefined && answer.total > answer.returned
      ? `, the first ${printCount(answer.returned)} of ${printCount(answer.total)} names`
      : '';
  return found === all
    ? `${printCounted(all, 'metric')}${cut}`
    : `${printCount(found)} of ${printCount(all)}${cut}`;
}

const typeLetters: Readonly<Record<string, string>> = {
  counter: 'C',
  gauge: 'G',
  histogram: 'H',
  summary: 'S',
  info: 'I',
  stateset: 'E',
};

interface MetricListProps {
  readonly list: React.RefObject<HTMLDivElement | null>;
  readonly metrics: readonly ExploreMetric[];
  readonly open: string;
  readonly onOpen: (metric: ExploreMetric) => void;
}

function MetricList({ list, metrics, open, onOpen }: MetricListProps) {
  // The virtualizer changes in place; what is drawn from it is never kept.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: metrics.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowPx,
    overscan: 15,
  });
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const row = document.activeElement?.closest<HTMLElement>('[data-index]');
    if (by === 0 || row === null || row === undefined) return;
    event.preventDefault();
    const next = Number(row.dataset['index']) + by;
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus(),
    );
  };
  return (
    <div ref={list} className="metric-list" onKeyDown={move} data-testid="metric-list">
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const metric = metrics[index];
          if (metric === undefined) return null;
          return (
            <li
              key={metric.name}
              data-index={index}
              aria-setsize={metrics.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                aria-pressed={metric.name === open}
                title={[metric.name, metric.help].filter((part) => part !== '').join('\n')}
                onClick={() => onOpen(metric)}
              >
                <abbr title={metric.type}>{typeLetters[metric.type] ?? '·'}</abbr>
                <span>{metric.name}</span>
                {metric.series !== null && (
                  <span className="number dim" aria-label={`${printCount(metric.series)} series`}>
                    {printShortCount(metric.series)}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const skeletonWidths = [70, 55, 80, 62, 74, 48, 66, 58];

function ListSkeleton() {
  return (
    <div className="metric-list-skeleton" role="status" aria-label="Loading metrics">
      {skeletonWidths.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
