import { describe, expect, test } from 'vitest';
import { parseLogql } from '../../../src/query/logql/syntax/parse.ts';
import { parseTraceql } from '../../../src/query/traceql/syntax/parse.ts';
import type { ChartBox } from '../../url/overview-view.ts';
import {
  conditionWords,
  differenceOf,
  linesOfDefault,
  linesQuery,
  tracesQuery,
} from './queries.ts';
import type { BehindRequest } from './queries.ts';

const box: ChartBox = { chart: 'errors', startNs: 10n, endNs: 20n, minNs: null, maxNs: null };
const range = { startNs: 0n, endNs: 100n };

function requestOf(
  given: Partial<BehindRequest> = {},
  ofBox: Partial<ChartBox> = {},
): BehindRequest {
  return {
    service: null,
    irregular: [],
    range,
    included: [],
    excluded: [],
    ...given,
    box: { ...box, ...ofBox },
  };
}

const version = 'resource.service.version = "1.5.0"';

describe('traces of a box', () => {
  const cases: readonly [string, BehindRequest, string][] = [
    ['failing', requestOf(), '{ status = error }'],
    [
      'failing in a service, by a value and without another',
      requestOf({ service: 'pay"ment', included: [version], excluded: [version] }),
      '{ status = error && resource.service.name = "pay\\"ment" && resource.service.version = "1.5.0" && !(resource.service.version = "1.5.0") }',
    ],
    [
      'slow',
      requestOf({}, { chart: 'latency', minNs: 1_000_000_000n, maxNs: 4_641_589n * 1000n }),
      '{ (kind = server || kind = consumer) && duration >= 1s && duration < 4641589us }',
    ],
    [
      'slow, with services that have other requests',
      requestOf({ irregular: ['cron', ''] }, { chart: 'latency', minNs: 1n }),
      '{ (kind = server || kind = consumer || resource.service.name = "cron" || resource.service.name = nil) && duration >= 1ns }',
    ],
    [
      'slow, of traces with a value',
      requestOf({ included: [version] }, { chart: 'latency', minNs: 1n }),
      '{ (kind = server || kind = consumer) && duration >= 1ns } && { resource.service.version = "1.5.0" }',
    ],
    [
      'slow in such a service',
      requestOf({ irregular: ['cron'], service: 'cron' }, { chart: 'latency', maxNs: 2000n }),
      '{ resource.service.name = "cron" && duration < 2us }',
    ],
    ['of the log chart', requestOf({ included: ['route="/pay"'] }, { chart: 'logs' }), '{}'],
  ];
  test.each(cases)('%s', (_, request, expected) => {
    const query = tracesQuery(request);
    expect(query).toBe(expected);
    expect(() => parseTraceql(query)).not.toThrow();
  });
});

describe('lines of a box', () => {
  const cases: readonly [string, BehindRequest, 'loud' | 'all' | 'traces', string][] = [
    [
      'loud',
      requestOf(),
      'loud',
      '{service_name=~".+"} | detected_level=~"warn|error|critical|fatal"',
    ],
    ['all of a service', requestOf({ service: 'cart' }), 'all', '{service_name="cart"}'],
    [
      'of the log chart by a value and without another',
      requestOf({ included: ['route="/pay"'], excluded: ['route="/a=b"'] }, { chart: 'logs' }),
      'all',
      '{service_name=~".+"} | route="/pay" | route!="/a=b"',
    ],
    ['of traces', requestOf(), 'traces', '{service_name=~".+"} | trace({ status = error })'],
  ];
  test.each(cases)('%s', (_, request, of, expected) => {
    const query = linesQuery(request, of);
    expect(query).toBe(expected);
    expect(() => parseLogql(query)).not.toThrow();
  });

  test.each([
    ['errors', [], 'loud'],
    ['errors', [version], 'traces'],
    ['latency', [], 'traces'],
    ['logs', [version], 'all'],
  ] as const)('of %s with %j to begin with', (chart, included, expected) => {
    expect(linesOfDefault(requestOf({ included }, { chart }))).toBe(expected);
  });
});

describe('what a box is compared with', () => {
  test.each([
    [
      'errors',
      requestOf({ service: 'cart' }),
      {
        signal: 'spans',
        query: '{ resource.service.name = "cart" }',
        selected: { startNs: 10n, endNs: 20n, errors: true },
      },
    ],
    [
      'the slow ones of all services, by traces',
      requestOf({}, { chart: 'latency', minNs: 5n, maxNs: null }),
      {
        signal: 'spans',
        unit: 'traces',
        query: '',
        selected: { startNs: 10n, endNs: 20n, minDurationNs: 5n },
      },
    ],
    [
      'the slow ones of a service',
      requestOf({ service: 'cart' }, { chart: 'latency', minNs: 5n, maxNs: 9n }),
      {
        signal: 'spans',
        query: '{ (kind = server || kind = consumer) && resource.service.name = "cart" }',
        selected: { startNs: 10n, endNs: 20n, minDurationNs: 5n, maxDurationNs: 9n },
      },
    ],
    [
      'logs',
      requestOf({}, { chart: 'logs' }),
      { signal: 'logs', query: '{service_name=~".+"}', selected: { startNs: 10n, endNs: 20n } },
    ],
  ])('%s', (_, request, expected) => {
    expect(differenceOf(request)).toEqual({ ...range, ...expected });
  });
});

test.each([
  ['resource.service.version = "1.5.0"', 'service.version=1.5.0'],
  ['span."a b" = "x=\\ny"', 'a b=x=\ny'],
  ['span.http.response.status_code = 402', 'http.response.status_code=402'],
  ['http_route="/pay"', 'http_route=/pay'],
  ['name = "GET /"', 'name=GET /'],
  ['whatever', 'whatever'],
])('%s is read as %s', (condition, words) => {
  expect(conditionWords(condition)).toBe(words);
});
