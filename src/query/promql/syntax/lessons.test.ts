// What is said of wrong queries, and of right ones that may not mean what was meant.

import { expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { promqlNotes } from './notes.ts';
import { parsePromql } from './parse.ts';

function hintOf(query: string): string | undefined {
  try {
    parsePromql(query);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.hint;
  }
}

test('a wrong query is told what to write instead', () => {
  for (const [query, hint] of [
    ['rate(x)', 'add a range to the selector: rate(x[5m])'],
    [
      'sum(rate(x[5m]) by (job)',
      'by (job) belongs outside of the brackets of sum: sum by (job) (…)',
    ],
    ['sum by job (rate(x[5m]))', 'labels of by and without stand in brackets: by (job)'],
    ['by(service) sum(x)', 'the aggregation comes first: sum by (label) (…)'],
    ['sumby (job)(x)', 'a blank and brackets separate them: sum by (label) (…)'],
    ['sum(x) by job', 'labels of by and without stand in brackets: by (job)'],
    ['sum(rate(x[5m])) by', 'labels of by and without stand in brackets: by (label)'],
    ['{job=="x"}', 'labels are compared with a single =: job="…"'],
    ['{job=a}', 'the value stands in quotes: job="a"'],
    [`{job="a'}`, 'the value ends with the quote that it begins with: "'],
    [
      '"a" > 1',
      'a text has no order and no value: labels are compared in braces, metric{label="value"}',
    ],
    ['rte(x[5m])', 'did you mean rate?'],
    ['x && y', 'two vectors are joined by the words and, or and unless'],
    ['x || y', 'two vectors are joined by the words and, or and unless'],
    [
      '{app="x"} |= "err"',
      'this reads as LogQL, which asks for logs; PromQL selects metrics: name{label="value"}',
    ],
    ['sum(x) groupby (job)', 'grouping belongs to an aggregation: sum by (label) (…)'],
    ['topk(x)', 'it is called as topk(k, vector)'],
    ['topk(x, 5)', 'it is called as topk(k, vector)'],
    [
      'rate(sum(x)[5m])',
      'rates come before sums: sum(rate(metric[5m])); a range of any other expression is a subquery: (…)[1h:1m]',
    ],
    [
      'rate(sum(x))',
      'rates come before sums: sum(rate(metric[5m])); a range of any other expression is a subquery: (…)[1h:1m]',
    ],
    ['x{job="a" and y="b"}', 'a comma joins matchers: {a="1", b="2"}'],
    [
      'x{job="a" or y="b"}',
      'a regex gives alternatives of one label: {a=~"x|y"}; of two labels, or joins two selectors: m{a="1"} or m{b="2"}',
    ],
    [
      'x where job = "a"',
      'conditions on labels stand in braces behind the metric: metric{label="value"}',
    ],
    [
      'SELECT * FROM x',
      'this is SQL: a selector takes the place of FROM and WHERE, as in {service_name="payment"}',
    ],
    ['histogram_quantile(x, 0.9)', 'it is called as histogram_quantile(scalar, vector)'],
    ['quantile(0.9)', 'it is called as quantile(φ, vector)'],
    ['avg_over_time(x)', 'add a range to the selector: avg_over_time(x[5m])'],
    [
      'x{job<"a"}',
      'labels are texts, without an order: =, !=, =~ and !~ compare them; samples are compared behind the braces: metric > 5',
    ],
    ['label_replace(x)', 'it is called as label_replace(vector, text, text, text, text)'],
    ['x = 1', 'samples are compared with ==; labels inside of braces: metric{label="value"}'],
    ['rate(x{a="b"})[5m]', 'the range stands inside, behind the selector: rate(metric[5m])'],
    [
      'x[5m] > 1',
      'a range holds many samples of a series: a function makes one of them, such as avg_over_time(metric[5m])',
    ],
    ['{}', 'name a metric, or give a matcher that no empty label satisfies: {__name__=~".+"}'],
    [
      '{a=~".*"}',
      'name a metric, or give a matcher that no empty label satisfies: {__name__=~".+"}',
    ],
    ['increase(x[5m]) by (a)', 'only aggregations are grouped: sum by (a) (…)'],
    ['sum(x by (a))', 'by (a) belongs outside of the brackets of sum: sum by (a) (…)'],
    ['1 == 2', 'with bool the answer is 0 or 1: 1 == bool 2'],
    [
      'p99(x)',
      'a quantile of a histogram is histogram_quantile(0.99, …), of series quantile(0.99, …)',
    ],
    ['sum_over_time(x)', 'add a range to the selector: sum_over_time(x[5m])'],
    ['foo.bar', 'a metric name with dots stands in quotes and braces: {"foo.bar"}'],
    ['x{a.b="c"}', 'a name with dots stands in quotes: {"a.b"="…"}'],
    [
      '{ span.http.status_code = 500 }',
      'this reads as TraceQL, which asks for traces; PromQL selects metrics: name{label="value"}',
    ],
    [
      'rate(x[5 m])',
      'a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: 5m',
    ],
    [
      'rate(x[5min])',
      'a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: 5m',
    ],
    [
      'percentile(0.9, x)',
      'in PromQL this is quantile(0.95, …), or histogram_quantile(0.95, …) of a histogram',
    ],
  ] as const)
    expect(hintOf(query), query).toBe(hint);
});

test('a right query that may surprise has notes', () => {
  for (const [query, notes] of [
    [
      'up{job=~"api"}',
      ['job=~"api" matches the whole value, as job="api" does; a part of it is job=~".*api.*"'],
    ],
    ['up{job!~"^api$"}', ['job!~"^api$" matches the whole value even without ^ and $']],
    ['sum(rate(x{a=~"b.*", c=~"d|e"}[5m]))', []],
    ['rate(x[5])', ['5 without a unit is 5 s']],
    ['x offset 5', ['5 without a unit is 5 s']],
  ] as const)
    expect(
      promqlNotes(parsePromql(query)).map(({ message }) => message),
      query,
    ).toEqual(notes);
});
