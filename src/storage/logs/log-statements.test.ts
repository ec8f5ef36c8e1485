import { expect, test } from 'vitest';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import type { LineFilter } from '../../query/sources.ts';
import { print, sql } from '../sql/sql.ts';
import { labelMatchersCondition, lineFiltersCondition } from './label-conditions.ts';
import { logPageStatement } from './read-logs.ts';
import { countStatement } from './count-logs.ts';

test('matchers on the labels of streams', () => {
  const check = (matcher: LabelMatcher, expected: string): void =>
    expect(print(labelMatchersCondition([matcher]))).toBe(expected);
  check({ name: 'app', operator: '=', value: "it's" }, "(labels['app'] = 'it\\'s')");
  check({ name: "a'b", operator: '!=', value: '' }, "(labels['a\\'b'] != '')");
  check({ name: 'app', operator: '=~', value: 'a|b' }, "(match(labels['app'], '^(?s:a|b)$'))");
  check(
    { name: 'app', operator: '!~', value: '\\d' },
    "(NOT match(labels['app'], '^(?s:\\\\d)$'))",
  );
});

test('line filters', () => {
  const check = (filters: readonly (readonly LineFilter[])[], expected: string): void =>
    expect(print(lineFiltersCondition(filters))).toBe(expected);
  check([], '1');
  check([[{ kind: 'contains', negated: true, text: '%' }]], "(((NOT (position(body, '%') > 0))))");
  check(
    [
      [
        { kind: 'regex', negated: false, pattern: 'a.b' },
        { kind: 'contains', negated: false, text: 'c' },
      ],
    ],
    "(((match(body, '(?-s)a.b')) OR (position(body, 'c') > 0)))",
  );
});

test('statements on the rows', async () => {
  const slice = { startNs: 1_000n, endNs: 2_000_000_000_000_000_001n };
  const page = logPageStatement(
    sql`tenant = ${'t'}`,
    slice,
    'backward',
    { timeNs: 5n, seq: 7n },
    10,
  );
  await expect(print(page)).toMatchFileSnapshot('testdata/page.sql');
  const plan = {
    tenants: ['a', "b'"],
    condition: sql`tenant = ${'t'}`,
    groups: [
      {
        name: 'detected_level',
        onStreams: false,
        own: sql`toString(level)`,
        scope: undefined,
        resource: undefined,
      },
      {
        name: 'service_name',
        onStreams: true,
        own: undefined,
        scope: undefined,
        resource: undefined,
      },
    ],
  };
  const request = {
    tenants: ['a', "b'"],
    startNs: 10n,
    endNs: 100n,
    matchers: [],
    lineFilters: [],
    metadataMatchers: [],
    groupBy: ['detected_level', 'service_name'],
    stepNs: 30n,
    measure: 'bytes' as const,
  };
  await expect(print(countStatement(plan, request, false))).toMatchFileSnapshot(
    'testdata/count.sql',
  );
  await expect(print(countStatement(plan, request, true))).toMatchFileSnapshot(
    'testdata/count-repeated.sql',
  );
});
