// Prometheus's API as Grafana's datasource, its exemplar probe and promtool call it; Mimir's paths and plain ones alike.

import { describe, expect, test } from 'vitest';
import { form, formHeaders, path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

interface Result {
  readonly data: {
    readonly resultType: string;
    readonly result: {
      readonly metric: Record<string, string>;
      readonly value?: [number, string];
      readonly values?: [number, string][];
    }[];
  };
  readonly warnings?: string[];
}

type Parameters = Record<string, string | number | readonly string[]>;

/** Grafana's backend posts forms. */
function post(base: string, parameters: Parameters) {
  return {
    port: 'prometheus',
    path: base,
    method: 'POST',
    headers: formHeaders,
    body: form(parameters),
  } as const;
}

function get(base: string, parameters: Parameters = {}) {
  return { port: 'prometheus', path: path(base, parameters) } as const;
}

function window(): { start: number; end: number } {
  return { start: running.shop.startMs / 1000, end: running.shop.endMs / 1000 };
}

for (const prefix of ['', '/prometheus']) {
  describe(`under ${prefix === '' ? 'the root' : prefix}`, () => {
    test('Save & test: 1+1 at 4', () =>
      ask(post(`${prefix}/api/v1/query`, { query: '1+1', time: 4 }), {
        headers: { 'content-type': 'application/json' },
        text: '{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}',
      }));

    test('Save & test: buildinfo, with no features that would make it a Mimir', async () => {
      const answer = await ask(get(`${prefix}/api/v1/status/buildinfo`), {
        json: { status: 'success', data: { version: expect.stringMatching(/^\d+\./) as string } },
      });
      expect(answer.json<{ data: object }>().data).not.toHaveProperty('features');
    });

    test('range by GET and by POST', async () => {
      const parameters = {
        query: 'sum by (code) (rate(http_requests_total[1m]))',
        ...window(),
        step: 60,
      };
      const posted = await ask(post(`${prefix}/api/v1/query_range`, parameters), {
        json: { status: 'success', data: { resultType: 'matrix' } },
      });
      const { result } = posted.json<Result>().data;
      expect(result.map(({ metric }) => metric)).toEqual([{ code: '200' }, { code: '500' }]);
      const rates = result.map(({ values }) => Number(values?.at(-1)?.[1]));
      expect(rates[0]).toBeCloseTo(2, 9);
      expect(rates[1]).toBeCloseTo(0.2, 9);
      await ask(get(`${prefix}/api/v1/query_range`, parameters), { text: posted.text });
    });

    test('the exemplar probe in milliseconds succeeds', async () => {
      const probe = { query: 'test', start: Date.now() - 3_600_000, end: Date.now() };
      await ask(get(`${prefix}/api/v1/query_exemplars`, probe), {
        json: { status: 'success', data: [] },
      });
      await ask(post(`${prefix}/api/v1/query_exemplars`, probe), { json: { status: 'success' } });
    });
  });
}

describe('instant', () => {
  test('a vector, its time and its values as text', async () => {
    const answer = await ask(
      post('/api/v1/query', { query: 'http_requests_total{code="500"}', time: window().end }),
    );
    expect(answer.json<Result>().data).toEqual({
      resultType: 'vector',
      result: [
        {
          metric: { __name__: 'http_requests_total', code: '500', job: 'shop/checkout' },
          value: [window().end, '240'],
        },
      ],
    });
  });

  test('quantiles of a classic histogram', async () => {
    const query =
      'histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket[5m])) by (le))';
    const answer = await ask(post('/api/v1/query', { query, time: window().end }));
    expect(Number(answer.json<Result>().data.result[0]?.value?.[1])).toBeCloseTo(0.5, 5);
  });

  test('the queries of the service graph and the RED table answer empty', async () => {
    for (const query of [
      'sum by (client, server) (rate(traces_service_graph_request_total[1800s]))',
      'group by (client, connection_type, server) (traces_service_graph_request_total)',
      'topk(5, sum(rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[1800s])) by (span_name))',
      'sum by (client, server)(rate(traces_service_graph_request_total{client="a"}[60s])) OR sum by (client, server)(rate(traces_service_graph_request_total{server="a"}[60s]))',
    ])
      await ask(post('/api/v1/query', { query }), {
        json: { data: { resultType: 'vector', result: [] } },
      });
  });

  test('limit cuts and says so', async () => {
    const answer = await ask(
      get('/api/v1/query', { query: 'http_requests_total', limit: 1, time: window().end }),
    );
    expect(answer.json<Result>().data.result).toHaveLength(1);
    expect(answer.json<Result>().warnings).toEqual(['results truncated due to limit']);
  });

  test('OTLP metrics under their Prometheus names', async () => {
    await ask(get('/api/v1/query', { query: 'cart_size_bytes', time: window().end }), {
      json: { data: { result: [{ metric: { job: 'shop/cart' }, value: [window().end, '512'] }] } },
    });
    await ask(get('/api/v1/query', { query: 'cart_reads_total', time: window().end }), {
      json: { data: { result: [{ metric: { cached: 'true' }, value: [window().end, '42'] }] } },
    });
    await ask(get('/api/v1/query', { query: 'target_info', time: window().end }), {
      json: { data: { result: [{ metric: { host_name: 'cart-0', job: 'shop/cart' } }] } },
    });
  });
});

test('deltas are a counter; what comes out of order is refused with a count', async () => {
  const { endMs } = running.shop;
  const send = async (fromMs: number, toMs: number, value: number, json: object): Promise<void> => {
    const dataPoints = [
      { startTimeUnixNano: ns(fromMs), timeUnixNano: ns(toMs), asInt: String(value) },
    ];
    const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints };
    const scopeMetrics = [{ metrics: [{ name: 'picked', sum }] }];
    await ask(
      {
        port: 'otlpHttp',
        path: '/v1/metrics',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceMetrics: [{ scopeMetrics }] }),
      },
      { json },
    );
  };
  const at = (seconds: number): number => endMs - 60_000 + seconds * 1000;
  await send(at(0), at(10), 5, {});
  await send(at(10), at(20), 2, {});
  await send(at(5), at(15), 9, {
    partialSuccess: {
      rejectedDataPoints: '1',
      errorMessage: 'delta point of metric "picked" is out of order',
    },
  });
  // A gap: the sum begins anew, and with more than it had before.
  await send(at(40), at(50), 30, {});
  await ask(get('/api/v1/query', { query: 'picked_total', time: at(20) / 1000 }), {
    json: { data: { result: [{ value: [at(20) / 1000, '7'] }] } },
  });
  const answer = await ask(
    get('/api/v1/query', { query: 'picked_total[1m]', time: at(55) / 1000 }),
  );
  const [series] = answer.json<Result>().data.result;
  expect(series?.values?.map(([, value]) => value)).toEqual(['0', '5', '7', '0', '30']);
});

