// Loki's API as Grafana's datasource, its label browser, Logs Drilldown and logcli call it.

import { describe, expect, test } from 'vitest';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

/** What Grafana's backend adds to each data request. */
const grafana = {
  'user-agent': 'Grafana/13.1.0',
  'x-loki-response-encoding-flags': 'categorize-labels',
  'x-query-tags': 'Source=datasample',
};

type Values = [string, string, Record<string, Record<string, string>>?][];
interface Streams {
  readonly data: {
    readonly resultType: string;
    readonly encodingFlags?: string[];
    readonly result: { readonly stream: Record<string, string>; readonly values: Values }[];
    readonly stats: { readonly summary: Record<string, number> };
  };
}
interface Numbers {
  readonly data: {
    readonly resultType: string;
    readonly result: {
      readonly metric: Record<string, string>;
      readonly value?: [number, string];
      readonly values?: [number, string][];
    }[];
  };
}

function window(): { start: string; end: string } {
  const { startMs, endMs } = running.shop;
  return { start: ns(startMs), end: ns(endMs) };
}

function range(query: string, more: Record<string, string | number> = {}): string {
  return path('/loki/api/v1/query_range', {
    query,
    direction: 'backward',
    limit: 1000,
    ...window(),
    step: '5000ms',
    ...more,
  });
}

async function streams(query: string, more: Record<string, string | number> = {}, flags = true) {
  const answer = await ask(
    { port: 'loki', path: range(query, more), headers: flags ? grafana : {} },
    { json: { status: 'success', data: { resultType: 'streams' } } },
  );
  return answer.json<Streams>().data;
}

function linesOf(data: Streams['data']): string[] {
  return data.result.flatMap(({ values }) => values.map(([, line]) => line));
}

describe('Save & test', () => {
  test('vector(1)+vector(1) is one sample with value 2', async () => {
    const answer = await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/query', {
          query: 'vector(1)+vector(1)',
          time: ns(Date.now()),
          direction: 'backward',
        }),
        headers: grafana,
      },
      {
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        json: { status: 'success', data: { resultType: 'vector' } },
      },
    );
    const { result } = answer.json<Numbers>().data;
    expect(result).toHaveLength(1);
    expect(result[0]?.metric).toEqual({});
    expect(result[0]?.value?.[1]).toBe('2');
    expect(answer.text.endsWith('\n')).toBe(true);
  });

  test('buildinfo without an envelope', async () => {
    const answer = await ask({ port: 'loki', path: '/loki/api/v1/status/buildinfo' });
    const info = answer.json<Record<string, string>>();
    expect(Object.keys(info).toSorted()).toEqual([
      'branch',
      'buildDate',
      'buildUser',
      'goVersion',
      'revision',
      'version',
    ]);
    expect(info['version']).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('a tenant header is no matter while tenants are off', async () => {
    for (const tenant of ['team-a', 'team-a|team-b', '', 'ü/%']) {
      const headers = { 'x-scope-orgid': encodeURI(tenant) };
      await ask(
        { port: 'loki', path: path('/loki/api/v1/label/app/values', window()), headers },
        { json: { data: ['edge'] } },
      );
    }
  });

  test('ready and metrics of its own', async () => {
    await ask({ port: 'loki', path: '/ready' }, { text: 'ready\n' });
    await ask(
      { port: 'loki', path: '/metrics' },
      { headers: { 'content-type': /^text\/plain/ }, text: /^clew_stored_log_records_total /m },
    );
  });
});

