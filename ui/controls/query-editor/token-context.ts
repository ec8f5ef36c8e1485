// Where in a query a cursor stands: the tokens before it, the word that is being typed, and the brackets around. What is
// alike in the three languages.

import type { Completions, StyledToken } from './query-language.ts';

export interface OpenBracket {
  readonly sign: string;
  /** The word right before it: `sum`, `by`, a metric. */
  readonly head: StyledToken | undefined;
  /** Index of the bracket in the tokens. */
  readonly at: number;
}

export interface TokenContext {
  /** Without the word that is being typed. */
  readonly tokens: readonly StyledToken[];
  /** Starts where the word that is being typed starts. */
  readonly from: number;
  readonly typed: string;
  readonly previous: StyledToken | undefined;
  readonly brackets: readonly OpenBracket[];
  readonly bracket: OpenBracket | undefined;
  /** The string that the cursor is in; `typed` is what it holds so far. */
  readonly string: StyledToken | undefined;
}

const openers = '([{';
const closers = ')]}';

function openBrackets(tokens: readonly StyledToken[]): readonly OpenBracket[] {
  const open: OpenBracket[] = [];
  tokens.forEach((token, at) => {
    if (token.style !== 'bracket' && token.style !== 'error') return;
    if (openers.includes(token.text)) open.push({ sign: token.text, head: tokens[at - 1], at });
    else if (closers.includes(token.text)) open.pop();
  });
  return open;
}

const wordStyles: ReadonlySet<string> = new Set([
  'function',
  'keyword',
  'own',
  'label',
  'metric',
  'constant',
  'number',
]);

/** `tokens` are those of the text before the cursor. */
export function contextOf(before: string, tokens: readonly StyledToken[]): TokenContext {
  const known = tokens.filter(({ style }) => style !== 'comment');
  const last = known.at(-1);
  const isString = last?.style === 'string' && last.isOpen === true;
  const isWord = last !== undefined && wordStyles.has(last.style) && last.end === before.length;
  const rest = isString || isWord ? known.slice(0, -1) : known;
  const brackets = openBrackets(rest);
  const from = isString ? last.start + 1 : isWord ? last.start : before.length;
  return {
    tokens: rest,
    from,
    typed: before.slice(from),
    previous: rest.at(-1),
    brackets,
    bracket: brackets.at(-1),
    string: isString ? last : undefined,
  };
}

/** The cursor is in a comment: nothing is offered. */
export function isInComment(before: string, tokens: readonly StyledToken[]): boolean {
  const last = tokens.at(-1);
  return last?.style === 'comment' && last.end === before.length && !last.text.endsWith('*/');
}

/** Comments between tokens, as tokens: the scanners skip them. */
export function withComments(
  text: string,
  tokens: readonly StyledToken[],
  comment: RegExp,
): readonly StyledToken[] {
  const all: StyledToken[] = [];
  let from = 0;
  const addGap = (end: number): void => {
    const gap = text.slice(from, end);
    for (const found of gap.matchAll(comment)) {
      const start = from + found.index;
      all.push({ style: 'comment', text: found[0], start, end: start + found[0].length });
    }
  };
  for (const token of tokens) {
    addGap(token.start);
    all.push(token);
    from = token.end;
  }
  addGap(text.length);
  return all;
}

/** Recoveries from errors of one text; behind the last one nothing has a color. */
export const recoveriesMax = 100;

/** `name op "value"` parts of the braces that open at `tokens[at]`, complete ones only. */
export function matchersOf(tokens: readonly StyledToken[], at: number): string {
  const parts: string[] = [];
  for (let index = at + 1; index + 2 < tokens.length; index++) {
    const [name, operator, value] = tokens.slice(index, index + 3);
    if (name === undefined || operator === undefined || value === undefined) break;
    if (name.text === '}') break;
    if (name.style !== 'label' || operator.style !== 'operator') continue;
    if (value.style !== 'string' || value.isOpen === true) continue;
    parts.push(`${name.text}${operator.text}${value.text}`);
  }
  return parts.join(', ');
}

/** A value that is put into an open string closes it. */
export function closingString(
  found: Completions | undefined,
  { string }: TokenContext,
): Completions | undefined {
  return found === undefined || string === undefined
    ? found
    : { ...found, quote: string.text.slice(0, 1) };
}
