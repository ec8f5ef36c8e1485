// What may be typed at a place in a LogQL query, from the catalogue and, for names and values, from the server.

import {
  otherFunctions,
  ownStages,
  rangeOperations,
  stageKeywords,
  vectorOperations,
} from '../../../src/query/logql/syntax/functions.ts';
import type { StageKeyword } from '../../../src/query/logql/syntax/functions.ts';
import {
  logqlLabelComparisons,
  logqlLineFilters,
  logqlMatchers,
  logqlOperators,
} from '../../../src/query/logql/syntax/operator-docs.ts';
import { templateFunctions } from '../../../src/query/logql/syntax/template/template-functions.ts';
import { logqlTokens } from './logql-tokens.ts';
import {
  durationOptions,
  functionOptions,
  matcherNames,
  matcherOptions,
  operatorOptions,
  plainNames,
  quotedValues,
} from './options.ts';
import { groupingWords } from './promql-tokens.ts';
import type { Completions, LivePart, Option } from './query-language.ts';
import { closingString, contextOf, isInComment, matchersOf } from './token-context.ts';
import type { TokenContext } from './token-context.ts';

const comparisons = new Set<string>(Object.keys(logqlLabelComparisons).concat('=~', '!~'));
const lineFilters = new Set<string>(Object.keys(logqlLineFilters));

/** How a stage is begun: with its quotes or parentheses, and the cursor where something is missing. */
const stageTexts: Readonly<Record<StageKeyword, string>> = {
  json: 'json',
  logfmt: 'logfmt',
  regexp: 'regexp "(?P<|>)"',
  pattern: 'pattern "<|>"',
  unpack: 'unpack',
  decolorize: 'decolorize',
  line_format: 'line_format "{{.|}}"',
  label_format: 'label_format ',
  drop: 'drop ',
  keep: 'keep ',
  unwrap: 'unwrap ',
};

function withCursor(text: string): { readonly apply: string; readonly cursor?: number } {
  const cursor = text.indexOf('|');
  return cursor < 0 ? { apply: text } : { apply: text.replace('|', ''), cursor };
}

function stageOptions(lead: string): readonly Option[] {
  const common = Object.entries(stageKeywords).map(([name, { signature, doc }]): Option => {
    // The entries are those of the record.
    const { apply, cursor } = withCursor(stageTexts[name as StageKeyword]);
    return {
      label: `${lead}${name}`,
      kind: 'stage',
      apply: `${lead}${apply}`,
      ...(cursor === undefined ? {} : { cursor: cursor + lead.length }),
      doc: `${signature}\n${doc}`,
      leadsOn: apply.endsWith(' ') || cursor !== undefined,
    };
  });
  const own = Object.entries(ownStages).map(([name, { signature, doc }]): Option => ({
    label: `${lead}${name}`,
    kind: 'own',
    apply: `${lead}${name}({  })`,
    cursor: lead.length + name.length + 3,
    detail: 'Clew’s own',
    doc: `${signature}\n${doc}`,
    leadsOn: true,
  }));
  return [...common, ...own];
}

function lineFilterOptions(): readonly Option[] {
  return Object.entries(logqlLineFilters).map(([sign, doc]) => ({
    label: `${sign} ""`,
    kind: 'stage',
    cursor: sign.length + 2,
    detail: doc,
  }));
}

const functions: readonly Option[] = [
  ...functionOptions(rangeOperations),
  ...functionOptions(vectorOperations),
  ...functionOptions({
    vector: otherFunctions.vector,
    label_replace: otherFunctions.label_replace,
  }),
];

/** The nearest selector before the cursor that is whole, as text. */
function selectorBefore(before: string, context: TokenContext): string {
  const close = context.tokens.findLastIndex(({ text }) => text === '}');
  const open = context.tokens
    .slice(0, Math.max(0, close))
    .findLastIndex(({ text }) => text === '{');
  const first = context.tokens[open];
  const last = context.tokens[close];
  return first === undefined || last === undefined ? '' : before.slice(first.start, last.end);
}

function inSelector(context: TokenContext, at: number): Completions | undefined {
  const { from, previous, tokens } = context;
  const matchers = matchersOf(tokens, at);
  const selector = matchers === '' ? '' : `{${matchers}}`;
  const name = tokens.at(-2);
  if (previous?.style === 'operator' && name?.style === 'label') {
    const question = { kind: 'log-label-values', name: name.text, selector } as const;
    return { from, options: [], live: [quotedValues(question, context.string !== undefined)] };
  }
  if (context.string !== undefined) return undefined;
  if (previous?.style === 'label') return { from, options: matcherOptions(logqlMatchers) };
  if (previous?.text !== '{' && previous?.text !== ',') return undefined;
  return { from, options: [], live: [matcherNames({ kind: 'log-labels', selector })] };
}

/** Inside `{{ … }}` of a template. */
function inTemplate(before: string, context: TokenContext): Completions | undefined {
  const typed = context.typed;
  const open = typed.lastIndexOf('{{');
  if (open < 0 || typed.indexOf('}}', open) >= 0) return undefined;
  const word = /\.?\w*$/.exec(typed)?.[0] ?? '';
  const from = before.length - word.length;
  if (word.startsWith('.')) {
    const question = { kind: 'log-fields', selector: selectorBefore(before, context) } as const;
    return { from: from + 1, options: [], live: [plainNames(question)] };
  }
  const options = Object.entries(templateFunctions).map(([name, { signature, doc }]): Option => ({
    label: name,
    kind: 'function',
    apply: `${name} `,
    doc: `${signature}\n${doc}`,
  }));
  return { from, options };
}

