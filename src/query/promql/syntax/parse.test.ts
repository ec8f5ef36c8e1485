import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../base/errors.ts';
import { parsePromql, parsePromqlSelector, treeDepthMax } from './parse.ts';
import { prettyPromql } from './pretty.ts';
import { printPromql } from './print.ts';
import { nestingMax, queryLengthMax } from './token-reader.ts';

function failureOf(query: string): Failure {
  try {
    parsePromql(query);
  } catch (error) {
    return error as Failure;
  }
  throw new Error(`${query.slice(0, 80)} was parsed`);
}

describe('printed form', () => {
  const check = (query: string, printed: string = query): void =>
    test(query.slice(0, 60), () => {
      expect(printPromql(parsePromql(query))).toBe(printed);
      expect(printPromql(parsePromql(printed))).toBe(printed);
    });

  check('1 + 2 * 3');
  check('-2 ^ 2');
  check('2 ^ -1', '2 ^ -1');
  check('0x1F', '31');
  check('010', '8');
  check('1_000.5', '1000.5');
  check('1e3', '1000');
  check('inf', '+Inf');
  check('Inf ^ 2 - -Inf');
  check('5m', '5m');
  check('1h90m', '2h30m');
  check('"a\\n\\x41"', '"a\\nA"');
  check("'it\\'s'", '"it\'s"');
  check('`raw\\n`', '"raw\\\\n"');
  check('up');
  check('sum', 'sum');
  check('and', 'and');
  check('on_call:rate5m', 'on_call:rate5m');
  check('up{a="b",c=~"d.*",}', 'up{a="b",c=~"d.*"}');
  check('{"metric.name","label.x"!="v"}', '{__name__="metric.name","label.x"!="v"}');
  check('x[5m] offset 1h @ end()', 'x[5m] @ end() offset 1h');
  check('x offset -5m');
  check('x @ 1.5', 'x @ 1.500');
  check('x offset (1h / 2)');
  check('x offset -min_of(step(), 1m) ^ 2');
  check('x[5m + step() * 2:range()]');
  check('rate(x_total[5m] anchored)');
  check('increase(x_total[5m] smoothed @ start())');
  check('SUM BY (a, b) (x)', 'sum by (a, b) (x)');
  check('sum(x) without (a)', 'sum without (a) (x)');
  check('sum by ("x.y") (x)', 'sum by ("x.y") (x)');
  check('topk(5, x)');
  check('a + on (x) group_left (y) b');
  check('a == bool ignoring (x) b');
  check('a + fill (0) b');
  check('a + fill_left(1) fill_right(-2) b', 'a + fill_left (1) fill_right (-2) b');
  check('a + fill', 'a + fill');
  check('a </ 1 >/ 2');
  check('a and b or c unless d');
  check('(a)[5m:1m]', '(a)[5m:1m]');
  check('a # a comment\n + b', 'a + b');
  check('info(a, {b="c"})');
});

