import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSearchText, printSearchText } from './search-text.ts';
import type { TimePoint } from './time-range.ts';
import { parseTracesView, printTracesView, traceListOrders } from './traces-view.ts';
import type { TracesView } from './traces-view.ts';

const points = fc
  .nat(500_000)
  .map((seconds): TimePoint => ({ kind: 'now', agoMs: seconds * 1000 }));
const views: fc.Arbitrary<TracesView> = fc.record({
  query: fc.string({ unit: 'grapheme' }),
  range: fc.record({ from: points, to: points }),
  tab: fc.constantFrom('traces', 'by', 'bands'),
  by: fc.constantFrom('rootName', 'span.http.route', '.a'),
  order: fc.constantFrom(...traceListOrders),
  failed: fc.boolean(),
  box: fc.option(
    fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()).map(([startNs, length, minNs, height]) => ({
      startNs: BigInt(startNs),
      endNs: BigInt(startNs) + BigInt(length) + 1n,
      minNs: BigInt(minNs),
      maxNs: BigInt(minNs) + BigInt(height),
    })),
    { nil: undefined },
  ),
});

test('what is printed is parsed as the same', () => {
  fc.assert(
    fc.property(views, (view) => {
      expect(parseTracesView(parseSearchText(printSearchText(printTracesView(view))))).toEqual(
        view,
      );
    }),
  );
});

test('what cannot be read counts as absent', () => {
  expect(parseTracesView({ tab: 'x', order: 1, box: '5-1-2-3', failed: 'yes' })).toEqual(
    parseTracesView({}),
  );
});
