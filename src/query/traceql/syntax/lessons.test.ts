// What is said of wrong queries, and of right ones that may not mean what was meant.

import { expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { checkTraceql } from './check.ts';
import { traceqlNotes } from './notes.ts';
import { parseTraceql } from './parse.ts';

function hintOf(query: string): string | undefined {
  try {
    checkTraceql(parseTraceql(query));
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.hint;
  }
}

test('a wrong query is told what to write instead', () => {
  for (const [query, hint] of [
    [
      '{ http.status_code = 500 }',
      'attributes are written with their scope: span.http.status_code, or .http.status_code in any',
    ],
    [
      '{ service.name = "x" }',
      'attributes are written with their scope: resource.service.name, or .service.name in any',
    ],
    [
      '{ status = "error" }',
      'status is no text, so its value stands without quotes: status = error',
    ],
    ['{ status = eror }', 'did you mean error?'],
    ['{ kind = "server" }', 'kind is no text, so its value stands without quotes: kind = server'],
    ['{ kind = srver }', 'did you mean server?'],
    [
      '{ duration > "5s" }',
      'duration is no text, so its value stands without quotes: duration > 5s',
    ],
    [
      '{ duration > 5 ms }',
      'a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: 5ms',
    ],
    ['span.a = 1', 'conditions stand in braces: { span.a = 1 }'],
    ['resource.service.name = "x"', 'conditions stand in braces: { resource.service.name = "x" }'],
    ['{ span.a = "x" and span.b = "y" }', 'conditions and spansets are joined by &&'],
    ['{ span.a = "x" AND span.b = "y" }', 'conditions and spansets are joined by &&'],
    ['{ span.a == "x" }', 'equality is a single ='],
    [`{ span.a = 'x' }`, 'texts stand in double quotes or backticks: "x"'],
    ['{ span.a = x }', 'texts stand in double quotes: "x"'],
    ['{ spn.a = 1 }', 'did you mean span.a?'],
    ['{ nme = "x" }', 'did you mean name? An attribute has a scope: span.nme'],
    ['{ name = "x" } | rte()', 'did you mean rate?'],
    ['{ name = "x" } | cout() > 2', 'did you mean count?'],
    [
      '{ } | count()',
      'it is compared with a number: | count() > 2; over time there are count_over_time(), sum_over_time(…), …',
    ],
    ['{ } | count > 2', 'brackets follow: count()'],
    ['{ } | rate', 'brackets follow: rate()'],
    [
      '{ } | rate(duration)',
      'it counts spans and takes no field; min_over_time, avg_over_time, … take one',
    ],
    ['rate({ })', 'spans are selected first, functions follow: { … } | rate(…)'],
    [
      '{ } | rate() by resource.service.name',
      'labels of by stand in brackets: by (resource.service.name)',
    ],
    [
      '{ } | sum by (a) rate()',
      'over time it is sum_over_time(field) by (…); by (field) is a stage of its own',
    ],
    [
      '{ } | quantile_over_time(0.9, duration)',
      'it is called as quantile_over_time(duration, 0.9)',
    ],
    ['{ } | quantile_over_time(duration)', 'it is called as quantile_over_time(duration, 0.9)'],
    [
      '{ } |= "error"',
      'this reads as LogQL, which asks for lines; traces with such a line are { … } | logs({app="x"} |= "text")',
    ],
    [
      '{ service="x" }',
      'attributes are written with their scope: resource.service.name, or .service in any',
    ],
    ['{ span.a = "x", span.b = "y" }', 'conditions are joined by && and ||'],
    ['{ span:foo = 1 }', 'an attribute of that scope is span.foo'],
    ['{ span.a in ("x") }', 'alternatives are a regex: span.a =~ "x|y"'],
    ['{ not span.a = 1 }', 'a condition is turned round by !( … ), or by != and !~'],
    ['{ name ~ "x" }', 'a regex is matched with =~'],
    ['{ name contains "x" }', 'a part of a text is a regex: span.a =~ ".*part.*"'],
    ['{ rootService = "x" }', 'this is rootServiceName'],
    ['{ traceID = "x" }', 'this is trace:id'],
    ['{ trace.id = "x" }', 'this is trace:id'],
    ['{ span.a = 1 } and { span.b = 1 }', 'conditions and spansets are joined by &&'],
    ['{ name="x" } -> { name="y" }', 'structure is written > for children, >> for descendants'],
    ['{ name="x" | rate()', 'the braces are closed before a stage begins: { … } | rate()'],
    ['{ span.a = nul }', 'texts stand in double quotes: "nul"'],
    ['{ span.a != null }', 'it is written nil'],
    [
      'sum(rate(x[5m]))',
      'this reads as PromQL, which asks for metrics; rates of spans are { … } | rate() by (resource.service.name)',
    ],
    ['{ } | avg(duration) > "1s"', 'durations and numbers stand without quotes: 1s'],
    ['{ } | histogram_over_time()', 'it is called as histogram_over_time(field) [by (field, …)]'],
    ['{ } | topk(5)', 'it picks among series: | rate() by (resource.service.name) | topk(5)'],
    ['{ } | select()', 'it is called as select(field, …)'],
    ['{ } with(most_recent)', 'hints have values: with(most_recent=true)'],
    [
      '{ duration > 1S }',
      'a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: 1s',
    ],
    [
      '{ event.name = "x" } | foo',
      'there is no stage foo; there are count, avg, max, min, sum, by, coalesce, select, rate, count_over_time, min_over_time, max_over_time, sum_over_time, avg_over_time, quantile_over_time, histogram_over_time, compare, topk, bottomk, logs',
    ],
    ['{ name = "x" and }', 'conditions and spansets are joined by &&'],
    ['{ span.a = TRUE }', 'it is written true'],
    [
      '{ statusCode = 500 }',
      'attributes are written with their scope: span.statusCode, or .statusCode in any',
    ],
  ] as const)
    expect(hintOf(query), query).toBe(hint);
});

test('a right query that may surprise has notes', () => {
  for (const [query, notes] of [
    [
      '{ span.http.status_code = "500" }',
      [
        'span.http.status_code = "500" compares with a text, which a number never equals; a number is written span.http.status_code = 500',
      ],
    ],
    [
      '{ span.retry = "true" } | rate()',
      [
        'span.retry = "true" compares with a text, which a truth value never equals; that is written span.retry = true',
      ],
    ],
    ['{ duration > 5 }', ['duration > 5 counts nanoseconds; a duration has a unit: 5ms, 5s']],
    [
      '{ name =~ "GET" } | by(.a)',
      ['name=~"GET" matches the whole value, as name="GET" does; a part of it is name=~".*GET.*"'],
    ],
    ['{ span.a = 500 && name =~ "GET.*" && span.b = "x" }', []],
  ] as const)
    expect(
      traceqlNotes(parseTraceql(query)).map(({ message }) => message),
      query,
    ).toEqual(notes);
});