describe('Explore: logs', () => {
  test('categorize-labels: stream labels alone, the rest per entry in a third element', async () => {
    const { encodingFlags, result } = await streams('{service_name="checkout"}');
    expect(encodingFlags).toEqual(['categorize-labels']);
    expect(result).toHaveLength(1);
    expect(result[0]?.stream).toEqual({
      service_name: 'checkout',
      service_namespace: 'shop',
      deployment_environment: 'prod',
    });
    expect(result[0]?.values).toHaveLength(22);
    for (const [time, line, categories] of result[0]?.values ?? []) {
      expect(time).toMatch(/^\d{19}$/);
      expect(line).toMatch(/^order/);
      expect(categories?.['structuredMetadata']).toMatchObject({
        detected_level: expect.stringMatching(/^(info|error)$/) as string,
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        host_name: 'checkout-0',
        currency: 'EUR',
        scope_name: 'winston',
      });
      expect(Object.keys(categories ?? {})).toEqual(['structuredMetadata']);
    }
  });

  test('the third element is there when it is empty, and names what a parser found', async () => {
    const plain = await streams('{job="archive"} | drop detected_level');
    expect(plain.result[0]?.values[0]?.[2]).toEqual({});
    const parsed = await streams('{app="edge"} | logfmt | status="200"');
    expect(parsed.result[0]?.stream).toEqual({ app: 'edge', env: 'prod', service_name: 'edge' });
    expect(parsed.result[0]?.values[0]?.[2]).toMatchObject({
      structuredMetadata: { pod: expect.stringMatching(/^edge-[01]$/) as string },
      parsed: { level: 'info', method: 'POST', path: '/checkout', status: '200' },
    });
  });

  test('without the flag the stream is the union, and lines are escaped as Go does', async () => {
    const data = await streams('{service_name="checkout"} |= "failed"', {}, false);
    expect(data.encodingFlags).toBeUndefined();
    expect(data.result).toHaveLength(4);
    expect(data.result[0]?.stream).toMatchObject({
      service_name: 'checkout',
      detected_level: 'error',
      severity_text: 'ERROR',
    });
    const raw = await ask({ port: 'loki', path: range('{service_name="checkout"} |= "failed"') });
    expect(raw.text).toContain('order failed \\u003cb\\u003e\\u0026co');
    expect(data.result[0]?.values[0]).toHaveLength(2);
  });

  test('service_name is found, detected_level computed, in every way in', async () => {
    const levels = await streams('{env="prod", service_name=~"edge|worker|archive"}');
    const byService = new Map<string, Set<string | undefined>>();
    for (const { stream, values } of levels.result) {
      const set = byService.get(stream['service_name'] ?? '') ?? new Set();
      for (const [, , meta] of values) set.add(meta?.['structuredMetadata']?.['detected_level']);
      byService.set(stream['service_name'] ?? '', set);
    }
    expect(byService).toEqual(
      new Map([
        ['archive', new Set(['unknown'])],
        ['edge', new Set(['info', 'error'])],
        ['worker', new Set(['unknown'])],
      ]),
    );
    expect(linesOf(await streams('{service_name="cart"} | detected_level="warn"'))).toHaveLength(6);
  });

  test('order, limit and the statistics that Grafana shows', async () => {
    const newest = await streams('{app="edge"}', { limit: 3 });
    const times = newest.result.flatMap(({ values }) => values.map(([time]) => time));
    expect(times).toEqual(times.toSorted().toReversed());
    const last = running.shop.traces.at(-1)!;
    expect(times[0]).toBe(ns(last.startMs + 1));
    expect(times).toHaveLength(3);
    const oldest = await streams('{app="edge"}', { limit: 3, direction: 'FORWARD' });
    expect(oldest.result.flatMap(({ values }) => values.map(([time]) => time))).toEqual(
      running.shop.traces.slice(0, 3).map(({ startMs }) => ns(startMs + 1)),
    );
    expect(oldest.stats.summary['totalEntriesReturned']).toBe(3);
    expect(oldest.stats.summary['totalLinesProcessed']).toBeGreaterThanOrEqual(3);
  });

  test('parsers of trace-to-logs chain on any line format', async () => {
    const { traceId, spanIds } = running.shop.traces[2]!;
    const found = await streams(
      `{job=~"(.*/)?(edge|worker)"} | logfmt | json | drop __error__ | trace_id="${traceId}"`,
    );
    expect(linesOf(found)).toEqual([]);
    const edge = await streams(
      `{service_name="edge"} | logfmt | json | drop __error__ | trace_id="${traceId}"`,
    );
    expect(linesOf(edge)).toHaveLength(1);
    const cart = await streams(
      `{service_name="cart"} | logfmt | json | drop __error__ | traceId="${traceId}"`,
    );
    expect(linesOf(cart)).toHaveLength(1);
    expect(
      linesOf(await streams(`{service_name="worker"} |= "${spanIds[0]}" |= "${traceId}"`)),
    ).toHaveLength(1);
  });

  test('each of the queries that Grafana probes when told to find the logs by itself', async () => {
    const { traceId, spanIds } = running.shop.traces[4]!;
    const names = [
      ['traceID', 'spanID'],
      ['trace_id', 'span_id'],
      ['traceId', 'spanId'],
      ['TraceID', 'SpanID'],
      ['TraceId', 'SpanId'],
      ['otel_trace_id', 'otel_span_id'],
    ];
    const counts: number[] = [];
    for (const selector of ['{service_name="checkout"}', '{job=~"(.*/)?(checkout|cart)"}']) {
      for (const [trace, span] of names) {
        const query = `${selector} | logfmt | json | drop __error__ | ${trace}="${traceId}" | ${span}="${spanIds[0]}"`;
        counts.push(linesOf(await streams(query)).length);
      }
    }
    expect(counts).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const last = await streams(`{service_name="worker"} |= "${traceId}" |= "${spanIds[0]}"`);
    expect(linesOf(last)).toHaveLength(1);
  });

  for (const or of ['or', 'OR']) {
    test(`the query that Grafana builds from a span, written with ${or}`, async () => {
      const { traceId, spanIds } = running.shop.traces[4]!;
      const filter = (name: string, id: string): string =>
        ` | label_format log_line_contains_${name}=\`{{ contains "${id}" __line__  }}\` | log_line_contains_${name}="true" ${or} ${name}="${id}"`;
      const byTrace = await streams(
        `{service_name=~"edge|checkout|cart"}${filter('trace_id', traceId)}`,
      );
      expect(linesOf(byTrace)).toHaveLength(3);
      const bySpan = await streams(
        `{service_name="checkout", service_namespace="shop"}${filter('trace_id', traceId)}${filter('span_id', spanIds[0])}`,
      );
      expect(linesOf(bySpan)).toEqual(['order failed <b>&co']);
    });
  }

  test('show context: from the row on inclusive, and backward up to it', async () => {
    const row = running.shop.traces[10]!;
    const at = BigInt(ns(row.startMs + 1));
    const twoHours = 7_200_000_000_000n;
    const context = { limit: 3, step: '' };
    const after = await streams('{app="edge"}', {
      ...context,
      direction: 'FORWARD',
      start: String(at),
      end: String(at + twoHours),
    });
    const before = await streams('{app="edge"}', {
      ...context,
      direction: 'BACKWARD',
      start: String(at - twoHours),
      end: String(at),
    });
    const times = (data: Streams['data']): string[] =>
      data.result.flatMap(({ values }) => values.map(([time]) => time));
    const { traces } = running.shop;
    expect(times(after)).toEqual([10, 11, 12].map((n) => ns(traces[n]!.startMs + 1)));
    expect(times(before)).toEqual([9, 8, 7].map((n) => ns(traces[n]!.startMs + 1)));
  });

  test('chunks of a day, newest first, have every line once', async () => {
    const { archiveTimesNs } = running.shop;
    const day = 86_400_000_000_000n;
    const end = archiveTimesNs[0]! + 1n;
    const seen: string[] = [];
    for (const [from, to] of [
      [archiveTimesNs[48]!, end],
      [archiveTimesNs[48]! - day, archiveTimesNs[48]!],
      [archiveTimesNs[48]! - 2n * day, archiveTimesNs[48]! - day],
    ] as const) {
      const chunk = await streams('{job="archive"}', {
        start: String(from),
        end: String(to),
        step: '60000ms',
      });
      seen.push(...chunk.result.flatMap(({ values }) => values.map(([time]) => time)));
    }
    expect(seen).toEqual(archiveTimesNs.map(String));
  });
});

