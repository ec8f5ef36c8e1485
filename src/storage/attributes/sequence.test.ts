import { expect, test } from 'vitest';
import { FakeClock } from '../../base/clock.ts';
import { Sequence } from './sequence.ts';

test('numbers ascend, also when the clock stands still or goes back', () => {
  const clock = new FakeClock(1000);
  const sequence = new Sequence(clock);
  const first = sequence.reserve(3).first;
  const second = sequence.reserve(2).first;
  expect(second).toBe(first + 3n);
  clock.advance(-500);
  const third = sequence.reserve(1).first;
  expect(third).toBe(second + 2n);
  clock.advance(1000);
  expect(sequence.reserve(1).first).toBeGreaterThan(third);
});

test('a later process begins above an earlier one', () => {
  const clock = new FakeClock(1000);
  const before = new Sequence(clock).reserve(1000).first;
  clock.advance(1);
  expect(new Sequence(clock).reserve(1).first).toBeGreaterThan(before + 999n);
});

test('what is settled stops before the first row that is on its way', () => {
  const sequence = new Sequence(new FakeClock(1000));
  const start = sequence.lastSettled();
  const a = sequence.reserve(2);
  const b = sequence.reserve(2);
  expect(sequence.lastSettled()).toBe(start);
  let told = 0;
  const stop = sequence.onSettled(() => told++);
  sequence.settle(b);
  expect(sequence.lastSettled()).toBe(start);
  sequence.settle(a);
  expect(sequence.lastSettled()).toBe(b.first + 1n);
  expect(told).toBe(2);
  stop();
});
