// The language's help as extensions of the editor: colors, completion, hover docs and problems while typing.

import { autocompletion, startCompletion } from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { linter } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { EditorState, Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, hoverTooltip, keymap, showTooltip } from '@codemirror/view';
import type { DecorationSet, EditorView, Tooltip, ViewUpdate } from '@codemirror/view';
import { printSentence } from '../../views/words/sentence.ts';
import type { LiveAnswers } from './live-answers.ts';
import type { Completions, HoverDoc, Option, Problem, QueryLanguage } from './query-language.ts';

/** Characters beyond which a query is shown without colors: nobody reads it, and typing stays quick. */
const coloredMax = 20_000;

function colorsOf(state: EditorState, language: QueryLanguage): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  if (state.doc.length > coloredMax) return builder.finish();
  for (const { style, start, end } of language.tokens(state.doc.toString())) {
    if (start < end) builder.add(start, end, Decoration.mark({ class: `token-${style}` }));
  }
  return builder.finish();
}

export function colors(language: QueryLanguage): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = colorsOf(view.state, language);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = colorsOf(update.state, language);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

// ------------------------------------------------------------------------------------------ completion

/** What is written for an option, given what already stands behind the cursor. */
export function textOf(
  option: Option,
  behind: string,
  quote: string | undefined,
): { readonly text: string; readonly cursor: number } {
  const text = option.apply ?? option.label;
  // A label whose operator is there already keeps it.
  const isMatched = option.kind === 'label' && /^\s*(?:=|!)/.test(behind);
  if (isMatched && text.startsWith(option.label)) {
    return { text: option.label, cursor: option.label.length };
  }
  if (option.kind === 'function' && behind.startsWith('(') && text.endsWith('()')) {
    return { text: text.slice(0, -2), cursor: text.length - 1 };
  }
  if (quote !== undefined && option.kind === 'value') {
    const closed = behind.startsWith(quote) ? text : text + quote;
    return { text: closed, cursor: text.length + 1 };
  }
  return { text, cursor: option.cursor ?? text.length };
}

/** Where stages and fields are offered together, stages come first. */
const boosts: Readonly<Partial<Record<Option['kind'], number>>> = { stage: 2, own: 1 };

function completionOf(option: Option, found: Completions): Completion {
  const [signature = '', doc = ''] = (option.doc ?? '').split('\n');
  const info = option.doc === undefined || option.doc === '' ? undefined : infoOf(signature, doc);
  return {
    label: option.label,
    type: option.kind,
    boost: boosts[option.kind] ?? 0,
    ...(option.detail === undefined || option.detail === '' ? {} : { detail: option.detail }),
    ...(info === undefined ? {} : { info }),
    apply: (view, completion, from, to) => {
      const behind = view.state.sliceDoc(to, to + 100);
      const { text, cursor } = textOf(option, behind, found.quote);
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + cursor },
        userEvent: 'input.complete',
        scrollIntoView: true,
      });
      if (option.leadsOn === true) startCompletion(view);
    },
  };
}

function infoOf(signature: string, doc: string): () => Node {
  return () => {
    const element = document.createElement('div');
    if (doc === '') element.textContent = signature;
    else {
      const head = element.appendChild(document.createElement('code'));
      head.textContent = signature;
      element.appendChild(document.createElement('p')).textContent = doc;
    }
    return element;
  };
}

