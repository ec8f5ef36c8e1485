import { describe, expect, test } from 'vitest';
import {
  boxOf,
  dotAt,
  durationTicks,
  endlessNs,
  neighbourOf,
  placeDots,
  rectOf,
  scaleOf,
  xOf,
  yOf,
} from './layout.ts';

const range = { startNs: 1_000_000_000n, endNs: 2_000_000_000n };
const size = { width: 1012, height: 212 };
const dots = {
  startUs: [0, 250_000, 500_000, 1_000_000],
  durationNs: [1e6, 1e7, 1e9, 1e8],
};
const scale = scaleOf(dots, range, size);

test('time runs to the right, duration upwards by decades', () => {
  expect([xOf(scale, 0), xOf(scale, 500_000), xOf(scale, 1_000_000)]).toEqual([6, 506, 1006]);
  expect([yOf(scale, 1e6), yOf(scale, 1e9)]).toEqual([206, 6]);
  expect(yOf(scale, 1e7)).toBeCloseTo(206 - 200 / 3);
  expect(xOf(scale, -5000)).toBe(6);
});

test('one duration alone still has a scale', () => {
  const flat = scaleOf({ startUs: [1], durationNs: [1e6] }, range, size);
  expect([flat.bottom, flat.top]).toEqual([5.5, 6.5]);
  const none = scaleOf({ startUs: [], durationNs: [] }, range, size);
  expect(none.top).toBeGreaterThan(none.bottom);
});

test('the nearest dot within reach', () => {
  const places = placeDots(scale, dots);
  expect(dotAt(places, 505, 8, 8)).toBe(2);
  expect(dotAt(places, 505, 60, 8)).toBe(-1);
});

describe('a box', () => {
  test('is what was drawn, and drawn again the same', () => {
    const box = boxOf(scale, { x: 256, y: 150 }, { x: 756, y: 50 });
    expect(box.startNs).toBe(1_250_000_000n);
    expect(box.endNs).toBe(1_750_000_000n);
    expect(Number(box.minNs)).toBeGreaterThan(1e6);
    expect(Number(box.maxNs)).toBeLessThan(1e9);
    const rect = rectOf(scale, box);
    expect(rect.left).toBeCloseTo(256, 0);
    expect(rect.top).toBeCloseTo(50, 0);
    expect(rect.width).toBeCloseTo(500, 0);
    expect(rect.height).toBeCloseTo(100, 0);
  });
  test('takes in what lies at the rim', () => {
    const box = boxOf(scale, { x: 0, y: 212 }, { x: 1012, y: 0 });
    expect(box.startNs).toBe(range.startNs);
    expect(box.endNs).toBe(range.endNs);
    expect(box.minNs).toBe(0n);
    expect(box.maxNs).toBe(endlessNs);
  });
});

test('ticks stand at decades', () => {
  expect(durationTicks(scale, 20).map(({ ns }) => ns)).toEqual([1e6, 3e6, 1e7, 3e7, 1e8, 3e8]);
  expect(durationTicks(scale, 60).map(({ ns }) => ns)).toEqual([1e6, 1e7, 1e8]);
});

test('keys move in time and in duration', () => {
  expect(neighbourOf(dots, -1, 'right')).toBe(0);
  expect(neighbourOf(dots, 0, 'right')).toBe(1);
  expect(neighbourOf(dots, 1, 'up')).toBe(3);
  expect(neighbourOf(dots, 2, 'up')).toBe(2);
  expect(neighbourOf(dots, 2, 'down')).toBe(3);
});
