// The two halves of the story and what keeps them together: one selection, one instant, one search.

import { useCallback, useMemo, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import type { ExploreLogLine, ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { sizes } from '../../app/theme.ts';
import { SplitHandle } from '../../controls/split-handle.tsx';
import { setSplit, useSplit, useZone } from '../../data/preferences.ts';
import type { TraceView } from '../../url/trace-view.ts';
import { useInstantCursor } from '../../views/instant-cursor.ts';
import { SpanDetail } from '../../views/span-detail/span-detail.tsx';
import { TraceLogs } from '../../views/trace-logs/trace-logs.tsx';
import type { TimeWindow } from '../../views/waterfall/layout.ts';
import { ancestorsOf, buildSpanTree, visibleNodes } from '../../views/waterfall/tree.ts';
import type { SpanNode } from '../../views/waterfall/tree.ts';
import { Waterfall } from '../../views/waterfall/waterfall.tsx';
import { msBetween } from '../../views/words/numbers.ts';
import { logsBySpan, selectedNode, spansFound } from './selection.ts';
import { useStoryKeys } from './story-keys.ts';
import { TraceHeader } from './trace-header.tsx';
import { NoSpans } from './trace-outcome.tsx';

export interface StoryProps {
  readonly trace: ExploreTrace;
  readonly view: TraceView;
  readonly onShow: (change: Partial<TraceView>) => void;
  readonly onRefresh: () => void;
  /** Fetches everything when the answer was cut. */
  readonly onMore: () => void;
}

function wholeWindow(lengthMs: number): TimeWindow {
  return { startMs: 0, endMs: lengthMs === 0 ? 1 : lengthMs };
}

export function Story({ trace, view, onShow, onRefresh, onMore }: StoryProps) {
  const zone = useZone();
  const split = useSplit();
  const halves = useRef<HTMLDivElement>(null);
  const cursor = useInstantCursor();
  const [find, setFind] = useState('');
  const [zoom, setZoom] = useState<TimeWindow | null>(null);
  const [foldedByHand, setFolded] = useState<ReadonlySet<string>>(new Set());

  const startNs = firstInstant(trace);
  const lengthMs = msBetween(startNs, lastInstant(trace));
  const tree = useMemo(() => buildSpanTree(trace.spans, startNs), [trace.spans, startNs]);
  const selected = selectedNode(tree, trace, view);
  const folded = useMemo(() => {
    const open = new Set(selected === undefined ? [] : ancestorsOf(selected));
    return new Set([...foldedByHand].filter((id) => !open.has(id)));
  }, [foldedByHand, selected]);
  const rows = useMemo(() => visibleNodes(tree, folded), [tree, folded]);
  const bySpan = useMemo(() => logsBySpan(trace, startNs), [trace, startNs]);
  const found = useMemo(() => spansFound(trace, find), [trace, find]);
  const isDim = useCallback(
    (nodeId: string) =>
      found !== undefined && !found.has(tree.byId.get(nodeId)?.span?.spanId ?? ''),
    [found, tree],
  );
  const whole = useMemo(() => wholeWindow(lengthMs), [lengthMs]);

  const select = useCallback(
    (node: SpanNode) => {
      if (node.span !== null) onShow({ span: node.span.spanId, log: '' });
    },
    [onShow],
  );
  const fold = useCallback(
    (node: SpanNode) => {
      const isFolding = !foldedByHand.has(node.id);
      setFolded(toggled(foldedByHand, node.id));
      // A selection inside what is folded away moves to the fold.
      if (isFolding && selected !== undefined && ancestorsOf(selected).includes(node.id)) {
        select(node);
      }
    },
    [foldedByHand, select, selected],
  );
  const selectLine = useCallback(
    (line: ExploreLogLine) =>
      onShow({ log: line.id, ...(line.spanId === '' ? {} : { span: line.spanId }) }),
    [onShow],
  );
  useStoryKeys({
    rows,
    tree,
    selected,
    show: view.show,
    onShow,
    select,
    fold,
    zoom: setZoom,
    refresh: onRefresh,
  });

  const isCut =
    trace.coverage.logs.next !== null ||
    (trace.coverage.logs.total ?? trace.counts.logs) > trace.logs.length;
  return (
    <>
      <TraceHeader
        trace={trace}
        tree={tree}
        startNs={startNs}
        zone={zone}
        onSelect={select}
        onMore={onMore}
      />
      <div
        ref={halves}
        className="story"
        // React's types know no custom properties.
        style={
          {
            '--split': `${split * 100}%`,
            '--spans-height': `${(rows.length + 2) * sizes.spanRow}px`,
            '--logs-height': `${(trace.logs.length + 7) * sizes.logRow}px`,
          } as CSSProperties
        }
      >
        {trace.spans.length === 0 ? (
          <NoSpans trace={trace} />
        ) : (
          <Waterfall
            rows={rows}
            folded={folded}
            selected={selected?.id ?? ''}
            window={zoom ?? whole}
            logsBySpan={bySpan}
            selectedLog={view.log}
            isDim={isDim}
            cursor={cursor}
            onSelect={select}
            onFold={fold}
            onZoom={setZoom}
          />
        )}
        <SplitHandle container={halves} share={split} onChange={setSplit} />
        <TraceLogs
          lines={trace.logs}
          total={Math.max(trace.counts.logs, trace.logs.length)}
          startNs={startNs}
          lengthMs={lengthMs}
          zone={zone}
          show={view.show}
          find={find}
          spanId={selected?.span?.spanId ?? ''}
          isSpanChosen={view.span !== '' || view.log !== ''}
          selectedLog={view.log}
          reasons={trace.reasons}
          cursor={cursor}
          onShow={(show) => onShow({ show })}
          onFind={setFind}
          onSelect={selectLine}
          onMore={isCut ? onMore : undefined}
        />
      </div>
      {selected !== undefined && selected.span !== null && (
        <SpanDetail
          key={selected.id}
          span={selected.span}
          startNs={startNs}
          onShowLogs={() => onShow({ span: selected.span?.spanId ?? '', show: 'span' })}
        />
      )}
    </>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Of the spans; where there are none, of the lines. */
function firstInstant(trace: ExploreTrace): string {
  if (trace.spans.length === 0) return trace.logs[0]?.timeNs ?? trace.bounds?.startNs ?? '0';
  let first = trace.spans[0]?.startNs ?? '0';
  for (const { startNs } of trace.spans) if (BigInt(startNs) < BigInt(first)) first = startNs;
  return first;
}

function lastInstant(trace: ExploreTrace): string {
  if (trace.spans.length === 0) return trace.logs.at(-1)?.timeNs ?? trace.bounds?.endNs ?? '0';
  let last = trace.spans[0]?.endNs ?? '0';
  for (const { endNs } of trace.spans) if (BigInt(endNs) > BigInt(last)) last = endNs;
  return last;
}
