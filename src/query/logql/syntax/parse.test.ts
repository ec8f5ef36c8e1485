import { describe, expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { checkLogql } from './check.ts';
import { queryDepthMax } from './limits.ts';
import { parseLogql } from './parse.ts';
import { prettyLogql } from './pretty.ts';
import { printLogql } from './print.ts';

/** What the query is printed as. */
function check(query: string, printed: string = query): void {
  expect(printLogql(parseLogql(query))).toBe(printed);
}

function failureOf(query: string): Failure {
  try {
    checkLogql(parseLogql(query));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error(`did not fail: ${query}`);
}

describe('log queries', () => {
  test.each<[string, string?]>([
    ['{job="api"}'],
    ['{ job = "api",env=~"p.*" , x!="y", z!~"q" }', '{job="api", env=~"p.*", x!="y", z!~"q"}'],
    ['{}'],
    ['({job="api"} |= "x")', '{job="api"} |= "x"'],
    [
      '{job="api"}|="x"!="y"|~"z"!~`w`|>"<_> a"!>"b"',
      '{job="api"} |= "x" != "y" |~ "z" !~ "w" |> "<_> a" !> "b"',
    ],
    [
      '{job="api"} |= "a" OR "b" or ip("10.0.0.0/8")',
      '{job="api"} |= "a" or "b" or ip("10.0.0.0/8")',
    ],
    ['{job="api"} | json | logfmt | unpack | decolorize'],
    ['{job="api"} | json a, b="x[0].y"', '{job="api"} | json a="a", b="x[0].y"'],
    [
      '{job="api"} | logfmt --keep-empty --strict a="b"',
      '{job="api"} | logfmt --strict --keep-empty a="b"',
    ],
    [
      '{job="api"} | regexp `(?P<a>.)` | pattern "<a> <_>"',
      '{job="api"} | regexp "(?P<a>.)" | pattern "<a> <_>"',
    ],
    ['{job="api"} | line_format "{{.a}}" | label_format a=b, c="{{.d}}"'],
    ['{job="api"} | drop a, b="x", __error__ | keep c, d=~"y"'],
    ['{job="api"} | trace({ span.x = ")" } >> { status = error }) |= "x"'],
    [
      '{job="api"}|Trace # the checkout\n  (({ a }) // :)\n) | trace="x"',
      '{job="api"} | trace(({ a }) // :)\n) | trace="x"',
    ],
    ['{trace="x"} | json trace="trace" | trace>5 | line_format "{{.trace}}" | drop trace'],
    ['{job="api"} # the whole job\n  | json # its fields', '{job="api"} | json'],
    [
      '{job="api"} | count="1" | rate > 5 | ip=ip("::1")',
      '{job="api"} | count="1" | rate>5 | ip=ip("::1")',
    ],
    [
      '{job="api"} | a > 1.5s and b < 1KiB or c >= -2 , d != 3',
      '{job="api"} | a>1s500ms and b<1KiB or c>=-2 and d!=3',
    ],
    ['{job="api"} | (a="1" or b="2") c="3"', '{job="api"} | (a="1" or b="2") and c="3"'],
    ['{job="api"} | a=1w or b==1.5MB', '{job="api"} | a=168h or b==1500KB'],
  ])('%s', (query, printed) => check(query, printed ?? query));
});

describe('metric queries', () => {
  test.each<[string, string?]>([
    ['COUNT_OVER_TIME({a="b"}[5m])', 'count_over_time({a="b"} [5m])'],
    ['rate({a="b"} [1h30m] |= "x")', 'rate({a="b"} |= "x" [1h30m])'],
    ['rate(({a="b"} |= "x")[90s] offset -5m)', 'rate({a="b"} |= "x" [1m30s] offset -5m)'],
    ['rate(({a="b"} | json | unwrap x)[1m])', 'rate({a="b"} | json | unwrap x [1m])'],
    [
      'rate({a="b"}[1m] offset 1h | json | unwrap bytes(x) | y="z")',
      'rate({a="b"} | json | unwrap bytes(x) | y="z" [1m] offset 1h)',
    ],
    [
      'quantile_over_time(0.99, {a="b"} | unwrap x [1m]) BY (c, d)',
      'quantile_over_time(0.99, {a="b"} | unwrap x [1m]) by (c, d)',
    ],
    ['sum(rate({a="b"}[1m])) by (c)', 'sum by (c) (rate({a="b"} [1m]))'],
    ['sum without () (rate({a="b"}[1m]))', 'sum without () (rate({a="b"} [1m]))'],
    ['topk(3, sum by (x) (rate({a="b"}[1m])))', 'topk(3, sum by (x) (rate({a="b"} [1m])))'],
    ['1 + 2 * 3 ^ 2 ^ 2 - (4 - 5)', '1 + 2 * 3 ^ 2 ^ 2 - (4 - 5)'],
    ['(1 + 2) * 3', '(1 + 2) * 3'],
    ['(2 ^ 3) ^ 2', '(2 ^ 3) ^ 2'],
    ['vector(1)+vector(1)', 'vector(1) + vector(1)'],
    ['vector(1) > BOOL 0 or vector(2)', 'vector(1) > bool 0 or vector(2)'],
    [
      'rate({a="b"}[1m]) / on(c,d) group_left(e) rate({f="g"}[1m])',
      'rate({a="b"} [1m]) / on (c, d) group_left (e) rate({f="g"} [1m])',
    ],
    [
      'vector(1) * ignoring(x) group_right (vector(2))',
      'vector(1) * ignoring (x) group_right () vector(2)',
    ],
    [
      'label_replace(vector(1), "a", "$1", "b", "(.*)")',
      'label_replace(vector(1), "a", "$1", "b", "(.*)")',
    ],
  ])('%s', (query, printed) => check(query, printed ?? query));
});

describe('what Grafana sends', () => {
  test.each([
    [
      'sum by (level, detected_level) (count_over_time({a="b"} | drop __error__[1m]))',
      'sum by (level, detected_level) (count_over_time({a="b"} | drop __error__ [1m]))',
    ],
    [
      '{a="b"} | label_format log_line_contains_trace_id=`{{ contains "ID" __line__  }}` | log_line_contains_trace_id="true" OR trace_id="ID"',
      String.raw`{a="b"} | label_format log_line_contains_trace_id="{{ contains \"ID\" __line__  }}" | log_line_contains_trace_id="true" or trace_id="ID"`,
    ],
    [
      '{a="b"} | logfmt | json | drop __error__ | trace_id="ID"',
      '{a="b"} | logfmt | json | drop __error__ | trace_id="ID"',
    ],
  ])('%s', (query, printed) => {
    check(query, printed);
    checkLogql(parseLogql(query));
  });
});

describe('failures', () => {
  test.each([
    ['', 'parse error at line 1, col 1: syntax error: unexpected $end'],
    [
      '{a=b}',
      'parse error at line 1, col 4: syntax error: unexpected IDENTIFIER, expecting STRING',
    ],
    ['{a="b",}', 'parse error at line 1, col 8: syntax error: unexpected }, expecting IDENTIFIER'],
    ['{a="b"', 'parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,'],
    ['{a="b"} |', 'unexpected $end'],
    ['{a="b"} | jsn', 'col 14: syntax error: unexpected $end'],
    [
      '{a="b"}\n  |= x',
      'parse error at line 2, col 6: syntax error: unexpected IDENTIFIER, expecting STRING or ip',
    ],
    ['rate({a="b"})', 'unexpected ), expecting RANGE'],
    ['rate({a="b"}[5])', 'not a valid duration string: "5"'],
    ['rate({a="b"}[5m)', "missing closing ']' in duration"],
    ['rate({a="b"}[0s])', 'duration must be greater than 0'],
    ['sum({a="b"})', 'syntax error: unexpected {'],
    ['summ(rate({a="b"}[5m]))', 'col 1: syntax error: unexpected IDENTIFIER'],
    ['sum(rate({a="b"}[5m])) bye (x)', 'unexpected IDENTIFIER'],
    ['{a="b"} + 1', 'syntax error: unexpected +'],
    ['1 + {a="b"}', 'unexpected type for right leg of binary operation'],
    [
      'vector(1) and 2',
      'unexpected literal for right leg of logical/set binary operation (and): 2.000000',
    ],
    ['topk(0, vector(1))', 'invalid parameter (must be greater than 0) topk(0'],
    ['sum(2, vector(1))', 'unsupported parameter for operation sum(2,'],
    ['sort(vector(1)) by (x)', "sort and sort_desc doesn't allow grouping by"],
    [
      'count_over_time(0.5, {a="b"}[1m])',
      'parameter 0.5 not supported for operation count_over_time',
    ],
    [
      'quantile_over_time({a="b"} | unwrap x [1m])',
      'parameter required for operation quantile_over_time',
    ],
    ['"a"', 'unexpected STRING'],
    ['{a="b"} |= "x', 'literal not terminated'],
    ['{a="b"} | x > "5"', 'unexpected STRING, expecting BYTES or DURATION or NUMBER'],
    ['{a="b"} ~ "x"', 'unexpected "~"'],
    ['{}', 'parse error : queries require at least one regexp or equality matcher'],
    ['{a=~".*"}', 'parse error : queries require at least one regexp or equality matcher'],
    ['{a!="b"}', 'parse error : queries require at least one regexp or equality matcher'],
    ['{a=~"("}', 'parse error : error parsing regexp: missing closing ): `(`'],
    ['{a="b"} |~ "["', 'parse error : stage \'|~ "["\' : error parsing regexp'],
    [
      '{a="b"} | label_format a=b, a=c',
      "multiple label name 'a' not allowed in a single format operation",
    ],
    ['{a="b"} | label_format __error__=c', '__error__ cannot be formatted'],
    ['{a="b"} | line_format "{{.x"', 'template: line:1: unclosed action'],
    ['{a="b"} | pattern "<a><b>"', 'found consecutive capture'],
    ['{a="b"} | pattern "<a> <a>"', 'duplicate capture name (a)'],
    ['{a="b"} | json x="a["', 'cannot parse expression'],
    ['{a="b"} | x=ip("1.2.3")', 'ip: invalid pattern'],
  ])('%s', (query, message) => {
    const failure = failureOf(query);
    expect(failure.code).toBe('syntax');
    expect(failure.message).toContain(message);
  });

  test('the place of a failure is the token', () => {
    expect(failureOf('{a=b}').position).toEqual({ start: 3, end: 4 });
  });
});

describe('bounds', () => {
  test('a query of a megabyte is refused unread', () => {
    const failure = failureOf(`{a="${'x'.repeat(1_000_000)}"}`);
    expect(failure.code).toBe('limit');
    expect(failure.message).toBe('parse error : input size too long (1000006 > 131072)');
  });

  test.each([
    ['parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['label filters', `{a="b"} | ${'('.repeat(10_000)}x="y"${')'.repeat(10_000)}`],
    ['operators', `1${' + 1'.repeat(10_000)}`],
    ['powers', `2${' ^ 2'.repeat(10_000)}`],
    ['calls', `${'sum('.repeat(10_000)}vector(1)${')'.repeat(10_000)}`],
    ['ranges', `rate(${'('.repeat(10_000)}{a="b"}`],
  ])('%s nest so deep and no deeper', (_, query) => {
    const failure = failureOf(query);
    expect(failure.code).toBe('limit');
    expect(failure.message).toContain(`${queryDepthMax} levels`);
  });

  test('long chains are not deep', () => {
    check(`{a="b"}${' |= "x"'.repeat(5_000)}`);
    checkLogql(
      parseLogql(`{a="b"} | ${Array.from({ length: 5_000 }, () => 'x="y"').join(' or ')}`),
    );
  });
});

test('pretty breaks what is too long for one line', () => {
  const query =
    'sum by (namespace, service_name) (rate({cluster="production-eu", namespace="shop"} |= "error" | json | status >= 500 | unwrap bytes(size) [5m])) / on (namespace) group_left () vector(2)';
  expect(prettyLogql(parseLogql(query))).toMatchInlineSnapshot(`
    "  sum by (namespace, service_name) (
        rate(
          {cluster="production-eu", namespace="shop"}
            |= "error"
            | json
            | status>=500
            | unwrap bytes(size) [5m]
        )
      )
    / on (namespace) group_left ()
      vector(2)"
  `);
  expect(prettyLogql(parseLogql('{a="b"}|json'))).toBe('{a="b"} | json');
});
