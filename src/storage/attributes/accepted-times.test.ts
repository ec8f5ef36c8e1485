import { expect, test } from 'vitest';
import { FakeClock } from '../../base/clock.ts';
import { Uint64Column } from '../../base/columns.ts';
import { acceptedRows, acceptedTimes, dayAt, dayOfNs } from './accepted-times.ts';

const dayNs = 86_400_000_000_000n;

test('the day of a time is exact around midnight', () => {
  const column = new Uint64Column();
  const times = [
    0n,
    dayNs - 1n,
    dayNs,
    20_000n * dayNs - 1n,
    20_000n * dayNs,
    20_000n * dayNs + 1n,
    20_500n * dayNs + 5n,
  ];
  for (const time of times) column.push(time);
  expect(times.map((_, row) => dayAt(column, row))).toEqual([
    0, 0, 1, 19_999, 20_000, 20_000, 20_500,
  ]);
  expect(times.map(dayOfNs)).toEqual([0, 0, 1, 19_999, 20_000, 20_000, 20_500]);
});

test('rows within retention and the near future are taken', () => {
  const clock = new FakeClock(1_800_000_000_000);
  const window = acceptedTimes(clock, 60_000);
  const column = new Uint64Column();
  const now = clock.nowNs();
  for (const offsetMs of [-61_000, -59_000, 0, 599_000, 601_000])
    column.push(now + BigInt(offsetMs) * 1_000_000n);
  column.push((1n << 64n) - 1n);
  expect([...acceptedRows(column, column.length, window)]).toEqual([1, 2, 3]);
});
