// The first calls of logcli and promtool, with the parameters that their clients put into each.

import { describe, expect, test } from 'vitest';
import { form, formHeaders, path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns, remoteWriteOf } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

function window(): { start: string; end: string } {
  const { startMs, endMs } = running.shop;
  return { start: ns(startMs), end: ns(endMs) };
}

describe('logcli', () => {
  const headers = { 'user-agent': 'loki-logcli/3.8.0 (linux/amd64)' };
  const get = (base: string, parameters: Record<string, string | number>) =>
    ({ port: 'loki', path: path(base, parameters), headers }) as const;

  test('labels, and labels NAME', async () => {
    await ask(get('/loki/api/v1/labels', window()), {
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      json: { status: 'success', data: expect.arrayContaining(['app', 'job']) as string[] },
    });
    await ask(get('/loki/api/v1/label/job/values', window()), {
      json: { status: 'success', data: ['archive', 'worker'] },
    });
  });

  test('series', async () => {
    const answer = await ask(get('/loki/api/v1/series', { match: '{env="prod"}', ...window() }));
    const { data } = answer.json<{ data: object[] }>();
    expect(data).toHaveLength(3);
    expect(data).toContainEqual({ job: 'worker', env: 'prod', service_name: 'worker' });
  });

  test('query, in batches that continue where the last one ended', async () => {
    // logcli asks the next batch from the last entry's time on and leaves out what it has printed.
    const printed: string[] = [];
    let { end } = window();
    for (;;) {
      const answer = await ask(
        get('/loki/api/v1/query_range', {
          direction: 'BACKWARD',
          end,
          limit: 6,
          query: '{app="edge"}',
          start: window().start,
        }),
        { json: { status: 'success', data: { resultType: 'streams' } } },
      );
      const entries = answer
        .json<{ data: { result: { values: [string, string][] }[] } }>()
        .data.result.flatMap(({ values }) => values)
        .toSorted(([a], [b]) => (BigInt(a) < BigInt(b) ? 1 : -1));
      const fresh = entries.filter(([time]) => !printed.includes(time));
      if (fresh.length === 0) break;
      printed.push(...fresh.map(([time]) => time));
      end = String(BigInt(printed.at(-1) ?? 0) + 1n);
    }
    expect(printed).toEqual(running.shop.traces.map(({ startMs }) => ns(startMs + 1)).toReversed());
  });

  test('query FORWARD with step and interval', async () => {
    const answer = await ask(
      get('/loki/api/v1/query_range', {
        direction: 'FORWARD',
        interval: '60',
        limit: 30,
        query: '{app="edge"}',
        step: '15',
        ...window(),
      }),
    );
    const times = answer
      .json<{ data: { result: { values: [string, string][] }[] } }>()
      .data.result.flatMap(({ values }) => values.map(([time]) => time))
      .toSorted();
    // A line every 30 s, thinned to one a minute.
    expect(times).toHaveLength(10);
  });

  test('instant-query', () =>
    ask(
      get('/loki/api/v1/query', {
        direction: 'BACKWARD',
        limit: 30,
        query: 'sum by (app) (count_over_time({app="edge"}[30m]))',
        time: window().end,
      }),
      {
        json: {
          status: 'success',
          data: {
            resultType: 'vector',
            result: [{ metric: { app: 'edge' }, value: [expect.any(Number), '20'] }],
          },
        },
      },
    ));

  test('stats and volume', async () => {
    await ask(get('/loki/api/v1/index/stats', { query: '{app="edge"}', ...window() }), {
      json: { streams: 1, entries: 20 },
    });
    await ask(
      get('/loki/api/v1/index/volume', {
        aggregateBy: 'series',
        limit: 30,
        query: '{env="prod"}',
        step: '0',
        targetLabels: '',
        ...window(),
      }),
      { json: { status: 'success', data: { resultType: 'vector' } } },
    );
    await ask(
      get('/loki/api/v1/detected_fields', {
        query: '{app="edge"}',
        line_limit: 1000,
        field_limit: 100,
        step: '',
        ...window(),
      }),
      {
        json: { limit: 100 },
      },
    );
  });
});

describe('promtool', () => {
  const headers = { 'user-agent': 'promtool/3.14.0' };
  /** client_golang posts a form where the endpoint may take one. */
  const post = (base: string, parameters: Record<string, string | readonly string[]>) =>
    ({
      port: 'prometheus',
      path: base,
      method: 'POST',
      headers: { ...headers, ...formHeaders },
      body: form(parameters),
    }) as const;

  test('check healthy and ready', async () => {
    await ask({ port: 'prometheus', path: '/-/healthy', headers }, { text: /Healthy/ });
    await ask({ port: 'prometheus', path: '/-/ready', headers }, { text: /Ready/ });
  });

  test('query instant', async () => {
    const time = String(running.shop.endMs / 1000);
    await ask(post('/api/v1/query', { query: 'up', time }), {
      json: {
        status: 'success',
        data: {
          resultType: 'vector',
          result: [{ metric: { __name__: 'up' }, value: [Number(time), '1'] }],
        },
      },
    });
    await ask(post('/prometheus/api/v1/query', { query: 'scalar(sum(up))', time: `${time}.123` }), {
      json: { data: { resultType: 'scalar', result: [Number(`${time}.123`), '1'] } },
    });
  });

  test('query range', async () => {
    const { startMs, endMs } = running.shop;
    const answer = await ask(
      post('/api/v1/query_range', {
        query: 'up',
        start: String(startMs / 1000),
        end: String(endMs / 1000),
        step: '60',
      }),
      { json: { data: { resultType: 'matrix' } } },
    );
    const { result } = answer.json<{ data: { result: { values: object[] }[] } }>().data;
    expect(result[0]?.values).toHaveLength(21);
  });

  /** Its default window: 9,999 hours either way. */
  function everything(): { start: string; end: string } {
    const now = Date.now() / 1000;
    return { start: (now - 9999 * 3600).toFixed(3), end: (now + 9999 * 3600).toFixed(3) };
  }

  test('query series', () =>
    ask(
      post('/api/v1/series', { 'match[]': ['up', '{__name__="queue.depth"}'], ...everything() }),
      {
        json: {
          status: 'success',
          data: [
            { __name__: 'queue.depth', 'queue.name': 'mails', job: 'shop/mailer' },
            { __name__: 'up', job: 'shop/checkout' },
          ],
        },
      },
    ));

  test('query labels', () =>
    ask(
      { port: 'prometheus', path: path('/api/v1/label/code/values', everything()), headers },
      { json: { status: 'success', data: ['200', '500'] } },
    ));

  test('push metrics', async () => {
    await ask(
      {
        port: 'prometheus',
        path: '/api/v1/write',
        method: 'POST',
        headers: {
          ...headers,
          'content-encoding': 'snappy',
          'content-type': 'application/x-protobuf',
          'x-prometheus-remote-write-version': '0.1.0',
        },
        body: remoteWriteOf({ __name__: 'pushed', job: 'promtool' }, 5, Date.now()),
      },
      { status: 204 },
    );
    await ask(post('/api/v1/query', { query: 'pushed{job="promtool"}' }), {
      json: { data: { result: [{ value: [expect.any(Number), '5'] }] } },
    });
  });
});
