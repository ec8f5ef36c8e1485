import { expect, test } from 'vitest';
import { FakeClock } from '../base/clock.ts';
import { createRefusals } from './refusals.ts';

test('reasons that differ in their numbers are one, the newest first', () => {
  const clock = new FakeClock(1000);
  const refusals = createRefusals(clock);
  refusals.note('logs', '5 records are older than 7 d', 5, false);
  clock.advance(10);
  refusals.note('spans', 'the disk is full', 3, true);
  clock.advance(10);
  refusals.note('logs', '2 records are older than 7 d', 2, false);
  expect(refusals.read()).toEqual([
    {
      signal: 'logs',
      reason: '2 records are older than 7 d',
      count: 7,
      isRetryable: false,
      lastMs: 1020,
    },
    { signal: 'spans', reason: 'the disk is full', count: 3, isRetryable: true, lastMs: 1010 },
  ]);
});

test('a thousand reasons are a few, and long ones are cut', () => {
  const refusals = createRefusals(new FakeClock(0));
  for (let at = 0; at < 1000; at++) refusals.note('logs', `reason ${'x'.repeat(at)}`, 1, false);
  expect(refusals.read()).toHaveLength(20);
  expect(refusals.read()[0]?.reason.length).toBe(300);
});
