import { describe, expect, test } from 'vitest';
import { parseLogql } from '../syntax/parse.ts';
import { explainLogql } from './explain.ts';
import { planLogql } from './plan.ts';

function explain(query: string): string {
  return explainLogql(planLogql(parseLogql(query)));
}

/** The lines of the explanation that begin so. */
function linesOf(query: string, start: string): string[] {
  return explain(query)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(start));
}

describe('what storage applies', () => {
  test.each([
    [
      '{a="b"} |= "x" != "y" |~ "z"',
      ['line contains "x"', 'line not contains "y"', 'line regex "z"'],
    ],
    ['{a="b"} |= "x" or "y"', ['line contains "x" or contains "y"']],
    ['{a="b"} != "x" or "y"', ['line not contains "x"', 'line not contains "y"']],
    ['{a="b"} |= "x" or ip("10.0.0.1")', []],
    ['{a="b"} != "x" or ip("10.0.0.1")', ['line not contains "x"']],
    ['{a="b"} |= ""', []],
    ['{a="b"} |> "GET <_> 200"', ['line contains "GET "', 'line contains " 200"']],
    ['{a="b"} !> "GET <_>"', []],
    ['{a="b"} | json |= "x"', ['line contains "x"']],
    ['{a="b"} | line_format "y" |= "x"', []],
    ['{a="b"} | decolorize |= "x"', []],
    ['{a="b"} | unpack |= "x"', []],
    [
      '{a="b"} | trace_id="1" | level="e" and x="" and y!="z"',
      ['trace_id="1"', 'level="e"', 'y!="z"'],
    ],
    ['{a="b"} | x!="y" | z=~"a|b" | w!~"c.*"', ['x!="y"', 'z=~"a|b"', 'w!~"c.*"']],
    ['{a="b"} | trace_id="1" or level="e"', []],
    ['{a="b"} | json | trace_id="1"', []],
    ['{a="b"} | label_format trace_id=x | trace_id="1"', []],
    ['{a="b"} | a="c"', []],
    ['{a="b"} | x_extracted="1" | __error__="y"', []],
    ['{a="b"} | drop x | x="1"', []],
  ])('%s', (query, expected) => {
    expect(linesOf(query, 'storage: ').slice(1)).toEqual(
      expected.map((line) => `storage: ${line}`),
    );
  });
});

describe('lines that storage may skip', () => {
  test.each([
    ['{a="b"} | json | status="402"', ['"402"']],
    ['{a="b"} | logfmt | x="1" and y="2" | z!="3" | w=~"4"', ['"1"', '"2"']],
    ['{a="b"} | pattern "<x> <_>" | json y="z" | x="1" | y="2"', ['"1"', '"2"']],
    ['{a="b"} | json | drop c | status="402"', ['"402"']],
    ['{a="b"} | json | status="402" or status="500"', []],
    ['{a="b"} | json | status=402', []],
    ['{a="b"} | json | status=""', []],
    ['{a="b"} | json | status_extracted="402"', []],
    ['{a="b"} | json | __error__="x"', []],
    ['{a="b"} | json | status="\ufffd"', []],
    ['{a="b"} | json | label_format status="402" | status="402"', []],
    ['{a="b"} | line_format "402" | json | status="402"', []],
    ['{a="b"} | unpack | status="402"', []],
    ['{a="b"} | decolorize | json | status="402"', []],
    ['{a="b"} | x="1"', []],
  ])('%s', (query, expected) => {
    const skipped = linesOf(query, 'storage skips lines without ').map(
      (line) => /without (".*?"),/.exec(line)?.[1],
    );
    expect(skipped).toEqual(expected);
  });
});

