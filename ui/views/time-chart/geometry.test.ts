import { describe, expect, test } from 'vitest';
import {
  indexAt,
  msAt,
  placeMarks,
  plotBox,
  selectedRange,
  stackValues,
  valueRange,
  xOf,
} from './geometry.ts';
import type { TimeAxis } from './geometry.ts';
import { printValue } from '../words/unit.ts';
import type { Unit } from '../words/unit.ts';

const buckets: TimeAxis = { startMs: 1000, stepMs: 100, count: 10, sampling: 'buckets' };
const instants: TimeAxis = { ...buckets, count: 11, sampling: 'instants' };

describe('time', () => {
  test.each([
    [buckets, 1000, 0],
    [buckets, 1099, 0],
    [buckets, 1100, 1],
    [buckets, 2000, 9],
    [buckets, 0, 0],
    [instants, 1049, 0],
    [instants, 1050, 1],
    [instants, 2000, 10],
  ])('%j holds %d in %d', (axis, ms, index) => {
    expect(indexAt(axis, ms)).toBe(index);
  });

  test('pixels and instants are one another’s inverse', () => {
    for (const axis of [buckets, instants]) {
      expect(xOf(axis, 500, 1500)).toBe(250);
      expect(msAt(axis, 500, 250)).toBe(1500);
    }
  });

  test('a drag takes whole buckets, or the time between instants, in either direction', () => {
    expect(selectedRange(buckets, 1450, 1210)).toEqual({ startMs: 1200, endMs: 1500 });
    expect(selectedRange(buckets, 1200, 1200)).toEqual({ startMs: 1200, endMs: 1300 });
    expect(selectedRange(instants, 1210.4, 1450.2)).toEqual({ startMs: 1210, endMs: 1451 });
  });
});

describe('values', () => {
  test('a gap in a stack stays one', () => {
    const series = [
      { label: 'a', color: 'red', values: [1, null, 3] },
      { label: 'b', color: 'blue', values: [10, 20, null] },
    ];
    expect(stackValues(series)).toEqual([
      [1, null, 3],
      [11, 20, null],
    ]);
  });

  test('the scale starts at zero unless lines hardly differ', () => {
    expect(valueRange([[5, 10]], true).low).toBe(0);
    expect(valueRange([[1000, 1010]], true).low).toBeGreaterThan(900);
    expect(valueRange([[1000, 1010]], false).low).toBe(0);
    expect(valueRange([[-5, 5]], true).low).toBeLessThan(-5);
    expect(valueRange([[null], []], true)).toEqual({ low: 0, high: 1 });
    expect(valueRange([[0, 0]], true)).toEqual({ low: 0, high: 1 });
  });

  test('marks that would cover one another are one, and those outside are none', () => {
    const words = { title: '', valueText: '', timeText: '', labels: [], traceId: '' };
    const mark = (atMs: number, value: number) => ({ atMs, value, href: `/${value}`, ...words });
    const box = plotBox(568, 128);
    const placed = placeMarks(
      [mark(1500, 0.5), mark(1501, 0.501), mark(1800, 7), mark(900, 1)],
      buckets,
      box,
      { low: 0, high: 1 },
    );
    expect(placed.map(({ x, y, value }) => [x, y, value])).toEqual([
      [250.5, 49.9, 0.501],
      [400, 0, 7],
    ]);
  });
});

test.each<[number, Unit, string]>([
  [0.25, 's', '250 ms'],
  [12.4, 's', '12.4 s'],
  [1536, 'bytes', '1.5 KiB'],
  [1536, 'bytesPerSecond', '1.5 KiB/s'],
  [6.234, 'percent', '6.23 %'],
  [12_300, 'perSecond', '12.3 k/s'],
  [1234, 'count', '1,234'],
  [0.00001, 'none', '1.00e-5'],
  [-20_000, 'none', '-20 k'],
  [Infinity, 'none', '+Inf'],
])('%d %s is %s', (value, unit, expected) => {
  expect(printValue(value, unit)).toBe(expected);
});
