// The query bar of all three languages. A plain field shows at once; the editor takes its place when it has been
// fetched, keeping the text and the focus. Below it: what is wrong with the text, and how the query is carried out.

import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import type { ResolvedRange } from '../url/time-range.ts';
import { printSentence } from '../views/words/sentence.ts';
import { IconButton } from './icon-button.tsx';
import { useKeys } from './keys.ts';
import type { QueryEditorProps } from './query-editor/query-editor.tsx';
import type { Language, Problem } from './query-editor/query-language.ts';
import './query-field.css';

const loadEditor = () => import('./query-editor/query-editor.tsx');
const ExplainPanel = lazy(() =>
  import('../views/explain/explain-panel.tsx').then((file) => ({ default: file.ExplainPanel })),
);
const QueryEditor = lazy(() => loadEditor().then((file) => ({ default: file.QueryEditor })));

export type { Language };
export type QueryProblem = Problem;

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
      placeholder: 'A metric or a PromQL expression: sum by (job) (rate(requests_total[5m]))',
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
  const [problem, setProblem] = useState<QueryProblem | undefined>(undefined);
  const [isExplained, setExplained] = useState(false);
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
  const pretty = async (): Promise<void> => {
    const { prettify } = await loadEditor();
    const result = prettify(language, draft);
    if ('text' in result) setDraft(result.text);
    else setProblem({ start: 0, end: draft.length, message: result.reason });
  };
  const editorProps: QueryEditorProps = {
    ...names[language],
    language,
    text: draft,
    range,
    onChange: setDraft,
    onSubmit: submit,
    problem: draft.trim() === query ? props.problem : undefined,
    onProblem: setProblem,
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
      value={draft.replaceAll('\n', ' ')}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') submit();
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
  return (
    <div className="query-bar">
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
        {wantsEditor ? (
          <Suspense fallback={plain}>
            <QueryEditor {...editorProps} />
          </Suspense>
        ) : (
          plain
        )}
        {draft !== '' && (
          <>
            <IconButton
              icon="plan"
              label="Explain how the query is carried out"
              pressed={isExplained}
              onClick={() => setExplained(!isExplained)}
            />
            <IconButton icon="pretty" label="Prettify the query" onClick={() => void pretty()} />
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
          </>
        )}
        <button type="button" className="text-button" data-primary onClick={submit}>
          Run
        </button>
      </div>
      <p
        className="query-problem"
        role="status"
        data-testid="query-problem"
        data-focus={hasFocus || undefined}
      >
        {problem !== undefined && draft.trim() !== '' && (
          <>
            {problem.message}
            {problem.hint !== undefined && <b>{printSentence(problem.hint)}</b>}
          </>
        )}
      </p>
      {isExplained && (
        <Suspense>
          <ExplainPanel language={language} query={draft.trim()} range={range} />
        </Suspense>
      )}
    </div>
  );
}
