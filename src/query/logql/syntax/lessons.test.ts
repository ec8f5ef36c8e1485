// What is said of wrong queries, and of right ones that may not mean what was meant.

import { expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { checkLogql } from './check.ts';
import { logqlNotes } from './notes.ts';
import { parseLogql } from './parse.ts';

function hintOf(query: string): string | undefined {
  try {
    checkLogql(parseLogql(query));
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.hint;
  }
}

test('a wrong query is told what to write instead', () => {
  for (const [query, hint] of [
    [
      '{app="x"} | status >= "500"',
      'texts have no order; numbers, durations and sizes stand without quotes: status >= 500',
    ],
    [
      '{app="x"} | level |= "error"',
      '|= looks into the whole line; a label is compared: | level="error", or with a part of it: | level=~".*error.*"',
    ],
    [
      '{app |= "x"}',
      '|= looks into lines, behind the braces; a part of a label is a regex: {app=~".*x.*"}',
    ],
    ['{app="x"} | jsn', 'there is no stage jsn; did you mean | json?'],
    ['{app="x"} | jsom | a="b"', 'there is no stage jsom; did you mean | json?'],
    ['app="x"', 'streams are selected in braces: {app="x"}'],
    ['{app=="x"}', 'labels are compared with a single =: app="…"'],
    ['{app=x}', 'the value stands in quotes: app="x"'],
    [`{app='x'}`, 'texts stand in double quotes or backticks: "x"'],
    [`{app="x"} |= 'error'`, 'texts stand in double quotes or backticks: "error"'],
    ['{app="x"} | AND level="x"', '"and" is not a stage'],
    ['{app="x"} | json AND level="x"', 'a condition is a stage of its own: | json | level="error"'],
    ['{app="x"} | level="error" and', 'a condition follows: | a="1" and b="2"'],
    [
      '{app="x"} | level="error" && status=500',
      'conditions are joined by and, or and commas: | a="1" and b="2"',
    ],
    ['{app="x"} | level="error" || status=500', 'conditions are joined by or: | a="1" or b="2"'],
    ['rate({app="x"})', 'rate needs a range behind its selector, such as [5m]'],
    [
      'rate({app="x"}[5m]) by (x)',
      'rate keeps all labels; an aggregation around it groups them: sum by (x) (rate(…))',
    ],
    [
      'sum(rate({app="x"}[5m]) by (job)',
      'rate keeps all labels; an aggregation around it groups them: sum by (job) (rate(…))',
    ],
    ['sum by job (rate({app="x"}[5m]))', 'labels of by and without stand in brackets: by (job)'],
    ['by(a) sum(rate({a="b"}[5m]))', 'the aggregation comes first: sum by (label) (…)'],
    ['sumby(a)(rate({a="b"}[5m]))', 'a blank and brackets separate them: sum by (label) (…)'],
    [
      'rate(http_requests_total[5m])',
      'this reads as PromQL, which asks for metrics; LogQL counts lines of streams: rate({app="x"}[5m])',
    ],
    [
      'http_requests_total',
      'this reads as PromQL, which asks for metrics; LogQL begins with a selector of streams: {app="x"}',
    ],
    ['{app="x"} "error"', 'lines are filtered with |= (or |~ for a regex): |= "error"'],
    ['{app="x"} = "error"', 'lines are filtered with |= (or |~ for a regex): |= "error"'],
    ['{app="x"} |=~ "error"', '|= looks for a text, |~ for a regex'],
    ['{app="x"} =~ "error"', 'lines are filtered with |~: |~ "error"'],
    ['{app="x"} | = "error"', '|= is one sign, without a blank: |= "error"'],
    ['{app="x"} |= error', 'the text stands in quotes: "error"'],
    ['{app="x"} | level = error', 'texts stand in quotes: "error"'],
    ['{app="x"} | level == "error"', 'texts are compared with a single =: level="error"'],
    ['{app="x"} | line_format {{.a}}', 'a template stands in quotes: line_format "{{.label}}"'],
    [
      'sum_over_time({app="x"}[5m])',
      'it takes numbers from a label: sum_over_time(… | unwrap label [5m]); lines are counted by count_over_time',
    ],
    [
      'sum_over_time({app="x"} | unwrap [5m])',
      'unwrap takes the label that holds the value: | unwrap label [5m]',
    ],
    ['count_ovr_time({app="x"}[5m])', 'did you mean "count_over_time"?'],
    [
      'quantile_over_time(0.9, {app="x"}[5m])',
      'it takes numbers from a label: quantile_over_time(… | unwrap label [5m]); lines are counted by count_over_time',
    ],
    [
      '{app="x"} | unwrap dur',
      'unwrap gives the values of a range aggregation: sum_over_time({app="x"} | unwrap label [5m])',
    ],
    ['topk(rate({a="b"}[5m]))', 'it takes a number first: topk(5, …)'],
    ['{app="x"} | regexp "foo"', 'a named group becomes a label: "(?P<status>\\\\d+)"'],
    [
      '{app="x"} | pattern "foo"',
      'a name in angle brackets becomes a label: "<method> <path> <_>"',
    ],
    [
      '{app="x"} | json status=500',
      'after json or logfmt this takes a field, in quotes; a condition is a stage of its own: | json | status=500',
    ],
    [
      '{app="x"} | json | duration > 5 ms',
      'a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: 5ms',
    ],
    ['{app="x"} | status in (1,2)', 'alternatives are a regex: | status=~"a|b"'],
    ['{app="x"} not "a"', 'lines without a text are != "a", labels that differ | label!="a"'],
    [
      '{app="x"} | status > 500 | rate()',
      'functions stand around the query: rate({app="x"} …[5m])',
    ],
    ['{app="x"}[5m]', 'a range is for a function: count_over_time({app="x"}[5m])'],
    [
      '{ span.a = "b" }',
      'this reads as TraceQL, which asks for traces; lines of such traces are {app="x"} | trace({ … })',
    ],
    [
      '{ resource.service.name = "x" }',
      'this reads as TraceQL, which asks for traces; lines of such traces are {app="x"} | trace({ … })',
    ],
    [
      '{app="x"} | grep error',
      'lines are filtered without a pipe of their own: {app="x"} |= "text"',
    ],
    [
      'histogram_quantile(0.9, rate({a="b"}[5m]))',
      'quantiles of lines are quantile_over_time(0.9, {app="x"} | unwrap label [5m])',
    ],
    ['{app="x"} | where level="x"', 'conditions on labels need no word: | level="error"'],
    ['{app="x", }', 'no comma stands before the closing brace'],
    ['{app="x" and b="c"}', 'a comma joins matchers: {a="1", b="2"}'],
    ['{app="x"} | json | status =~ 5..', 'a regex stands in quotes: label=~"5.."'],
    ['{app="x"} != `a` or', 'a condition follows: | a="1" and b="2"'],
    [
      'sum(count_over_time({app="x"}[5m]) by level)',
      'labels of by and without stand in brackets: by (level)',
    ],
    [
      '{app="x"} | json | level =| "x"',
      'the operators are |= and |~ for lines, = and =~ for labels',
    ],
    [
      '{app="x"} | distinct app',
      'distinct values come of grouping: sum by (label) (count_over_time({app="x"}[5m]))',
    ],
    [
      '{app="x"} | ip("1.1.1.1")',
      'ip(…) is the value of a filter: |= ip("10.0.0.0/8") or | addr=ip("10.0.0.0/8")',
    ],
    ['sum({a="b"})', 'sum works on samples: wrap the selector, such as count_over_time({…}[5m])'],
    ['summ(rate({a="b"}[5m]))', 'did you mean "sum"?'],
    ['{a="b"} | x > "abc"', 'texts have no order: they are compared with =, !=, =~ and !~'],
    ['{a="b"} | line_format "{{ lwer .a }}"', 'did you mean lower? A label is written .lwer'],
    // The message says all that there is to say.
    ['{}', undefined],
    [
      '{a="b"} | !trace({ status = error })',
      'trace(…) has no negation: the query inside may say what its traces are not, as in trace({ status != error })',
    ],
    ['sum(rate({a="b"}[5m])', undefined],
  ] as const)
    expect(hintOf(query), query).toBe(hint);
});

test('a right query that may surprise has notes', () => {
  for (const [query, notes] of [
    [
      '{app=~"api"}',
      ['app=~"api" matches the whole value, as app="api" does; a part of it is app=~".*api.*"'],
    ],
    [
      'sum(rate({app="a"} | json | level=~"err" [5m]))',
      [
        'level=~"err" matches the whole value, as level="err" does; a part of it is level=~".*err.*"',
      ],
    ],
    ['{app=~"a.*|b"} |~ "err" | level=~"a|b"', []],
    [
      '{app="a"} |= "err.*timeout"',
      ['|= looks for this text as it is: err.*timeout; a regex goes with |~'],
    ],
    ['{app="a"} != "a (b) [c]" |= "GET /"', []],
  ] as const)
    expect(
      logqlNotes(parseLogql(query)).map(({ message }) => message),
      query,
    ).toEqual(notes);
});
