import { describe, expect, test } from 'vitest';
import { attributesByLabel, logQueryOf, originLabels, traceQueryOf } from './metric-relatives.ts';
import { metricFamilies } from './metrics.ts';

describe('families', () => {
  const counts = ['x_bucket', 'x_count', 'x_sum', 'y_total', 'z'].map((metric) => ({
    metric,
    series: 2,
  }));

  test('the parts of a histogram are one metric when its sender said so', () => {
    const x = { metric: 'x', type: 'histogram', help: 'How long.', unit: 'seconds' } as const;
    expect(metricFamilies(counts, new Map([['x', x]]))).toEqual([
      {
        name: 'x',
        type: 'histogram',
        unit: 'seconds',
        help: 'How long.',
        series: 6,
        parts: ['x_bucket', 'x_count', 'x_sum'],
      },
      { name: 'y_total', type: 'counter', unit: '', help: '', series: 2, parts: ['y_total'] },
      { name: 'z', type: 'unknown', unit: '', help: '', series: 2, parts: ['z'] },
    ]);
  });

  test('without metadata every name stands for itself', () => {
    const names = metricFamilies(counts, new Map()).map(({ name, type }) => `${name} ${type}`);
    expect(names).toEqual([
      'x_bucket histogram',
      'x_count counter',
      'x_sum counter',
      'y_total counter',
      'z unknown',
    ]);
  });
});

describe('relatives', () => {
  const labels = originLabels([
    { name: '__name__', value: 'x_bucket' },
    { name: 'le', value: '0.5' },
    { name: 'job', value: 'shop/payment' },
    { name: 'http_route', value: '/pay' },
    { name: 'http_response_status_code', value: '402' },
    { name: 'empty', value: '' },
  ]);

  test('labels that say where from', () => {
    expect(labels.map(({ name, value, as }) => `${name} ${value} ${as}`)).toEqual([
      'service_name payment job',
      'http_route /pay http_route',
      'http_response_status_code 402 http_response_status_code',
    ]);
  });

  test('as LogQL: labels of the stream in braces', () => {
    expect(logQueryOf(labels, new Set(['service_name', 'pod']))).toBe(
      '{service_name="payment"} | http_route="/pay" | http_response_status_code="402"',
    );
    expect(logQueryOf(labels.slice(1, 2), new Set())).toBe(
      '{service_name=~".+"} | http_route="/pay"',
    );
  });

  test('as TraceQL: by the attributes that there are, numbers without quotes', () => {
    const attributes = attributesByLabel([
      { scope: 'resource', names: ['service.name', 'http.route'] },
      { scope: 'span', names: ['http.route', 'http.response.status_code'] },
    ]);
    expect(traceQueryOf(labels, attributes, new Set(['http_response_status_code']))).toBe(
      '{ resource.service.name = "payment" && span.http.route = "/pay" && span.http.response.status_code = 402 }',
    );
    const some = { name: 'service_name', value: 'a', as: 'service', oneOf: ['a', 'b.c'] };
    expect(traceQueryOf([some], attributes, new Set())).toBe(
      String.raw`{ resource.service.name =~ "a|b\\.c" }`,
    );
    expect(logQueryOf([some], new Set(['service_name']))).toBe(
      String.raw`{service_name=~"a|b\\.c"}`,
    );
    expect(traceQueryOf([], attributes, new Set())).toBe('');
  });
});
