import { describe, expect, test } from 'vitest';
import { isErrorLevel, levelKind, levelLetter } from './level.ts';
import {
  msBetween,
  printCounted,
  printDayTime,
  printDuration,
  printInstant,
  printShortCount,
  printTime,
} from './numbers.ts';
import { serviceHue } from './service-color.ts';

test.each([
  [0, '0 ms'],
  [0.4123, '0.41 ms'],
  [9.96, '10 ms'],
  [812.3, '812 ms'],
  [1840, '1,840 ms'],
  [12_440, '12.4 s'],
  [200_000, '3 min 20 s'],
  [900_000, '15 min'],
  [3_600_000, '1 h'],
  [604_800_000, '7 d'],
  [-310, '-310 ms'],
])('a duration of %d ms is %s', (ms, expected) => {
  expect(printDuration(ms)).toBe(expected);
});

test('counts', () => {
  expect(printShortCount(1234)).toBe('1,234');
  expect(printShortCount(12_345)).toBe('12.3 k');
  expect(printShortCount(4_500_000)).toBe('4.5 M');
  expect(printCounted(1, 'span')).toBe('1 span');
  expect(printCounted(48_210, 'line')).toBe('48,210 lines');
});

test('instants', () => {
  expect(printTime('1795356192481123456', 'utc')).toBe('14:03:12.481');
  expect(printDayTime('1795356192481123456', 'utc')).toBe('11-22 14:03:12.481');
  expect(printInstant('1795356192481123456', 'utc')).toBe('2026-11-22 14:03:12.481123456 UTC');
  expect(msBetween('1795356192481123456', '1795356192482623456')).toBe(1.5);
});

describe('levels', () => {
  test.each([
    ['ERROR', 'error', 'E', true],
    ['warning', 'warn', 'W', false],
    ['Info', 'info', 'I', false],
    ['critical', 'fatal', 'F', true],
    ['DEBUG3', 'debug', 'D', false],
    ['', 'unknown', '·', false],
  ])('%s', (level, kind, letter, error) => {
    expect([levelKind(level), levelLetter(level), isErrorLevel(level)]).toEqual([
      kind,
      letter,
      error,
    ]);
  });
});

test('a service keeps its hue, and the hues are all used', () => {
  expect(serviceHue('payment')).toBe(serviceHue('payment'));
  const used = new Set(Array.from({ length: 200 }, (_, at) => serviceHue(`service-${at}`)));
  expect(used.size).toBe(12);
});
