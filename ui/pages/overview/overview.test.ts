import { describe, expect, test } from 'vitest';
import { parseTraceql } from '../../../src/query/traceql/syntax/parse.ts';
import type {
  ExploreMapEdge,
  ExploreService,
  ExploreServicePeriod,
} from '../../../src/api/explore/contract/overview.ts';
import { changesOf, percent } from './change.ts';
import { callerDoors, edgeDoors, serviceDoors } from './service-doors.ts';
import { arrangeRows, nextSort, rowsOf } from './service-rows.ts';

function periodOf(given: Partial<ExploreServicePeriod> = {}): ExploreServicePeriod {
  return {
    requests: 1000,
    errors: 4,
    p50Ms: 10,
    p95Ms: 50,
    p99Ms: 90,
    lines: { info: 1000 },
    ...given,
  };
}

const nothing = periodOf({
  requests: 0,
  errors: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  lines: {},
});

interface Given extends Partial<Omit<ExploreService, 'range' | 'before'>> {
  readonly range?: Partial<ExploreServicePeriod>;
  readonly before?: Partial<ExploreServicePeriod>;
}

function serviceOf({ range, before, ...given }: Given): ExploreService {
  return {
    service: 'payment',
    requestsAre: 'entry',
    range: periodOf(range),
    before: periodOf(before),
    requestsOverTime: Array.from({ length: 40 }, () => 25),
    errorsOverTime: Array.from({ length: 40 }, (_, at) => (at % 10 === 0 ? 1 : 0)),
    p95MsOverTime: Array.from({ length: 40 }, (_, at) => 45 + (at % 10)),
    versions: [],
    ...given,
  };
}

describe('what changed', () => {
  const burst = Array.from({ length: 40 }, (_, at) => (at >= 20 && at < 25 ? 10 : 0));
  const slowly = Array.from({ length: 40 }, (_, at) => (at >= 20 && at < 26 ? 900 : 50));
  const cases: readonly [string, Given, string, boolean][] = [
    ['slower for a while', { p95MsOverTime: slowly }, 'p95 up to 900 ms', true],
    ['nothing', {}, '', false],
    ['a little of everything', { range: { requests: 1040, errors: 6, p95Ms: 52 } }, '', false],
    ['errors', { range: { errors: 62 } }, 'errors 0.4 % → 6.2 %', true],
    ['fewer errors', { before: { errors: 62 } }, 'errors 6.2 % → 0.4 %', false],
    ['slower', { range: { p95Ms: 812 } }, 'p95 50 ms → 812 ms', true],
    ['busier', { range: { requests: 4000, errors: 16 } }, '4 × the requests', false],
    ['quieter', { range: { requests: 250, errors: 1 } }, 'requests down 75 %', false],
    ['warnings', { range: { lines: { info: 900, warn: 100 } } }, 'logs E/W 0 → 100', true],
    ['silent', { range: nothing }, 'silent, was active before', true],
    [
      'a new version',
      { versions: [{ version: '1.5.0', firstNs: '1', lastNs: '2', isNew: true }] },
      'new version 1.5.0',
      false,
    ],
    [
      'errors for a while, with nothing before to compare with',
      { before: nothing, range: { errors: 50 }, errorsOverTime: burst },
      'errors up to 40 %',
      true,
    ],
  ];
  test.each(cases)('%s', (_, given, words, isBad) => {
    const of = changesOf([serviceOf(given), serviceOf({ service: 'other' })]).get('payment');
    expect({ words: of?.words, isBad: of?.isBad }).toEqual({ words, isBad });
  });

  test('a service that was not there before, where others were', () => {
    const added = serviceOf({ service: 'added', before: nothing });
    expect(changesOf([added, serviceOf({})]).get('added')?.words).toBe('seen for the first time');
    expect(changesOf([added]).get('added')?.words).toBe('');
  });

  test('telemetry that began with the range did not become more', () => {
    const before = { ...nothing, requests: 8, lines: { info: 6 } };
    const services = ['a', 'b', 'c'].map((service) => serviceOf({ service, before }));
    expect([...changesOf(services).values()].map(({ words }) => words)).toEqual(['', '', '']);
    const [added] = services;
    const others = ['d', 'e'].map((service) => serviceOf({ service }));
    const changes = changesOf([...(added === undefined ? [] : [added]), ...others]);
    expect(changes.get('a')?.words).toBe('hardly a request before');
  });

  test('a few that happen to be in one of the windows neither came nor went', () => {
    const few = { ...nothing, requests: 3, lines: { info: 2 } };
    const went = serviceOf({ service: 'went', range: nothing, before: few });
    const came = serviceOf({ service: 'came', range: few, before: nothing });
    const changes = changesOf([went, came, serviceOf({})]);
    expect([changes.get('went')?.words, changes.get('came')?.words]).toEqual(['', '']);
  });

  test('a few requests are no change, however they went', () => {
    const few = { requests: 3, errors: 1, p95Ms: 400 };
    const before = { requests: 3, errors: 0, p95Ms: 20 };
    expect(changesOf([serviceOf({ range: few, before })]).get('payment')?.words).toBe('');
  });
});

