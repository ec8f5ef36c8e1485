import { describe, expect, test } from 'vitest';
import { parseLogql } from '../../src/query/logql/syntax/parse.ts';
import {
  activeFilters,
  chooseValue,
  freeText,
  otherStages,
  withFreeText,
  withLineFilter,
  withParsedField,
  withoutPart,
  type FilterMode,
} from './query-filters.ts';
import { joinQuery, splitQuery } from './query-parts.ts';

/** Every query that a click makes is one that LogQL can read. */
function readable(query: string | undefined): string | undefined {
  if (query !== undefined && query !== '') parseLogql(query);
  return query;
}

describe('parts', () => {
  test.each([
    ['', [], []],
    ['{a="b"}', ['a="b"'], []],
    [
      '{a = "b,}", c=~`x|y`} |= "a|b" != "c" | json | d!="e" | f="g"',
      ['a="b,}"', 'c=~`x|y`'],
      ['|= "a|b"', '!= "c"', '| json', '| d!="e"', '| f="g"'],
    ],
    ['{a="b"} | json != "x"', ['a="b"'], ['| json', '!= "x"']],
    ['{a="b"} | (x="1" or y!="2") !~ "z"', ['a="b"'], ['| (x="1" or y!="2")', '!~ "z"']],
    [
      '{a="b"} |= "x" or "y" | line_format "{{.a}} | b"',
      ['a="b"'],
      ['|= "x" or "y"', '| line_format "{{.a}} | b"'],
    ],
  ])('%s', (query, matchers, stages) => {
    expect(splitQuery(query)).toEqual({ matchers, stages });
    const again = splitQuery(joinQuery({ matchers, stages }));
    expect(again).toEqual({ matchers, stages });
  });

  test.each(['sum(rate({a="b"}[1m]))', '{a="b"', '{a="b"} oops', 'error'])(
    '%s is none',
    (query) => {
      expect(splitQuery(query)).toBeUndefined();
    },
  );
});

describe('a click on a value', () => {
  test.each<[string, string, string, boolean, FilterMode, string]>([
    ['', 'service_name', 'cart', true, 'only', '{service_name="cart"}'],
    ['{service_name="cart"}', 'service_name', 'cart', true, 'only', ''],
    [
      '{service_name="cart"} |= "x"',
      'service_name',
      'mail',
      true,
      'only',
      '{service_name="mail"} |= "x"',
    ],
    ['{service_name="cart"}', 'service_name', 'mail', true, 'also', '{service_name=~"cart|mail"}'],
    ['{service_name=~"cart|mail"}', 'service_name', 'cart', true, 'also', '{service_name="mail"}'],
    ['{service_name=~"cart|mail"}', 'service_name', 'cart', true, 'only', '{service_name="cart"}'],
    ['', 'service_name', 'cart', true, 'exclude', '{service_name=~".+", service_name!="cart"}'],
    ['{service_name=~".+", service_name!="cart"}', 'service_name', 'cart', true, 'exclude', ''],
    [
      '{service_name="cart"}',
      'service_name',
      'cart',
      true,
      'exclude',
      '{service_name=~".+", service_name!="cart"}',
    ],
    ['', 'detected_level', 'error', false, 'only', '{service_name=~".+"} | detected_level="error"'],
    [
      '{a="b"} | detected_level="error"',
      'detected_level',
      'warn',
      false,
      'only',
      '{a="b"} | detected_level="warn"',
    ],
    [
      '{a="b"} | detected_level="error"',
      'detected_level',
      'warn',
      false,
      'also',
      '{a="b"} | detected_level=~"error|warn"',
    ],
    ['{a="b"} | detected_level="error"', 'detected_level', 'error', false, 'only', '{a="b"}'],
    ['{a="b"} | x!="1"', 'x', '2', false, 'exclude', '{a="b"} | x!="1" | x!="2"'],
    ['{a="b"}', 'http.route', '/a|b "c"', false, 'only', '{a="b"} | http_route="/a|b \\"c\\""'],
    ['{a="b"} | x="1.2"', 'x', 'a|b', false, 'also', '{a="b"} | x=~"1\\\\.2|a\\\\|b"'],
  ])('%s, %s = %s', (query, name, value, isStreamLabel, mode, expected) => {
    expect(readable(chooseValue(query, { name, value, isStreamLabel }, mode))).toBe(expected);
  });

  test('before the parsers, unless a parser makes the field', () => {
    const value = { name: 'user', value: 'u-1', isStreamLabel: false };
    const query = '{a="b"} |= "x" | y="z" | json | w="v"';
    expect(readable(chooseValue(query, value, 'only'))).toBe(
      '{a="b"} |= "x" | y="z" | user="u-1" | json | w="v"',
    );
    expect(readable(chooseValue(query, { ...value, isParsed: true }, 'only'))).toBe(
      '{a="b"} |= "x" | y="z" | json | w="v" | user="u-1"',
    );
  });

  test('what is chosen is what is shown as chosen', () => {
    const query =
      chooseValue('{a="b"} | x="1.2"', { name: 'x', value: 'a|b', isStreamLabel: false }, 'also') ??
      '';
    expect(activeFilters(query).at(-1)).toMatchObject({
      name: 'x',
      values: ['1.2', 'a|b'],
      exclude: false,
    });
    expect(withoutPart(query, activeFilters(query).at(-1)?.text ?? '')).toBe('{a="b"}');
  });

  test('a query of numbers has no place for it', () => {
    const value = { name: 'a', value: 'b', isStreamLabel: true };
    expect(chooseValue('sum(rate({a="b"}[1m]))', value, 'only')).toBeUndefined();
  });
});

describe('texts', () => {
  test('the box holds the first |=', () => {
    expect(freeText('{a="b"} != "no" |= "card \\"x\\"" |= "z"')).toBe('card "x"');
    expect(readable(withFreeText('{a="b"} != "no" |= "card" |= "z"', 'cash'))).toBe(
      '{a="b"} != "no" |= "cash" |= "z"',
    );
    expect(readable(withFreeText('{a="b"} | json', 'cash'))).toBe('{a="b"} |= "cash" | json');
    expect(readable(withFreeText('', 'cash'))).toBe('{service_name=~".+"} |= "cash"');
    expect(withFreeText('{service_name=~".+"} |= "cash"', '')).toBe('');
  });

  test('patterns stand before the parsers', () => {
    expect(readable(withLineFilter('{a="b"} |= "x" | json | y="z"', '|>', 'took <_> ms'))).toBe(
      '{a="b"} |= "x" |> "took <_> ms" | json | y="z"',
    );
    expect(otherStages('{a="b"} |> "x" | json | y="z"')).toEqual(['|> "x"', '| json']);
  });

  test('fields of the text bring their parser', () => {
    const status = { name: 'status', value: '402', exclude: false };
    expect(readable(withParsedField('{a="b"}', 'json', status))).toBe(
      '{a="b"} | json | status="402"',
    );
    expect(readable(withParsedField('{a="b"} | json | status="500"', 'json', status))).toBe(
      '{a="b"} | json | status="402"',
    );
    expect(
      readable(withParsedField('{a="b"} | json', 'logfmt', { ...status, exclude: true })),
    ).toBe('{a="b"} | json | logfmt | status!="402"');
  });
});
