import { describe, expect, test } from 'vitest';
import { addFilter, searchedTexts } from './query-edit.ts';

const stream = { service_name: 'payment', level: 'error' };

function check(
  query: string,
  edit: `${'+' | '-'}${'label' | 'field'} ${string}=${string}`,
  expected: string | undefined,
): void {
  const [, sign, kind, name = '', value = ''] = /^([+-])(\w+) ([^=]+)=(.*)$/.exec(edit) ?? [];
  const filter = { name, value, exclude: sign === '-', isStreamLabel: kind === 'label' };
  expect(addFilter(query, filter, stream)).toBe(expected);
}

describe('labels go into the braces', () => {
  test('from nothing', () => {
    check('', '+label service_name=payment', '{service_name="payment"}');
    check('', '-label service_name=cart', '{service_name=~".+", service_name!="cart"}');
  });
  test('beside others, and with the pipeline kept', () => {
    check('{a="b"} |= "}"', '+label c=d', '{a="b", c="d"} |= "}"');
    check('{a="x,y"}', '-label c=d', '{a="x,y", c!="d"}');
  });
  test('a second value replaces the first', () => {
    check('{a="b", c = "d"}', '+label a=z', '{c="d", a="z"}');
  });
  test('the opposite is taken back', () => {
    check('{a="b", c!="d"}', '+label c=d', '{a="b", c="d"}');
    check('{a="b"}', '-label a=b', '{a=~".+", a!="b"}');
  });
  test('twice is once', () => {
    check('{a="b"}', '+label a=b', '{a="b"}');
  });
  test('values are quoted', () => {
    check('{}', '+label a=say "hi" \\o/', '{a="say \\"hi\\" \\\\o/"}');
  });
});

describe('other fields become stages', () => {
  test('from nothing they need a stream', () => {
    check('', '+field http.route=/pay', '{service_name="payment"} | http_route="/pay"');
  });
  test('at the end', () => {
    check('{a="b"} |= "x"', '-field user=u-1', '{a="b"} |= "x" | user!="u-1"');
  });
  test('turned when the opposite is there, kept when it is there', () => {
    check('{a="b"} | user="u-1" | json', '-field user=u-1', '{a="b"} | user!="u-1" | json');
    check('{a="b"} | user="u-1"', '+field user=u-1', '{a="b"} | user="u-1"');
    check('{a="b"} | user="u-12"', '+field user=u-1', '{a="b"} | user="u-12" | user="u-1"');
  });
});

test('queries of numbers have no place for a filter', () => {
  check('rate({a="b"}[5m])', '+label c=d', undefined);
  check('{a="b', '+label c=d', undefined);
});

test('what line filters look for', () => {
  expect(searchedTexts('{a="|= "} |= "dec\\"l" |= `raw` != "no" |~ "re"')).toEqual([
    'dec"l',
    'raw',
  ]);
});
