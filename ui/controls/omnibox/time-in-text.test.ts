import { expect, test } from 'vitest';
import { timeInText } from './time-in-text.ts';

const nowMs = Date.UTC(2026, 10, 22, 14, 30);

test.each([
  ['2026-11-22T14:03:12.481Z', '2026-11-22T14:03:12.481Z'],
  ['2026-11-22 14:03:12,481', '2026-11-22T14:03:12.481Z'],
  ['2026-11-22T16:03+02:00', '2026-11-22T14:03:00.000Z'],
  ['2026-11-22 14:03:12 UTC', '2026-11-22T14:03:12.000Z'],
  ['2026-11-22', '2026-11-22T00:00:00.000Z'],
  ['1795356192', '2026-11-22T14:03:12.000Z'],
  ['1795356192481', '2026-11-22T14:03:12.481Z'],
  ['1795356192481000000', '2026-11-22T14:03:12.481Z'],
  ['14:03', '2026-11-22T14:03:00.000Z'],
  ['9:05', '2026-11-22T09:05:00.000Z'],
  ['23:10:05', '2026-11-21T23:10:05.000Z'],
  ['25:10', undefined],
  ['0000000000', undefined],
  ['2026', undefined],
  ['11803532876627986230', undefined],
  ['now', undefined],
  ['at 14:03', undefined],
  ['', undefined],
  ['1'.repeat(1_000_000), undefined],
])('%s', (text, expected) => {
  const ns = timeInText(text, 'utc', nowMs);
  expect(ns === undefined ? undefined : new Date(Number(ns / 1_000_000n)).toISOString()).toBe(
    expected,
  );
});
