import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricShows, parseMetricsView, printMetricsView } from './metrics-view.ts';
import { parseSearchText, printSearchText } from './search-text.ts';
import { absoluteRange, defaultRange } from './time-range.ts';

test('what is printed is parsed as the same', () => {
  const views = fc.record({
    query: fc.string({ unit: 'grapheme' }),
    range: fc.constantFrom(
      defaultRange,
      absoluteRange(1_795_356_192_000_000_000n, 1_795_356_193_000_000_001n),
    ),
    show: fc.constantFrom(...metricShows),
    metric: fc.string(),
    only: fc.string(),
    all: fc.boolean(),
  });
  fc.assert(
    fc.property(views, (view) => {
      expect(parseMetricsView(parseSearchText(printSearchText(printMetricsView(view))))).toEqual(
        view,
      );
    }),
  );
});

test('what is unreadable counts as absent', () => {
  expect(parseMetricsView({ show: 'pie', from: 'yesterday', query: 7 })).toEqual({
    query: '',
    range: defaultRange,
    show: 'chart',
    metric: '',
    only: '',
    all: false,
  });
});
