import { expect, test } from 'vitest';
import { plainText, styledParts } from './ansi.ts';

const escape = '\u001b';

test('colors become the theme’s, and nothing of an escape is left', () => {
  const parts = styledParts(`${escape}[1;31mERROR${escape}[0m plain ${escape}[38;5;200mpink`);
  expect(parts.map(({ text, color, isBold }) => [text, color, isBold])).toEqual([
    ['ERROR', 'var(--clew-level-error)', true],
    [' plain ', '', false],
    ['pink', '', false],
  ]);
});

test.each([
  [`${escape}[32mok${escape}[m`, 'ok'],
  [`${escape}]0;a title\u0007text`, 'text'],
  [`${escape}[2K${escape}[1Gdone`, 'done'],
  [`cut ${escape}`, 'cut '],
  ['a\u0000b\u0007c', 'a\u2400b\u2407c'],
  ['a\r\nb\tc', 'a\nb\tc'],
  ['over\u202eturned', 'over\ufffdturned'],
])('%j is %j', (text, expected) => expect(plainText(text)).toBe(expected));
