import { describe, expect, test } from 'vitest';
import { labelsFromEntries } from '../../model/labels.ts';
import type { LogqlData } from '../../query/logql/engine.ts';
import { queryResponseJson, wantsCategorizedLabels } from './query-response.ts';

const stats = { linesRead: 10, bytesRead: 1000, linesReturned: 2, elapsedMs: 500 };
const labels = (record: Record<string, string>): ReturnType<typeof labelsFromEntries> =>
  labelsFromEntries(Object.entries(record));

function check(data: LogqlData, categorize: boolean, expected: unknown): void {
  const text = queryResponseJson({ data, warnings: [], stats }, categorize);
  expect(text.endsWith('\n')).toBe(true);
  const parsed = JSON.parse(text) as { status: string; data: Record<string, unknown> };
  expect(parsed.status).toBe('success');
  const { stats: shown, ...rest } = parsed.data;
  expect(shown).toMatchObject({
    summary: { totalLinesProcessed: 10, bytesProcessedPerSecond: 2000 },
  });
  expect(rest).toEqual(expected);
}

const streams: LogqlData = {
  kind: 'streams',
  streams: [
    {
      labels: labels({ app: 'a' }),
      entries: [
        {
          timeNs: 2n,
          line: 'two',
          structuredMetadata: labels({ trace_id: 'x' }),
          parsed: labels({ level: 'info' }),
        },
        { timeNs: 1n, line: 'one', structuredMetadata: [], parsed: [] },
      ],
    },
  ],
};

describe('streams', () => {
  test('categorised: every entry has a third element', () =>
    check(streams, true, {
      resultType: 'streams',
      encodingFlags: ['categorize-labels'],
      result: [
        {
          stream: { app: 'a' },
          values: [
            ['2', 'two', { structuredMetadata: { trace_id: 'x' }, parsed: { level: 'info' } }],
            ['1', 'one', {}],
          ],
        },
      ],
    }));
  test('plain: all labels in one object, so entries with different ones part', () =>
    check(streams, false, {
      resultType: 'streams',
      result: [
        { stream: { app: 'a' }, values: [['1', 'one']] },
        { stream: { app: 'a', level: 'info', trace_id: 'x' }, values: [['2', 'two']] },
      ],
    }));
  test('HTML is escaped as Go does', () => {
    const data: LogqlData = {
      kind: 'streams',
      streams: [
        { labels: [], entries: [{ timeNs: 1n, line: '<b>&', structuredMetadata: [], parsed: [] }] },
      ],
    };
    expect(queryResponseJson({ data, warnings: [], stats }, false)).toContain(
      '"\\u003cb\\u003e\\u0026"',
    );
  });
});

describe('numbers', () => {
  const series = {
    labels: labels({ app: 'a' }),
    timestampsMs: Float64Array.of(1_700_000_000_123),
    values: Float64Array.of(1.5),
  };
  test('matrix', () =>
    check({ kind: 'matrix', series: [series] }, false, {
      resultType: 'matrix',
      result: [{ metric: { app: 'a' }, values: [[1_700_000_000.123, '1.5']] }],
    }));
  test('vector of infinities', () =>
    check({ kind: 'vector', series: [{ ...series, values: Float64Array.of(Infinity) }] }, false, {
      resultType: 'vector',
      result: [{ metric: { app: 'a' }, value: [1_700_000_000.123, '+Inf'] }],
    }));
  test('scalar', () =>
    check({ kind: 'scalar', timestampMs: 1000, value: NaN }, false, {
      resultType: 'scalar',
      result: [1, 'NaN'],
    }));
});

test('the flag is one of several in a header', () => {
  expect(
    wantsCategorizedLabels(
      new Headers({ 'x-loki-response-encoding-flags': 'a, categorize-labels' }),
    ),
  ).toBe(true);
  expect(wantsCategorizedLabels(new Headers())).toBe(false);
});
