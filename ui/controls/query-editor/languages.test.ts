import { describe, expect, test } from 'vitest';
import { queryLanguages } from './languages.ts';
import type { Language } from './query-language.ts';

test.each<[Language, string, string]>([
  [
    'logql',
    'sum by (a) (rate({a="b"} |= "x" | json [5m])) # c',
    'function:sum keyword:by bracket:( label:a bracket:) bracket:( function:rate bracket:( bracket:{ label:a operator:= string:"b" bracket:} operator:|= string:"x" operator:| keyword:json number:[5m] bracket:) bracket:) comment:# c',
  ],
  ['logql', '{a="b', 'bracket:{ label:a operator:= string:"b'],
  [
    'logql',
    '{a="b"} | trace({ status = error }) | json',
    'bracket:{ label:a operator:= string:"b" bracket:} operator:| own:trace bracket:( bracket:{ label:status operator:= constant:error bracket:} bracket:) operator:| keyword:json',
  ],
  [
    'logql',
    '{a="b"} ! |= "x"',
    'bracket:{ label:a operator:= string:"b" bracket:} error:! operator:|= string:"x"',
  ],
  [
    'promql',
    'sum by (job) (rate(x{a="b"}[5m] offset 1h))',
    'function:sum keyword:by bracket:( label:job bracket:) bracket:( function:rate bracket:( metric:x bracket:{ label:a operator:= string:"b" bracket:} bracket:[ number:5m bracket:] keyword:offset number:1h bracket:) bracket:)',
  ],
  ['promql', '1 + $ + 2', 'number:1 operator:+ error:$ operator:+ number:2'],
  ['promql', 'x{by="y"}', 'metric:x bracket:{ label:by operator:= string:"y" bracket:}'],
  [
    'traceql',
    '{ .a.b = "x" } | logs({c="d"}) | count() > 2 // e',
    'bracket:{ label:.a.b operator:= string:"x" bracket:} operator:| own:logs bracket:( bracket:{ label:c operator:= string:"d" bracket:} bracket:) operator:| function:count bracket:( bracket:) operator:> number:2 comment:// e',
  ],
  [
    'traceql',
    '{ resource. && kind = client }',
    'bracket:{ label:resource. operator:&& label:kind operator:= constant:client bracket:}',
  ],
])('%s tokens of %s', (language, text, expected) => {
  const tokens = queryLanguages[language].tokens(text);
  expect(tokens.map((token) => `${token.style}:${token.text}`).join(' ')).toBe(expected);
  for (const token of tokens) expect(text.slice(token.start, token.end)).toBe(token.text);
});

test('a long text of nonsense is scanned in bounded work', () => {
  for (const language of ['logql', 'promql', 'traceql'] as const) {
    const tokens = queryLanguages[language].tokens('$ { ( "'.repeat(5000));
    expect(tokens.length).toBeLessThan(2000);
  }
});

test.each<[Language, string, string]>([
  ['logql', '{a="b"} | jsn', ''],
  ['logql', '{a="b"} |= ', ''],
  ['logql', 'rate({a="b"})', ''],
  ['logql', '{a="b"} | trace({ status = })', '}'],
  ['promql', 'rate(x)', 'x'],
  ['promql', 'sum(rte(x[5m]))', 'rte'],
  ['traceql', '{ status = errr }', 'errr'],
  ['traceql', '{ } | logs({a=})', '}'],
])('%s %s is wrong at «%s»', (language, text, place) => {
  const problem = queryLanguages[language].check(text);
  expect(problem?.message).not.toBe('');
  expect(problem === undefined ? undefined : text.slice(problem.start, problem.end)).toContain(
    place,
  );
});

test.each<[Language, string]>([
  ['logql', ''],
  ['logql', '{a="b"} | trace({ status = error }) | json'],
  ['promql', 'sum by (job) (rate(x[5m]))'],
  ['traceql', '{ status = error } | logs({a="b"} |= "x")'],
])('%s %s is right', (language, text) => {
  expect(queryLanguages[language].check(text)).toBeUndefined();
});

describe('hover', () => {
  test.each<[Language, string, string]>([
    ['logql', 'ra¦te({a="b"}[5m])', 'rate(log-range)'],
    ['logql', '{a="b"} | js¦on', '| json [label="path", …]'],
    ['logql', '{a="b"} ¦|= "x"', '|='],
    ['logql', '{a¦="b"}', '='],
    ['logql', '{a="b"} | tra¦ce({ status = error })', '| trace(TraceQL)'],
    ['logql', '{a="b"} | trace({ dur¦ation > 1s })', 'duration: duration'],
    ['logql', 'sum b¦y (a) (rate({a="b"}[5m]))', 'by (label, …)'],
    ['promql', 'histogram_qu¦antile(0.9, x)', 'histogram_quantile(scalar, vector)'],
    ['promql', 'SU¦M(x)', 'sum(vector)'],
    ['promql', 'x un¦less y', 'unless'],
    ['promql', 'http_¦x', 'http_x'],
    ['traceql', '{ sta¦tus = error }', 'status: status'],
    ['traceql', '{ } ¦>> { }', '>>'],
    ['traceql', '{ duration ¦> 1s }', '>'],
    ['traceql', '{ } | coun¦t() > 1', 'count()'],
    [
      'traceql',
      '{ } | logs({a="b"} | logf¦mt)',
      '| logfmt [--strict] [--keep-empty] [label="key", …]',
    ],
  ])('%s %s', (language, query, signature) => {
    const at = query.indexOf('¦');
    expect(queryLanguages[language].hover(query.replace('¦', ''), at)?.signature).toBe(signature);
  });

  test('what is Clew’s own says so, and what is experimental too', () => {
    expect(queryLanguages.traceql.hover('{ } | logs({a="b"})', 7)?.notes).toHaveLength(1);
    expect(queryLanguages.promql.hover('limitk(1, x)', 1)?.notes).toEqual(['experimental']);
  });
});

test.each<[Language, string, string]>([
  ['promql', 'sum(  x )by(a)', 'sum by (a) (\n  x\n)'],
  ['logql', '{a="b"}|json|x>1', '{a="b"}\n  | json\n  | x>1'],
  ['traceql', '{  status=error  }|count()>2', '{ status = error } | count() > 2'],
])('%s %s is pretty', (language, text, expected) => {
  const pretty = queryLanguages[language].pretty(text);
  expect(pretty.replaceAll(/\s/g, '')).toBe(expected.replaceAll(/\s/g, ''));
  expect(queryLanguages[language].pretty(pretty)).toBe(pretty);
});
