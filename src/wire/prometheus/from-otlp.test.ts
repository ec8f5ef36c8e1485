import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../model/attributes.ts';
import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
} from '../../model/metrics-batch.ts';
import { emptyScope } from '../../model/resource.ts';
import { isStaleAt } from '../../model/series-batch.ts';
import { printLabels } from '../loki/labels.ts';
import { type FromOtlpOptions, seriesFromMetrics, type TranslatedMetrics } from './from-otlp.ts';
import { prometheusMetricName, prometheusUnit } from './metric-name.ts';

describe('metric names', () => {
  const cases: readonly (readonly [string, string, 'counter' | 'gauge' | 'other', string])[] = [
    ['http.server.duration', 's', 'other', 'http_server_duration_seconds'],
    ['http.server.duration.seconds', 's', 'other', 'http_server_duration_seconds'],
    ['requests', '1', 'counter', 'requests_total'],
    ['total.requests', '', 'counter', 'requests_total'],
    ['requests', '{request}', 'counter', 'requests_total'],
    ['cpu.utilization', '1', 'gauge', 'cpu_utilization_ratio'],
    ['cpu.utilization', '1', 'other', 'cpu_utilization'],
    ['network', 'By/s', 'gauge', 'network_bytes_per_second'],
    ['network', 'By/fortnight', 'gauge', 'network_bytes_per_fortnight'],
    ['network', '{packet}/s', 'counter', 'network_per_second_total'],
    ['disk__usage--now', '%', 'gauge', 'disk_usage_now_percent'],
    ['5xx.count', '', 'gauge', '_5xx_count'],
    ['a:b', '', 'gauge', 'a:b'],
    ['größe', 'By', 'gauge', 'gr_e_bytes'],
    ['...', 's', 'gauge', ''],
  ];
  for (const [name, unit, type, expected] of cases) {
    test(`${name} ${unit} ${type}`, () =>
      expect(prometheusMetricName(name, unit, type)).toBe(expected));
  }
  test('without suffixes', () =>
    expect(prometheusMetricName('http.requests', 's', 'counter', false)).toBe('http_requests'));
  test('units', () => expect(prometheusUnit('MiBy/min')).toBe('mebibytes_per_min'));
});

function attributes(values: Record<string, string>): Attributes {
  return Object.entries(values).map(([key, value]) => ({ key, value: { kind: 'string', value } }));
}

const service = attributes({
  'service.name': 'cart',
  'service.namespace': 'shop',
  'service.instance.id': 'i-1',
});
const time = { startTimeNs: 500_000_000n, timeNs: 2_000_000_000n, flags: 0, exemplars: [] };
const plain = { ...time, attributes: [] };

function translate(
  name: string,
  unit: string,
  data: MetricData,
  resource: Attributes = service,
  options: FromOtlpOptions = {},
): TranslatedMetrics {
  const metric = { name, unit, description: 'help', metadata: [], data };
  const owner = { attributes: resource, droppedAttributesCount: 0, schemaUrl: '' };
  const scope = { ...emptyScope, name: 'lib', version: '1' };
  return seriesFromMetrics(
    { resources: [{ resource: owner, scopes: [{ scope, metrics: [metric] }] }] },
    options,
  );
}

/** Each series as its labels and its samples. */
function shown({ series }: TranslatedMetrics): string[] {
  return series.series.map(({ labels, timestampsMs, values }) => {
    const samples = Array.from(
      timestampsMs,
      (ms, at) => `${isStaleAt(values, at) ? 'stale' : values[at]}@${ms}`,
    );
    return [printLabels(labels), ...samples].join(' ');
  });
}

const target = 'instance="i-1", job="shop/cart"';
const gauge = (points: readonly NumberPoint[]): MetricData => ({ kind: 'gauge', points });

