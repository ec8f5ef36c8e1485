import { expect, test } from 'vitest';
import { lookBackOf, timeBehind } from './look-back.ts';

test.each([
  ['up', 0, 0],
  ['rate(x[5m])', 300, 0],
  ['rate(x[5m] offset 1h)', 3900, 3600],
  ['rate(x[1m] offset -1m)', 0, -60],
  ['sum(rate(x[5m])) / sum(rate(y[1m] offset 10m))', 660, 0],
  ['max_over_time(rate(x[5m])[30m:1m])', 2100, 0],
  ['histogram_quantile(0.95, sum by (le) (rate(x_bucket[2m])))', 120, 0],
  ['rate(x[5m] @ 1700000000)', 0, 0],
  ['rate(x[', 0, 0],
  ['1 + 1', 0, 0],
])('%s looks back from %d s to %d s', (query, from, to) => {
  expect(lookBackOf(query)).toEqual({ fromMs: from * 1000, toMs: to * 1000 });
});

test('the time behind a value is what it looks back on, at least a minute', () => {
  const at = 1_700_000_000_000;
  const seconds = (query: string): readonly number[] => {
    const { startNs, endNs } = timeBehind(lookBackOf(query), at, at);
    return [startNs, endNs].map((ns) => Number(ns / 1_000_000n - BigInt(at)) / 1000);
  };
  expect(seconds('rate(x[5m])')).toEqual([-300, 0]);
  expect(seconds('up')).toEqual([-30, 30]);
  expect(seconds('rate(x[30s])')).toEqual([-45, 15]);
});