describe('rows', () => {
  const rows = (() => {
    const services = [
      serviceOf({ service: 'a', range: { requests: 10, errors: 0, p95Ms: null, lines: {} } }),
      serviceOf({ service: 'b', range: { requests: 20, errors: 10, lines: { error: 1 } } }),
      serviceOf({ service: 'Cart', range: { requests: 30, errors: 1, lines: { warn: 500 } } }),
    ];
    return rowsOf(services, changesOf(services));
  })();
  const names = (...[sort, find]: [Parameters<typeof arrangeRows>[1]['sort'], string?]): string =>
    arrangeRows(rows, { sort, find: find ?? '' })
      .map(({ service }) => service.service)
      .join(' ');

  test.each([
    ['rate', false, 'Cart b a'],
    ['rate', true, 'a b Cart'],
    ['errors', false, 'b Cart a'],
    ['logs', false, 'b Cart a'],
    ['p95', true, 'a Cart b'],
    ['service', true, 'a b Cart'],
  ] as const)('by %s, ascending %s', (column, isAscending, expected) => {
    expect(names({ column, isAscending })).toBe(expected);
  });

  test('by a part of the name', () => {
    expect(names({ column: 'rate', isAscending: false }, ' car ')).toBe('Cart');
  });

  test('a click on a head sorts by it, a second one the other way', () => {
    const first = nextSort({ column: 'change', isAscending: false }, 'p95');
    expect(first).toEqual({ column: 'p95', isAscending: false });
    expect(nextSort(first, 'p95')).toEqual({ column: 'p95', isAscending: true });
    expect(nextSort(first, 'service')).toEqual({ column: 'service', isAscending: true });
  });
});

test('doors show what is behind them, or why nothing is', () => {
  const range = { from: { kind: 'at', ns: 1n }, to: { kind: 'at', ns: 2n } } as const;
  const of = serviceOf({ range: { errors: 0, lines: { info: 7 } } });
  const doors = serviceDoors(of, range, 0);
  expect(doors.map(({ title, count, reason }) => [title, count, reason])).toEqual([
    ['Logs', 7, undefined],
    ['Warnings and errors', 0, 'none was logged in this time'],
    ['Requests, in their traces', 1000, undefined],
    ['Failing requests', 0, 'no request of it failed in this time'],
    ['Metrics', 0, 'payment sends no metrics'],
  ]);
  expect(doors[4]?.href).toBeUndefined();
});

test('doors of a call and of a database lead to its traces', () => {
  const range = { from: { kind: 'at', ns: 1n }, to: { kind: 'at', ns: 2n } } as const;
  const database = { kind: 'database', name: 'postgresql' } as const;
  const call: ExploreMapEdge = {
    from: { kind: 'service', name: 'cart' },
    to: database,
    isMessaging: false,
    isLinked: false,
    calls: '(span.db.system.name = "postgresql" || span.db.system = "postgresql")',
    requests: 8,
    errors: 0,
    p95Ms: 1,
  };
  const between: ExploreMapEdge = {
    ...call,
    to: { kind: 'service', name: 'pay"ment' },
    calls: null,
    errors: 2,
  };
  const message: ExploreMapEdge = { ...between, isMessaging: true, isLinked: true };
  const other: ExploreMapEdge = { ...message, from: { kind: 'service', name: 'shop' } };
  const doors = [
    ...edgeDoors(call, [call], range),
    ...edgeDoors({ ...call, errors: 1 }, [call], range),
    ...edgeDoors(between, [between], range),
    ...edgeDoors(message, [call, message], range),
    ...edgeDoors(message, [call, message, other], range),
    ...callerDoors(database, [call, between], range),
  ];
  const queryOf = (href: string | undefined): string =>
    new URLSearchParams(href?.split('?')[1]).get('query') ?? '';
  const databaseCalls =
    'resource.service.name = "cart" && (kind = client || kind = producer) && (span.db.system.name = "postgresql" || span.db.system = "postgresql")';
  const taken = 'resource.service.name = "pay\\"ment" && kind = consumer';
  const sent = '{ resource.service.name = "cart" && kind = producer }';
  expect(doors.map(({ title, count, href }) => [title, count, queryOf(href)])).toEqual([
    ['Calls, in their traces', 8, `{ ${databaseCalls} }`],
    ['Failing calls', 0, ''],
    ['Calls, in their traces', 8, `{ ${databaseCalls} }`],
    ['Failing calls', 1, `{ ${databaseCalls} && status = error }`],
    [
      'Calls, in their traces',
      8,
      '{ resource.service.name = "cart" } > { resource.service.name = "pay\\"ment" }',
    ],
    [
      'Failing calls',
      2,
      '({ resource.service.name = "cart" } > { resource.service.name = "pay\\"ment" && status = error }) || ({ resource.service.name = "cart" && (kind = client || kind = producer) && status = error } > { resource.service.name = "pay\\"ment" })',
    ],
    ['Messages taken, in their traces', 8, `{ ${taken} }`],
    ['Messages that failed', 2, `{ ${taken} && status = error }`],
    ['What cart sends to queues', null, sent],
    ['Messages taken, in their traces, of all senders', null, `{ ${taken} }`],
    ['Messages that failed, of all senders', null, `{ ${taken} && status = error }`],
    ['What cart sends to queues', null, sent],
    ['Calls by cart', 8, `{ ${databaseCalls} }`],
  ]);
  for (const { href } of doors)
    if (href !== undefined) expect(() => parseTraceql(queryOf(href))).not.toThrow();
});

test.each([
  [0, '0 %'],
  [0.00123, '0.12 %'],
  [0.0624, '6.2 %'],
  [0.424, '42 %'],
])('a share of %d is %s', (share, expected) => {
  expect(percent(share)).toBe(expected);
});
