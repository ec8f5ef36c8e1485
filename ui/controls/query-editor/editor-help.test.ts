import { expect, test } from 'vitest';
import { textOf, visiblePlace } from './editor-help.ts';
import type { Option } from './query-language.ts';

const label: Option = { label: 'job', kind: 'label', apply: 'job=""', cursor: 5 };
const call: Option = { label: 'rate', kind: 'function', apply: 'rate()', cursor: 5 };
const value: Option = { label: 'a', kind: 'value' };

test.each<[Option, string, string | undefined, string, number]>([
  [label, '}', undefined, 'job=""', 5],
  [label, '="x"}', undefined, 'job', 3],
  [label, ' =~ "x"}', undefined, 'job', 3],
  [call, '', undefined, 'rate()', 5],
  [call, '(x)', undefined, 'rate', 5],
  [value, '"}', '"', 'a', 2],
  [value, '}', '"', 'a"', 2],
  [value, '', undefined, 'a', 1],
])('%j before «%s» in %s', (option, behind, quote, text, cursor) => {
  expect(textOf(option, behind, quote)).toEqual({ text, cursor });
});

test.each([
  ['abc def', 4, 7, 'def'],
  ['abc def', 7, 7, 'def'],
  ['abc  ', 5, 5, 'abc'],
  ['abc', 1, 1, 'b'],
  ['a |', 3, 3, '|'],
])('in «%s» a problem at %d to %d is seen at «%s»', (text, start, end, seen) => {
  const { from, to } = visiblePlace(text, { start, end, message: '' });
  expect(text.slice(from, to)).toBe(seen);
});
