// What can be done with the story: its shapes, the critical path, clocks, log rows, colors, find, comparison, export.

import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { SkewEstimate } from '../../../src/query/correlate/skew.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useDoorMenu } from '../../controls/door-menu.tsx';
import { printHref } from '../../url/address.ts';
import type { TraceShape, TraceView } from '../../url/trace-view.ts';
import { pickTraceFileEvent } from '../../views/trace-file/trace-file-drop.tsx';
import type { Found } from '../../views/trace-model/find.ts';
import { printCounted, printDuration } from '../../views/words/numbers.ts';

interface StoryToolbarProps {
  readonly traceId: string;
  readonly view: TraceView;
  readonly skew: SkewEstimate;
  readonly found: Found | undefined;
  /** The spans came without their attributes, in which nothing is found then. */
  readonly isOutline: boolean;
  readonly findField: RefObject<HTMLInputElement | null>;
  /** Without spans there is nothing to shape. */
  readonly hasSpans: boolean;
  /** Comes from a file and is not stored. */
  readonly isLocal: boolean;
  readonly onShow: (change: Partial<TraceView>) => void;
  readonly onFind: (text: string) => void;
  readonly onNextFound: (by: 1 | -1) => void;
}

const shapes: readonly (readonly [TraceShape, string])[] = [
  ['waterfall', 'Waterfall'],
  ['flame', 'Flame graph'],
  ['table', 'Table'],
];

export function StoryToolbar(props: StoryToolbarProps) {
  const { traceId, view, skew, found, findField, onShow } = props;
  const openDoors = useDoorMenu();
  const exportHref = `/api/explore/trace/${traceId}/otlp`;
  return (
    <div className="story-toolbar">
      <div
        className="story-shapes"
        role="group"
        aria-label="Shape of the trace"
        hidden={!props.hasSpans}
      >
        {shapes.map(([shape, words]) => (
          <button
            key={shape}
            type="button"
            className="trace-logs-choice"
            aria-pressed={view.shape === shape}
            onClick={() => onShow({ shape })}
          >
            {words}
          </button>
        ))}
      </div>
      {props.hasSpans && view.shape === 'waterfall' && (
        <>
          <Toggle
            words="critical path"
            title="Underline what the trace’s end waited for (c)"
            isOn={view.showsPath}
            onToggle={() => onShow({ showsPath: !view.showsPath })}
          />
          <Toggle
            words="log rows"
            title="Log lines as rows below their span (l)"
            isOn={view.showsLogRows}
            onToggle={() => onShow({ showsLogRows: !view.showsLogRows })}
          />
          <Toggle
            words="color by kind"
            title="Color by kind of span instead of by service"
            isOn={view.colorBy === 'kind'}
            onToggle={() => onShow({ colorBy: view.colorBy === 'kind' ? 'service' : 'kind' })}
          />
        </>
      )}
      <SkewSwitch skew={skew} corrects={view.corrects} onShow={onShow} />
      <span className="story-toolbar-tools">
        <FindField
          field={findField}
          find={view.find}
          found={found}
          isOutline={props.isOutline}
          onFind={props.onFind}
          onNext={props.onNextFound}
        />
        {props.isLocal ? (
          <button
            type="button"
            className="text-button"
            disabled
            title="This trace was shown from a file: only stored traces are compared"
          >
            Compare
          </button>
        ) : (
          <AppLink
            className="text-button"
            href={printHref('/compare', { a: traceId })}
            title="Compare this trace with another one"
          >
            Compare
          </AppLink>
        )}
        <button
          type="button"
          className="text-button"
          aria-haspopup="menu"
          onClick={(event) =>
            openDoors(event.currentTarget, 'This trace', [
              props.isLocal
                ? {
                    title: 'Export as OTLP JSON',
                    reason: 'this trace was shown from a file and is not stored',
                  }
                : {
                    title: 'Export as OTLP JSON: spans and log lines',
                    onOpen: () => download(exportHref, `trace-${traceId}.json`),
                  },
              { title: 'Import: drop an OTLP JSON file on this page', onOpen: () => pickFile() },
            ])
          }
        >
          Export ▾
        </button>
      </span>
    </div>
  );
}

/** The file chooser that a drop would also do: the page listens for both. */
function pickFile(): void {
  window.dispatchEvent(new CustomEvent(pickTraceFileEvent));
}

