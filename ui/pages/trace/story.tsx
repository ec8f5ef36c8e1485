// The two halves of the story and what keeps them together: one selection, one instant, one search, and whoever scrolls
// leads.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import type { ExploreLogLine, ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { sizes } from '../../app/theme.ts';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import { SplitHandle } from '../../controls/split-handle.tsx';
import { setSplit, useSplit, useZone } from '../../data/preferences.ts';
import { traceLinesMax } from '../../data/trace.ts';
import { useAddress } from '../../url/address.ts';
import type { TraceView } from '../../url/trace-view.ts';
import { useInstantCursor } from '../../views/instant-cursor.ts';
import { Minimap } from '../../views/minimap/minimap.tsx';
import { FlameGraph } from '../../views/flame/flame-graph.tsx';
import { SpanDetail } from '../../views/span-detail/span-detail.tsx';
import { findInStory, litSpans, rowTest } from '../../views/trace-model/find.ts';
import { buildStory } from '../../views/trace-model/story-model.ts';
import { useStorySync } from '../../views/trace-model/story-sync.ts';
import { LineDetail } from '../../views/trace-logs/line-detail.tsx';
import { TraceLogs } from '../../views/trace-logs/trace-logs.tsx';
import { TraceTable } from '../../views/trace-table/trace-table.tsx';
import { criticalPath } from '../../views/waterfall/critical-path.ts';
import { storyRows } from '../../views/waterfall/rows.ts';
import type { StoryRow } from '../../views/waterfall/rows.ts';
import { ancestorsOf } from '../../views/waterfall/tree.ts';
import type { SpanNode } from '../../views/waterfall/tree.ts';
import { Waterfall } from '../../views/waterfall/waterfall.tsx';
import { clampWindow, wholeWindow } from '../../views/waterfall/zoom.ts';
import { lineDoors, lineFilterHref, linesHref, spanDoors } from './doors-of-span.ts';
import { firstNode, namedNode } from './selection.ts';
import { useStoryKeys } from './story-keys.ts';
import { StoryToolbar } from './story-toolbar.tsx';
import { TraceHeader } from './trace-header.tsx';
import { NoSpans } from './trace-outcome.tsx';
import { useFolding } from './use-folding.ts';
import { useZoom } from './use-zoom.ts';

export interface StoryProps {
  readonly trace: ExploreTrace;
  readonly view: TraceView;
  /** Shown from a file, not stored. */
  readonly isLocal: boolean;
  readonly onShow: (change: Partial<TraceView>) => void;
  readonly onRefresh: () => void;
  /** Fetches everything when the answer was cut. */
  readonly onMore: () => void;
  readonly isLoadingMore: boolean;
}

/** Below one another the halves are as high as what is in them: room for the selected line's detail. */
const lineDetailRows = 12;