describe('samples', () => {
  test('a gauge, ints, two points of one series, a point without a value', () => {
    const data = gauge([
      { ...plain, value: 5n },
      { ...plain, timeNs: 3_000_000_000n, value: 6.5 },
      { ...plain, timeNs: 4_000_000_000n, flags: 1, value: 0 },
    ]);
    const translated = translate('queue.size', '', data);
    expect(shown(translated)).toEqual([
      `{__name__="queue_size", ${target}} 5@2000 6.5@3000 stale@4000`,
    ]);
    expect([...translated.series.series[0]!.startTimestampsMs]).toEqual([500, 500, 500]);
    expect(translated.series.metadata).toEqual([
      { metric: 'queue_size', type: 'gauge', help: 'help', unit: '' },
    ]);
    expect([translated.rejected, translated.message]).toEqual([0, '']);
  });

  test('counters, other sums, and delta, which is refused', () => {
    const points = [{ ...plain, value: 1 }];
    const sum = (
      monotonic: boolean,
      temporality: 'cumulative' | 'delta' | 'unspecified',
    ): MetricData => ({
      kind: 'sum',
      points,
      monotonic,
      temporality,
    });
    expect(shown(translate('hits', '1', sum(true, 'cumulative')))).toEqual([
      `{__name__="hits_total", ${target}} 1@2000`,
    ]);
    expect(shown(translate('open', '1', sum(false, 'cumulative')))).toEqual([
      `{__name__="open", ${target}} 1@2000`,
    ]);
    const refused = translate('hits', '1', sum(true, 'delta'));
    expect([refused.series.series.length, refused.rejected, refused.message]).toEqual([
      0,
      1,
      'invalid temporality and type combination for metric "hits"',
    ]);
    expect(translate('hits', '1', sum(true, 'unspecified')).rejected).toBe(1);
    expect(translate('...', '', gauge(points)).message).toBe(
      'normalization for metric "..." resulted in empty name',
    );
  });

  test('labels: sanitised, joined when they collide, the target wins', () => {
    const data = gauge([
      {
        ...plain,
        attributes: attributes({ 'a.b': '1', a_b: '2', '9x': '3', job: 'mine', empty: '' }),
        value: 1,
      },
    ]);
    expect(shown(translate('m', '', data))).toEqual([
      `{__name__="m", a_b="1;2", ${target}, key_9x="3"} 1@2000`,
    ]);
  });

  test('the missing time is now', () => {
    const data = gauge([{ ...plain, timeNs: 0n, value: 1 }]);
    const translated = translate('m', '', data, service, { nowMs: 77 });
    expect(shown(translated)).toEqual([`{__name__="m", ${target}} 1@77`]);
  });
});

describe('the resource', () => {
  const rich = [...service, ...attributes({ 'host.name': 'h', 'cloud.region': 'eu' })];
  const data = gauge([{ ...plain, value: 1 }]);

  test('its other attributes are in target_info and hidden beside the series', () => {
    const translated = translate('m', '', data, rich);
    expect(shown(translated)).toEqual([
      `{__name__="m", ${target}} 1@2000`,
      `{__name__="target_info", cloud_region="eu", host_name="h", ${target}} 1@2000`,
    ]);
    expect(printLabels(translated.series.series[0]!.resource)).toBe(
      '{cloud.region="eu", host.name="h", service.instance.id="i-1", service.name="cart", service.namespace="shop"}',
    );
  });

  test('promotion', () => {
    const options = { promoteResourceAttributes: ['host.name'], promoteScope: true };
    const translated = translate('m', '', data, rich, options);
    expect(shown(translated)[0]).toBe(
      `{__name__="m", host_name="h", ${target}, otel_scope_name="lib", otel_scope_version="1"} 1@2000`,
    );
    expect(printLabels(translated.series.series[0]!.resource)).not.toContain('host.name');
  });

  test('no target, no target_info', () => {
    expect(shown(translate('m', '', data, attributes({ 'host.name': 'h' })))).toEqual([
      '{__name__="m"} 1@2000',
    ]);
  });

  test('target_info has no gap between far points, and a bound', () => {
    const far = (ms: bigint): MetricData =>
      gauge([
        { ...plain, value: 1 },
        { ...plain, timeNs: ms * 1_000_000n, value: 1 },
      ]);
    const count = (ms: bigint): number =>
      translate('m', '', far(ms), rich).series.series[1]!.timestampsMs.length;
    expect(count(2_000n + 400_000n)).toBe(4);
    expect(count(1_700_000_000_000n)).toBe(1);
  });
});