describe('Explore: numbers', () => {
  async function matrix(query: string, more: Record<string, string | number> = {}) {
    const answer = await ask(
      { port: 'loki', path: range(query, more), headers: grafana },
      { json: { status: 'success', data: { resultType: 'matrix' } } },
    );
    return answer.json<Numbers>().data.result;
  }

  test('log volume by level', async () => {
    const result = await matrix(
      'sum by (level, detected_level) (count_over_time({service_name="checkout"} | drop __error__[1m]))',
      { step: '60000ms' },
    );
    const totals = Object.fromEntries(
      result.map(({ metric, values = [] }) => [
        metric['detected_level'],
        values.reduce((sum, [, count]) => sum + Number(count), 0),
      ]),
    );
    expect(totals).toEqual({ error: 4, info: 18 });
  });

  test('a metric of parsed values, by label', async () => {
    const result = await matrix(
      'sum by (status) (count_over_time({app="edge"} | logfmt | __error__="" [20m]))',
      { start: window().end, step: '1200000ms' },
    );
    expect(result.map(({ metric, values }) => [metric['status'], values?.at(-1)?.[1]])).toEqual([
      ['200', '16'],
      ['502', '4'],
    ]);
  });

  test('instant topk by service', async () => {
    const answer = await ask({
      port: 'loki',
      path: path('/loki/api/v1/query', {
        query:
          'topk(1, sum by (service_name) (count_over_time({env="prod", job!="archive"}[25m])))',
        time: window().end,
        limit: 100,
      }),
    });
    const { resultType, result } = answer.json<Numbers>().data;
    expect(resultType).toBe('vector');
    expect(result).toHaveLength(1);
    expect(result[0]?.value?.[1]).toBe('20');
  });

  test('an instant log query is refused in plain words', () =>
    ask(
      { port: 'loki', path: path('/loki/api/v1/query', { query: '{app="edge"}' }) },
      {
        status: 400,
        text: /^log queries are not supported as an instant query type/,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          'x-content-type-options': 'nosniff',
        },
      },
    ));
});