describe('exemplars', () => {
  test('those of the series, with the labels that link to the trace', async () => {
    const answer = await ask(
      post('/api/v1/query_exemplars', {
        query:
          'histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket[1m])) by (le))',
        ...window(),
      }),
    );
    const { data } = answer.json<{
      data: { seriesLabels: Record<string, string>; exemplars: Record<string, unknown>[] }[];
    }>();
    const all = data.flatMap(({ exemplars }) => exemplars);
    expect(all).toHaveLength(20);
    const [trace] = running.shop.traces;
    expect(all).toContainEqual({
      labels: { trace_id: trace!.traceId, span_id: trace!.spanIds[0] },
      value: String(trace!.durationMs / 1000),
      timestamp: trace!.startMs / 1000,
    });
    expect(data[0]?.seriesLabels).toMatchObject({
      __name__: 'http_request_duration_seconds_bucket',
    });
  });
});

describe('resources', () => {
  const forms = [
    ['GET', get],
    ['POST', post],
  ] as const;
  for (const [method, request] of forms) {
    test(`labels by ${method}, cut by limit with a warning`, async () => {
      await ask(
        request('/api/v1/labels', {
          ...window(),
          'match[]': ['http_requests_total'],
          limit: 40000,
        }),
        {
          json: { status: 'success', data: ['__name__', 'code', 'job'] },
        },
      );
      const cut = await ask(request('/api/v1/labels', { ...window(), limit: 1 }));
      expect(cut.json()).toEqual({
        status: 'success',
        data: ['__name__'],
        warnings: ['results truncated due to limit'],
      });
    });

    test(`label values by ${method}`, async () => {
      await ask(request('/api/v1/label/code/values', { ...window(), limit: 40000 }), {
        json: { status: 'success', data: ['200', '500'] },
      });
      await ask(request('/api/v1/label/__name__/values', window()), {
        json: {
          data: expect.arrayContaining(['http_requests_total', 'queue.depth', 'up']) as string[],
        },
      });
    });

    test(`series by ${method} with Grafana's default matcher`, async () => {
      const answer = await ask(
        request('/api/v1/series', { ...window(), 'match[]': ['{__name__!=""}'], limit: 40000 }),
      );
      const { data } = answer.json<{ data: Record<string, string>[] }>();
      expect(data).toContainEqual({ __name__: 'up', job: 'shop/checkout' });
      expect(data.length).toBeGreaterThanOrEqual(8);
    });

    test(`metadata by ${method}`, async () => {
      await ask(request('/api/v1/metadata', { limit: 40000 }), {
        json: {
          status: 'success',
          data: {
            http_requests_total: [{ type: 'counter', help: 'Requests.', unit: '' }],
            http_request_duration_seconds: [{ type: 'histogram', help: 'Time.', unit: 'seconds' }],
          },
        },
      });
      await ask(request('/api/v1/metadata', { metric: 'http_requests_total' }), {
        text: '{"status":"success","data":{"http_requests_total":[{"type":"counter","help":"Requests.","unit":""}]}}',
      });
      const one = await ask(request('/api/v1/metadata', { limit: 1 }));
      expect(Object.keys(one.json<{ data: object }>().data)).toHaveLength(1);
    });
  }

  test('names that are not legacy come escaped', async () => {
    await ask(get('/api/v1/label/U__queue_2e_name/values', window()), {
      json: { data: ['mails'] },
    });
    await ask(post('/api/v1/query', { query: '{"queue.depth"}', time: window().end }), {
      json: { data: { result: [{ metric: { __name__: 'queue.depth', 'queue.name': 'mails' } }] } },
    });
  });

  test('series wants a matcher', () =>
    ask(get('/api/v1/series'), {
      status: 400,
      json: { status: 'error', errorType: 'bad_data', error: 'no match[] parameter provided' },
    }));

  test('rules and alerts are empty, as Grafana asks at start', async () => {
    await ask(get('/api/v1/rules'), { json: { status: 'success', data: { groups: [] } } });
    await ask(get('/prometheus/api/v1/rules', { type: 'record' }), {
      json: { data: { groups: [] } },
    });
    await ask(get('/api/v1/alerts'), { json: { status: 'success', data: { alerts: [] } } });
  });
});

