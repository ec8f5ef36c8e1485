// LogQL's own lexer as the editor's tokens. The lexer stops at the first error; this goes on behind it, so that a query
// that is being typed keeps its colors.

import { Failure } from '../../../src/base/errors.ts';
import { ownStages } from '../../../src/query/logql/syntax/functions.ts';
import { tokenize } from '../../../src/query/logql/syntax/lexer.ts';
import type { Token } from '../../../src/query/logql/syntax/lexer.ts';
import type { StyledToken, TokenStyle } from './query-language.ts';
import { recoveriesMax, withComments } from './token-context.ts';

function styleOf({ kind, text }: Token): TokenStyle {
  switch (kind) {
    case 'identifier':
      return 'label';
    case 'string':
      return 'string';
    case 'number':
    case 'duration':
    case 'bytes':
    case 'range':
      return 'number';
    case 'function':
      return 'function';
    case 'flag':
    case 'keyword':
      return 'keyword';
    case 'symbol':
      return '{}(),'.includes(text) ? 'bracket' : 'operator';
    case 'embedded':
    case 'end':
      return 'embedded';
    default:
      return kind satisfies never;
  }
}

const ownWord = new RegExp(`^(?:${Object.keys(ownStages).join('|')})`);

/** `trace(…)` as its word, its parentheses and what is between them. */
function embeddedTokens(text: string, start: number, end: number): readonly StyledToken[] {
  const word = ownWord.exec(text.slice(start, end))?.[0] ?? '';
  const open = text.indexOf('(', start);
  const isClosed = text[end - 1] === ')' && end - 1 > open;
  const innerEnd = isClosed ? end - 1 : end;
  const at = (style: TokenStyle, from: number, to: number): StyledToken => ({
    style,
    text: text.slice(from, to),
    start: from,
    end: to,
  });
  return [
    at('own', start, start + word.length),
    at('bracket', open, open + 1),
    { ...at('embedded', open + 1, innerEnd), ...(isClosed ? {} : { isOpen: true }) },
    ...(isClosed ? [at('bracket', innerEnd, end)] : []),
  ];
}

interface Scan {
  readonly tokens: readonly StyledToken[];
  /** Where to go on; the text's length at the end. */
  readonly next: number;
}

function styled(text: string, tokens: readonly Token[], from: number): readonly StyledToken[] {
  return tokens.flatMap((token): readonly StyledToken[] => {
    const { start, end } = { start: token.span.start + from, end: token.span.end + from };
    if (token.kind === 'end') return [];
    if (token.kind === 'embedded') return embeddedTokens(text, start, end);
    return [{ style: styleOf(token), text: text.slice(start, end), start, end }];
  });
}

function scanFrom(text: string, from: number): Scan {
  const rest = text.slice(from);
  try {
    return { tokens: styled(text, tokenize(rest), from), next: text.length };
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.position === undefined) throw thrown;
    const at = thrown.position.start;
    const before = at === 0 ? [] : scanFrom(text.slice(0, from + at), from).tokens;
    return {
      tokens: [...before, ...badTokens(text, from + at, before)],
      next: nextAfter(text, from + at),
    };
  }
}

/** An open string, and an embedded query that is not closed, reach to the end of the text. */
function nextAfter(text: string, at: number): number {
  const sign = text[at] ?? '';
  if (sign === '"') {
    const line = text.indexOf('\n', at);
    return line < 0 ? text.length : line;
  }
  if (sign === '`' || isOpenEmbedded(text, at)) return text.length;
  return at + 1;
}

function isOpenEmbedded(text: string, at: number): boolean {
  return text[at] === '(' && /\|\s*trace\s*$/.test(text.slice(0, at));
}

function badTokens(
  text: string,
  at: number,
  before: readonly StyledToken[],
): readonly StyledToken[] {
  const end = nextAfter(text, at);
  const token = { text: text.slice(at, end), start: at, end };
  if (text[at] === '"' || text[at] === '`') return [{ ...token, style: 'string', isOpen: true }];
  if (isOpenEmbedded(text, at) && before.length > 0) {
    return [
      { style: 'bracket', text: '(', start: at, end: at + 1 },
      {
        style: 'embedded',
        text: text.slice(at + 1),
        start: at + 1,
        end: text.length,
        isOpen: true,
      },
    ];
  }
  return [{ ...token, style: 'error' }];
}

export function logqlTokens(text: string): readonly StyledToken[] {
  const tokens: StyledToken[] = [];
  let from = 0;
  for (let tries = 0; from < text.length && tries < recoveriesMax; tries++) {
    let scan: Scan;
    try {
      scan = scanFrom(text, from);
    } catch {
      // Too long for the language: it has no colors then.
      break;
    }
    tokens.push(...scan.tokens);
    from = scan.next;
  }
  // An open `trace(` was read as a label.
  const named = tokens.map((token, at) => {
    const isOwn = tokens[at + 2]?.style === 'embedded' && token.style === 'label';
    return isOwn ? { ...token, style: 'own' as const } : token;
  });
  return withComments(text, named, /#[^\n]*/g);
}