async function complete(
  context: CompletionContext,
  language: QueryLanguage,
  answers: LiveAnswers,
): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const found = language.complete(text, context.pos);
  if (found === undefined) return null;
  const typed = text.slice(found.from, context.pos);
  // Nothing is pushed upon somebody who has typed nothing, but for places where something must follow.
  const before = text.slice(0, found.from).trimEnd().at(-1) ?? '';
  if (!context.explicit && typed === '' && !/[{(,=~|"[.]/.test(before)) return null;
  const abort = new AbortController();
  context.addEventListener('abort', () => abort.abort(), { onDocChange: true });
  const live = await Promise.all(
    (found.live ?? []).map(async ({ question, toOption }) =>
      (await answers.ask(question, abort.signal)).map(toOption),
    ),
  );
  const seen = new Set<string>();
  const options = [...live.flat(), ...found.options].filter(({ label }) => {
    const isNew = !seen.has(label);
    seen.add(label);
    return isNew;
  });
  if (options.length === 0) return null;
  return {
    from: found.from,
    options: options.map((option) => completionOf(option, found)),
    validFor: /^[\w.:/-]*$/,
  };
}

export function completion(language: QueryLanguage, answers: () => LiveAnswers): Extension {
  return autocompletion({
    override: [(context) => complete(context, language, answers())],
    icons: false,
    maxRenderedOptions: 200,
    optionClass: ({ type = '' }) => `option-${type}`,
  });
}

// --------------------------------------------------------------------------------------------- hover

function docElement(doc: HoverDoc, answers: LiveAnswers): HTMLElement {
  const element = document.createElement('div');
  element.className = 'query-doc';
  const line = (tag: string, text: string): void => {
    if (text === '') return;
    element.appendChild(document.createElement(tag)).textContent = text;
  };
  line('code', doc.signature);
  line('p', doc.doc);
  for (const note of doc.notes) line('small', note);
  if (doc.metric !== undefined) {
    void answers.metadata(doc.metric, new AbortController().signal).then((metadata) => {
      if (metadata === undefined) return line('p', 'Nothing is known of this metric.');
      line('p', metadata.help);
      line('small', [metadata.type, metadata.unit].filter((part) => part !== '').join(' · '));
      return undefined;
    });
  }
  return element;
}

function tooltipOf(doc: HoverDoc, answers: LiveAnswers): Tooltip {
  return {
    pos: doc.start,
    end: doc.end,
    above: false,
    create: () => ({ dom: docElement(doc, answers) }),
  };
}

const setDoc = StateEffect.define<Tooltip | null>();

/** The doc that a key opened, at the cursor. */
const openDoc = StateField.define<Tooltip | null>({
  create: () => null,
  update: (open, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setDoc)) return effect.value;
    return transaction.docChanged || transaction.selection !== undefined ? null : open;
  },
  provide: (field) => showTooltip.from(field),
});

export function docs(language: QueryLanguage, answers: () => LiveAnswers): Extension {
  const at = (view: EditorView, position: number): Tooltip | null => {
    const doc = language.hover(view.state.doc.toString(), position);
    return doc === undefined ? null : tooltipOf(doc, answers());
  };
  return [
    hoverTooltip(at, { hoverTime: 250 }),
    openDoc,
    keymap.of([
      {
        key: 'F1',
        run: (view) => {
          const { head } = view.state.selection.main;
          view.dispatch({ effects: setDoc.of(at(view, head) ?? at(view, Math.max(0, head - 1))) });
          return true;
        },
      },
    ]),
  ];
}

// ------------------------------------------------------------------------------------------- problems

/** Typing pauses for so long before it is judged. */
const judgeMs = 350;

/** A place that is never empty: one behind the last character is shown at the last word. */
export function visiblePlace(text: string, { start, end }: Problem): { from: number; to: number } {
  const length = text.trimEnd().length;
  if (start < length) return { from: start, to: Math.min(Math.max(end, start + 1), text.length) };
  const word = /[\w.:]+$/.exec(text.slice(0, length))?.[0].length ?? 1;
  return { from: Math.max(0, length - word), to: length };
}

export function problems(
  language: QueryLanguage,
  serverProblem: () => Problem | undefined,
  onProblem: (problem: Problem | undefined) => void,
): Extension {
  return linter(
    (view): readonly Diagnostic[] => {
      const text = view.state.doc.toString();
      const problem = language.check(text) ?? serverProblem();
      onProblem(problem);
      if (problem === undefined || text.trim() === '') return [];
      const { message, hint } = problem;
      const words = hint === undefined ? message : `${message}\n${printSentence(hint)}`;
      return [{ ...visiblePlace(text, problem), severity: 'error', message: words }];
    },
    { delay: judgeMs },
  );
}