describe('label browser', () => {
  test('labels, and labels of a selector', async () => {
    await ask(
      { port: 'loki', path: path('/loki/api/v1/labels', window()) },
      {
        json: {
          status: 'success',
          data: [
            'app',
            'deployment_environment',
            'env',
            'job',
            'service_name',
            'service_namespace',
          ],
        },
      },
    );
    await ask(
      { port: 'loki', path: path('/loki/api/v1/labels', { ...window(), query: '{app="edge"}' }) },
      { json: { data: ['app', 'env', 'service_name'] } },
    );
    await ask(
      { port: 'loki', path: path('/loki/api/v1/label', window()) },
      { json: { status: 'success' } },
    );
  });

  test('data is left out when there is none', async () => {
    const nowhere = { start: '1000000000', end: '1000003600' };
    await ask(
      { port: 'loki', path: path('/loki/api/v1/labels', nowhere) },
      { text: '{"status":"success"}\n' },
    );
    await ask(
      { port: 'loki', path: path('/loki/api/v1/label/nope/values', window()) },
      { text: '{"status":"success"}\n' },
    );
    await ask(
      { port: 'loki', path: path('/loki/api/v1/series', nowhere) },
      { text: '{"status":"success","data":[]}\n' },
    );
  });

  test('values, and values under a selector', async () => {
    await ask(
      { port: 'loki', path: path('/loki/api/v1/label/service_name/values', window()) },
      { json: { data: ['archive', 'cart', 'checkout', 'edge', 'mailer', 'worker'] } },
    );
    await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/label/service_name/values', {
          ...window(),
          query: '{env="prod", job="worker"}',
        }),
      },
      { json: { data: ['worker'] } },
    );
  });

  test('series by GET and by POST form, several matchers as a union', async () => {
    const parameters = { 'match[]': ['{app="edge"}', '{service_name=~"edge|cart"}'], ...window() };
    const data = [
      { service_name: 'cart', service_namespace: 'shop', deployment_environment: 'prod' },
      { app: 'edge', env: 'prod', service_name: 'edge' },
    ];
    const get = await ask({ port: 'loki', path: path('/loki/api/v1/series', parameters) });
    expect(get.json<{ data: object[] }>().data).toEqual(expect.arrayContaining(data));
    expect(get.json<{ data: object[] }>().data).toHaveLength(2);
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/series',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: path('', parameters).slice(1),
      },
      { text: get.text },
    );
  });
});

