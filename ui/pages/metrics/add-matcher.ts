// A click on a label's value in the metric browser: the matcher is written into every selector of that metric, on the
// text, so that the rest of the query stays as it was typed.

import { promqlTokens } from '../../controls/query-editor/promql-tokens.ts';
import type { StyledToken } from '../../controls/query-editor/query-language.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function closingBrace(tokens: readonly StyledToken[], from: number): number {
  return tokens.findIndex((token, at) => at > from && token.text === '}');
}

/** The edit that gives one selector the matcher; a value that it had is replaced. */
function editOf(
  tokens: readonly StyledToken[],
  at: number,
  name: string,
  value: string,
): Edit | undefined {
  const matcher = `${name}=${JSON.stringify(value)}`;
  const metric = tokens[at];
  if (metric === undefined) return undefined;
  if (tokens[at + 1]?.text !== '{')
    return { start: metric.end, end: metric.end, text: `{${matcher}}` };
  const close = closingBrace(tokens, at);
  const brace = tokens[close];
  if (brace === undefined) return undefined;
  for (let index = at + 2; index < close; index++) {
    const [label, operator, old] = tokens.slice(index, index + 3);
    const isSame = label?.style === 'label' && label.text === name && operator?.text === '=';
    if (isSame && old?.style === 'string')
      return { start: label.start, end: old.end, text: matcher };
  }
  const isEmpty = close === at + 2;
  const hasComma = tokens[close - 1]?.text === ',';
  return {
    start: brace.start,
    end: brace.start,
    text: `${isEmpty ? '' : hasComma ? ' ' : ', '}${matcher}`,
  };
}

/** Undefined when the query reads none of these metrics. */
export function addMatcher(
  query: string,
  metrics: readonly string[],
  name: string,
  value: string,
): string | undefined {
  const tokens = promqlTokens(query).filter(({ style }) => style !== 'comment');
  const edits = tokens.flatMap((token, at): readonly Edit[] => {
    if (token.style !== 'metric' || !metrics.includes(token.text)) return [];
    const edit = editOf(tokens, at, name, value);
    return edit === undefined ? [] : [edit];
  });
  if (edits.length === 0) return undefined;
  return edits
    .toReversed()
    .reduce(
      (text, { start, end, text: piece }) => text.slice(0, start) + piece + text.slice(end),
      query,
    );
}
