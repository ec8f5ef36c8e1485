import { describe, expect, test } from 'vitest';
import type { Datasource } from '../../model/datasource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { configuredWindow, linksOfSpan } from './span-to-logs.ts';
import {
  attributesOf,
  datasourceOf,
  quickStart,
  quickStartShifts,
  resourceOf,
  secondNs,
  spanId,
  spanOf,
  startNs,
  traceId,
} from '../../../test/correlate-telemetry.ts';

const trace = { traceId, name: 'cart: GET /cart', startNs, endNs: startNs + 5n * secondNs };

function queriesOf(span: Partial<SpanRecord>, datasources: readonly Datasource[]): string[] {
  return linksOfSpan(spanOf(span), trace, datasources).flatMap(({ target }) =>
    target.query === undefined ? [] : [target.query],
  );
}

function checkLogs(
  settings: Partial<NonNullable<Datasource['tracesToLogs']>>,
  span: Partial<SpanRecord>,
  expected: readonly string[],
): void {
  const tempo = datasourceOf({
    uid: 'tempo',
    type: 'tempo',
    tracesToLogs: { ...quickStartShifts, filterByTraceId: false, ...settings },
  });
  expect(queriesOf(span, [tempo, quickStart[1]!])).toEqual(expected);
}

describe('logs of a span', () => {
  test('the quick-start: own link first, then the configured query', () => {
    const [own, configured, ...rest] = linksOfSpan(spanOf(), trace, quickStart);
    expect(rest).toEqual([]);
    expect(own).toEqual({
      kind: 'logs',
      title: 'Logs of this span',
      target: { traceId, spanId, range: { startNs, endNs: startNs + 5n * secondNs + 1n } },
      source: 'trace',
    });
    expect(configured?.target.query).toBe(
      `{service_name="cart"} | label_format log_line_contains_trace_id=\`{{ contains "${traceId}" __line__  }}\` | log_line_contains_trace_id="true" or trace_id="${traceId}"`,
    );
    // The shifts widen what the trace's own bounds give, and never narrow it.
    expect(configured?.target.range).toEqual({
      startNs: startNs - 2n * secondNs,
      endNs: startNs + 5n * secondNs + 1n,
    });
    expect(configured?.target.configuredRange).toEqual({
      startNs: startNs - 2n * secondNs,
      endNs: startNs + 3n * secondNs,
    });
  });

  test('tags: chosen, renamed, dots replaced, in the order of the span', () => {
    checkLogs(
      {
        tags: [
          { key: 'http.route', value: '' },
          { key: 'k8s.pod.name', value: 'pod' },
          { key: 'spanId', value: 'span' },
        ],
      },
      {
        resource: resourceOf({ 'service.name': 'cart', 'k8s.pod.name': 'p"1' }),
        attributes: attributesOf({ 'http.route': '/cart', other: 1 }),
      },
      [`{pod="p\\"1", http_route="/cart", span="${spanId}"}`],
    );
  });

  test('no tag of the span matches: no query, unless a custom one needs none', () => {
    checkLogs({ tags: [{ key: 'absent', value: '' }] }, {}, []);
    checkLogs(
      { customQuery: '{a="b"} |= "${__trace.traceId}"', tags: [{ key: 'absent', value: '' }] },
      {},
      [`{a="b"} |= "${traceId}"`],
    );
    checkLogs({ customQuery: '{${__tags}}', tags: [{ key: 'absent', value: '' }] }, {}, []);
  });

  test('custom query with every kind of variable', () => {
    checkLogs(
      {
        customQuery:
          '{$__tags} | s="${__span.spanId}" t="${__span.traceId}" n="${__span.name}" d=${__span.duration} r="${__span.tags["http.route"]}" T="${__trace.name}" D=${__trace.duration} [$__rate_interval]',
      },
      { attributes: attributesOf({ 'http.route': '/c' }) },
      [
        `{service_name="cart"} | s="${spanId}" t="${traceId}" n="GET /cart" d=1000000 r="/c" T="cart: GET /cart" D=5000000 [$__rate_interval]`,
      ],
    );
    checkLogs({ customQuery: '{a="${__span.tags["absent"]}"}' }, {}, []);
  });

  test('a datasource that is not there: only the own link', () => {
    checkLogs({ datasourceUid: 'gone' }, {}, []);
  });

  test('the window is at least a millisecond and counts whole ones', () => {
    const span = { startNs: startNs + 1_900_000n, endNs: startNs + 1_900_001n };
    expect(configuredWindow(span, { startShiftMs: 0, endShiftMs: 0 })).toEqual({
      startNs: startNs + 1_000_000n,
      endNs: startNs + 2_000_000n,
    });
    expect(configuredWindow(span, { startShiftMs: 10, endShiftMs: -10 })).toEqual({
      startNs: startNs + 11_000_000n,
      endNs: startNs + 12_000_000n,
    });
  });
});

describe('metrics and linked spans', () => {
  test('one link a query, a default without', () => {
    const settings = {
      datasourceUid: 'mimir',
      tags: [],
      startShiftMs: -120_000,
      endShiftMs: 120_000,
    };
    const mimir = datasourceOf({ name: 'Mimir', uid: 'mimir', type: 'prometheus' });
    const tempo = (queries: readonly { name: string; query: string }[]): Datasource =>
      datasourceOf({ uid: 'tempo', type: 'tempo', tracesToMetrics: { ...settings, queries } });
    expect(
      queriesOf({}, [tempo([{ name: 'Rate', query: 'sum(rate(calls{$__tags}[5m]))' }]), mimir]),
    ).toEqual(['sum(rate(calls{service_name="cart"}[5m]))']);
    expect(queriesOf({}, [tempo([]), mimir])).toEqual([
      'histogram_quantile(0.5, sum(rate(traces_spanmetrics_latency_bucket{service="cart"}[5m])) by (le))',
    ]);
  });

  test('a span link is a door to the other trace', () => {
    const other = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceState: '',
      attributes: [],
    };
    const link = linksOfSpan(spanOf({ links: [other] }), trace, []).at(-1);
    expect(link).toMatchObject({
      kind: 'trace',
      source: 'spanLink',
      target: { traceId: other.traceId },
    });
  });
});
