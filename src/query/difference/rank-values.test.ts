import { expect, test } from 'vitest';
import type { ValueCount } from '../difference-source.ts';
import { printLogqlCondition, printTraceqlCondition } from './print-condition.ts';
import { rankValues, signedLogLikelihood } from './rank-values.ts';

const all = { selected: 1000, rest: 1000 };

test('a few against almost none count for more than half against a little less', () => {
  const few = signedLogLikelihood({ selected: 50, rest: 1 }, all);
  const half = signedLogLikelihood({ selected: 520, rest: 480 }, all);
  expect(few).toBeGreaterThan(half);
});

test('the sign says on which side a value is more common', () => {
  expect(signedLogLikelihood({ selected: 10, rest: 500 }, all)).toBeLessThan(0);
  expect(signedLogLikelihood({ selected: 500, rest: 500 }, all)).toBeCloseTo(0);
  expect(signedLogLikelihood({ selected: 1, rest: 0 }, { selected: 1, rest: 0 })).toBe(0);
});

test('one hit is chance', () => {
  expect(signedLogLikelihood({ selected: 1, rest: 0 }, all)).toBeLessThan(10);
});

function count(
  scope: ValueCount['scope'],
  key: string,
  value: string,
  selected: number,
  rest: number,
): ValueCount {
  return { scope, key, type: 'string', value, selected, rest };
}

function check(
  values: readonly ValueCount[],
  expected: readonly string[],
  options = { ofErrors: false },
): void {
  const ranked = rankValues({ values, lookedAt: { selected: 100, rest: 10_000 } }, options);
  expect(
    ranked.map(({ key, value, alike }) =>
      [`${key}=${value}`, ...alike.map((one) => one.key)].join(' '),
    ),
  ).toEqual(expected);
}

test('what fails is no cause of failing', () => {
  const values = [
    count('span', 'http.response.status_code', '402', 100, 0),
    count('resource', 'service.version', '1.5.0', 98, 200),
    count('intrinsic', 'status', 'error', 100, 0),
  ];
  check(values, ['service.version=1.5.0', 'http.response.status_code=402'], { ofErrors: true });
  check(values, ['status=error http.response.status_code', 'service.version=1.5.0']);
});

test('values of the same units are one row', () => {
  check(
    [
      count('span', 'http.route', '/pay', 90, 500),
      count('intrinsic', 'name', 'POST /pay', 90, 500),
      count('resource', 'service.name', 'payment', 90, 500),
      count('resource', 'host.name', 'node-2', 95, 4000),
    ],
    ['name=POST /pay http.route', 'host.name=node-2'],
  );
});

test('of values of the same units the one that names a cause stands for them', () => {
  check(
    [
      count('resource', 'service.instance.id', 'payment-8', 98, 0),
      count('resource', 'service.version', '1.5.0', 98, 0),
      count('span', 'server.port', '41453', 98, 0),
      count('span', 'url.full', 'http://warehouse:33871/warehouses/east', 90, 20),
      count('span', 'warehouse.id', 'east', 90, 20),
    ],
    [
      'service.version=1.5.0 service.instance.id',
      'warehouse.id=east url.full',
      'server.port=41453',
    ],
  );
});

test('the port of a connection comes last: it is another one with the next connection', () => {
  check(
    [
      count('span', 'network.peer.port', '44448', 100, 0),
      count('resource', 'service.version', '1.5.0', 60, 10),
      count('span', 'http.route', '/pay', 60, 3000),
    ],
    ['service.version=1.5.0', 'http.route=/pay', 'network.peer.port=44448'],
  );
});

test('a value that is missing is listed when nothing took its place', () => {
  check(
    [
      count('resource', 'service.version', '1.5.0', 60, 0),
      count('resource', 'service.version', '1.4.9', 0, 9000),
      count('span', 'cache.hit', 'true', 2, 8000),
    ],
    ['service.version=1.5.0', 'cache.hit=true'],
  );
});

test('conditions', () => {
  const traceql = (value: Partial<ValueCount>): string =>
    printTraceqlCondition({ ...count('span', 'http.route', '/pay', 1, 1), ...value });
  expect(traceql({})).toBe('span.http.route = "/pay"');
  expect(traceql({ key: 'a b', value: '"' })).toBe('span."a b" = "\\""');
  expect(traceql({ type: 'int', value: '402' })).toBe('span.http.route = 402');
  expect(traceql({ scope: 'resource', key: 'host.name' })).toBe('resource.host.name = "/pay"');
  expect(traceql({ scope: 'intrinsic', key: 'service' })).toBe('resource.service.name = "/pay"');
  expect(traceql({ scope: 'intrinsic', key: 'kind', type: 'keyword', value: 'server' })).toBe(
    'kind = server',
  );
  expect(printLogqlCondition(count('log', 'http.route', '/pay', 1, 1))).toBe('http_route="/pay"');
  expect(printLogqlCondition(count('intrinsic', 'level', 'error', 1, 1))).toBe(
    'detected_level="error"',
  );
});
