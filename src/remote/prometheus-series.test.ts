import { expect, test } from 'vitest';
import { labelsFromEntries } from '../model/labels.ts';
import { countLabels } from './prometheus-series.ts';

test('labels are counted by series, the most frequent values first and no more than asked for', () => {
  const series = [
    { __name__: 'x', job: 'b', le: '1' },
    { __name__: 'x', job: 'b', le: '2' },
    { __name__: 'x', job: 'a' },
    { __name__: 'y', job: 'c' },
  ].map((one) => labelsFromEntries(Object.entries(one)));
  expect(countLabels(series, 2)).toEqual([
    {
      name: 'job',
      series: 4,
      distinct: 3,
      values: [
        { value: 'b', series: 2 },
        { value: 'a', series: 1 },
      ],
    },
    {
      name: 'le',
      series: 2,
      distinct: 2,
      values: [
        { value: '1', series: 1 },
        { value: '2', series: 1 },
      ],
    },
  ]);
});
