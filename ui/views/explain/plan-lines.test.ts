import { expect, test } from 'vitest';
import { planLines } from './plan-lines.ts';

test('lines of plans in the forms of all three languages', () => {
  const plan =
    'lines\n  storage: {a="b"}\n  clew: only lines of traces\nclew    only traces\n    engineer x';
  expect(planLines(plan)).toEqual([
    { indent: 0, who: '', text: 'lines' },
    { indent: 2, who: 'storage', text: '{a="b"}' },
    { indent: 2, who: 'clew', text: 'only lines of traces' },
    { indent: 0, who: 'clew', text: 'only traces' },
    { indent: 4, who: '', text: 'engineer x' },
  ]);
});