describe('sizes and Drilldown', () => {
  test('index/stats is raw JSON', async () => {
    const answer = await ask({
      port: 'loki',
      path: path('/loki/api/v1/index/stats', { query: '{app="edge"}', ...window() }),
    });
    const stats = answer.json<Record<string, number>>();
    expect(Object.keys(stats)).toEqual(['streams', 'chunks', 'bytes', 'entries']);
    expect(stats).toMatchObject({ streams: 1, entries: 20 });
    expect(stats['bytes']).toBeGreaterThan(1000);
  });

  test('volume by label, and over time', async () => {
    const volume = await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/index/volume', {
          query: '{env="prod"}',
          targetLabels: 'service_name',
          limit: 5000,
          ...window(),
        }),
      },
      { json: { status: 'success', data: { resultType: 'vector' } } },
    );
    const { result } = volume.json<Numbers>().data;
    expect(result.map(({ metric }) => metric['service_name'])).toEqual([
      'edge',
      'worker',
      'archive',
    ]);
    await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/index/volume_range', {
          query: '{service_name=~".+"}',
          targetLabels: 'service_name',
          step: '60s',
          ...window(),
        }),
      },
      { json: { data: { resultType: 'matrix' } } },
    );
    const labels = await ask({
      port: 'loki',
      path: path('/loki/api/v1/index/volume', {
        query: '{app="edge"}',
        aggregateBy: 'labels',
        ...window(),
      }),
    });
    expect(labels.json<Numbers>().data.result.map(({ metric }) => metric)).toContainEqual({
      app: '',
    });
    await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/index/volume', { query: '{app="edge"}', aggregateBy: 'x' }),
      },
      { status: 400, text: 'invalid aggregation option' },
    );
  });

  test('detected labels', async () => {
    const answer = await ask({
      port: 'loki',
      path: path('/loki/api/v1/detected_labels', window()),
    });
    expect(answer.json<{ detectedLabels: object[] }>().detectedLabels).toContainEqual({
      label: 'service_name',
      cardinality: 6,
    });
  });

  test('detected fields and their values', async () => {
    const answer = await ask({
      port: 'loki',
      path: path('/loki/api/v1/detected_fields', {
        query: '{service_name="cart"}',
        limit: 1000,
        ...window(),
      }),
    });
    const { fields, limit } = answer.json<{ fields: Record<string, unknown>[]; limit: number }>();
    expect(limit).toBe(1000);
    const byLabel = Object.fromEntries(fields.map((field) => [field['label'], field]));
    expect(byLabel['items']).toMatchObject({ type: 'int', parsers: ['json'] });
    expect(byLabel['took']).toMatchObject({ type: 'duration', parsers: ['json'] });
    expect(byLabel['size']).toMatchObject({ type: 'bytes', parsers: ['json'] });
    expect(byLabel['user_id']).toMatchObject({ type: 'string', cardinality: 3 });
    expect(byLabel['detected_level']).toMatchObject({ parsers: null });
    await ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/detected_field/user_id/values', {
          query: '{service_name="cart"}',
          ...window(),
        }),
      },
      { json: { values: expect.arrayContaining(['u0', 'u1', 'u2']) as string[] } },
    );
  });

  test('what is not kept answers as a Loki without it', async () => {
    await ask(
      { port: 'loki', path: path('/loki/api/v1/patterns', { query: '{app="edge"}' }) },
      {
        status: 404,
        text: '',
      },
    );
    await ask(
      { port: 'loki', path: '/loki/api/v1/drilldown-limits' },
      { json: { pattern_ingester_enabled: false } },
    );
    await ask(
      { port: 'loki', path: '/loki/api/v1/rules' },
      { status: 404, text: /^no rule groups found/ },
    );
    await ask(
      { port: 'loki', path: '/prometheus/api/v1/rules' },
      { json: { status: 'success', data: { groups: [] } } },
    );
    await ask(
      { port: 'loki', path: '/prometheus/api/v1/alerts' },
      { json: { status: 'success', data: { alerts: [] } } },
    );
  });
});

