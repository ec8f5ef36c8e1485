// Paths of the json stage's expressions: `a.b`, `["odd key"]`, `[0]`, in any mix.

import { Failure } from '../../../base/errors.ts';
import { unquoteGo } from '../../language/go-string.ts';

/** Names of members and positions in arrays. */
export type JsonPath = readonly (string | number)[];

export function parseJsonPath(expression: string): JsonPath {
  const bad = (): Failure =>
    new Failure('syntax', `cannot parse expression [${expression}]: syntax error`);
  const path: (string | number)[] = [];
  let rest = expression.trim();
  if (rest === '') throw bad();
  while (rest !== '') {
    const name = /^(?:\.)?([\p{L}_][\p{L}\p{Nd}_-]*)/u.exec(rest);
    const index = /^\[(\d{1,9})\]/.exec(rest);
    const key = /^\[("(?:[^"\\]|\\.)*"|`[^`]*`)\]/.exec(rest);
    if (name !== null && (path.length === 0) !== rest.startsWith('.')) {
      path.push(name[1] ?? '');
      rest = rest.slice(name[0].length);
    } else if (index !== null) {
      path.push(Number(index[1]));
      rest = rest.slice(index[0].length);
    } else if (key !== null) {
      path.push(unquoteGo(key[1] ?? ''));
      rest = rest.slice(key[0].length);
    } else throw bad();
  }
  return path;
}
