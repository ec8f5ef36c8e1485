import { expect, test } from 'vitest';
import type { ExploreLogLine, ExploreLogs } from '../../src/api/explore/contract/records.ts';
import { hasMoreLines, linesBehind, liveLinesMax, rangeBehind, trimLive } from './logs.ts';

function page(lines: number, firstId: number): ExploreLogs {
  return {
    lines: Array.from(
      { length: lines },
      (_, at) => ({ id: `${firstId - at}-1` }) as ExploreLogLine,
    ),
    coverage: { returned: lines, total: null, next: null },
    nothing: null,
    warnings: [],
  };
}

const cursor = { kind: 'first' } as const;

test('an empty page of newer lines leaves no trace', () => {
  const data = { pages: [page(0, 9), page(3, 9)], pageParams: [cursor, cursor] };
  expect(trimLive(data)).toEqual({
    data: { pages: [page(3, 9)], pageParams: [cursor] },
    dropped: 0,
  });
});

test('a long tail keeps its newest lines, and the dropped ones can be loaded again', () => {
  const count = liveLinesMax / 1000 + 3;
  const pages = Array.from({ length: count }, (_, at) => page(1000, 100_000 - 1000 * at));
  const trimmed = trimLive({ pages, pageParams: pages.map(() => cursor) });
  const lines = trimmed.data.pages.flatMap((one) => one.lines);
  expect(lines).toHaveLength(liveLinesMax);
  expect(trimmed.dropped).toBe(3000);
  expect(trimmed.data.pageParams).toHaveLength(trimmed.data.pages.length);
  expect(trimmed.data.pages.at(-1)?.coverage.next).toBe(lines.at(-1)?.id);
});

test.each([
  [{ lines: 200, bytes: 60_000, elapsedMs: 5 }, 1000],
  [{ lines: 100, bytes: 10_000_000, elapsedMs: 5 }, 320],
  [{ lines: 25, bytes: 25_000_000, elapsedMs: 5 }, 32],
  [{ lines: 5, bytes: 50_000_000, elapsedMs: 5 }, 20],
  [{ lines: 0, bytes: 0, elapsedMs: 5 }, 1000],
])('behind a page of which %o was read come %i lines', (scanned, lines) => {
  expect(linesBehind({ scanned })).toBe(lines);
});

test('a list that is as long as it may be has more, and goes on behind its last line', () => {
  const more = { ...page(2, 9), coverage: { returned: 2, total: null, next: '8-1' } };
  expect(hasMoreLines([page(3, 12), more])).toBe(true);
  expect(hasMoreLines([more, page(3, 12)])).toBe(false);
  const range = { startNs: 1n, endNs: 100n };
  const lines = [{ timeNs: '90' }, { timeNs: '50' }];
  expect(rangeBehind({ query: '', range, order: 'newest' }, lines)).toEqual({
    startNs: 1n,
    endNs: 51n,
  });
  expect(rangeBehind({ query: '', range, order: 'oldest' }, lines.toReversed())).toEqual({
    startNs: 90n,
    endNs: 100n,
  });
  expect(rangeBehind({ query: '', range, order: 'newest' }, [{ timeNs: '50' }])).toBeUndefined();
});
