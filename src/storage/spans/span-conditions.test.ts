import { expect, test } from 'vitest';
import type { SpanPredicate, SpanStatic } from '../../query/sources.ts';
import { print } from '../sql/sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { spanCondition } from './span-conditions.ts';

type Condition = Extract<SpanPredicate, { kind: 'condition' }>;

const keys: KnownKeys = {
  types: (holder, key) => {
    if (holder === 'span' && key === 'code') return new Set(['int', 'json']);
    if (holder === 'span' && key === 'user') return new Set(['string']);
    return new Set();
  },
};
const range = { tenants: ['t'], startNs: 0n, endNs: 1n };

function check(
  [scope, name, operator, value]: readonly [
    Condition['scope'],
    string,
    Condition['operator'],
    SpanStatic,
  ],
  expected: string,
): void {
  const condition = spanCondition(
    { kind: 'condition', scope, name, operator, value },
    { range, keys },
  );
  expect(typeof condition === 'string' ? condition : print(condition)).toBe(expected);
}

const text = (value: string): SpanStatic => ({ kind: 'string', value });

test('only the maps in which a key has been seen are read', () => {
  check(
    ['span', 'user', '=', text('a')],
    "(((mapContains(`attributes_string`, 'user')) AND (`attributes_string`['user'] = 'a')))",
  );
  check(['span', 'user', '=', { kind: 'int', value: 1n }], 'none');
  check(['span', 'nobody', '=', text('a')], 'none');
  check(['span', 'nobody', '=', { kind: 'nil' }], 'all');
  check(
    ['span', 'code', '>=', { kind: 'int', value: 500n }],
    "(((mapContains(`attributes_int`, 'code')) AND (`attributes_int`['code'] >= 500)) OR (mapContains(`attributes_json`, 'code')))",
  );
});

test('what may hold for a span without the attribute narrows nothing', () => {
  check(['span', 'user', '!=', text('a')], 'all');
  check(['span', 'user', '!~', text('a')], 'all');
  check(['event', 'user', '!=', text('a')], 'all');
});

test('intrinsics', () => {
  check(['intrinsic', 'name', '=~', text('a.b')], "match(name, '^(?s:a.b)$')");
  check(['intrinsic', 'duration', '>', { kind: 'duration', valueNs: 5n }], 'duration_ns > 5');
  check(['intrinsic', 'status', '=', { kind: 'keyword', value: 'error' }], 'status_code = 2');
  check(
    ['intrinsic', 'kind', '=', { kind: 'keyword', value: 'unspecified' }],
    'kind = 0 OR kind >= 6',
  );
  check(['intrinsic', 'span:id', '=', text("x' OR 1")], 'all');
  check(['intrinsic', 'rootName', '=', text('a')], 'all');
  check(['resource', 'service.name', '=', text("o'b")], "service = 'o\\'b'");
});
