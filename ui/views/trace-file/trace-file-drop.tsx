// An area that takes a trace's file by drop, or by the file chooser: its traces are shown in this tab and not stored.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import type { ExploreTraceFile } from '../../../src/api/explore/contract/trace.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { readTraceFile } from '../../data/trace.ts';
import { printHref, useAddress } from '../../url/address.ts';
import { printCount, printCounted } from '../words/numbers.ts';
import './trace-file.css';

interface TraceFileDropProps {
  readonly className: string;
  readonly children: ReactNode;
}

/** Asks for the file chooser of the area that is on the page. */
export const pickTraceFileEvent = 'clew-pick-trace-file';

type Outcome =
  | { readonly kind: 'reading'; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'several'; readonly name: string; readonly file: ExploreTraceFile };

/** The address of a trace that was read from a file. */
function fileHref(traceId: string, name: string): string {
  return printHref(`/trace/${traceId}`, { file: name });
}

function holdsFile(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

export function TraceFileDrop({ className, children }: TraceFileDropProps) {
  const client = useQueryClient();
  const address = useAddress();
  const chooser = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const reading = useRef<AbortController | undefined>(undefined);
  // Whoever has left is not led back when the file is read at last.
  useEffect(() => () => reading.current?.abort(), []);
  useEffect(() => {
    const pick = (): void => chooser.current?.click();
    window.addEventListener(pickTraceFileEvent, pick);
    return () => window.removeEventListener(pickTraceFileEvent, pick);
  }, []);
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    reading.current?.abort();
    const { signal } = (reading.current = new AbortController());
    setOutcome({ kind: 'reading', name: file.name });
    try {
      const answer = await readTraceFile(client, file, signal);
      const [first] = answer.traces;
      if (answer.traces.length === 1 && first !== undefined) {
        setOutcome(undefined);
        address.open(fileHref(first.traceId, file.name));
      } else setOutcome({ kind: 'several', name: file.name, file: answer });
    } catch (thrown) {
      if (signal.aborted) return;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      setOutcome({ kind: 'failed', message });
    }
  };
  return (
    <div
      className={className}
      onDragOver={(event) => {
        if (!holdsFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        if (!holdsFile(event)) return;
        event.preventDefault();
        setOver(false);
        void read(event.dataTransfer.files[0]);
      }}
    >
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".json,.jsonl,application/json"
        aria-label="A trace as OTLP JSON"
        onChange={(event) => {
          void read(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      {children}
      {isOver && (
        <div className="trace-file-over" aria-hidden="true">
          Drop a trace as OTLP JSON: it is shown here and not stored
        </div>
      )}
      {outcome !== undefined && (
        <Said
          outcome={outcome}
          onClose={() => {
            reading.current?.abort();
            setOutcome(undefined);
          }}
        />
      )}
    </div>
  );
}

function Said(props: { readonly outcome: Outcome; readonly onClose: () => void }) {
  const { outcome, onClose } = props;
  return (
    <div
      className="trace-file-said"
      role={outcome.kind === 'failed' ? 'alert' : 'status'}
      data-testid="trace-file-said"
    >
      {outcome.kind === 'reading' && <p>Reading {outcome.name} …</p>}
      {outcome.kind === 'failed' && <p>{outcome.message}.</p>}
      {outcome.kind === 'several' && (
        <>
          <p>
            {outcome.name} holds {printCounted(outcome.file.total, 'trace')}
            {outcome.file.total > outcome.file.traces.length &&
              `, of which the ${printCount(outcome.file.traces.length)} largest are here`}
            :
          </p>
          <ul>
            {outcome.file.traces.map((trace) => (
              <li key={trace.traceId}>
                <AppLink href={fileHref(trace.traceId, outcome.name)} onOpen={onClose}>
                  <span className="mono">{trace.traceId.slice(0, 16)}…</span>{' '}
                  {printCounted(trace.counts.spans, 'span')}
                </AppLink>
              </li>
            ))}
          </ul>
        </>
      )}
      <button type="button" className="text-button" onClick={onClose}>
        {outcome.kind === 'reading' ? 'Cancel' : 'Close'}
      </button>
    </div>
  );
}
