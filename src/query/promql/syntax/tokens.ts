// PromQL's words: what the scanner hands to the parser, and how a word is named in a message.

import { quoteGo } from '../../language/go-string.ts';
import type { AggregateOperator, BinaryOperator } from './ast.ts';

export type Punctuation = '(' | ')' | '{' | '}' | '[' | ']' | ',' | ':' | '=' | '=~' | '!~' | '@';

export type TokenKind =
  | 'identifier'
  | 'metric-identifier'
  | 'number'
  | 'duration'
  | 'string'
  | 'keyword'
  | 'preprocessor'
  | 'aggregator'
  | 'operator'
  | 'punctuation'
  | 'end'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** As written; the message of an `error`. */
  readonly text: string;
  /** Lower case for words that are case-insensitive, else as written. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export const aggregators: ReadonlySet<string> = new Set<AggregateOperator>([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);
export const wordOperators: ReadonlySet<string> = new Set<BinaryOperator>([
  'and',
  'or',
  'unless',
  'atan2',
]);
export const keywords: ReadonlySet<string> = new Set([
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'fill_left',
  'fill_right',
  'bool',
]);
export const preprocessors: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range']);

/** These words may also be metric names where an expression starts. */
export const keywordsAsMetricNames: ReadonlySet<string> = new Set([
  ...aggregators,
  ...preprocessors,
  'and',
  'or',
  'unless',
  'by',
  'without',
  'offset',
  'smoothed',
  'anchored',
  'fill',
  'fill_left',
  'fill_right',
]);

function clipped(text: string): string {
  return text.length > 10 ? `${quoteGo(text.slice(0, 10))}...` : quoteGo(text);
}

/** How a message names the token. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'identifier':
      return `identifier ${quoteGo(token.text)}`;
    case 'metric-identifier':
      return `metric identifier ${quoteGo(token.text)}`;
    case 'string':
      return `string ${clipped(token.text)}`;
    case 'number':
      return `number ${clipped(token.text)}`;
    case 'duration':
      return `duration ${clipped(token.text)}`;
    case 'keyword':
      return `<${token.text}>`;
    case 'operator':
      return `<op:${token.text}>`;
    case 'aggregator':
      return `<aggr:${token.text}>`;
    case 'preprocessor':
    case 'punctuation':
      return quoteGo(token.text);
    case 'error':
      return token.text;
  }
}