describe('failures', () => {
  const check = (query: string, message: string): void =>
    test(query === '' ? 'empty' : query, () => {
      const failure = failureOf(query);
      expect(failure.message).toBe(message);
      expect(failure.code).toBe('syntax');
    });

  check('', '1:1: parse error: no expression found in input');
  check('foo bar', '1:5: parse error: unexpected identifier "bar"');
  check('1 +', '1:4: parse error: unexpected end of input');
  check('sum(', '1:5: parse error: unclosed left parenthesis');
  check('(1))', "1:4: parse error: unexpected right parenthesis ')'");
  check(
    'a{b}',
    '1:4: parse error: unexpected "}" in label matching, expected label matching operator',
  );
  check('a{b=1}', "1:5: parse error: unexpected character inside braces: '1'");
  check('a{b="c"', '1:8: parse error: unexpected end of input inside braces');
  check(
    'a{="c"}',
    '1:3: parse error: unexpected "=" in label matching, expected identifier or "}"',
  );
  check('"abc', '1:1: parse error: unterminated quoted string');
  check('x[5m', '1:5: parse error: unclosed left bracket');
  check('x[0m]', '1:3: parse error: duration must be greater than 0');
  check('x[5x]', '1:3: parse error: bad number or duration syntax: "5x"');
  check('sum(x)[5m]', '1:7: parse error: ranges only allowed for vector selectors');
  check('x offset 1m offset 2m', '1:1: parse error: offset may not be set multiple times');
  check(
    '1 offset 1m',
    '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  );
  check('x @ start', '1:10: parse error: unexpected end of input in @, expected timestamp');
  check('x @ Inf', '1:1: parse error: timestamp out of bounds for @ modifier: +Inf');
  check(
    'sum by (a b) (x)',
    '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"',
  );
  check(
    'topk(x)',
    '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1',
  );
  check('sum()', '1:1: parse error: no arguments for aggregate expression provided');
  check(
    'sum(1)',
    '1:5: parse error: expected type instant vector in aggregation expression, got scalar',
  );
  check(
    'rate(1)',
    '1:6: parse error: expected type range vector in call to function "rate", got scalar',
  );
  check(
    'rate(x)',
    '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
  );
  check('rate()', '1:1: parse error: expected 1 argument(s) in call to "rate", got 0');
  check(
    'round(x, 1, 2)',
    '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3',
  );
  check('rte(x[5m])', '1:1: parse error: unknown function with name "rte"');
  check('abs(x,)', '1:6: parse error: trailing commas not allowed in function call args');
  check('1 == 1', '1:3: parse error: comparisons between scalars must use BOOL modifier');
  check('a + bool b', '1:3: parse error: bool modifier can only be used on comparison operators');
  check('a and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression');
  check('a and on (x) group_left b', '1:1: parse error: no grouping allowed for "and" operation');
  check(
    'a + on (x) group_left (x) b',
    '1:3: parse error: label "x" must not occur in ON and GROUP clause at once',
  );
  check('1 + on (x) a', '1:1: parse error: vector matching only allowed between instant vectors');
  check(
    '"a" + 1',
    '1:1: parse error: binary expression must contain only scalar and instant vector types',
  );
  check(
    '-x[5m]',
    '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
  );
  check('{a=""}', '1:1: parse error: vector selector must contain at least one non-empty matcher');
  check('x{__name__="y"}', '1:1: parse error: metric name must not be set twice: "x" or "y"');
  check('a\n  + \u00e9', "2:5: parse error: unexpected character: 'é'");
  check('"é" + §', "1:8: parse error: unexpected character: '§'");
  check('x[9999999999999y]', '1:3: parse error: duration out of range');
  check('x[1e30]', '1:3: parse error: duration out of range');
});

describe('bounds', () => {
  const check = (name: string, query: string, code: Failure['code']): void =>
    test(name, () => expect(failureOf(query).code).toBe(code));

  check('a megabyte and more', 'a'.repeat(queryLengthMax + 1), 'limit');
  check('parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`, 'limit');
  check('signs', `${'-'.repeat(10_000)}a`, 'limit');
  check('calls', `${'abs('.repeat(10_000)}a${')'.repeat(10_000)}`, 'limit');
  check('subqueries', `a${'[5m:1m]'.repeat(10_000)}`, 'limit');
  check('a chain', Array.from({ length: 100_000 }, () => 'a').join('+'), 'limit');
  check('powers', Array.from({ length: 10_000 }, () => 'a').join('^'), 'limit');
  check('durations', `a[${'('.repeat(10_000)}5m${')'.repeat(10_000)}]`, 'limit');
  check('unclosed', '('.repeat(100_000), 'limit');

  test('what is within the bounds is parsed', () => {
    const nested = `${'('.repeat(nestingMax - 2)}1${')'.repeat(nestingMax - 2)}`;
    expect(printPromql(parsePromql(nested))).toBe(nested);
    const chain = Array.from({ length: treeDepthMax }, () => 'a').join(' + ');
    expect(printPromql(parsePromql(chain))).toBe(chain);
    const long = `a{b="${'x'.repeat(queryLengthMax - 10)}"}`;
    expect(printPromql(parsePromql(long))).toBe(long);
  });
});

test('selectors alone', () => {
  expect(
    parsePromqlSelector('up{a!~"b"}').map(({ name, operator, value }) => [name, operator, value]),
  ).toEqual([
    ['a', '!~', 'b'],
    ['__name__', '=', 'up'],
  ]);
  expect(() => parsePromqlSelector('up + 1')).toThrow('unexpected <op:+>');
  expect(() => parsePromqlSelector('{}')).toThrow('at least one non-empty matcher');
});

test('pretty', () => {
  const query =
    'sum by (job) (rate(http_requests_total{job="api-server",instance=~"host-.*"}[5m])) / on (job) group_left sum by (job) (rate(http_requests_total[5m])) > 0.5';
  const pretty = prettyPromql(parsePromql(query));
  expect(pretty.split('\n').every((line) => line.length <= 110)).toBe(true);
  expect(pretty).toContain('\n  / on (job) group_left ()');
  expect(printPromql(parsePromql(pretty))).toBe(printPromql(parsePromql(query)));
});