describe('format_query', () => {
  test('a query, printed', () =>
    ask(
      {
        port: 'loki',
        path: path('/loki/api/v1/format_query', { query: '{app="edge"}|="x"|logfmt' }),
      },
      { json: { status: 'success', data: '{app="edge"} |= "x" | logfmt' } },
    ));
  test('an error is JSON here', () =>
    ask(
      { port: 'loki', path: path('/loki/api/v1/format_query', { query: '{app=' }) },
      {
        status: 400,
        json: {
          status: 'invalid-query',
          error: expect.stringMatching(/^parse error at line 1, col \d+: /) as string,
        },
      },
    ));
});

describe('errors are plain text', () => {
  const refusals: readonly [string, string, Record<string, string | number>, RegExp][] = [
    [
      'a parse error',
      '/loki/api/v1/query_range',
      { query: '{app="edge"} |=' },
      /^parse error at line 1, col \d+: /,
    ],
    [
      'no matcher that bounds',
      '/loki/api/v1/query_range',
      { query: '{app=~".*"}' },
      /^(parse error : )?queries require at least one regexp or equality matcher/,
    ],
    [
      'limit 0',
      '/loki/api/v1/query_range',
      { query: '{a="b"}', limit: 0 },
      /^limit must be a positive value/,
    ],
    [
      'limit over the most',
      '/loki/api/v1/query_range',
      { query: '{a="b"}', limit: 5001 },
      /^max entries limit per query exceeded, limit > max_entries_limit_per_query \(5001 > 5000\)/,
    ],
    [
      'direction',
      '/loki/api/v1/query_range',
      { query: '{a="b"}', direction: 'up' },
      /^invalid direction 'up'/,
    ],
    ['start', '/loki/api/v1/labels', { start: 'noon' }, /^could not parse 'start' parameter/],
    [
      'end before start',
      '/loki/api/v1/labels',
      { start: 10, end: 5 },
      /^end timestamp must not be before/,
    ],
    [
      'points',
      '/loki/api/v1/query_range',
      { query: 'rate({a="b"}[1m])', start: 1, end: 1_000_000, step: 1 },
      /^exceeded maximum resolution of 11,000 points per time series/,
    ],
    [
      'step',
      '/loki/api/v1/query_range',
      { query: '{a="b"}', step: 0 },
      /^zero or negative query resolution/,
    ],
    ['a bad matcher', '/loki/api/v1/series', { match: '{app=' }, /parse error/],
  ];
  for (const [name, base, parameters, message] of refusals) {
    test(name, () =>
      ask(
        { port: 'loki', path: path(base, parameters) },
        {
          status: 400,
          text: message,
          headers: {
            'content-type': 'text/plain; charset=utf-8',
            'x-content-type-options': 'nosniff',
          },
        },
      ),
    );
  }
});