describe('histograms', () => {
  const exemplar = (value: number, traceId: string) => ({
    timeNs: 1_000_000n,
    value,
    traceId,
    spanId: '',
    filteredAttributes: attributes({ user: 'u' }),
  });
  const point: HistogramPoint = {
    ...plain,
    count: 6,
    sum: 12.5,
    min: 0,
    max: 9,
    bucketCounts: [1, 2, 3],
    explicitBounds: [0.5, 1e21],
    exemplars: [exemplar(7, 'bb'), exemplar(0.1, 'aa'), exemplar(Number.POSITIVE_INFINITY, 'cc')],
  };

  test('classic, with the exemplars at their buckets', () => {
    const translated = translate('lat', 's', {
      kind: 'histogram',
      points: [point],
      temporality: 'cumulative',
    });
    expect(shown(translated)).toEqual([
      `{__name__="lat_seconds_sum", ${target}} 12.5@2000`,
      `{__name__="lat_seconds_count", ${target}} 6@2000`,
      `{__name__="lat_seconds_bucket", ${target}, le="0.5"} 1@2000`,
      `{__name__="lat_seconds_bucket", ${target}, le="1000000000000000000000"} 3@2000`,
      `{__name__="lat_seconds_bucket", ${target}, le="+Inf"} 6@2000`,
    ]);
    expect(
      translated.series.series.map(({ exemplars }) =>
        exemplars.map((one) => printLabels(one.labels)),
      ),
    ).toEqual([
      [],
      [],
      ['{trace_id="aa", user="u"}'],
      ['{trace_id="bb", user="u"}'],
      ['{trace_id="cc", user="u"}'],
    ]);
    expect(translated.series.metadata).toEqual([
      { metric: 'lat_seconds', type: 'histogram', help: 'help', unit: 'seconds' },
    ]);
  });

  test('without sum and buckets; attributes too long for an exemplar are left out', () => {
    const long = {
      ...exemplar(1, 'aa'),
      filteredAttributes: attributes({ user: 'u'.repeat(130) }),
    };
    const bare = {
      ...point,
      sum: undefined,
      bucketCounts: [],
      explicitBounds: [],
      exemplars: [long],
    };
    const translated = translate('lat', '', {
      kind: 'histogram',
      points: [bare],
      temporality: 'cumulative',
    });
    expect(shown(translated)).toEqual([
      `{__name__="lat_count", ${target}} 6@2000`,
      `{__name__="lat_bucket", ${target}, le="+Inf"} 6@2000`,
    ]);
    expect(printLabels(translated.series.series[1]!.exemplars[0]!.labels)).toBe('{trace_id="aa"}');
  });

  const exponential: ExponentialHistogramPoint = {
    ...plain,
    count: 11,
    sum: 3,
    min: undefined,
    max: undefined,
    scale: 3,
    zeroCount: 2,
    zeroThreshold: 0,
    positive: { offset: -1, bucketCounts: [1, 0, 0, 2, 0, 0, 0, 3] },
    negative: { offset: 4, bucketCounts: [3] },
  };
  const native = (change: Partial<ExponentialHistogramPoint>) =>
    translate('e', '', {
      kind: 'exponential-histogram',
      points: [{ ...exponential, ...change }],
      temporality: 'cumulative',
    });

  test('exponential ones are native', () => {
    expect(native({}).series.series[0]!.histograms[0]!.histogram).toEqual({
      counterResetHint: 'unknown',
      schema: 3,
      zeroThreshold: 1e-128,
      zeroCount: 2,
      count: 11,
      sum: 3,
      positiveSpans: [
        { offset: 0, length: 4 },
        { offset: 3, length: 1 },
      ],
      positiveBuckets: [1, 0, 0, 2, 3],
      negativeSpans: [{ offset: 5, length: 1 }],
      negativeBuckets: [3],
      customValues: [],
    });
  });

  test('too fine a scale is merged, too coarse a one refused', () => {
    const fine = { offset: -3, bucketCounts: [1, 1, 1, 1, 1, 1] };
    const { histogram } = native({ scale: 9, positive: fine }).series.series[0]!.histograms[0]!;
    // Indices -3 .. 2 halve to -2, -1, -1, 0, 0, 1, and one more for the upper bound.
    expect([histogram.schema, histogram.positiveSpans, histogram.positiveBuckets]).toEqual([
      8,
      [{ offset: -1, length: 4 }],
      [1, 2, 2, 1],
    ]);
    const coarse = native({ scale: -5 });
    expect([coarse.rejected, coarse.message]).toEqual([
      1,
      'cannot convert exponential to native histogram. Scale must be >= -4, was -5',
    ]);
  });

  test('summaries', () => {
    const summary = { ...plain, count: 4, sum: 8, quantiles: [{ quantile: 0.99, value: 3 }] };
    expect(shown(translate('s', '', { kind: 'summary', points: [summary] }))).toEqual([
      `{__name__="s_sum", ${target}} 8@2000`,
      `{__name__="s_count", ${target}} 4@2000`,
      `{__name__="s", ${target}, quantile="0.99"} 3@2000`,
    ]);
  });
});
