// The LogQL bar. A plain field shows at once; the editor takes its place when it has been fetched, keeping the text
// and the focus.

import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import { useKeys } from './keys.ts';
import './query-field.css';

const loadEditor = () => import('./logql-editor.tsx');
const LogqlEditor = lazy(() => loadEditor().then((file) => ({ default: file.LogqlEditor })));

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

interface QueryFieldProps {
  /** As in the address; typing changes a draft until Enter. */
  readonly query: string;
  readonly onSubmit: (query: string) => void;
  readonly onFocus: () => void;
  readonly labels: QueryEditorProps['labels'];
  readonly problem: QueryProblem | undefined;
  /** The first results are there, so fetching the editor keeps nobody waiting. */
  readonly isSettled: boolean;
}

/** After the first results, so that the editor's chunk never competes with them. */
const editorDelayMs = 400;

export function QueryField(props: QueryFieldProps) {
  const { query } = props;
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
  const submit = (): void => props.onSubmit(draft.trim());
  const editorProps: QueryEditorProps = {
    label: 'LogQL query',
    placeholder: 'Everything. Narrow it with LogQL: {service_name="payment"} |= "declined"',
    text: draft,
    onChange: setDraft,
    onSubmit: submit,
    labels: props.labels,
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
        props.onFocus();
      }}
      onBlur={() => setFocus(false)}
    >
      {wantsEditor ? (
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
