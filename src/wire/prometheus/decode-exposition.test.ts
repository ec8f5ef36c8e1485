import { describe, expect, test } from 'vitest';
import { printLabels } from '../loki/labels.ts';
import { decodeExposition } from './decode-exposition.ts';
import { printExposition } from './exposition.ts';

const nowMs = 5000;

/** One line a sample: labels, time and value. */
function samplesOf(text: string): string[] {
  return decodeExposition(text, { timestampMs: nowMs }).series.flatMap((series) =>
    Array.from(
      series.values,
      (value, at) => `${printLabels(series.labels)} ${series.timestampsMs[at]} ${value}`,
    ),
  );
}

function check(text: string, expected: readonly string[]): void {
  expect(samplesOf(text)).toEqual(expected);
}

describe('the text format', () => {
  test('values, labels and escapes', () => {
    check('up 1', ['{__name__="up"} 5000 1']);
    check('\n  up\t{ }  +Inf 1500 \n', ['{__name__="up"} 1500 Infinity']);
    check('x{a="1",b="q\\"\\\\\\n",} -2.5e3', [
      '{__name__="x", a="1", b="q\\"\\\\\\n"} 5000 -2500',
    ]);
    check('{"my.metric", "a.b"="c"} NaN', ['{__name__="my.metric", a.b="c"} 5000 NaN']);
    check('x{a=""} 1', ['{__name__="x"} 5000 1']);
    check('', []);
  });

  test('samples ascend, and the later of two with one time counts', () => {
    check('x 3 3000\nx 1 1000\nx 2 3000\r\n', ['{__name__="x"} 1000 1', '{__name__="x"} 3000 2']);
  });

  test('what the printer writes is read back', () => {
    const labels = { path: 'a"b\\c\n', le: '0.5' };
    const text = printExposition([
      { name: 'n', type: 'gauge', help: 'a\nb', samples: [{ labels, value: 7 }] },
    ]);
    const { series, metadata } = decodeExposition(text, { timestampMs: nowMs });
    expect(series[0]?.labels).toEqual([
      { name: '__name__', value: 'n' },
      { name: 'le', value: '0.5' },
      { name: 'path', value: 'a"b\\c\n' },
    ]);
    expect(metadata).toEqual([{ metric: 'n', type: 'gauge', help: 'a\nb', unit: '' }]);
  });
});

test('OpenMetrics: timestamps in seconds, units, exemplars', () => {
  const text = [
    '# TYPE wait_seconds histogram',
    '# UNIT wait_seconds seconds',
    '# HELP wait_seconds How long.',
    'wait_seconds_bucket{le="+Inf"} 2 1.5 # {trace_id="abc"} 0.67 1.25',
    'wait_seconds_count 2 1.5',
    '# EOF',
    '',
  ].join('\n');
  check(text, [
    '{__name__="wait_seconds_bucket", le="+Inf"} 1500 2',
    '{__name__="wait_seconds_count"} 1500 2',
  ]);
  const { series, metadata } = decodeExposition(text, { timestampMs: nowMs });
  expect(series[0]?.exemplars).toEqual([
    { labels: [{ name: 'trace_id', value: 'abc' }], value: 0.67, timestampMs: 1250 },
  ]);
  expect(metadata).toEqual([
    { metric: 'wait_seconds', type: 'histogram', help: 'How long.', unit: 'seconds' },
  ]);
});

test('what is wrong is named with its line', () => {
  const failures: readonly (readonly [string, string])[] = [
    ['up', 'line 1: expected a value, got the end of the line'],
    ['a 1\nup one', 'line 2: expected a value, got "one"'],
    ['up{a} 1', 'line 1: expected "=", got "} 1"'],
    ['up{a=b} 1', 'line 1: expected a value in double quotes, got "b} 1"'],
    ['up{a="b" 1', 'line 1: expected "," or "}", got "1"'],
    ['up{a="b",a="c"} 1', 'line 1: expected the label "a" once only, got "} 1"'],
    ['up 1 2 3', 'line 1: expected the end of the line, got "3"'],
    ['up 1 1e300', 'line 1: expected a timestamp before, got the end of the line'],
    ['{a="b"} 1', 'line 1: expected the name of a metric, got "1"'],
    ['# TYPE up number', 'line 1: expected a type of metric before, got the end of the line'],
  ];
  for (const [text, message] of failures) expect(() => samplesOf(text), text).toThrow(message);
});
