// The query field with colors, completion and underlined errors. A chunk of its own: the page works with a plain
// field until this one has come.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import {
  HighlightStyle,
  LRLanguage,
  bracketMatching,
  syntaxHighlighting,
} from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { parser } from '@grafana/lezer-logql';
import { styleTags, tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { completionPlace, stages } from './logql-completion.ts';
import type { QueryEditorProps } from './query-field.tsx';

const aggregation = tags.function(tags.variableName);

const language = LRLanguage.define({
  parser: parser.configure({
    props: [
      styleTags({
        'String Bytes': tags.string,
        'Number Duration': tags.number,
        'Identifier LabelName': tags.propertyName,
        'Json Logfmt Unpack Pattern Regexp Unwrap LabelFormat LineFormat Decolorize Drop Keep':
          tags.keyword,
        'By Without And Or Unless On Ignoring GroupLeft GroupRight Bool Offset': tags.keyword,
        'Sum Avg Count Max Min Stddev Stdvar Bottomk Topk Sort Sort_Desc': aggregation,
        'CountOverTime Rate RateCounter BytesOverTime BytesRate AvgOverTime SumOverTime':
          aggregation,
        'MinOverTime MaxOverTime QuantileOverTime FirstOverTime LastOverTime AbsentOverTime':
          aggregation,
        'PipeExact PipeMatch PipePattern Pipe Npa Eq Neq Re Nre Gtr Gte Lss Lte Eql': tags.operator,
        LineComment: tags.comment,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ['{', '(', '[', '"', '`'] } },
});

const colors = HighlightStyle.define([
  { tag: tags.string, color: 'var(--clew-good)' },
  { tag: tags.number, color: 'var(--clew-warning)' },
  { tag: tags.propertyName, color: 'var(--clew-accent)' },
  { tag: tags.keyword, color: 'var(--clew-level-fatal)' },
  { tag: aggregation, color: 'var(--clew-level-fatal)' },
  { tag: tags.operator, color: 'var(--clew-dim)' },
  { tag: tags.comment, color: 'var(--clew-dim)' },
]);

type LabelValues = QueryEditorProps['labels'];

function complete(context: CompletionContext, labels: LabelValues): CompletionResult | null {
  const place = completionPlace(context.state.sliceDoc(0, context.pos));
  if (place === undefined) return null;
  if (!context.explicit && place.kind === 'start') return null;
  return { from: place.from, options: optionsAt(place, labels), validFor: /^[\w.:/-]*$/ };
}

function optionsAt(
  place: NonNullable<ReturnType<typeof completionPlace>>,
  labels: LabelValues,
): Completion[] {
  switch (place.kind) {
    case 'start':
      return labels.map(({ name }) => ({ label: `{${name}="`, type: 'property' }));
    case 'label':
      return labels.map(({ name, values }) => ({
        label: name,
        apply: `${name}=`,
        detail: `${values.length}`,
        type: 'property',
      }));
    case 'value': {
      const values = labels.find(({ name }) => name === place.label)?.values ?? [];
      return values.map((value) => ({
        label: value,
        apply: place.quoted ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value),
        type: 'constant',
      }));
    }
    case 'stage':
      return stages.map(({ text, means }) => ({ label: text, detail: means, type: 'keyword' }));
    default:
      return [];
  }
}

const noProblem = { start: 0, end: 0, message: '' };

export function LogqlEditor(props: QueryEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (parent.current === null) return undefined;
    const submit = (): boolean => {
      latest.current.onSubmit();
      return true;
    };
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          history(),
          closeBrackets(),
          bracketMatching(),
          EditorView.lineWrapping,
          language,
          syntaxHighlighting(colors),
          autocompletion({
            override: [(context) => complete(context, latest.current.labels)],
            icons: false,
          }),
          placeholder(latest.current.placeholder),
          EditorView.contentAttributes.of({
            'aria-label': latest.current.label,
            'data-testid': 'query-input',
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
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
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
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === props.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } });
  }, [props.text]);

  const { start, end, message } = props.problem ?? noProblem;
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const length = editor.state.doc.length;
    const from = Math.max(0, Math.min(start, length - 1));
    const to = Math.min(Math.max(end, from + 1), length);
    const severity = 'error';
    const diagnostics =
      message === '' || length === 0 ? [] : [{ from, to, severity, message } as const];
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [start, end, message]);

  return <div ref={parent} className="logql-editor" />;
}
