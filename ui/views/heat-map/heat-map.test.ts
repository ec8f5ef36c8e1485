import { describe, expect, test } from 'vitest';
import { palettes } from '../../app/theme.ts';
import { boxOf, latencyTicks, layoutHeat, placeAt, selectionOf, summarizeHeat } from './layout.ts';
import type { HeatAxis } from './layout.ts';
import { heatColor } from './paint.ts';

const axis: HeatAxis = {
  startMs: 1_795_000_000_000,
  stepMs: 60_000,
  buckets: 10,
  boundsMs: [1, 10, 100, 1000],
};
const size = { width: 100, height: 30 };
const startNs = 1_795_000_000_000_000_000n;
const minuteNs = 60_000_000_000n;

test('a cell is where its time and its latency are; few requests are seen beside many', () => {
  const rects = layoutHeat(
    {
      boundsMs: axis.boundsMs,
      cells: [
        { bucket: 0, band: 0, requests: 1000, errors: 0 },
        { bucket: 9, band: 2, requests: 1, errors: 1 },
      ],
    },
    axis,
    size,
  );
  expect(rects[0]).toMatchObject({ x: 0, strength: 1, errors: 0 });
  expect(rects[0]?.y).toBeCloseTo(20);
  expect(rects[1]).toMatchObject({ x: 90, y: 0, errors: 1 });
  expect(rects[1]?.strength).toBeGreaterThan(0.09);
});

test.each([
  [0, 29, { bucket: 0, band: 0 }],
  [99, 1, { bucket: 9, band: 2 }],
  [-20, 500, { bucket: 0, band: 0 }],
  [500, -20, { bucket: 9, band: 2 }],
])('the place at %d, %d', (x, y, expected) => {
  expect(placeAt(axis, size, x, y)).toEqual(expected);
});

describe('a selection', () => {
  test('whole buckets and bands, in any direction of the drag', () => {
    const expected = {
      startNs: startNs + 2n * minuteNs,
      endNs: startNs + 5n * minuteNs,
      minNs: 10_000_000n,
      maxNs: 100_000_000n,
    };
    const corners = [
      { bucket: 4, band: 1 },
      { bucket: 2, band: 1 },
    ] as const;
    expect(selectionOf(axis, corners[0], corners[1])).toEqual(expected);
    expect(selectionOf(axis, corners[1], corners[0])).toEqual(expected);
  });

  test('what reaches to an end of the map has no bound there', () => {
    const all = selectionOf(axis, { bucket: 0, band: 0 }, { bucket: 0, band: 2 });
    expect([all.minNs, all.maxNs]).toEqual([null, null]);
    expect(boxOf(axis, all)).toEqual({ left: 0, right: 0.1, top: 0, bottom: 1 });
  });

  test('comes back as the box that was drawn', () => {
    const box = boxOf(axis, selectionOf(axis, { bucket: 2, band: 1 }, { bucket: 4, band: 1 }));
    expect(box?.left).toBeCloseTo(0.2);
    expect(box?.right).toBeCloseTo(0.5);
    expect(box?.top).toBeCloseTo(1 / 3);
    expect(box?.bottom).toBeCloseTo(2 / 3);
  });

  test('of another time is not drawn', () => {
    const other = { startNs: 0n, endNs: 1n, minNs: null, maxNs: null };
    expect(boxOf(axis, other)).toBeUndefined();
  });
});

test('round latencies stand at the scale', () => {
  expect(latencyTicks(axis, 100).map(({ ms }) => ms)).toEqual([1, 10, 100, 1000]);
  expect(latencyTicks({ ...axis, boundsMs: [3, 30] }, 100).map(({ ms }) => ms)).toEqual([
    5, 10, 20,
  ]);
  expect(latencyTicks({ ...axis, boundsMs: [] }, 100)).toEqual([]);
});

test('from a nanosecond to days no label touches another', () => {
  const ticks = latencyTicks({ ...axis, boundsMs: [0.001, 3 * 86_400_000] }, 104);
  expect(ticks.map(({ ms }) => ms)).toEqual([0.01, 1, 100, 10_000, 1_000_000, 100_000_000]);
  const tops = ticks.map(({ top }) => top * 104);
  for (const [at, top] of tops.slice(1).entries())
    expect((tops[at] ?? 0) - top).toBeGreaterThan(14);
});

test.each(['dark', 'light'] as const)('failing requests are told from others (%s)', (scheme) => {
  const palette = palettes[scheme];
  expect(heatColor(palette, 1, 0)).not.toBe(heatColor(palette, 1, 0.01));
  const [red = 0, green = 0, blue = 0] = heatColor(palette, 1, 1).match(/\d+/g)?.map(Number) ?? [];
  expect(red).toBeGreaterThan(Math.max(green, blue));
});

describe('as a table', () => {
  const cells = [
    { bucket: 0, band: 1, requests: 3, errors: 0 },
    { bucket: 1, band: 1, requests: 4, errors: 2 },
    { bucket: 9, band: 2, requests: 5, errors: 0 },
  ];
  const heat = { boundsMs: axis.boundsMs, cells };
  const none = { requests: 0, errors: 0 };

  test('neighboring buckets are one step, the highest band comes first, empty ends are left out', () => {
    expect(summarizeHeat(heat, axis, 4)).toEqual({
      steps: [
        { from: 0, to: 3 },
        { from: 3, to: 6 },
        { from: 6, to: 9 },
        { from: 9, to: 10 },
      ],
      rows: [
        { band: 2, steps: [none, none, none, { requests: 5, errors: 0 }] },
        { band: 1, steps: [{ requests: 7, errors: 2 }, none, none, none] },
      ],
    });
  });

  test('a map without requests has no rows', () => {
    expect(summarizeHeat({ ...heat, cells: [] }, axis, 4).rows).toEqual([]);
    expect(summarizeHeat({ boundsMs: [], cells: [] }, { ...axis, boundsMs: [] }, 4).rows).toEqual(
      [],
    );
  });
});
