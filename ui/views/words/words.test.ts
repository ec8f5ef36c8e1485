import { printName } from './name.ts';
import { describe, expect, test } from 'vitest';
import { isErrorLevel, levelKind, levelLetter } from './level.ts';
import {
  msBetween,
  printCounted,
  printDayTime,
  printDuration,
  printInstant,
  printRate,
  printStepTime,
  printTimeMark,
  printShortCount,
  printTime,
} from './numbers.ts';
import { serviceHue } from './service-color.ts';
import { printSpanOfTime } from './time-range.ts';

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

test.each([
  [0, 60, '0/s'],
  [1, 3600, '1/h'],
  [3, 60, '3/min'],
  [60, 60, '1/s'],
  [4920, 60, '82/s'],
  [90_000, 60, '1,500/s'],
  [1_200_000, 60, '20 k/s'],
])('%d requests in %d s are %s', (requests, seconds, expected) => {
  expect(printRate(requests, seconds)).toBe(expected);
});

test('the ends of a very short range are told apart', () => {
  const startNs = 1_795_400_490_100_000_000n;
  const day = /^(?:[\d-]+ )?02:21:30\.100 – (?:[\d-]+ )?02:21:30\.101$/;
  expect(printSpanOfTime({ startNs, endNs: startNs + 1_000_000n }, 'utc')).toMatch(day);
});

test.each([
  ['cart', 'cart'],
  [' cart', ' cart'],
  ['', '""'],
  [' ', '" "'],
  ['\n\t', String.raw`"\n\t"`],
])('the name %j is seen as %s', (name, seen) => {
  expect(printName(name)).toBe(seen);
});

test.each([
  [0n, '23:33:20', '23:33:20'],
  [40_000_000_000n, '23:34', '23:34'],
  [500_000_000n, '20.500', '23:33:20.500'],
])('%d ns later is marked %s and read %s', (laterNs, mark, read) => {
  const ns = 1_795_649_600_000_000_000n + laterNs;
  expect([printTimeMark(ns, 'utc'), printStepTime(ns, 'utc')]).toEqual([mark, read]);
});
