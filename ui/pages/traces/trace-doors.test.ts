import { expect, test } from 'vitest';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { doorsOfTrace } from './trace-doors.ts';

const trace = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  rootService: 'pay.ment',
  rootName: 'POST /pay',
  startNs: 1_795_000_000_000_000_000n,
  durationNs: 2e9,
};

test('a trace leads to what is there, with its count or the reason why it is not', () => {
  const counts = { spans: 38, errorSpans: 1, logs: 0 };
  const words = (series: number | null): unknown[] =>
    doorsOfTrace(trace, { counts, series }).map(({ title, count, reason }) => [
      title,
      count,
      reason,
    ]);
  expect(words(41)).toEqual([
    ['The trace', 38, undefined],
    ['Logs of this trace', 0, 'no log line names it'],
    ['Logs of pay.ment around this time', undefined, undefined],
    ['Traces around this time', undefined, undefined],
    ['Metrics of pay.ment', 41, undefined],
  ]);
  expect(words(0).at(-1)).toEqual(['Metrics of pay.ment', 0, 'it sends none at this time']);
});

test('metrics are asked for by the label that they have', () => {
  const [door] = doorsOfTrace(trace, { counts: null, series: null }).slice(-1);
  const query = new URLSearchParams(door?.href?.split('?')[1]).get('query') ?? '';
  expect(query).toBe(String.raw`{job=~"(.+/)?pay\\.ment"}`);
  expect(() => parsePromql(query)).not.toThrow();
});
