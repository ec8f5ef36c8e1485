import { describe, expect, test } from 'vitest';
import { unescapeLabelName } from './escaped-name.ts';
import { parseTimeMs, readEvaluationRange } from './time-parameters.ts';

function check(text: string, expected: number | undefined): void {
  expect(parseTimeMs(text)).toBe(expected);
}

describe('times', () => {
  test('integers are always seconds', () => {
    check('4', 4000);
    check('1700000000123', 1_700_000_000_123_000);
  });
  test('fractions are rounded to milliseconds', () => check('1700000000.1236', 1_700_000_000_124));
  test('RFC 3339', () => check('2023-11-14T22:13:20.5Z', 1_700_000_000_500));
  test('the least and the greatest time of Go', () => {
    check('-292273086-05-16T16:47:06Z', -8_640_000_000_000_000);
    check('292277025-08-18T07:12:54.999999999Z', 8_640_000_000_000_000);
  });
  test('anything else is none', () => {
    for (const text of ['', 'now', 'NaN', '1e99']) check(text, undefined);
  });
});

describe('ranges', () => {
  const read = (query: string): unknown => readEvaluationRange(new URLSearchParams(query));
  test('start, end and step', () =>
    expect(read('start=1&end=2&step=0.5')).toEqual({ startMs: 1000, endMs: 2000, stepMs: 500 }));
  test('each error in the words of Prometheus', () => {
    expect(() => read('end=2&step=1')).toThrow(
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    );
    expect(() => read('start=2&end=1&step=1')).toThrow(
      'invalid parameter "end": end timestamp must not be before start time',
    );
    expect(() => read('start=1&end=2&step=0')).toThrow(
      'invalid parameter "step": zero or negative query resolution',
    );
    expect(() => read('start=1&end=2&step=x')).toThrow(
      'invalid parameter "step": cannot parse "x" to a valid duration',
    );
    expect(() => read('start=0&end=20000&step=1')).toThrow(
      'exceeded maximum resolution of 11,000 points per timeseries',
    );
  });
});

test('escaped label names', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['job', 'job'],
    ['U__http_2e_route', 'http.route'],
    ['U__a__b', 'a_b'],
    ['U___1f642_', '🙂'],
    ['U__broken_', 'U__broken_'],
  ];
  for (const [text, expected] of cases) expect(unescapeLabelName(text)).toBe(expected);
});
