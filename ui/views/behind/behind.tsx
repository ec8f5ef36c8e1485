// What is behind a box that was drawn on a chart: left what is different in it, right its log lines and its traces. A
// click on a line or a trace opens its story; the chart stays in view above.

import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { AppLink } from '../../controls/app-link.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { isTyping, useKeys } from '../../controls/keys.ts';
import { useDifference } from '../../data/difference.ts';
import { useFirstLines, useLevels, useTracesOf } from '../../data/overview.ts';
import type { Zone } from '../../data/preferences.ts';
import { pageHref } from '../../url/doors.ts';
import type { BehindView, ChartBox, LinesOf } from '../../url/overview-view.ts';
import { absoluteRange } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { DifferenceView } from '../difference/difference-view.tsx';
import { printDuration } from '../words/numbers.ts';
import { printSpanOfTime } from '../words/time-range.ts';
import { BehindLines } from './behind-lines.tsx';
import { BehindTraces, tracesShown } from './behind-traces.tsx';
import {
  comparesTraces,
  conditionWords,
  differenceOf,
  linesOfDefault,
  linesQuery,
  tracesQuery,
} from './queries.ts';
import type { BehindRequest } from './queries.ts';
import './behind.css';

interface BehindProps {
  readonly box: ChartBox;
  readonly view: BehindView;
  readonly service: string | null;
  /** Services whose requests are other spans than server and consumer spans. */
  readonly irregular: readonly string[];
  readonly range: ResolvedRange;
  readonly zone: Zone;
  /** What the story's breadcrumb calls this page. */
  readonly back: string;
  /** `open`: a step that Back undoes. */
  readonly onView: (view: BehindView, how: 'open' | 'replace') => void;
  readonly onZoom: () => void;
  readonly onClose: () => void;
}

export const linesShown = 200;
/** The buckets of a count of lines: they are whole steps since the epoch, so fine ones keep to the box. */
const countBuckets = 60;

function titleOf({ chart, startNs, endNs, minNs, maxNs }: ChartBox, zone: Zone): string {
  const time = printSpanOfTime({ startNs, endNs }, zone);
  if (chart === 'errors') return `Errors of ${time}`;
  if (chart === 'logs') return `Log lines of ${time}`;
  const ms = (ns: bigint): string => printDuration(Number(ns) / 1e6);
  if (minNs !== null && maxNs !== null)
    return `Requests of ${time} that took ${ms(minNs)} to ${ms(maxNs)}`;
  if (minNs !== null) return `Requests of ${time} that took ${ms(minNs)} or longer`;
  if (maxNs !== null) return `Requests of ${time} that took less than ${ms(maxNs)}`;
  return `Requests of ${time}`;
}

