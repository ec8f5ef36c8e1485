import { describe, expect, test } from 'vitest';
import {
  addTraceCondition,
  emptySearch,
  parseAttributeText,
  parseDurationText,
  parseTraceSearch,
  printTraceSearch,
} from './trace-query-edit.ts';
import type { TraceSearch } from './trace-query-edit.ts';

describe('fields and query are two writings of one state', () => {
  const cases: readonly (readonly [string, Partial<TraceSearch>])[] = [
    ['', {}],
    ['{ resource.service.name = "payment" }', { service: 'payment' }],
    [
      '{ nestedSetParent < 0 && resource.service.name = "gateway" && name = "POST /checkout" && status = error && duration >= 1.5s && duration <= 1m0s }',
      {
        isRoot: true,
        service: 'gateway',
        name: 'POST /checkout',
        status: 'error',
        minDuration: '1.5s',
        maxDuration: '1m0s',
      },
    ],
    [
      '{ span.http.route = "/pay" && .user.id != "u-1" && span.http.response.status_code = 402 }',
      {
        attributes: [
          { field: 'span.http.route', excluded: false, value: '"/pay"' },
          { field: '.user.id', excluded: true, value: '"u-1"' },
          { field: 'span.http.response.status_code', excluded: false, value: '402' },
        ],
      },
    ],
    [
      '{ name = "a" && kind = server && name =~ "b.*" }',
      { name: 'a', others: ['kind = server', 'name =~ "b.*"'] },
    ],
    ['{ name = "a" && (.x = 1 || .y = 2) }', { name: 'a', others: ['(.x = 1) || (.y = 2)'] }],
  ];
  test.each(cases)('%s', (query, expected) => {
    const search = parseTraceSearch(query);
    expect(search).toEqual({ ...emptySearch, ...expected });
    const printed = printTraceSearch(search ?? emptySearch);
    expect(parseTraceSearch(printed)).toEqual(search);
    if (!query.includes('||')) expect(printed).toBe(query);
  });

  test('an empty filter asks for nothing', () => {
    expect(printTraceSearch(parseTraceSearch('{ }') ?? { ...emptySearch, name: 'x' })).toBe('');
  });

  test.each(['{ .a = 1 } >> { .b = 2 }', '{ .a = 1 } | count() > 2', '{ .a = ', 'rate()'])(
    '%s has no fields',
    (query) => {
      expect(parseTraceSearch(query)).toBeUndefined();
    },
  );
});

test.each([
  ['1.5s', '1.5s'],
  ['250 ms', '250ms'],
  ['2', '2s'],
  ['100µs', '100us'],
  ['', ''],
  ['soon', undefined],
])('the duration %s', (text, expected) => {
  const parsed = parseDurationText(text);
  expect(parsed?.replace('µ', 'u')).toBe(expected);
});

test.each([
  ['http.route=/pay', { field: '.http.route', excluded: false, value: '"/pay"' }],
  ['span.retries = 3', { field: 'span.retries', excluded: false, value: '3' }],
  [
    'resource.host.name != node 1',
    { field: 'resource.host.name', excluded: true, value: '"node 1"' },
  ],
  ['a="x \\" y"', { field: '.a', excluded: false, value: '"x \\" y"' }],
  ['cache.hit=true', { field: '.cache.hit', excluded: false, value: 'true' }],
  ['nothing', undefined],
  ['a=', undefined],
])('the attribute %s', (text, expected) => {
  expect(parseAttributeText(text)).toEqual(expected);
});

describe('a condition is added', () => {
  function check(
    query: string,
    condition: string,
    how: '+ same' | '- same' | '+ any',
    expected: string | undefined,
  ): void {
    const options = { excluded: how.startsWith('-'), sameSpan: how.endsWith('same') };
    expect(addTraceCondition(query, condition, options)).toBe(expected);
  }
  const route = 'span.http.route = "/pay"';
  test('to nothing', () => {
    check('', route, '+ same', '{ span.http.route = "/pay" }');
    check('{ }', route, '- same', '{ span.http.route != "/pay" }');
  });
  test('to the same span, once, and in place of another value', () => {
    check('{ name = "a" }', route, '+ same', '{ name = "a" && span.http.route = "/pay" }');
    check('{ span.http.route = "/pay" }', route, '+ same', '{ span.http.route = "/pay" }');
    check('{ span.http.route = "/x" }', route, '+ same', '{ span.http.route = "/pay" }');
    check('{ span.http.route = "/pay" }', route, '- same', '{ span.http.route != "/pay" }');
    check(
      '{ span.http.route != "/x" }',
      route,
      '- same',
      '{ span.http.route != "/x" && span.http.route != "/pay" }',
    );
    check('{ name = "a" }', 'name = "b"', '+ same', '{ name = "b" }');
    check('{ kind = server }', 'kind = server', '+ same', '{ kind = server }');
  });
  test('to any span of the trace', () => {
    check('{ name = "a" }', route, '+ any', '{ name = "a" } && { span.http.route = "/pay" }');
    check(
      '{ name = "a" } && { span.http.route = "/pay" }',
      route,
      '+ any',
      '{ name = "a" } && { span.http.route = "/pay" }',
    );
    check(
      '{ .a = 1 } >> { .b = 2 }',
      route,
      '+ any',
      '{ .a = 1 } >> { .b = 2 } && { span.http.route = "/pay" }',
    );
    check('{ .a = 1 } | count() > 2', route, '+ any', undefined);
    check('{ .a = ', route, '+ same', undefined);
  });
});
