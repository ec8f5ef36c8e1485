// The query bar of all three languages. A plain field shows at once; the editor takes its place when it has been
// fetched, keeping the text and the focus.

import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import { useStreams } from '../data/logs.ts';
import type { ResolvedRange } from '../url/time-range.ts';
import { useKeys } from './keys.ts';
import './query-field.css';

const loadEditor = () => import('./logql-editor.tsx');
const LogqlEditor = lazy(() => loadEditor().then((file) => ({ default: file.LogqlEditor })));

export type Language = 'logql' | 'promql' | 'traceql';

export interface QueryProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface QueryEditorProps {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSubmit: () => void;
  readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly problem: QueryProblem | undefined;
  /** The field it replaces had the focus. */
  readonly takesFocus: boolean;
}

export interface QueryFieldProps {
  readonly language: Language;
  /** As in the address; typing changes a draft until Enter. */
  readonly query: string;
  readonly onSubmit: (query: string) => void;
  /** What the server said of this query, at its place in the text. */
  readonly problem: QueryProblem | undefined;
  /** The first results are there, so fetching the editor keeps nobody waiting. */
  readonly isSettled: boolean;
  /** The time whose names and values are offered. */
  readonly range: ResolvedRange;
}

const names: Readonly<Record<Language, { readonly label: string; readonly placeholder: string }>> =
  {
    logql: {
      label: 'LogQL query',
      placeholder: 'Everything. Narrow it with LogQL: {service_name="payment"} |= "declined"',
    },
    promql: {
      label: 'PromQL query',
      placeholder:
        'A metric or a PromQL expression: sum by (service_name) (rate(requests_total[5m]))',
    },
    traceql: {
      label: 'TraceQL query',
      placeholder: 'Everything. Narrow it with TraceQL: { status = error && duration > 1s }',
    },
  };

/** After the first results, so that the editor's chunk never competes with them. */
const editorDelayMs = 400;

export function QueryField(props: QueryFieldProps) {
  const { query, language, range } = props;
  const [draft, setDraft] = useState(query);
  const [wantsEditor, setWantsEditor] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  // A query that comes from elsewhere (a click, Back) takes the draft's place.
  const [seen, setSeen] = useState(query);
  if (seen !== query) {
    setSeen(query);
    setDraft(query);
  }
  const [hasFocus, setFocus] = useState(false);
  useEffect(() => {
    if (!props.isSettled || wantsEditor) return undefined;
    const timer = setTimeout(() => {
      setWantsEditor(true);
    }, editorDelayMs);
    return () => clearTimeout(timer);
  }, [props.isSettled, wantsEditor]);
  useKeys({
    '/': () => box.current?.querySelector<HTMLElement>('input, [contenteditable]')?.focus(),
  });
  const streams = useStreams(range, language === 'logql' && wantsEditor);
  const submit = (): void => props.onSubmit(draft.trim());
  const editorProps: QueryEditorProps = {
    ...names[language],
    text: draft,
    onChange: setDraft,
    onSubmit: submit,
    labels: streams.data?.labels ?? [],
    problem: draft.trim() === query ? props.problem : undefined,
    takesFocus: hasFocus,
  };
  const plain = (
    <input
      className="query-plain"
      aria-label={editorProps.label}
      placeholder={editorProps.placeholder}
      data-testid="query-input"
      spellCheck={false}
      autoComplete="off"
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') submit();
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
  return (
    <div
      ref={box}
      className="query-field"
      data-changed={draft.trim() !== query || undefined}
      onFocus={() => {
        setFocus(true);
        setWantsEditor(true);
      }}
      onBlur={() => setFocus(false)}
    >
      {wantsEditor && language === 'logql' ? (
        <Suspense fallback={plain}>
          <LogqlEditor {...editorProps} />
        </Suspense>
      ) : (
        plain
      )}
      {draft !== '' && (
        <button
          type="button"
          className="query-clear"
          aria-label="Clear the query"
          title="Clear the query"
          onClick={() => {
            setDraft('');
            props.onSubmit('');
          }}
        >
          ×
        </button>
      )}
      <button type="button" className="text-button" data-primary onClick={submit} disabled={false}>
        Run
      </button>
    </div>
  );
}
