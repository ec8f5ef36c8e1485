import { describe, expect, test } from 'vitest';
import type { ExploreMetric } from '../../../src/api/explore/contract/metrics.ts';
import { checkPromql } from '../../../src/query/promql/syntax/check.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { alignSeries, stepFor } from '../../data/metrics.ts';
import { addMatcher } from './add-matcher.ts';
import { heatOfBuckets } from './histogram-heat.ts';
import { shapeOfQuery } from './query-unit.ts';
import { searchMetrics } from './search-metrics.ts';
import { drawnSeries, seriesColors, seriesNames, sharedLabels } from './series-names.ts';
import { rateWindow, startingMetrics, suggestQueries } from './suggest.ts';

test.each([
  ['http_server_request_duration_seconds_count', 'count'],
  ['rate(http_server_request_duration_seconds_count[5m])', 'perSecond'],
  ['histogram_quantile(0.9, sum by (le) (rate(x_duration_seconds_bucket[5m])))', 's'],
  ['rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])', 's'],
  ['sum(rate(x_count{a="1"}[5m])) / sum(rate(x_count[5m]))', 'none'],
  ['100 * sum(rate(x_count{a="1"}[5m])) / sum(rate(x_count[5m]))', 'percent'],
  ['100 * (sum(rate(x_count{a="1"}[5m])) / sum(rate(x_count[5m])))', 'percent'],
  ['process_resident_memory_bytes', 'bytes'],
  ['max_over_time(process_resident_memory_bytes[1h])', 'bytes'],
  ['rate(net_bytes_total[5m])', 'bytesPerSecond'],
  ['rate(process_cpu_seconds_total[5m])', 'none'],
  ['count by (job) (x_seconds)', 'count'],
  ['x_seconds > 5', 's'],
  ['x_seconds > bool 5', 'none'],
  ['1000 * x_seconds', 'ms'],
  ['increase(errors_total[5m])', 'count'],
  ['time()', 's'],
  ['histogram_count(sum(rate(x_seconds[5m])))', 'perSecond'],
  ['histogram_count(x_seconds)', 'count'],
  ['rate(', 'none'],
])('the unit of %s is %s', (query, unit) => {
  expect(shapeOfQuery(query).unit).toBe(unit);
});

function metric(name: string, type: string, suffixes: readonly string[] = ['']): ExploreMetric {
  const parts = suffixes.map((suffix) => name + suffix);
  return { name, type, unit: '', help: '', series: 1, parts };
}

describe('suggestions', () => {
  test.each([
    metric('x_seconds', 'histogram', ['_bucket', '_count', '_sum']),
    metric('x_seconds', 'histogram'),
    metric('x_total', 'counter'),
    metric('x', 'gauge'),
    metric('x', 'unknown'),
    metric('x', 'summary', ['', '_count', '_sum']),
    metric('target_info', 'info'),
    metric('x.y z', 'gauge'),
  ])('of $name ($type) are right PromQL', (one) => {
    const suggested = suggestQueries(one, '5m');
    expect(suggested.length).toBeGreaterThan(0);
    for (const { query } of suggested) {
      expect(() => checkPromql(parsePromql(query), query)).not.toThrow();
    }
  });

  test('what says most about requests comes first', () => {
    const names = ['zeta', 'process_memory', 'http_server_request_duration_seconds', 'target_info'];
    const first = startingMetrics(
      names.map((name) => metric(name, 'gauge')),
      3,
    );
    expect(first.map(({ name }) => name)).toEqual([
      'http_server_request_duration_seconds',
      'process_memory',
      'zeta',
    ]);
  });

  test.each([
    [900_000, 5000, '1m'],
    [3_600_000, 15_000, '5m'],
    [86_400_000, 600_000, '40m'],
    [2_592_000_000, 10_800_000, '12h'],
  ])('a rate over %d ms in steps of %d ms looks back %s', (range, step, window) => {
    expect(rateWindow(range, step)).toBe(window);
  });
});

