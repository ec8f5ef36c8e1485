import { describe, expect, test } from 'vitest';
import { formatGoFloat } from '../../base/float.ts';
import { parseGoFloat } from './go-number.ts';
import { quoteGo, unquoteGo } from './go-string.ts';
import { editDistance, nearestName } from './nearest-name.ts';
import { lineColumnAt } from './position.ts';
import { compileAnchoredRegex, compileUnanchoredRegex } from './regex.ts';
import { utf8Length } from './utf8-length.ts';

describe('Go strings', () => {
  test.each([
    ['"plain"', 'plain'],
    [String.raw`"a\tb\n\"q\" \\"`, 'a\tb\n"q" \\'],
    [String.raw`"\x41\u00e9\U0001f600\101"`, 'Aé😀A'],
    [String.raw`"\xc3\xa9"`, 'é'],
    ['`raw \\n "x"`', 'raw \\n "x"'],
    [String.raw`'it\'s'`, "it's"],
  ])('%s', (literal, text) => {
    expect(unquoteGo(literal)).toBe(text);
  });

  test.each([
    '"a',
    '"a"b"',
    String.raw`"\q"`,
    String.raw`"\x4"`,
    String.raw`"\ud800"`,
    '"a\nb"',
    '',
  ])('not a literal: %j', (literal) => {
    expect(() => unquoteGo(literal)).toThrow('invalid syntax');
  });

  test.each([
    ['a "b" \\ \n', String.raw`"a \"b\" \\ \n"`],
    ['é 😀', '"é 😀"'],
    ['\u0001\u200b', String.raw`"\x01\u200b"`],
  ])('quoted: %j', (text, literal) => {
    expect(quoteGo(text)).toBe(literal);
    expect(unquoteGo(literal)).toBe(text);
  });
});

describe('Go numbers', () => {
  test.each([
    ['1', 1],
    ['-1.5e3', -1500],
    ['.5', 0.5],
    ['0x1p-2', 0.25],
    ['+Inf', Infinity],
    ['-infinity', -Infinity],
    ['nan', Number.NaN],
    ['', undefined],
    ['1e999', undefined],
    ['0x10', undefined],
    ['1 ', undefined],
    ['1_000', undefined],
  ])('%j reads as %s', (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });

  test.each([
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [0.1, '0.1'],
  ])('%s prints as %s', (value, text) => {
    expect(formatGoFloat(value)).toBe(text);
  });
});

test('the nearest name is one that could be meant', () => {
  expect(nearestName('summ', ['sum', 'max'])).toBe('sum');
  expect(nearestName('cuont_over_time', ['count_over_time', 'rate'])).toBe('count_over_time');
  expect(nearestName('zebra', ['sum', 'max'])).toBeUndefined();
  expect(editDistance('ab', 'ba', 3)).toBe(1);
});

test('places are lines and columns of characters', () => {
  expect(lineColumnAt('a\nb😀c', 5)).toEqual({ line: 2, column: 3 });
  expect(lineColumnAt('', 0)).toEqual({ line: 1, column: 1 });
});

test('lengths in UTF-8', () => {
  for (const text of [
    '',
    'abc',
    'é',
    '€',
    '😀',
    '\ud800',
    '\udc00x',
    'aé€😀'.repeat(50),
    'x'.repeat(70_000),
  ])
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
});

test('regexes replace and count as Go does', () => {
  const regex = compileUnanchoredRegex('(?P<a>\\w)(\\d)');
  expect(regex.groupNames).toEqual([undefined, 'a', undefined]);
  expect(regex.replaceAll('x1 y2', '${a}-$2$$$9', false)).toBe('x-1$ y-2$');
  expect(regex.replaceAll('x1 y2', '$1', true)).toBe('$1 $1');
  expect(regex.count('x1 y2 z')).toBe(2);
  expect(compileAnchoredRegex('a.').matches('a\n')).toBe(true);
  expect(compileUnanchoredRegex('a.').matches('a\n')).toBe(false);
});
