// The query field with colors, completion, docs and underlined errors, for all three languages. A chunk of its own: pages
// work with a plain field until this one has come.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { forceLinting, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Failure } from '../../../src/base/errors.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { colors, completion, docs, problems } from './editor-help.ts';
import { queryLanguages } from './languages.ts';
import { createLiveAnswers } from './live-answers.ts';
import type { LiveAnswers } from './live-answers.ts';
import type { Language, Problem } from './query-language.ts';
import './query-editor.css';

export interface QueryEditorProps {
  readonly language: Language;
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly range: ResolvedRange;
  readonly onChange: (text: string) => void;
  readonly onSubmit: () => void;
  /** What the server said of this text. */
  readonly problem: Problem | undefined;
  /** What is wrong with the text, by the language's own parser or the server. */
  readonly onProblem: (problem: Problem | undefined) => void;
  /** The field it replaces had the focus. */
  readonly takesFocus: boolean;
}

/** The text in its language's own form, or the reason why it has none. */
export function prettify(
  language: Language,
  text: string,
): { readonly text: string } | { readonly reason: string } {
  try {
    return { text: queryLanguages[language].pretty(text) };
  } catch (thrown) {
    if (thrown instanceof Failure) return { reason: thrown.message };
    throw thrown;
  }
}

interface Behind {
  readonly props: () => QueryEditorProps;
  readonly answers: () => LiveAnswers;
}

function createEditor(parent: HTMLElement, { props, answers }: Behind): EditorView {
  const language = queryLanguages[props().language];
  const submit = (): boolean => {
    props().onSubmit();
    return true;
  };
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: props().text,
      extensions: [
        history(),
        EditorState.languageData.of(() => [
          { closeBrackets: { brackets: ['{', '(', '[', '"', '`'] } },
        ]),
        closeBrackets(),
        bracketMatching(),
        EditorView.lineWrapping,
        tooltips({ position: 'fixed' }),
        colors(language),
        completion(language, answers),
        docs(language, answers),
        problems(
          language,
          () => props().problem,
          (problem) => props().onProblem(problem),
        ),
        placeholder(props().placeholder),
        EditorView.contentAttributes.of({
          'aria-label': props().label,
          'data-testid': 'query-input',
          spellcheck: 'false',
        }),
        keymap.of([
          ...completionKeymap,
          { key: 'Enter', run: submit },
          { key: 'Mod-Enter', run: submit },
          { key: 'Shift-Enter', run: insertNewline },
          {
            key: 'Escape',
            run: (focused) => {
              focused.contentDOM.blur();
              return true;
            },
          },
          ...closeBracketsKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) props().onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
}

export function QueryEditor(props: QueryEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const client = useQueryClient();
  const { startNs, endNs } = props.range;
  const latest = useRef(props);
  const answers = useRef<LiveAnswers>(createLiveAnswers(client, props.range));
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    answers.current = createLiveAnswers(client, { startNs, endNs });
  }, [client, startNs, endNs]);

  const { language } = props;
  useEffect(() => {
    if (parent.current === null) return undefined;
    const editor = createEditor(parent.current, {
      props: () => latest.current,
      answers: () => answers.current,
    });
    view.current = editor;
    if (latest.current.takesFocus) {
      editor.focus();
      editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    }
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [language]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === props.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } });
  }, [props.text]);

  const message = props.problem?.message;
  useEffect(() => {
    if (view.current !== null && message !== undefined) forceLinting(view.current);
  }, [message]);

  return <div ref={parent} className="query-editor" />;
}
