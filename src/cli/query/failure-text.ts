// A failed query as a person reads it: the message, the line of the query that it speaks of, and a caret under the place.

import type { Failure, TextSpan } from '../../base/errors.ts';

/** Places as the three APIs write them: `1:4: parse error`, `parse error at line 1, col 4`. */
const places = [/^(\d+):(\d+): /, /\bline (\d+), col(?:umn)? (\d+)\b/];

function spanInMessage(query: string, message: string): TextSpan | undefined {
  for (const place of places) {
    const found = place.exec(message);
    if (found === null) continue;
    const lines = query.split('\n');
    const line = Number(found[1]) - 1;
    if (line < 0 || line >= lines.length) continue;
    const before = lines.slice(0, line).reduce((length, text) => length + text.length + 1, 0);
    const start = Math.min(before + Math.max(Number(found[2]) - 1, 0), query.length);
    return { start, end: start + 1 };
  }
  return undefined;
}

/** Cells of a terminal are taken as one for each code point. */
function width(text: string): number {
  return Array.from(text).length;
}

/** Several lines without a line feed at the end; what to write instead comes last. */
export function printQueryFailure(query: string, failure: Failure): string {
  const span = failure.position ?? spanInMessage(query, failure.message);
  const hint = failure.hint === undefined ? [] : [failure.hint];
  if (span === undefined) return [failure.message, ...hint].join('\n');
  const start = Math.min(span.start, query.length);
  const lineStart = start === 0 ? 0 : query.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = query.indexOf('\n', start) < 0 ? query.length : query.indexOf('\n', start);
  // A tab stays a tab under itself, so that the caret stands where the terminal puts the character.
  const indent = query.slice(lineStart, start).replaceAll(/[^\t]/gu, ' ');
  const marked = Math.max(1, width(query.slice(start, Math.min(span.end, lineEnd))));
  return [
    failure.message,
    `  ${query.slice(lineStart, lineEnd)}`,
    `  ${indent}${'^'.repeat(marked)}`,
    ...hint,
  ].join('\n');
}
