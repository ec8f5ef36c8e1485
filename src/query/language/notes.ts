// Notes on a query that is right in form and may still not mean what was meant. `explain` shows them, and so does an
// answer that is empty; they change nothing.

import type { TextSpan } from '../../base/errors.ts';
import type { MatchOperator } from './matcher.ts';

export interface QueryNote {
  readonly message: string;
  readonly position: TextSpan | undefined;
}

/** Letters that a regex reads as themselves. */
const plainPattern = /^[\w\s/:@,;%&<>="'-]+$/;
const dottedPattern = /^[\w\s/:@,;%&<>="'.-]+$/;

/**
 * About a regex that must match the whole value but reads like a part of one. None when it has a `.*` or an alternative,
 * for then its author knows what it has to cover.
 */
export function anchoredNote(
  name: string,
  operator: MatchOperator,
  pattern: string,
): string | undefined {
  if (operator !== '=~' && operator !== '!~') return undefined;
  if (pattern === '') return undefined;
  const written = `${name}${operator}"${pattern}"`;
  if (pattern.startsWith('^') || (pattern.endsWith('$') && !pattern.endsWith('\\$')))
    return `${written} matches the whole value even without ^ and $`;
  if (!plainPattern.test(pattern) && !dottedPattern.test(pattern)) return undefined;
  return `${written} matches the whole value, as ${name}${operator === '=~' ? '=' : '!='}"${pattern}" does; a part of it is ${name}${operator}".*${pattern}.*"`;
}

/** As `explain` prints them, empty without notes. */
export function printNotes(notes: readonly QueryNote[]): string {
  return notes.map(({ message }) => `note: ${message}\n`).join('');
}
