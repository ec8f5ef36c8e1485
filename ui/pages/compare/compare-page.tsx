// Two traces compared by their structure: what was added, what is gone, what got slower. The address names both.

import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { normalizeTraceId } from '../../../src/model/trace-id/normalize.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { useZone } from '../../data/preferences.ts';
import { useTrace } from '../../data/trace.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { traceHref } from '../../url/doors.ts';
import { buildStory } from '../../views/trace-model/story-model.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import { DiffTable, printDelta } from '../../views/trace-diff/diff-table.tsx';
import { diffTraces } from '../../views/trace-diff/diff.ts';
import { printCounted, printDayTime, printDuration } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import { AlikeTraces } from './alike-traces.tsx';
import './compare-page.css';

interface Sides {
  readonly a: string;
  readonly b: string;
}

function textOf(search: Readonly<Record<string, unknown>>, name: string): string {
  const value = search[name];
  return typeof value === 'string' ? value : '';
}

export function ComparePage() {
  const search = useSearch({ strict: false });
  const sides: Sides = { a: textOf(search, 'a'), b: textOf(search, 'b') };
  const address = useAddress();
  const a = useSide(sides.a);
  const b = useSide(sides.b);
  const diff = useMemo(
    () =>
      a.story === undefined || b.story === undefined
        ? undefined
        : diffTraces(a.story.tree, b.story.tree),
    [a.story, b.story],
  );
  const go = (change: Partial<Sides>): void =>
    address.open(printHref('/compare', { ...sides, ...change }));
  const { mostChanged } = diff ?? {};
  return (
    <div className="compare-page">
      <TopbarSlot place="start">
        <h1 className="compare-title">Compare two traces</h1>
      </TopbarSlot>
      <div className="compare-sides">
        <SideCard name="A" id={sides.a} side={a} onChoose={(id) => go({ a: id })} />
        <button
          type="button"
          className="text-button"
          disabled={sides.a === '' || sides.b === ''}
          title="Swap A and B"
          aria-label="Swap A and B"
          onClick={() => go({ a: sides.b, b: sides.a })}
        >
          ⇄
        </button>
        <SideCard name="B" id={sides.b} side={b} onChoose={(id) => go({ b: id })} />
      </div>
      {diff !== undefined && a.story !== undefined && b.story !== undefined && (
        <>
          <p className="compare-words number" data-testid="compare-words">
            {sides.a === sides.b ? (
              'A and B are the same trace.'
            ) : (
              <>
                B took <b>{printDelta(tookMs(b.story) - tookMs(a.story))}</b> compared with A.
              </>
            )}
            {mostChanged !== undefined && (
              <>
                {' '}
                Most of what differs is {mostChanged.service} <b>{mostChanged.name}</b>:{' '}
                {printDelta(mostChanged.selfDeltaMs)} by itself.
              </>
            )}
          </p>
          <DiffTable
            diff={diff}
            link={(side, span, children): ReactNode => (
              <AppLink href={traceHref(sides[side], { span })} back="comparison">
                {children}
              </AppLink>
            )}
          />
        </>
      )}
      {sides.a !== '' && sides.b === '' && a.trace !== undefined && a.story !== undefined && (
        <AlikeTraces trace={a.trace} story={a.story} onChoose={(id) => go({ b: id })} />
      )}
      {sides.a === '' && (
        <div className="notice">
          <h2>Which two traces?</h2>
          <p>
            Paste a trace ID above, in any form, or open a trace and press Compare. The traces page
            has both.
          </p>
          <AppLink className="text-button" href="/traces">
            Go to the traces
          </AppLink>
        </div>
      )}
    </div>
  );
}

/** As lists of traces tell it: what goes on behind the answer, as from a queue, is no part of the time that it took. */
function tookMs({ tree, lengthMs }: StoryModel): number {
  const [root] = tree.roots;
  return root === undefined || root.span === null ? lengthMs : root.endMs - root.startMs;
}

interface Side {
  readonly trace: ExploreTrace | undefined;
  readonly story: StoryModel | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

function useSide(id: string): Side {
  const { data, error, refetch } = useTrace(id);
  const story = useMemo(
    () => (data === undefined || data.counts.spans === 0 ? undefined : buildStory(data, true)),
    [data],
  );
  return { trace: data, story, error, retry: () => void refetch() };
}

interface SideCardProps {
  readonly name: 'A' | 'B';
  readonly id: string;
  readonly side: Side;
  readonly onChoose: (id: string) => void;
}

function SideCard({ name, id, side, onChoose }: SideCardProps) {
  const [typed, setTyped] = useState('');
  const zone = useZone();
  const { trace, story, error } = side;
  const wanted = normalizeTraceId(typed.trim())?.traceId;
  return (
    <section className="compare-side" aria-label={`Trace ${name}`}>
      <b className="compare-name">{name}</b>
      {id === '' ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted !== undefined) onChoose(wanted);
          }}
        >
          <input
            className="text-field mono"
            value={typed}
            placeholder="trace ID, in any form"
            aria-label={`ID of trace ${name}`}
            aria-invalid={typed !== '' && wanted === undefined}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" className="text-button" disabled={wanted === undefined}>
            Take it
          </button>
        </form>
      ) : (
        <>
          {error !== null && trace === undefined && (
            <p role="alert">
              {printSentence(error.message)}{' '}
              <button type="button" className="link-button" onClick={side.retry}>
                Try again
              </button>
            </p>
          )}
          {error === null && trace === undefined && (
            <i className="skeleton" role="status" aria-label={`Loading trace ${name}`} />
          )}
          {trace !== undefined && <Summary trace={trace} story={story} zone={zone} />}
          <button type="button" className="link-button" onClick={() => onChoose('')}>
            choose another
          </button>
        </>
      )}
    </section>
  );
}

function Summary(props: {
  readonly trace: ExploreTrace;
  readonly story: StoryModel | undefined;
  readonly zone: 'local' | 'utc';
}) {
  const { trace, story, zone } = props;
  const root = story?.tree.roots[0];
  if (story === undefined || root === undefined) {
    return (
      <span>
        No span of <span className="mono">{trace.traceId}</span> is stored.
      </span>
    );
  }
  return (
    <span className="compare-summary number">
      <i style={{ background: serviceColor(root.service) }} aria-hidden="true" />
      <AppLink href={traceHref(trace.traceId)} back="comparison">
        {root.service} {root.name}
      </AppLink>
      <b>{printDuration(tookMs(story))}</b>
      <span>{printCounted(trace.counts.spans, 'span')}</span>
      <span>{printCounted(trace.counts.errorSpans, 'error')}</span>
      <span className="dim">{printDayTime(story.startNs, zone)}</span>
      <span className="dim mono">{trace.traceId.slice(0, 8)}…</span>
    </span>
  );
}
