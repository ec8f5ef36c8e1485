import { expect, test } from 'vitest';
import { printExposition } from './exposition.ts';

test('families, labels, escapes and special values', () => {
  const text = printExposition([
    {
      name: 'clew_rows_total',
      type: 'counter',
      help: 'Rows taken.\nSince the start \\.',
      samples: [
        { labels: {}, value: 1e21 },
        { labels: { signal: 'logs', path: 'a"b\\c\n' }, value: 0.5 },
      ],
    },
    { name: 'clew_nothing', type: 'gauge', help: 'Left out.', samples: [] },
    {
      name: 'clew_wait_seconds',
      type: 'histogram',
      help: '',
      samples: [
        { suffix: '_bucket', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY },
        { suffix: '_sum', labels: {}, value: Number.NaN },
      ],
    },
  ]);
  expect(text).toBe(
    [
      '# HELP clew_rows_total Rows taken.\\nSince the start \\\\.',
      '# TYPE clew_rows_total counter',
      'clew_rows_total 1000000000000000000000',
      'clew_rows_total{signal="logs",path="a\\"b\\\\c\\n"} 0.5',
      '# HELP clew_wait_seconds ',
      '# TYPE clew_wait_seconds histogram',
      'clew_wait_seconds_bucket{le="+Inf"} +Inf',
      'clew_wait_seconds_sum NaN',
      '',
    ].join('\n'),
  );
  expect(printExposition([])).toBe('');
});