export function Behind(props: BehindProps) {
  const { box, view, service, irregular, range, zone } = props;
  const { tab, only: included, without: excluded } = view;
  const request: BehindRequest = { box, service, irregular, range, included, excluded };
  const linesOf = view.lines ?? linesOfDefault(request);
  const difference = useDifference(differenceOf(request));
  const tracesText = tracesQuery(request);
  const boxRange = { startNs: box.startNs, endNs: box.endNs };
  const traces = useTracesOf(boxRange, tracesText, tracesShown);
  const linesText = linesQuery(request, linesOf);
  const lines = useFirstLines(boxRange, linesText, linesShown);
  const isCut = (lines.data?.coverage.next ?? null) !== null;
  const levels = useLevels(boxRange, linesText, countBuckets, isCut);
  const lineCount = isCut ? (levels.data?.total ?? null) : (lines.data?.lines.length ?? null);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      // Not when the page is left: what had the focus is gone by then.
      if (before instanceof HTMLElement && before.isConnected)
        before.focus({ preventScroll: true });
    };
  }, []);
  const step = (by: number): void => {
    const rows = [...(panel.current?.querySelectorAll<HTMLElement>('[data-behind-row]') ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys({
    z: () => props.onZoom(),
    j: () => step(1),
    k: () => step(-1),
  });
  const place = absoluteRange(box.startNs, box.endNs);
  const toggled = (list: readonly string[], condition: string): readonly string[] =>
    list.includes(condition) ? list.filter((one) => one !== condition) : [...list, condition];
  const narrow = (condition: string, into: 'only' | 'without'): void =>
    props.onView({ ...view, [into]: toggled(view[into], condition) }, 'open');
  const setTab = (next: BehindView['tab']): void => props.onView({ ...view, tab: next }, 'replace');
  const setLines = (lines: LinesOf): void => props.onView({ ...view, lines }, 'replace');
  const { total: traceCount = null, isAtLeast = false } = traces.data?.coverage ?? {};
  return (
    <section
      ref={panel}
      className="behind"
      aria-label={titleOf(box, zone)}
      tabIndex={-1}
      data-testid="behind"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isTyping(event.target)) event.stopPropagation();
      }}
    >
      <header className="behind-head">
        <h2>{titleOf(box, zone)}</h2>
        {service !== null && <span className="dim">of {service}</span>}
        <Narrowed
          conditions={included}
          word="with"
          onDrop={(condition) => narrow(condition, 'only')}
        />
        <Narrowed
          conditions={excluded}
          word="without"
          onDrop={(condition) => narrow(condition, 'without')}
        />
        <span className="behind-space" />
        <button
          type="button"
          className="text-button"
          data-quiet
          onClick={props.onZoom}
          title="Zoom to this time (z)"
        >
          zoom to it
        </button>
        <IconButton icon="close" label="Close (Esc)" onClick={props.onClose} />
      </header>
      <div className="behind-halves">
        <div className="behind-difference">
          <h3>What is different here</h3>
          <DifferenceView
            difference={difference.data}
            state={difference}
            noun={box.chart === 'logs' ? 'line' : comparesTraces(request) ? 'trace' : 'span'}
            onInclude={({ condition }) => narrow(condition, 'only')}
            onExclude={
              comparesTraces(request) ? undefined : ({ condition }) => narrow(condition, 'without')
            }
          />
        </div>
        <div className="behind-records">
          <div className="behind-tabs">
            <div className="behind-tablist" role="tablist" aria-label="What is behind the box">
              <Tab name="lines" tab={tab} onTab={setTab}>
                Log lines <Count of={lineCount} isMore={lineCount === null && isCut} />
              </Tab>
              <Tab name="traces" tab={tab} onTab={setTab}>
                Traces <Count of={traceCount} isMore={isAtLeast} />
              </Tab>
            </div>
            <span className="behind-space" />
            {tab === 'lines' && <LinesChoice chosen={linesOf} onChoose={setLines} />}
            <AppLink
              className="behind-all"
              href={
                tab === 'lines'
                  ? pageHref('/logs', { query: linesText, range: place })
                  : pageHref('/traces', { query: tracesText, range: place })
              }
              back={props.back}
            >
              {tab === 'lines' ? 'all in Logs' : 'all in Traces'}
            </AppLink>
          </div>
          <div
            className="behind-list"
            role="tabpanel"
            aria-label={tab === 'lines' ? 'Log lines' : 'Traces'}
          >
            {tab === 'lines' ? (
              <BehindLines
                lines={lines}
                total={lineCount}
                of={linesOf}
                onAll={() => setLines('all')}
                place={place}
                zone={zone}
                back={props.back}
              />
            ) : (
              <BehindTraces traces={traces} zone={zone} back={props.back} />
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

function Count({ of, isMore }: { readonly of: number | null; readonly isMore: boolean }) {
  if (of === null) return isMore ? <b className="number">{linesShown}+</b> : null;
  return (
    <b className="number">
      {of.toLocaleString('en-US')}
      {isMore && '+'}
    </b>
  );
}

interface TabProps {
  readonly name: 'lines' | 'traces';
  readonly tab: 'lines' | 'traces';
  readonly onTab: (tab: 'lines' | 'traces') => void;
  readonly children: ReactNode;
}

function Tab({ name, tab, onTab, children }: TabProps) {
  const isOpen = name === tab;
  return (
    <button
      type="button"
      role="tab"
      className="behind-tab"
      aria-selected={isOpen}
      tabIndex={isOpen ? 0 : -1}
      data-testid={`behind-${name}-tab`}
      onClick={() => onTab(name)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        onTab(name === 'lines' ? 'traces' : 'lines');
        const other =
          event.currentTarget.parentElement?.querySelector<HTMLElement>('[tabindex="-1"]');
        other?.focus();
      }}
    >
      {children}
    </button>
  );
}

const choices: readonly (readonly [LinesOf, string])[] = [
  ['loud', 'warnings and errors'],
  ['all', 'all'],
  ['traces', 'of the traces'],
];

function LinesChoice(props: {
  readonly chosen: LinesOf;
  readonly onChoose: (of: LinesOf) => void;
}) {
  return (
    <span className="behind-choice" role="group" aria-label="Which lines">
      {choices.map(([of, words]) => (
        <button
          key={of}
          type="button"
          aria-pressed={of === props.chosen}
          onClick={() => props.onChoose(of)}
        >
          {words}
        </button>
      ))}
    </span>
  );
}

interface NarrowedProps {
  readonly conditions: readonly string[];
  readonly word: 'with' | 'without';
  readonly onDrop: (condition: string) => void;
}

function Narrowed({ conditions, word, onDrop }: NarrowedProps) {
  return conditions.map((condition) => (
    <button
      key={condition}
      type="button"
      className="behind-narrowed"
      title={`No longer only ${word} ${condition}`}
      onClick={() => onDrop(condition)}
    >
      {word} {conditionWords(condition)} <span aria-hidden="true">×</span>
    </button>
  ));
}
