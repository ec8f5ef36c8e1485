// Traces that begin like the first one, to compare it with: the fastest, the slowest and the newest are what one asks for.

import { useState } from 'react';
import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { useZone } from '../../data/preferences.ts';
import { useTraceList } from '../../data/traces.ts';
import { quoteTraceql } from '../../url/traceql-text.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import { printCounted, printDayTime, printDuration } from '../../views/words/numbers.ts';

interface AlikeTracesProps {
  readonly trace: ExploreTrace;
  readonly story: StoryModel;
  readonly onChoose: (traceId: string) => void;
}

const aroundNs = 3_600_000_000_000n;
const shown = 12;
const orders = ['fastest', 'slowest', 'newest'] as const;

export function AlikeTraces({ trace, story, onChoose }: AlikeTracesProps) {
  const zone = useZone();
  const [order, setOrder] = useState<(typeof orders)[number]>('fastest');
  const root = story.tree.roots.find(({ span }) => span !== null) ?? story.tree.nodes[0];
  const service = root?.service ?? '';
  const name = root?.name ?? '';
  const startNs = BigInt(story.startNs);
  const list = useTraceList(
    {
      query: `{ rootServiceName = ${quoteTraceql(service)} && rootName = ${quoteTraceql(name)} }`,
      range: { startNs: startNs - aroundNs, endNs: startNs + aroundNs },
      failed: false,
      box: undefined,
    },
    order,
    shown + 1,
  );
  const traces = (list.data?.traces ?? [])
    .filter(({ traceId }) => traceId !== trace.traceId)
    .slice(0, shown);
  return (
    <section className="compare-alike" aria-label="Traces to compare with">
      <h2>
        Compare with another {service} {name} of these two hours
      </h2>
      <div role="group" aria-label="Which">
        {orders.map((one) => (
          <button
            key={one}
            type="button"
            className="trace-logs-choice"
            aria-pressed={order === one}
            onClick={() => setOrder(one)}
          >
            {one}
          </button>
        ))}
      </div>
      {list.error !== null && (
        <p role="alert">
          They could not be looked up: {list.error.message}.{' '}
          <button type="button" className="link-button" onClick={() => void list.refetch()}>
            Try again
          </button>
        </p>
      )}
      {list.data === undefined && list.error === null && (
        <p className="dim" role="status">
          Looking …
        </p>
      )}
      {list.data !== undefined && traces.length === 0 && (
        <p className="dim">No other trace begins with it within an hour before or after.</p>
      )}
      <ul>
        {traces.map((one) => (
          <li key={one.traceId}>
            <button type="button" data-testid="alike-trace" onClick={() => onChoose(one.traceId)}>
              <b className="number">{printDuration(Number(BigInt(one.durationNs)) / 1e6)}</b>
              <span className="number">{printCounted(one.spans, 'span')}</span>
              <span className="number" data-bad={one.errorSpans > 0 || undefined}>
                {printCounted(one.errorSpans, 'error')}
              </span>
              <span className="dim number">{printDayTime(one.startNs, zone)}</span>
              <span className="dim mono">{one.traceId.slice(0, 8)}…</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