describe('what storage counts', () => {
  test.each([
    ['sum by (x) (count_over_time({a="b"}[1m]))', true],
    ['sum(rate({a="b"} |= "x" | drop __error__ [1m]))', true],
    ['sum by (x) (bytes_rate({a="b"} | trace_id="1" [1m]))', true],
    ['sum by (x) (count_over_time({a="b"} | y!="z" | w=~"c|d" [1m]))', true],
    ['sum by (x) (count_over_time({a="b"} | y="" [1m]))', false],
    ['sum by (x) (count_over_time({a="b"} | line_format "y" [1m]))', true],
    ['sum by (x) (bytes_over_time({a="b"} | line_format "y" [1m]))', false],
    ['count_over_time({a="b"}[1m])', false],
    ['sum without (x) (count_over_time({a="b"}[1m]))', false],
    ['max by (x) (count_over_time({a="b"}[1m]))', false],
    ['sum by (x) (count_over_time({a="b"} | json [1m]))', false],
    ['sum by (x) (count_over_time({a="b"} | drop x [1m]))', false],
    ['sum by (x) (count_over_time({a="b"} | y > 5 [1m]))', false],
    ['sum by (x) (count_over_time({a="b"} |= ip("::1") [1m]))', false],
    ['sum by (x) (count_over_time({a="b"} |> "<_>a" [1m]))', false],
    ['sum by (x_extracted) (count_over_time({a="b"}[1m]))', false],
    ['sum by (x) (count_over_time({a="b"} | trace({ y }) [1m]))', false],
    ['sum by (x) (sum_over_time({a="b"} | unwrap y [1m]))', false],
  ])('%s: %s', (query, counts) => {
    expect(linesOf(query, 'storage: counts').length > 0).toBe(counts);
  });
});

describe('labels that parsers must find', () => {
  test.each([
    ['sum(count_over_time({a="b"} | json [1m]))', 'none'],
    ['sum by (x, y) (count_over_time({a="b"} | json | z="1" [1m]))', 'x, y, z'],
    ['avg_over_time({a="b"} | json | unwrap v | w="1" [1m]) by (x)', 'v, w, x'],
    ['sum by (x) (count_over_time({a="b"} | json | label_format x=`{{.q}}` [1m]))', 'q, x'],
    ['sum by (x) (bytes_over_time({a="b"} | json | line_format "{{.q}}" [1m]))', 'q, x'],
    ['sum by (x) (count_over_time({a="b"} | json | drop z="1", w [1m]))', 'x, z'],
  ])('%s: %s', (query, needed) => {
    expect(linesOf(query, 'labels needed: ')).toEqual([`labels needed: ${needed}`]);
  });

  test.each([
    ['{a="b"} | json'],
    ['count_over_time({a="b"} | json [1m])'],
    ['sum without (x) (count_over_time({a="b"} | json [1m]))'],
    [
      'sum by (x) (count_over_time({a="b"} | json | label_format x=`{{range .}}{{.}}{{end}}` [1m]))',
    ],
  ])('all of them: %s', (query) => {
    expect(linesOf(query, 'labels needed: ')).toEqual(['labels needed: all']);
  });
});

test.each([
  ['{a="b"}', 'yes'],
  ['sum(count_over_time({a="b"}[1m]))', 'no'],
  ['sum(count_over_time({a="b"} | x="y" [1m]))', 'no'],
  ['sum(count_over_time({a="b"} |= "x" [1m]))', 'yes'],
  ['sum(bytes_rate({a="b"}[1m]))', 'yes'],
])('whether the line is needed: %s', (query, needed) => {
  expect(linesOf(query, 'line needed: ')).toEqual([`line needed: ${needed}`]);
});

test("what is Clew's own", () => {
  const query = '{a="b"} |= "x" | trace( { status = error } ) | json | trace({ y })';
  expect(linesOf(query, '')).toEqual([
    'lines',
    'storage: {a="b"}',
    'storage: line contains "x"',
    'clew: only lines of traces that TraceQL finds: { status = error }',
    'clew: only lines of traces that TraceQL finds: { y }',
    'engine: |= "x"',
    'engine: | json',
    'labels needed: all',
    'line needed: yes',
    '',
  ]);
  expect(linesOf('{a="b"} | trace="x"', 'clew')).toEqual([]);
});

test('a whole plan', () => {
  const query =
    'topk(2, sum by (app) (rate({env="prod"} |= "x" | json | status >= 500 [5m] offset 1h))) / 2 > 1 + 1';
  expect(explain(query)).toMatchInlineSnapshot(`
    "binary >
      binary /
        topk 2
          sum by (app)
            rate [5m] offset 1h
              series by (app)
              storage: {env="prod"}
              storage: line contains "x"
              engine: |= "x"
              engine: | json
              engine: | status>=500
              labels needed: app, status
              line needed: yes
        number 2
      number 2
    "
  `);
});
