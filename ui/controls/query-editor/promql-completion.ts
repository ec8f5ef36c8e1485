// What may be typed at a place in a PromQL query, from the catalogue and, for names and values, from the server.

import { promqlFunctions } from '../../../src/query/promql/syntax/functions.ts';
import type { FunctionSignature } from '../../../src/query/promql/syntax/functions.ts';
import {
  promqlAggregations,
  promqlModifiers,
  promqlOperators,
} from '../../../src/query/promql/syntax/operator-docs.ts';
import {
  durationOptions,
  functionOptions,
  matcherNames,
  matcherOptions,
  operatorOptions,
  plainNames,
  quotedValues,
} from './options.ts';
import { groupingWords, promqlTokens } from './promql-tokens.ts';
import type { Completions, LivePart, Option, StyledToken } from './query-language.ts';
import { closingString, contextOf, isInComment, matchersOf } from './token-context.ts';
import type { TokenContext } from './token-context.ts';

const typeWords = { scalar: 'scalar', vector: 'vector', matrix: 'range', string: 'text' } as const;

/** `histogram_quantile(scalar, vector)`; a last one that may be left out or repeated has an ellipsis. */
export function promqlSignature(name: string, signature: FunctionSignature): string {
  const words = signature.parameters.map((type) => typeWords[type]);
  return `${name}(${words.join(', ')}${signature.variadic === 0 ? '' : ' …'})`;
}

export const matcherDocs = {
  '=': 'The label is this text.',
  '!=': 'The label is not this text.',
  '=~': 'The regex matches all of the label.',
  '!~': 'The regex does not match all of the label.',
} as const;

const functions: readonly Option[] = [
  ...functionOptions(promqlAggregations),
  ...functionOptions(
    Object.fromEntries(
      Object.entries(promqlFunctions).map(([name, one]) => [
        name,
        {
          signature: promqlSignature(name, one),
          doc: one.doc,
          ...(one.experimental === true ? { experimental: true as const } : {}),
        },
      ]),
    ),
  ),
];

function modifierOptions(names: readonly string[]): readonly Option[] {
  return names.flatMap((name): readonly Option[] => {
    const found = promqlModifiers[name];
    if (found === undefined) return [];
    const isGrouping = groupingWords.has(name) || name.startsWith('fill');
    return [
      {
        label: name,
        kind: 'keyword',
        apply: isGrouping ? `${name} ()` : `${name} `,
        ...(isGrouping ? { cursor: name.length + 2 } : {}),
        detail: found.experimental === true ? 'experimental' : '',
        doc: `${found.signature}\n${found.doc}`,
        leadsOn: isGrouping,
      },
    ];
  });
}

const metrics: LivePart = {
  question: { kind: 'metrics' },
  toOption: ({ name, detail = '', doc = '' }) => ({ label: name, kind: 'metric', detail, doc }),
};

/** Metric and complete matchers of the braces that open at `at`. */
function selectorAt(tokens: readonly StyledToken[], at: number): string {
  const metric = tokens[at - 1];
  const name = metric?.style === 'metric' && metric.text !== '{' ? metric.text : '';
  const matchers = matchersOf(tokens, at);
  return name === '' && matchers === '' ? '' : `${name}{${matchers}}`;
}

function inSelector(context: TokenContext, at: number): Completions | undefined {
  const { from, previous, tokens } = context;
  const selector = selectorAt(tokens, at);
  const name = tokens.at(-2);
  if (previous?.style === 'operator' && name?.style === 'label') {
    const question = { kind: 'series-label-values', name: name.text, selector } as const;
    return { from, options: [], live: [quotedValues(question, context.string !== undefined)] };
  }
  if (context.string !== undefined) return undefined;
  if (previous?.style === 'label') return { from, options: matcherOptions(matcherDocs) };
  if (previous?.text !== '{' && previous?.text !== ',') return undefined;
  return { from, options: [], live: [matcherNames({ kind: 'series-labels', selector })] };
}

/** Behind something that has a value. */
function behindValue({ previous, tokens, from }: TokenContext): Completions | undefined {
  const isAggregated =
    previous?.text === ')' && tokens.some(({ text }) => Object.hasOwn(promqlAggregations, text));
  const isSelector =
    previous?.style === 'metric' || previous?.text === '}' || previous?.text === ']';
  const options: Option[] = [
    ...operatorOptions(promqlOperators),
    ...modifierOptions(['offset', '@', ...(isAggregated ? ['by', 'without'] : [])]),
  ];
  if (isSelector && previous.text !== ']') {
    options.unshift({ label: '[5m]', kind: 'value', detail: 'the samples of this time' });
  }
  return { from, options };
}

export function completePromql(text: string, cursor: number): Completions | undefined {
  const before = text.slice(0, cursor);
  const tokens = promqlTokens(before);
  if (isInComment(before, tokens)) return undefined;
  const context = contextOf(before, tokens);
  const { bracket, from, previous, typed } = context;
  if (bracket?.sign === '{') return closingString(inSelector(context, bracket.at), context);
  if (context.string !== undefined) return undefined;
  if (bracket?.sign === '[') return { from, options: durationOptions() };
  if (bracket?.sign === '(' && groupingWords.has(bracket.head?.text.toLowerCase() ?? '')) {
    const metric = promqlTokens(text).find(({ style }) => style === 'metric');
    const question = { kind: 'series-labels', selector: metric?.text ?? '' } as const;
    return { from, options: [], live: [plainNames(question)] };
  }
  if (previous?.style === 'function') return { from, options: modifierOptions(['by', 'without']) };
  if (previous?.style === 'operator' && previous.text !== '@') {
    const matching = modifierOptions(['on', 'ignoring', 'bool']);
    return { from, options: [...functions, ...(typed === '' ? [] : matching)], live: [metrics] };
  }
  const hasValue =
    previous !== undefined &&
    (previous.style === 'metric' ||
      previous.style === 'number' ||
      [')', ']', '}'].includes(previous.text));
  if (hasValue) return behindValue(context);
  return { from, options: functions, live: [metrics] };
}
