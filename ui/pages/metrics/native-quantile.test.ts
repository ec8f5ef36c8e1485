import { expect, test } from 'vitest';
import { quantileOfPoint } from './native-quantile.ts';

const bucket = (low: number, high: number, count: number) => ({ low, high, count });

test.each([
  ['the middle of a bucket, on its scale', [bucket(1, 4, 10)], 0.5, 2],
  ['behind all others', [bucket(1, 2, 5), bucket(2, 4, 5)], 1, 4],
  ['in order, whatever the order given', [bucket(2, 4, 5), bucket(1, 2, 5)], 0.5, 2],
  ['across zero', [bucket(-1, 1, 10)], 0.25, -0.5],
  ['negative ones', [bucket(-4, -1, 10)], 0.5, -2],
])('%s', (_name, buckets, share, expected) => {
  const count = buckets.reduce((sum, one) => sum + one.count, 0);
  expect(quantileOfPoint({ count, sum: 0, buckets }, share)).toBeCloseTo(expected);
});

test('nothing observed has no quantile', () => {
  expect(quantileOfPoint({ count: 0, sum: 0, buckets: [] }, 0.5)).toBeNaN();
});
