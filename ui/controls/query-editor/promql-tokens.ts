// PromQL's own scanner as the editor's tokens, going on behind errors. Names become metrics, labels or functions by
// where they stand.

import { isFunctionName } from '../../../src/query/promql/syntax/functions.ts';
import { scanPromql } from '../../../src/query/promql/syntax/scanner.ts';
import type { Token } from '../../../src/query/promql/syntax/tokens.ts';
import type { StyledToken, TokenStyle } from './query-language.ts';
import { recoveriesMax, withComments } from './token-context.ts';

export const groupingWords: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
]);

function styleOf({ kind, text }: Token): TokenStyle {
  switch (kind) {
    case 'identifier':
    case 'metric-identifier':
      return 'metric';
    case 'number':
    case 'duration':
      return 'number';
    case 'string':
      return 'string';
    case 'keyword':
    case 'preprocessor':
      return 'keyword';
    case 'aggregator':
      return 'function';
    case 'operator':
      return 'operator';
    case 'punctuation':
      return '=~!~@:'.includes(text) ? 'operator' : 'bracket';
    case 'end':
    case 'error':
      return 'error';
    default:
      return kind satisfies never;
  }
}

/** The token that the scanner stopped at, and where to go on. */
function badToken(text: string, at: number): StyledToken {
  const sign = text[at] ?? '';
  if (sign === '"' || sign === "'" || sign === '`') {
    const line = sign === '`' ? -1 : text.indexOf('\n', at);
    const end = line < 0 ? text.length : line;
    return { style: 'string', text: text.slice(at, end), start: at, end, isOpen: true };
  }
  const word = /^[\w.]+/.exec(text.slice(at))?.[0] ?? sign;
  return { style: 'error', text: word, start: at, end: at + Math.max(1, word.length) };
}

/** What a name is, by its place: a label in braces and groupings, a function before a parenthesis. */
function withPlaces(tokens: readonly StyledToken[]): readonly StyledToken[] {
  let isInBraces = false;
  let groupingDepth = 0;
  return tokens.map((token, at): StyledToken => {
    const { text } = token;
    if (text === '{') isInBraces = true;
    if (text === '}') isInBraces = false;
    if (
      text === '(' &&
      (groupingDepth > 0 || groupingWords.has(tokens[at - 1]?.text.toLowerCase() ?? ''))
    ) {
      groupingDepth++;
    }
    if (text === ')' && groupingDepth > 0) groupingDepth--;
    const isWord =
      token.style === 'metric' || token.style === 'function' || token.style === 'keyword';
    if (!isWord) return token;
    if (isInBraces || groupingDepth > 0) return { ...token, style: 'label' };
    const isCalled = tokens[at + 1]?.text === '(';
    return token.style === 'metric' && isCalled && isFunctionName(text)
      ? { ...token, style: 'function' }
      : token;
  });
}

export function promqlTokens(text: string): readonly StyledToken[] {
  const tokens: StyledToken[] = [];
  let from = 0;
  for (let tries = 0; from < text.length && tries < recoveriesMax; tries++) {
    const scanned = scanPromql(text.slice(from));
    let next = text.length;
    for (const token of scanned) {
      const start = token.start + from;
      if (token.kind === 'end') continue;
      if (token.kind === 'error') {
        if (start >= text.length) continue;
        const bad = badToken(text, start);
        tokens.push(bad);
        next = bad.end;
      } else {
        const end = token.end + from;
        tokens.push({ style: styleOf(token), text: text.slice(start, end), start, end });
      }
    }
    from = next;
  }
  return withComments(text, withPlaces(tokens), /#[^\n]*/g);
}