export function Story({
  trace,
  view,
  isLocal,
  onShow,
  onRefresh,
  onMore,
  isLoadingMore,
}: StoryProps) {
  const zone = useZone();
  const address = useAddress();
  const split = useSplit();
  const halves = useRef<HTMLDivElement>(null);
  const findField = useRef<HTMLInputElement>(null);
  const cursor = useInstantCursor();
  const sync = useStorySync();
  const openDoors = useDoorMenu();

  const story = useMemo(() => buildStory(trace, view.corrects), [trace, view.corrects]);
  const { tree, lines, startNs, lengthMs } = story;
  const whole = useMemo(() => wholeWindow(lengthMs), [lengthMs]);
  const { zoom, setZoom } = useZoom(view.zoom, startNs, onShow);
  const shown = useMemo(() => (zoom && clampWindow(zoom, whole)) ?? whole, [zoom, whole]);
  const path = useMemo(() => criticalPath(tree), [tree]);
  const named = useMemo(
    () => namedNode(story, { span: view.span, log: view.log }),
    [story, view.span, view.log],
  );
  // What the page chose by itself stays chosen: spans that arrive later would move the reader otherwise.
  const [firstId, setFirstId] = useState<string | undefined>(undefined);
  const first = useMemo(
    () => (firstId === undefined ? undefined : tree.byId.get(firstId)) ?? firstNode(story, path),
    [firstId, tree, story, path],
  );
  if (first !== undefined && first.id !== firstId) setFirstId(first.id);
  const selected = named ?? first;
  const { folding, fold, foldNode } = useFolding(story, selected, named !== undefined);
  const rows = useMemo(
    () => storyRows(tree, folding, view.showsLogRows ? story.logsBySpan : undefined),
    [tree, folding, view.showsLogRows, story.logsBySpan],
  );
  const spanId = selected?.span?.spanId ?? '';
  const found = useMemo(() => findInStory(story, view.find), [story, view.find]);
  const lit = useMemo(
    () => litSpans(story, { show: view.show, find: view.find, spanId }, found),
    [story, view.show, view.find, spanId, found],
  );
  const isLit = useMemo(() => rowTest(lit), [lit]);
  const isFound = useMemo(() => rowTest(found?.nodes), [found]);
  const isDim = useCallback((row: StoryRow) => lit !== undefined && !isLit(row), [lit, isLit]);

  const select = useCallback(
    (node: SpanNode) => {
      if (node.span !== null) onShow({ span: node.id, log: '' });
    },
    [onShow],
  );
  const foldRow = useCallback(
    (row: StoryRow) => {
      fold(row);
      if (row.kind !== 'span' || folding.folded.has(row.id) || selected === undefined) return;
      // A selection inside what is folded away moves to the fold.
      if (ancestorsOf(selected).includes(row.id)) select(row.node);
    },
    [fold, folding, select, selected],
  );
  const selectLine = useCallback(
    (line: Pick<ExploreLogLine, 'id' | 'spanId'>) =>
      onShow({ log: line.id, ...(line.spanId === '' ? {} : { span: line.spanId }) }),
    [onShow],
  );
  const unselectLine = useCallback(() => onShow({ log: '' }), [onShow]);
  const nextFound = useCallback(
    (by: 1 | -1) => {
      const ordered = found?.ordered ?? [];
      const at = ordered.findIndex((node) => node === selected);
      const next = ordered.at(at < 0 ? (by === 1 ? 0 : -1) : (at + by) % ordered.length);
      if (next !== undefined) select(next);
    },
    [found, selected, select],
  );
  const doorsOf = (node: SpanNode) =>
    spanDoors(node, startNs, {
      showLines: () => onShow({ span: node.id, show: 'span' }),
      zoomTo: () =>
        setZoom({ startMs: node.startMs, endMs: Math.max(node.endMs, node.startMs + 0.001) }),
    });
  useStoryKeys({
    rows,
    tree,
    selected,
    view,
    onShow,
    select,
    fold: foldNode,
    zoom: setZoom,
    refresh: onRefresh,
    find: () => findField.current?.focus(),
    doors: () => {
      const element = document.querySelector(`[id="span-${CSS.escape(selected?.id ?? '')}"]`);
      if (selected !== undefined && element !== null)
        openDoors(element, `${selected.service} · ${selected.name}`, doorsOf(selected));
    },
  });

  const isCut =
    trace.coverage.logs.next !== null ||
    (trace.coverage.logs.total ?? trace.counts.logs) > trace.logs.length;
  const hasMore = isCut && trace.logs.length < traceLinesMax;
  const hasSpans = tree.nodes.length > 0;
  const selectedLine = useMemo(
    () => (view.log === '' ? undefined : lines.find(({ line }) => line.id === view.log)?.line),
    [lines, view.log],
  );
  // Of the first lines alone a filter would show too few, and a line that is named may not be among them.
  const wantsAll =
    view.show !== 'all' ||
    view.find !== '' ||
    (view.log !== '' && selectedLine === undefined) ||
    (named?.span?.logCount ?? 0) > (story.logsBySpan.get(spanId)?.length ?? 0);
  useEffect(() => {
    if (hasMore && wantsAll) onMore();
  }, [hasMore, wantsAll, onMore]);
  return (
    <>
      <TraceHeader
        trace={trace}
        story={story}
        path={path}
        zone={zone}
        colorBy={view.shape === 'waterfall' ? view.colorBy : 'service'}
        onSelect={select}
      />
      <StoryToolbar
        traceId={trace.traceId}
        view={view}
        skew={story.skew}
        found={found}
        isOutline={trace.outline !== undefined}
        hasSpans={hasSpans}
        findField={findField}
        isLocal={isLocal}
        onShow={onShow}
        onFind={(find) => onShow({ find })}
        onNextFound={nextFound}
      />
      <div
        ref={halves}
        className="story"
        // React's types know no custom properties.
        style={
          {
            '--split': `${split * 100}%`,
            '--spans-height': `${Math.min(2000, (rows.length + 4) * sizes.spanRow)}px`,
            '--logs-height': `${Math.min(2000, (trace.logs.length + 7 + (view.log === '' ? 0 : lineDetailRows)) * sizes.logRow)}px`,
          } as CSSProperties
        }
      >
        {!hasSpans && <NoSpans trace={trace} />}
        {hasSpans && view.shape === 'waterfall' && (
          <div className="story-spans">
            <Minimap
              nodes={tree.nodes}
              lines={lines}
              window={shown}
              whole={whole}
              colorBy={view.colorBy}
              cursor={cursor}
              onZoom={setZoom}
            />
            <Waterfall
              tree={tree}
              rows={rows}
              folded={folding.folded}
              selected={selected?.id ?? ''}
              selectedLog={view.log}
              window={shown}
              whole={whole}
              logsBySpan={story.logsBySpan}
              path={view.showsPath ? path.byNode : undefined}
              colorBy={view.colorBy}
              isDim={isDim}
              isFound={isFound}
              cursor={cursor}
              sync={sync}
              onSelect={select}
              onSelectLog={selectLine}
              onFold={foldRow}
              onZoom={setZoom}
              onDoors={(event, { row }) => {
                if (row.kind === 'span')
                  openDoors(event, `${row.node.service} · ${row.node.name}`, doorsOf(row.node));
              }}
            />
          </div>
        )}
        {hasSpans && view.shape === 'flame' && (
          <FlameGraph
            tree={tree}
            selected={selected}
            isDim={(node) => lit !== undefined && !lit.has(node.id)}
            onSelect={select}
          />
        )}
        {hasSpans && view.shape === 'table' && (
          <TraceTable tree={tree} lengthMs={lengthMs} selected={selected} onSelect={select} />
        )}
        <SplitHandle container={halves} share={split} onChange={setSplit} />
        <TraceLogs
          lines={lines}
          total={Math.max(trace.counts.logs, trace.logs.length)}
          startNs={startNs}
          lengthMs={lengthMs}
          zone={zone}
          show={view.show}
          find={view.find}
          spanId={spanId}
          isSpanChosen={named !== undefined}
          selectedLog={view.log}
          // Why the spans are missing stands in their place.
          reasons={
            hasSpans
              ? trace.reasons
              : trace.reasons.filter(({ code }) => !code.startsWith('trace-'))
          }
          isLocal={isLocal}
          cursor={cursor}
          sync={sync}
          onShow={(show) => onShow({ show })}
          onFind={(find) => onShow({ find })}
          onSelect={selectLine}
          onDoors={(event, line) => openDoors(event, line.service, lineDoors(line))}
          ofSpan={selected?.span?.logCount ?? 0}
          rest={
            !isCut
              ? undefined
              : hasMore
                ? { isLoading: isLoadingMore, onLoad: onMore }
                : { href: linesHref(trace) }
          }
          onUnselect={unselectLine}
          detail={
            selectedLine !== undefined && (
              <LineDetail
                key={selectedLine.id}
                line={selectedLine}
                zone={zone}
                isLocal={isLocal}
                doors={lineDoors(selectedLine)}
                onFilter={(line, filter) => address.open(lineFilterHref(line, filter))}
                onClose={unselectLine}
              />
            )
          }
        />
      </div>
      {selected !== undefined && selected.span !== null && (
        <SpanDetail
          key={selected.id}
          traceId={trace.traceId}
          node={selected}
          story={story}
          path={path}
          isLocal={isLocal}
          onSelect={select}
          onShowLogs={() => onShow({ span: selected.id, show: 'span' })}
        />
      )}
    </>
  );
}
