// Histograms on the metrics page, classic and native: which one a query is about, the queries that show it, and the
// cells of its heat map.

import { describe, expect, test } from 'vitest';
import { checkPromql } from '../../../src/query/promql/syntax/check.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { alignHistograms } from '../../data/native-histograms.ts';
import type { HistogramSeries } from '../../data/native-histograms.ts';
import { bucketsQuery, figureQueries, histogramOfQuery } from './histogram-queries.ts';
import { heatOfHistograms } from './native-heat.ts';

const isNative = (name: string): boolean => name === 'n' || name === 'a.b c';

test.each([
  [
    'histogram_quantile(0.9, sum by (le) (rate(x_bucket{a="b"}[5m])))',
    'sum by (le) (increase(x_bucket{a="b"}[2m]))',
  ],
  ['x_bucket{le="1", a=~"b.*"}', 'sum by (le) (increase(x_bucket{a=~"b.*"}[2m]))'],
  ['histogram_avg(rate(n{job!="x"}[1m] offset 1h))', 'sum(increase(n{job!="x"}[2m] offset 1h))'],
  ['{"a.b c", job="x"}', 'sum(increase({job="x",__name__="a.b c"}[2m]))'],
  ['up + x_bucket', 'sum by (le) (increase(x_bucket[2m]))'],
  ['rate(up[5m])', undefined],
  ['n(', undefined],
])('the buckets of %s', (query, expected) => {
  const histogram = histogramOfQuery(query, isNative);
  expect(histogram && bucketsQuery(histogram, '2m')).toBe(expected);
});

test.each(['rate(x_bucket[5m])', 'n', '{"a.b c"}'])(
  'the figures of %s are right PromQL',
  (query) => {
    const histogram = histogramOfQuery(query, isNative);
    const figures = histogram === undefined ? [] : figureQueries(histogram, '5m');
    expect(figures.map(({ title }) => title).slice(0, 3)).toEqual(['p50', 'p95', 'p99']);
    for (const figure of figures) {
      expect(() => checkPromql(parsePromql(figure.query), figure.query)).not.toThrow();
    }
  },
);

test('counts since the start are told from what was added', () => {
  expect(histogramOfQuery('sum(n)', isNative)?.isCumulative).toBe(true);
  expect(histogramOfQuery('sum(rate(n[5m]))', isNative)?.isCumulative).toBe(false);
});

test('the API’s histograms fall on their steps; what is unreadable is left out', () => {
  const histogram = {
    count: '3',
    sum: '1.5',
    buckets: [[0, '0.5', '1', '3'], [0, '1', '+Inf', '0'], 'x', [0, 'b']],
  };
  const [one] = alignHistograms(
    [
      {
        metric: { job: 'a' },
        histograms: [
          [20, histogram],
          [30, null],
        ],
      },
      { metric: {} },
    ],
    10_000,
    10_000,
    3,
  );
  expect(one?.points).toEqual([
    null,
    { count: 3, sum: 1.5, buckets: [{ low: 0.5, high: 1, count: 3 }] },
    null,
  ]);
});

type Buckets = readonly (readonly [low: number, high: number, count: number])[];

function series(...steps: readonly (Buckets | null)[]): HistogramSeries {
  return {
    labels: {},
    points: steps.map((buckets) =>
      buckets === null
        ? null
        : {
            count: 1,
            sum: 1,
            buckets: buckets.map(([low, high, count]) => ({ low, high, count })),
          },
    ),
  };
}

function check(
  given: readonly HistogramSeries[],
  bounds: readonly number[],
  cells: readonly string[],
): void {
  const found = heatOfHistograms(given, 1);
  expect(found?.heat.boundsMs).toEqual(bounds);
  expect(
    found?.heat.cells.map(({ bucket, band, requests }) => `${bucket}/${band}: ${requests}`),
  ).toEqual(cells);
}

describe('the heat map of native buckets', () => {
  test('each bucket is a band; nothing is drawn where there is no sample', () => {
    check([series([[1, 2, 3]], null, [[2, 4, 5]])], [1, 2, 4], ['0/0: 3', '2/1: 5']);
  });

  test('finer buckets are joined where a coarser one lies over them', () => {
    const fine = series([
      [1, 2, 1],
      [2, 4, 2],
      [4, 8, 4],
    ]);
    check([fine, series([[1, 4, 8]])], [1, 4, 8], ['0/0: 11', '0/1: 4']);
  });

  test('a gap is as high as the buckets that would fill it', () => {
    check(
      [
        series([
          [1, 2, 1],
          [8, 16, 1],
        ]),
      ],
      [1, 2, 4, 8, 16],
      ['0/0: 1', '0/3: 1'],
    );
  });

  test('what is around zero begins at zero and is no endless gap', () => {
    check(
      [
        series([
          [-1e-39, 1e-39, 2],
          [0.5, 1, 1],
        ]),
      ],
      [0, 0.5, 1],
      ['0/0: 2', '0/1: 1'],
    );
    check(
      [
        series([
          [-Infinity, 1, 2],
          [1, 2, 1],
          [2, Infinity, 1],
        ]),
      ],
      [0, 1, 2, Infinity],
      ['0/0: 2', '0/1: 1', '0/2: 1'],
    );
  });

  test('hundreds of buckets become fewer bands, and none of their counts is lost', () => {
    const buckets = Array.from(
      { length: 500 },
      (_, at) => [1.01 ** at, 1.01 ** (at + 1), 1] as const,
    );
    const found = heatOfHistograms([series(buckets)], 1);
    expect(found?.heat.boundsMs.length).toBeLessThan(80);
    expect(found?.heat.cells.reduce((sum, { requests }) => sum + requests, 0)).toBe(500);
  });

  test('nothing observed is no heat map', () => {
    expect(heatOfHistograms([series([])], 1)).toBeUndefined();
    expect(heatOfHistograms([], 1)).toBeUndefined();
  });
});