function download(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

function Toggle(props: {
  readonly words: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <button
      type="button"
      className="story-toggle"
      aria-pressed={props.isOn}
      title={props.title}
      onClick={props.onToggle}
    >
      {props.words}
    </button>
  );
}

/** `+3.0 s`. */
export function printSkew(ms: number): string {
  const size = Math.abs(ms);
  const text = size >= 1000 ? `${(size / 1000).toFixed(1)} s` : printDuration(size);
  return `${ms < 0 ? '−' : '+'}${text}`;
}

function SkewSwitch(props: {
  readonly skew: SkewEstimate;
  readonly corrects: boolean;
  readonly onShow: (change: Partial<TraceView>) => void;
}) {
  const { skew, corrects, onShow } = props;
  const openDoors = useDoorMenu();
  const [first] = skew.hosts;
  if (first === undefined) return null;
  const more = skew.hosts.length > 1 ? ` and ${skew.hosts.length - 1} more` : '';
  return (
    <button
      type="button"
      className="story-toggle"
      data-testid="skew"
      aria-haspopup="menu"
      aria-label={`Clocks: ${printSkew(first.offsetMs)} on ${first.host}${more}, ${corrects ? 'corrected' : 'not corrected'}`}
      aria-pressed={corrects}
      title="Told from the spans alone: nothing starts before what called it. What is stored stays as it is."
      onClick={(event) =>
        openDoors(event.currentTarget, `Clocks, compared with ${skew.reference}`, [
          ...skew.hosts.map((host) => ({
            title: `${printSkew(host.offsetMs)} on ${host.host}: ${evidence(host)}`,
            reason: `told from ${printCounted(host.pairs, 'call')} between hosts`,
          })),
          {
            title: corrects ? 'Show the times as they were sent' : 'Correct the times',
            onOpen: () => onShow({ corrects: !corrects }),
          },
        ])
      }
    >
      {printSkew(first.offsetMs)} on {first.host}
      {more}, {corrects ? 'corrected' : 'as sent'} ▾
    </button>
  );
}

function evidence({ atLeastMs, atMostMs }: SkewEstimate['hosts'][number]): string {
  if (!Number.isFinite(atLeastMs)) return `at most ${printSkew(atMostMs)}`;
  if (!Number.isFinite(atMostMs)) return `at least ${printSkew(atLeastMs)}`;
  return `between ${printDuration(atLeastMs)} and ${printDuration(atMostMs)}`;
}

interface FindFieldProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly find: string;
  readonly found: Found | undefined;
  readonly isOutline: boolean;
  readonly onFind: (text: string) => void;
  readonly onNext: (by: 1 | -1) => void;
}

/** The address follows a little later than the keys: what was typed is not taken back meanwhile. */
const addressAfterMs = 150;

function FindField({ field, find, found, isOutline, onFind, onNext }: FindFieldProps) {
  const [typed, setTyped] = useState(find);
  const [last, setLast] = useState(find);
  if (last !== find) {
    setLast(find);
    setTyped(find);
  }
  useEffect(() => {
    if (typed === find) return undefined;
    const timer = setTimeout(() => onFind(typed), addressAfterMs);
    return () => clearTimeout(timer);
  }, [typed, find, onFind]);
  // Enter does not wait for the address: it takes what was typed along, and goes on when that has been found.
  const goesOn = useRef<1 | -1 | undefined>(undefined);
  useEffect(() => {
    if (goesOn.current === undefined || typed !== find) return;
    onNext(goesOn.current);
    goesOn.current = undefined;
  }, [typed, find, onNext]);
  const next = (by: 1 | -1): void => {
    if (typed === find) {
      onNext(by);
      return;
    }
    goesOn.current = by;
    onFind(typed);
  };
  return (
    <span className="story-find">
      <input
        ref={field}
        className="text-field"
        type="search"
        placeholder="find in spans and lines  /"
        aria-label="Find in spans and log lines"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') next(event.shiftKey ? -1 : 1);
          if (event.key !== 'Escape') return;
          setTyped('');
          onFind('');
          event.currentTarget.blur();
        }}
      />
      {found !== undefined && (
        <span className="dim number" role="status" data-testid="found">
          {printCounted(found.ordered.length, 'span')} · {printCounted(found.lines, 'line')}
          {isOutline && ' · attributes not looked at: too many spans'}
        </span>
      )}
    </span>
  );
}
