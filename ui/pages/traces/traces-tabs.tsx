// Three looks at the traces of a search, and what the list covers.

import type { ExploreTraceList } from '../../../src/api/explore/contract/traces.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { printHref } from '../../url/address.ts';
import type { TraceListOrder, TracesTab } from '../../url/traces-view.ts';
import { printCount } from '../../views/words/numbers.ts';

interface TracesTabsProps {
  readonly tab: TracesTab;
  readonly picked: readonly string[];
  readonly back: string;
  readonly onTab: (tab: TracesTab) => void;
}

const tabs: readonly (readonly [TracesTab, string])[] = [
  ['traces', 'Traces'],
  ['by', 'By attribute'],
  ['bands', 'Latency bands'],
];

export function TracesTabs({ tab, picked, back, onTab }: TracesTabsProps) {
  const [a, b] = picked;
  return (
    <div className="traces-tabs">
      <div role="group" aria-label="Look at the traces as">
        {tabs.map(([name, title]) => (
          <button
            key={name}
            type="button"
            aria-pressed={tab === name}
            data-testid={`tab-${name}`}
            onClick={() => onTab(name)}
          >
            {title}
          </button>
        ))}
      </div>
      {a !== undefined && b !== undefined ? (
        <AppLink
          className="text-button"
          href={printHref('/compare', { a, b })}
          back={back}
          data-testid="compare-two"
        >
          Compare the two
        </AppLink>
      ) : (
        a !== undefined && <span className="dim">Pick another one to compare (x)</span>
      )}
    </div>
  );
}

interface TracesFooterProps {
  readonly coverage: ExploreTraceList['coverage'];
  readonly order: TraceListOrder;
  readonly hasMore: boolean;
  readonly isFetching: boolean;
  readonly onMore: () => void;
}

const orderWords: Readonly<Record<TraceListOrder, string>> = {
  interesting: 'the slowest and the newest failed in turn',
  newest: 'the newest',
  oldest: 'the oldest',
  slowest: 'the slowest',
  fastest: 'the quickest',
  errors: 'those with most errors',
  spans: 'those with most spans',
  services: 'those in most services',
  name: 'by name',
};

export function TracesFooter({ coverage, order, hasMore, isFetching, onMore }: TracesFooterProps) {
  const { returned, total, isAtLeast } = coverage;
  return (
    <p className="traces-footer dim number" data-testid="traces-footer">
      {returned >= total && !isAtLeast
        ? total === 1
          ? 'The only trace'
          : `All ${printCount(total)} traces shown`
        : `${printCount(returned)} of ${isAtLeast ? 'at least ' : ''}${printCount(total)} traces shown: ${orderWords[order]}`}
      {hasMore && (
        <button type="button" className="text-button" disabled={isFetching} onClick={onMore}>
          Show more
        </button>
      )}
      {!hasMore && returned < total && ' · a box in the plot or a narrower search shows the others'}
    </p>
  );
}
