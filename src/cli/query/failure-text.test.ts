import { expect, test } from 'vitest';
import { Failure, type TextSpan } from '../../base/errors.ts';
import { printQueryFailure } from './failure-text.ts';

function check(
  query: string,
  message: string,
  position: TextSpan | undefined,
  expected: readonly string[],
): void {
  const failure = new Failure('syntax', message, { position });
  expect(printQueryFailure(query, failure)).toBe([message, ...expected].join('\n'));
}

test('a caret stands under the place that is known', () => {
  check('sum(x', 'expected ")"', { start: 5, end: 5 }, ['  sum(x', '       ^']);
  check('sum(abc)', 'no', { start: 4, end: 7 }, ['  sum(abc)', '      ^^^']);
  check('a\n\tb ü c\nd', 'no', { start: 7, end: 99 }, ['  \tb ü c', '  \t    ^']);
});

test('what to write instead comes last', () => {
  const failure = new Failure('syntax', 'no', { position: { start: 1, end: 2 }, hint: 'so: ac' });
  expect(printQueryFailure('abc', failure)).toBe('no\n  abc\n   ^\nso: ac');
  expect(printQueryFailure('abc', new Failure('syntax', 'no', { hint: 'so: ac' }))).toBe(
    'no\nso: ac',
  );
});

test('the place is read from a message that names it', () => {
  check('up{', '1:4: parse error: end', undefined, ['  up{', '     ^']);
  check('a\nbc', 'parse error at line 2, col 2: no', undefined, ['  bc', '   ^']);
  check('a', 'line 9, col 2: no', undefined, []);
  check('a', 'the store is away', undefined, []);
});
