import { describe, expect, test } from 'vitest';
import { parseLokiTimeNs, readRange, readStepNs } from './time-parameters.ts';

const nowNs = 1_800_000_000_000_000_000n;

function check(text: string, expected: bigint | undefined): void {
  expect(parseLokiTimeNs(text)).toBe(expected);
}

function range(query: string): { startNs: bigint; endNs: bigint } {
  return readRange(new URLSearchParams(query), nowNs);
}

describe('times', () => {
  test('up to ten digits are seconds', () => check('1700000000', 1_700_000_000_000_000_000n));
  test('more are nanoseconds', () => check('1700000000123456789', 1_700_000_000_123_456_789n));
  test('a dot makes float seconds', () => check('1700000000.5', 1_700_000_000_500_000_000n));
  test('RFC 3339 with nanoseconds and zone', () => {
    check('2023-11-14T22:13:20.000000001Z', 1_700_000_000_000_000_001n);
    check('2023-11-14T23:13:20+01:00', 1_700_000_000_000_000_000n);
  });
  test('anything else is none', () => {
    for (const text of ['', 'now', '12:00', '1e400', '99999999999999999999'])
      check(text, undefined);
  });
});

describe('ranges', () => {
  test('default: the last hour', () =>
    expect(range('')).toEqual({ startNs: nowNs - 3_600_000_000_000n, endNs: nowNs }));
  test('since counts back from the end', () =>
    expect(range('end=1700000000&since=5m')).toEqual({
      startNs: 1_699_999_700_000_000_000n,
      endNs: 1_700_000_000_000_000_000n,
    }));
  test('an end before the start is an error', () =>
    expect(() => range('start=2000000000&end=1700000000')).toThrow(
      'end timestamp must not be before or equal to start time',
    ));
  test('a bad time names its parameter', () =>
    expect(() => range('start=soon')).toThrow("could not parse 'start' parameter"));
});

describe('steps', () => {
  const step = (query: string, lengthNs: bigint): bigint =>
    readStepNs(new URLSearchParams(query), { startNs: 0n, endNs: lengthNs });
  test('default: 250 steps, at least a second', () => {
    expect(step('', 3_600_000_000_000n)).toBe(14_000_000_000n);
    expect(step('', 10_000_000_000n)).toBe(1_000_000_000n);
  });
  test('float seconds and durations', () => {
    expect(step('step=0.5', 10_000_000_000n)).toBe(500_000_000n);
    expect(step('step=15s', 60_000_000_000n)).toBe(15_000_000_000n);
    expect(step('step=60000ms', 60_000_000_000n)).toBe(60_000_000_000n);
  });
  test('too many points', () =>
    expect(() => step('step=1ms', 3_600_000_000_000n)).toThrow(
      'exceeded maximum resolution of 11,000 points per time series',
    ));
  test('zero and negative', () =>
    expect(() => step('step=0', 1n)).toThrow('zero or negative query resolution'));
});
