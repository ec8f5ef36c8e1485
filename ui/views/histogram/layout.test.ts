import { describe, expect, test } from 'vitest';
import { brushedRange, bucketAt, layoutHistogram, timeTicks } from './layout.ts';

const histogram = {
  startNs: '1000000000',
  stepNs: '1000000000',
  levels: [
    { level: 'info', counts: [4, 0, 8, 0] },
    { level: 'error', counts: [4, 1, 0, 0] },
  ],
  total: 17,
};

test('errors stand at the foot, and the highest bar fills the height', () => {
  const { rects, totals, top } = layoutHistogram(histogram, 8, 80);
  expect(totals).toEqual([8, 1, 8, 0]);
  expect(top).toBe(8);
  expect(rects.map(({ bucket, level, x, y, height }) => [bucket, level, x, y, height])).toEqual([
    [0, 'error', 0, 40, 40],
    [0, 'info', 0, 0, 40],
    [1, 'error', 2, 70, 10],
    [2, 'info', 4, 0, 80],
  ]);
});

test('one line among many is still seen', () => {
  const { rects } = layoutHistogram(
    { ...histogram, levels: [{ level: 'error', counts: [1, 100_000] }] },
    100,
    50,
  );
  expect(rects[0]?.height).toBe(2);
});

test('no bars without counts', () => {
  expect(layoutHistogram({ ...histogram, levels: [] }, 100, 50).rects).toEqual([]);
});

describe('a drag takes whole buckets', () => {
  test.each([
    [0, 100, 1n, 5n],
    [30, 10, 1n, 3n],
    [60, 60, 3n, 4n],
    [-20, 400, 1n, 5n],
    [100, 100, 4n, 5n],
  ])('from %d to %d', (from, to, start, end) => {
    expect(brushedRange(histogram, 100, from, to)).toEqual({
      startNs: start * 1_000_000_000n,
      endNs: end * 1_000_000_000n,
    });
  });
  test('and a hover one', () => {
    expect([bucketAt(4, 100, 24), bucketAt(4, 100, 25), bucketAt(4, 100, 100)]).toEqual([0, 1, 3]);
  });
});

test('ticks stand at round instants of the zone', () => {
  const ticks = timeTicks(30_000_000_000n, 330_000_000_000n, 600, 100, 0);
  expect(ticks.map(({ x, ns }) => [x, ns / 1_000_000_000n])).toEqual([
    [60, 60n],
    [180, 120n],
    [300, 180n],
    [420, 240n],
    [540, 300n],
  ]);
  expect(timeTicks(5n, 5n, 600, 100, 0)).toEqual([]);
});