function inString(before: string, context: TokenContext): Completions | undefined {
  const { previous, tokens, from } = context;
  const name = tokens.at(-2);
  const isTemplate = previous?.text === 'line_format' || isInFormat(context);
  if (isTemplate) return inTemplate(before, context);
  if (previous !== undefined && comparisons.has(previous.text) && name?.style === 'label') {
    const selector = selectorBefore(before, context);
    const question = { kind: 'log-field-values', name: name.text, selector } as const;
    return { from, options: [], live: [quotedValues(question, true)] };
  }
  return undefined;
}

function isInFormat({ tokens }: TokenContext): boolean {
  const stage = tokens.findLastIndex(({ text }) => text === '|');
  return tokens[stage + 1]?.text === 'label_format';
}

/** The keyword of the stage that the cursor is in. */
function stageOf({ tokens }: TokenContext): string {
  const pipe = tokens.findLastIndex(({ text }) => text === '|' || lineFilters.has(text));
  return tokens[pipe + 1]?.text ?? '';
}

function inPipeline(before: string, context: TokenContext): Completions | undefined {
  const { from, previous, typed, tokens } = context;
  const selector = selectorBefore(before, context);
  const fields: LivePart = plainNames({ kind: 'log-fields', selector });
  const stage = stageOf(context);
  if (previous?.text === '|' && typed === '' && previous.end === before.length) {
    return { from: previous.start, options: [...lineFilterOptions(), ...stageOptions('| ')] };
  }
  if (previous?.text === '!') {
    const options = lineFilterOptions().filter(({ label }) => label.startsWith('!'));
    return { from: previous.start, options };
  }
  if (previous?.text === '|') return { from, options: stageOptions(''), live: [fields] };
  if (stage === 'drop' || stage === 'keep' || stage === 'unwrap') {
    if (previous?.style === 'keyword' || previous?.text === ',') {
      const options = stage === 'unwrap' ? conversions : [];
      return { from, options, live: [fields] };
    }
  } else if (previous?.text === 'and' || previous?.text === 'or' || previous?.text === ',') {
    return { from, options: [], live: [fields] };
  }
  const name = tokens.at(-2);
  if (previous?.style === 'label' && previous.text === stage) {
    return { from, options: operatorOptions({ ...logqlMatchers, ...logqlLabelComparisons }) };
  }
  if (previous !== undefined && comparisons.has(previous.text) && name?.style === 'label') {
    const question = { kind: 'log-field-values', name: name.text, selector } as const;
    return { from, options: [], live: [quotedValues(question, false)] };
  }
  if (typed !== '' || previous?.style === 'operator') return undefined;
  const isRange = context.brackets.some(({ sign }) => sign === '(');
  const ranges: readonly Option[] = isRange
    ? [{ label: '[5m]', kind: 'value', detail: 'the range of the aggregation' }]
    : [];
  return { from, options: [...ranges, ...lineFilterOptions(), ...stageOptions('| ')] };
}

const conversions: readonly Option[] = functionOptions({
  bytes: otherFunctions.bytes,
  duration: otherFunctions.duration,
  duration_seconds: otherFunctions.duration_seconds,
});

/** Behind a selector, before its range or the end of its parenthesis. */
function isPipelineAt({ tokens }: TokenContext): boolean {
  const close = tokens.findLastIndex(({ text }) => text === '}');
  if (close < 0) return false;
  const later = tokens.slice(close + 1);
  let depth = 0;
  for (const { text, style } of later) {
    if (text === '(') depth++;
    if (text === ')' && --depth < 0) return false;
    if (style === 'number' && text.startsWith('[')) return false;
  }
  return true;
}

const groupings: readonly Option[] = ['by', 'without'].map((word) => ({
  label: word,
  kind: 'keyword',
  apply: `${word} ()`,
  cursor: word.length + 2,
  detail: word === 'by' ? 'groups by these labels' : 'groups by all other labels',
  leadsOn: true,
}));

function inExpression(context: TokenContext): Completions | undefined {
  const { from, previous } = context;
  if (previous?.text === ')' || previous?.style === 'number') {
    return {
      from,
      options: [
        ...operatorOptions(logqlOperators),
        ...groupings,
        { label: 'offset', kind: 'keyword', apply: 'offset ', detail: 'looks back' },
      ],
    };
  }
  if (previous?.style === 'function') return { from, options: groupings };
  const start: LivePart = {
    question: { kind: 'log-labels', selector: '' },
    toOption: ({ name, detail = '' }) => ({
      label: `{${name}=`,
      kind: 'label',
      apply: `{${name}=""}`,
      cursor: name.length + 3,
      detail,
      leadsOn: true,
    }),
  };
  return { from, options: functions, live: [start] };
}

export function completeLogql(text: string, cursor: number): Completions | undefined {
  const before = text.slice(0, cursor);
  const tokens = logqlTokens(before);
  if (isInComment(before, tokens)) return undefined;
  const context = contextOf(before, tokens);
  const { bracket, from } = context;
  if (bracket?.sign === '{') return closingString(inSelector(context, bracket.at), context);
  if (context.string !== undefined) return closingString(inString(before, context), context);
  if (bracket?.sign === '[') return { from, options: durationOptions() };
  if (bracket?.sign === '(' && groupingWords.has(bracket.head?.text.toLowerCase() ?? '')) {
    const selector = /\{[^}]*\}/.exec(text)?.[0] ?? '';
    return {
      from,
      options: [],
      live: [
        plainNames({ kind: 'log-labels', selector }),
        plainNames({ kind: 'log-fields', selector }),
      ],
    };
  }
  if (isPipelineAt(context)) return inPipeline(before, context);
  return inExpression(context);
}