describe('series', () => {
  const one = (labels: Readonly<Record<string, string>>, values: readonly number[] = []) => ({
    labels,
    values,
  });

  test('are called by what tells them apart', () => {
    expect(seriesNames([one({ job: 'shop/a', x: '1' }), one({ job: 'shop/b', x: '1' })])).toEqual([
      'a',
      'b',
    ]);
    expect(seriesNames([one({ job: 'n/a' }), one({ job: 'm/a' })])).toEqual(['n/a', 'm/a']);
    expect(
      seriesNames([one({ job: 'a', r: '/' }), one({ job: 'b', r: '/x' }), one({ job: 'b' })]),
    ).toEqual(['job=a r=/', 'job=b r=/x', 'job=b']);
    expect(seriesNames([one({ __name__: 'up', job: 'a' })])).toEqual(['up{job="a"}']);
    expect(seriesNames([one({})])).toEqual(['{}']);
    expect(seriesNames([one({ job: 'shop/a' })])).toEqual(['a']);
  });

  test('of one service each have the service’s color', () => {
    const [a, b] = seriesColors([one({ job: 'shop/payment' }), one({ job: 'shop/cart' })]);
    expect(a).not.toBe(b);
    expect(seriesColors([one({ job: 'a', r: '1' }), one({ job: 'a', r: '2' })])).toEqual([
      'var(--clew-service-0)',
      'var(--clew-service-1)',
    ]);
  });

  test('shared labels, and the highest of many', () => {
    expect(sharedLabels([one({ a: '1', b: '2' }), one({ a: '1', b: '3' })])).toEqual({ a: '1' });
    expect(sharedLabels([])).toEqual({});
    const many = [one({ n: 'low' }, [1]), one({ n: 'high' }, [9]), one({ n: 'mid' }, [5])];
    expect(drawnSeries(many, 2).map(({ labels }) => labels['n'])).toEqual(['high', 'mid']);
  });

  test('have null where there is no sample and where it is not finite', () => {
    const result = [
      {
        metric: {},
        values: [
          [10, '1'],
          [20, 'NaN'],
          [40, '+Inf'],
          [50, '2'],
        ] as const,
      },
    ];
    const [aligned] = alignSeries({ resultType: 'matrix', result }, 10_000, 10_000, 5);
    expect(aligned?.values).toEqual([1, null, null, null, 2]);
  });

  test('steps are round', () => {
    const range = (ms: number) => ({ startNs: 0n, endNs: BigInt(ms) * 1_000_000n });
    expect(stepFor(range(3_600_000))).toBe(15_000);
    expect(stepFor(range(86_400_000))).toBe(600_000);
    expect(stepFor(range(3_600_000), 30)).toBe(120_000);
  });
});

test.each([
  ['x', 'x{a="1"}'],
  ['rate(x{}[5m])', 'rate(x{a="1"}[5m])'],
  ['x{b="2"} / y', 'x{b="2", a="1"} / y'],
  ['x{a="0", b="2"}', 'x{a="1", b="2"}'],
  ['x + x{b="2",}', 'x{a="1"} + x{b="2", a="1"}'],
  ['y', undefined],
])('%s with a matcher is %s', (query, expected) => {
  expect(addMatcher(query, ['x'], 'a', '1')).toBe(expected);
});

test('metrics are found by words of their name, help or type, names first', () => {
  const metrics = [
    { ...metric('queue_length', 'gauge'), help: 'Requests that wait.' },
    metric('http_requests_total', 'counter'),
    metric('requests', 'gauge'),
  ];
  const names = (text: string) => searchMetrics(metrics, text).map(({ name }) => name);
  expect(names('requests')).toEqual(['requests', 'http_requests_total', 'queue_length']);
  expect(names('Total HTTP')).toEqual(['http_requests_total']);
  expect(names(' ')).toHaveLength(3);
  expect(names('nothing')).toEqual([]);
});

test('cumulative buckets become cells between bounds', () => {
  const bucket = (le: string, values: readonly (number | null)[]) => ({ labels: { le }, values });
  const series = [bucket('+Inf', [5, null]), bucket('0.1', [1, 2]), bucket('1', [4, 2])];
  expect(heatOfBuckets(series, 1)).toEqual({
    heat: {
      boundsMs: [0, 0.1, 1, Infinity],
      cells: [
        { bucket: 0, band: 0, requests: 1, errors: 0 },
        { bucket: 1, band: 0, requests: 2, errors: 0 },
        { bucket: 0, band: 1, requests: 3, errors: 0 },
        { bucket: 0, band: 2, requests: 1, errors: 0 },
      ],
    },
    buckets: 2,
  });
  // Of a rate, what fell into a step.
  expect(heatOfBuckets(series, 15)?.heat.cells[0]).toMatchObject({ requests: 15 });
  expect(heatOfBuckets([{ labels: { job: 'a' }, values: [1] }], 1)).toBeUndefined();
  expect(heatOfBuckets([], 1)).toBeUndefined();
});
