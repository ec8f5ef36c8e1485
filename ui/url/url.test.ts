import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLogsView, printLogsView } from './logs-view.ts';
import type { LogsView } from './logs-view.ts';
import { parseSearchText, printSearchText } from './search-text.ts';
import {
  absoluteRange,
  moveRange,
  parseTimePoint,
  printTimePoint,
  resolveRange,
  widenRange,
} from './time-range.ts';
import type { TimePoint } from './time-range.ts';
import { parseTraceView, printTraceView } from './trace-view.ts';

const lineIds = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.nat(), fc.nat()).map(([time, seq]) => `${time}-${seq}`),
);
const points: fc.Arbitrary<TimePoint> = fc.oneof(
  fc.nat(500_000).map((seconds): TimePoint => ({ kind: 'now', agoMs: seconds * 1000 })),
  fc
    .bigInt({ min: 0n, max: 4_102_444_800_000_000_000n })
    .map((ns): TimePoint => ({ kind: 'at', ns })),
);
const logsViews: fc.Arbitrary<LogsView> = fc.record({
  query: fc.string({ unit: 'grapheme' }),
  range: fc.record({ from: points, to: points }),
  order: fc.constantFrom('newest', 'oldest'),
  live: fc.boolean(),
  line: lineIds,
  columns: fc.uniqueArray(fc.constantFrom('user', 'http_route', 'k8s_pod_name')),
  wrap: fc.boolean(),
  patterns: fc.boolean(),
});

describe('what is printed is parsed as the same', () => {
  test('the logs page', () => {
    fc.assert(
      fc.property(logsViews, (view) => {
        expect(parseLogsView(parseSearchText(printSearchText(printLogsView(view))))).toEqual(view);
      }),
    );
  });

  test('the trace page', () => {
    const views = fc.record({
      span: fc.constantFrom('', '00f067aa0ba902b7', 'b7'),
      log: lineIds,
      show: fc.constantFrom('all', 'span', 'errors'),
      shape: fc.constantFrom('waterfall', 'flame', 'table'),
      find: fc.string(),
      zoom: fc.option(
        fc
          .tuple(fc.nat(1_000_000_000), fc.integer({ min: 1, max: 1_000_000_000 }))
          .map(([startNs, lengthNs]) => ({
            startMs: startNs / 1e6,
            endMs: (startNs + lengthNs) / 1e6,
          })),
      ),
      corrects: fc.boolean(),
      showsPath: fc.boolean(),
      colorBy: fc.constantFrom('service', 'kind'),
      showsLogRows: fc.boolean(),
      file: fc.string(),
    });
    fc.assert(
      fc.property(views, (view) => {
        expect(parseTraceView(parseSearchText(printSearchText(printTraceView(view))))).toEqual(
          view,
        );
      }),
    );
  });

  test('a query keeps its signs', () => {
    const query = '{service_name="payment"} |= "a&b=c #1 + 100 %" | line_format "{{.x}}"';
    const view = parseLogsView(parseSearchText(printSearchText({ query })));
    expect(view.query).toBe(query);
  });
});

describe('instants', () => {
  test.each([
    ['now', { kind: 'now', agoMs: 0 }],
    ['now-15m', { kind: 'now', agoMs: 900_000 }],
    ['now-2d', { kind: 'now', agoMs: 172_800_000 }],
    ['1763820000', { kind: 'at', ns: 1_763_820_000_000_000_000n }],
    ['1763820000123', { kind: 'at', ns: 1_763_820_000_123_000_000n }],
    ['1763820000123456789', { kind: 'at', ns: 1_763_820_000_123_456_789n }],
    ['2026-11-22T14:02:00Z', { kind: 'at', ns: 1_795_356_120_000_000_000n }],
    ['yesterday', undefined],
    ['now-15', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseTimePoint(text)).toEqual(expected);
  });

  test('prints the largest unit that fits', () => {
    expect(printTimePoint({ kind: 'now', agoMs: 7_200_000 })).toBe('now-2h');
    expect(printTimePoint({ kind: 'now', agoMs: 90_000 })).toBe('now-90s');
  });

  test('a range given backwards is turned', () => {
    const range = resolveRange(
      { from: { kind: 'now', agoMs: 0 }, to: { kind: 'now', agoMs: 1000 } },
      5000,
    );
    expect(range).toEqual({ startNs: 4_000_000_000n, endNs: 5_000_000_000n });
  });
});

test('what cannot be read counts as absent', () => {
  expect(parseLogsView({ from: 'x', line: 'abc', order: 3 })).toEqual(parseLogsView({}));
  expect(parseTraceView({ span: 'zz', log: '1', show: 'none', zoom: '9_x' })).toEqual(
    parseTraceView({}),
  );
  expect(parseTraceView({ zoom: '9_3' }).zoom).toBe(null);
});

describe('a date and time as people paste it', () => {
  const noon = BigInt(Date.UTC(2026, 10, 22, 12)) * 1_000_000n;
  test.each([
    ['2026-11-22T12:00:00Z', noon],
    ['2026-11-22 12:00', noon],
    ['2026-11-22 12:00:00.123456789', noon + 123_456_789n],
    ['2026-11-22 12:00:00,5', noon + 500_000_000n],
    ['2026-11-22T14:00:00+02:00', noon],
    ['2026-11-22', noon - 43_200_000_000_000n],
    ['2026-11-22 nonsense', undefined],
    ['2026-13-45', undefined],
  ])('%s in UTC', (text, ns) => {
    expect(parseTimePoint(text, 'utc')).toEqual(ns === undefined ? undefined : { kind: 'at', ns });
  });
});

describe('moving a range', () => {
  const nowMs = 10_000_000;
  const lastMinute = {
    from: { kind: 'now', agoMs: 60_000 },
    to: { kind: 'now', agoMs: 0 },
  } as const;
  const fixed = absoluteRange(1000n, 2000n);

  test('what ends now still does when it is widened', () => {
    expect(widenRange(lastMinute, nowMs)).toEqual({
      from: { kind: 'now', agoMs: 120_000 },
      to: { kind: 'now', agoMs: 0 },
    });
  });

  test('what is fixed grows on both sides, but not before the epoch', () => {
    expect(widenRange(fixed, nowMs)).toEqual(absoluteRange(500n, 2500n));
    expect(widenRange(absoluteRange(10n, 1010n), nowMs)).toEqual(absoluteRange(0n, 1510n));
  });

  test('earlier and later are stretches of the same length', () => {
    expect(moveRange(fixed, nowMs, 1)).toEqual(absoluteRange(2000n, 3000n));
    expect(moveRange(fixed, nowMs, -1)).toEqual(absoluteRange(0n, 1000n));
    expect(moveRange(absoluteRange(10n, 1010n), nowMs, -1)).toEqual(absoluteRange(10n, 1010n));
  });
});