describe('errors have the envelope', () => {
  const refusals: readonly [string, string, Parameters, number, string, RegExp][] = [
    ['a parse error', '/api/v1/query', { query: 'sum(' }, 400, 'bad_data', /parse error/],
    [
      'time',
      '/api/v1/query',
      { query: 'up', time: 'noon' },
      400,
      'bad_data',
      /^invalid parameter "time"/,
    ],
    [
      'no start',
      '/api/v1/query_range',
      { query: 'up' },
      400,
      'bad_data',
      /^invalid parameter "start"/,
    ],
    [
      'points',
      '/api/v1/query_range',
      { query: 'up', start: 0, end: 100_000, step: 1 },
      400,
      'bad_data',
      /^exceeded maximum resolution of 11,000 points per timeseries/,
    ],
    ['many-to-many', '/api/v1/query', { query: 'on_data' }, 422, 'execution', /many-to-many/],
    ['no such endpoint', '/api/v1/nope', {}, 404, 'not_found', /no such endpoint/],
  ];
  for (const [name, base, parameters, status, errorType, message] of refusals) {
    test(name, () =>
      ask(
        get(base, {
          ...parameters,
          ...(parameters['query'] === 'on_data'
            ? { query: 'http_requests_total * on (job) http_requests_total', time: window().end }
            : {}),
        }),
        {
          status,
          headers: { 'content-type': 'application/json' },
          json: { status: 'error', errorType, error: expect.stringMatching(message) as string },
        },
      ),
    );
  }
});
