import { expect, test } from 'vitest';
import { piecesOf } from './pieces.ts';

function print(pieces: ReturnType<typeof piecesOf>): string {
  const signs = { plain: '', match: '_', group: '*' } as const;
  return pieces.map(({ text, kind }) => `${signs[kind]}${text}${signs[kind]}`).join('|');
}

test.each([
  ['a trace=b1 c', { start: 2, end: 10 }, { start: 8, end: 10 }, 'a |_trace=_|*b1*| c'],
  ['trace=b1', { start: 0, end: 8 }, { start: 6, end: 8 }, '_trace=_|*b1*'],
  ['b1', { start: 0, end: 2 }, { start: 0, end: 2 }, '*b1*'],
  ['abc', { start: 1, end: 2 }, null, 'a|_b_|c'],
  ['abc', null, null, 'abc'],
  ['', null, null, ''],
  ['abc', { start: 1, end: 1 }, { start: 1, end: 1 }, 'a|bc'],
])('%s', (text, match, group, expected) => {
  expect(print(piecesOf(text, match, group))).toBe(expected);
});

test('a match far into a line is shown with what is right before it', () => {
  const pieces = piecesOf(`${'x'.repeat(200)}id`, { start: 200, end: 202 }, null);
  expect(print(pieces)).toBe(`…|${'x'.repeat(80)}|_id_`);
});
