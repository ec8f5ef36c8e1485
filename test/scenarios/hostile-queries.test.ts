// Questions that are huge, nested without end or written to break out of their place: the protocol's own refusal or an answer that
// is right, never a fault of the server, never a word of SQL.

import { describe, expect, test } from 'vitest';
import { form, formHeaders, path, type Port, send } from './exchange.ts';
import { peakMiB } from './process-memory.ts';
import { runShop } from './running-shop.ts';
import { ns, remoteWriteOf } from './shop-telemetry.ts';
import { keyValues } from './wire-messages.ts';

const running = runShop();
const { ask } = running;

const answered = [200, 204, 400, 404, 413, 422];

/** An answer, or a refusal in words; the failure names the question. */
async function survives(
  port: Port,
  target: string,
  sent: Parameters<typeof send>[3] = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await send(running.clew, port, target, sent);
  const what = `${target.slice(0, 300)} -> ${answer.status} ${answer.text.slice(0, 300)}`;
  expect(answered, what).toContain(answer.status);
  if (answer.status >= 400) {
    // The client's own text may be quoted.
    expect(answer.text.replaceAll('SELECT * FROM system', ''), what).not.toMatch(
      /ClickHouse|DB::|\bSELECT\b|Code: \d+|\n\s+at |node_modules|Maximum call stack/,
    );
    if (answer.status !== 404) expect(answer.text.length, what).toBeGreaterThan(3);
    expect(answer.text.length, what.slice(0, 300)).toBeLessThan(20_000);
  }
  return answer;
}

function repeated(text: string, bytes: number): string {
  return text.repeat(Math.ceil(bytes / text.length));
}

const million = 1_000_000;
const nested = (count: number, open: string, inner: string, close: string): string =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`;

interface Language {
  readonly name: string;
  readonly port: Port;
  /** Where queries go, with the parameter that takes them. */
  readonly targets: readonly (readonly [path: string, parameter: string, post: boolean])[];
  readonly huge: Readonly<Record<string, string>>;
}

const languages: readonly Language[] = [
  {
    name: 'LogQL',
    port: 'loki',
    targets: [
      ['/loki/api/v1/query_range', 'query', true],
      ['/loki/api/v1/query', 'query', false],
      ['/loki/api/v1/format_query', 'query', true],
      ['/loki/api/v1/index/volume', 'query', true],
      ['/loki/api/v1/series', 'match[]', true],
    ],
    huge: {
      parentheses: nested(10_000, '(', 'vector(1)', ')'),
      'label filters in parentheses': `{app="edge"} | logfmt | ${nested(10_000, '(', 'a="b"', ')')}`,
      aggregations: nested(5000, 'sum(', 'rate({app="edge"}[1m])', ')'),
      operators: `1${repeated('+1', million)}`,
      powers: `1${repeated('^1', million)}`,
      'line filters': `{app="edge"}${repeated(' |= "a"', million)}`,
      'or terms': `{app="edge"} |= "a"${repeated(' or "a"', million)}`,
      matchers: `{app="edge"${repeated(',a="b"', million)}}`,
      text: `{app="edge"} |= "${'a'.repeat(million)}"`,
      'a pattern': `{app=~"${repeated('(a|b)*', million)}"}`,
      'repetitions in a pattern': `{app=~"${'('.repeat(20)}a${'{1,1000})'.repeat(20)}"}`,
      'a template': `{app="edge"} | line_format "${repeated('{{.a}}', million)}"`,
      'a nested template': `{app="edge"} | line_format \`${nested(10_000, '{{if .a}}', 'x', '{{end}}')}\``,
      'unclosed parentheses': '('.repeat(million),
      'unclosed text': `{app="${'a'.repeat(million)}`,
      minuses: `${'-'.repeat(million)}1`,
      nothing: ' '.repeat(million),
    },
  },
  {
    name: 'TraceQL',
    port: 'tempo',
    targets: [
      ['/api/search', 'q', false],
      ['/api/metrics/query_range', 'q', false],
      ['/api/v2/search/tag/name/values', 'q', false],
    ],
    huge: {
      parentheses: `{ ${nested(10_000, '(', 'true', ')')} }`,
      'spansets in parentheses': nested(10_000, '(', '{}', ')'),
      nots: `{ ${'!'.repeat(100_000)}true }`,
      operators: `{ 1${repeated(' + 1', million / 2)} = 1 }`,
      conditions: `{ name = "a"${repeated(' && name = "a"', million / 2)} }`,
      pipelines: `{}${repeated(' | {}', million / 2)}`,
      structure: `{}${repeated(' >> {}', million / 2)}`,
      text: `{ name = "${'a'.repeat(million / 2)}" }`,
      'a pattern': `{ name =~ "${repeated('(a|b)*', million / 2)}" }`,
      'an attribute': `{ span.${'a'.repeat(million / 2)} = 1 }`,
      unclosed: '{ ('.repeat(100_000),
    },
  },
  {
    name: 'PromQL',
    port: 'prometheus',
    targets: [
      ['/api/v1/query', 'query', true],
      ['/api/v1/query_exemplars', 'query', true],
      ['/api/v1/format_query', 'query', true],
      ['/api/v1/series', 'match[]', true],
    ],
    huge: {
      parentheses: nested(10_000, '(', '1', ')'),
      functions: nested(10_000, 'abs(', 'up', ')'),
      subqueries: `up${repeated('[1m:1s]', 70_000)}`,
      operators: `1${repeated('+1', million)}`,
      powers: `1${repeated('^1', million)}`,
      minuses: `${'-'.repeat(million)}1`,
      matchers: `up{a="b"${repeated(',a="b"', million)}}`,
      text: `"${'a'.repeat(million)}"`,
      'a pattern': `up{a=~"${repeated('(a|b)*', million)}"}`,
      'repetitions in a pattern': `up{a=~"${'('.repeat(20)}a${'{1,1000})'.repeat(20)}"}`,
      unclosed: 'sum('.repeat(100_000),
    },
  },
];

for (const { name, port, targets, huge } of languages) {
  describe(`${name} without end`, () => {
    for (const [what, query] of Object.entries(huge)) {
      test(`${what}, ${query.length} characters`, async () => {
        for (const [at, [target, parameter, post]] of targets.entries()) {
          if (post)
            await survives(port, target, {
              method: 'POST',
              headers: formHeaders,
              body: form({ [parameter]: query }),
            });
          // By GET as long as Go's clients could send it.
          const get = path(target, { [parameter]: query });
          if ((at === 0 || !post) && get.length < 1_040_000) await survives(port, get);
        }
        await ask({ port, path: '/ready' });
      });
    }
  });
}

describe('URLs and forms that are too long', () => {
  test('are refused with the status that says so', async () => {
    const url = await send(
      running.clew,
      'loki',
      `/loki/api/v1/labels?query=${'a'.repeat(2 * million)}`,
    );
    expect(url.status).toBe(431);
    const body = form({ query: 'a'.repeat(3 * million) });
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/query_range',
        method: 'POST',
        headers: formHeaders,
        body,
      },
      { status: 400, text: /^request body too large/ },
    );
    await ask(
      { port: 'prometheus', path: '/api/v1/query', method: 'POST', headers: formHeaders, body },
      { status: 422, json: { status: 'error', errorType: 'execution' } },
    );
  });
});

/** Each would end a quoted place of some language, or start a placeholder or a comment of one. */
const payloads = [
  `x' OR '1'='1'; DROP TABLE logs; --`,
  `x") UNION ALL SELECT * FROM system.tables --`,
  '`x`\\',
  `\\' OR 1=1 /* {x:String} $1 %s ? @x #`,
  'x\u0000y\r\n\t\u2028\u{1f4a9}',
];

interface Endpoint {
  readonly port: Port;
  readonly path: string;
  /** Parameters with a value that is fine; each is replaced in its turn. */
  readonly parameters: Readonly<Record<string, string>>;
}

function endpoints(): readonly Endpoint[] {
  const { startMs, endMs } = running.shop;
  const nanoseconds = { start: ns(startMs), end: ns(endMs) };
  const seconds = { start: String(startMs / 1000), end: String(endMs / 1000) };
  const loki = (base: string, parameters: Record<string, string>): Endpoint => ({
    port: 'loki',
    path: `/loki/api/v1/${base}`,
    parameters: { ...nanoseconds, ...parameters },
  });
  const tempo = (base: string, parameters: Record<string, string>): Endpoint => ({
    port: 'tempo',
    path: `/api/${base}`,
    parameters: { ...seconds, ...parameters },
  });
  const prometheus = (base: string, parameters: Record<string, string>): Endpoint => ({
    port: 'prometheus',
    path: `/api/v1/${base}`,
    parameters,
  });
  const explore = (base: string, parameters: Record<string, string>): Endpoint => ({
    port: 'ui',
    path: `/api/explore/${base}`,
    parameters,
  });
  const query = '{app="edge"}';
  const sizes = { limit: '10', targetLabels: 'app', aggregateBy: 'series', step: '60' };
  const fields = { query, line_limit: '10', limit: '10', field_limit: '10', step: '60' };
  const id = running.shop.traces[0]!.traceId;
  return [
    loki('query_range', {
      query,
      limit: '10',
      step: '60',
      interval: '1',
      direction: 'forward',
      since: '1h',
    }),
    loki('query', {
      query: 'rate({app="edge"}[1m])',
      time: ns(endMs),
      limit: '10',
      direction: 'forward',
    }),
    loki('labels', { query, since: '1h' }),
    loki('label/app/values', { query, since: '1h' }),
    loki('label/PAYLOAD/values', {}),
    loki('series', { 'match[]': query, match: query }),
    loki('index/stats', { query }),
    loki('index/volume', { query, ...sizes }),
    loki('index/volume_range', { query, ...sizes }),
    loki('detected_labels', { query }),
    loki('detected_fields', fields),
    loki('detected_field/status/values', fields),
    loki('detected_field/PAYLOAD/values', { query }),
    loki('format_query', { query }),
    tempo('traces/PAYLOAD', {}),
    tempo('v2/traces/PAYLOAD', {}),
    tempo(`v2/traces/${id}`, {}),
    tempo('search', { q: '{}', limit: '10', spss: '3' }),
    tempo('search', { tags: 'service.name=cart', minDuration: '1ms', maxDuration: '1h', odd: 'x' }),
    { port: 'tempo', path: '/api/search', parameters: { 'service.name': 'cart', limit: '1' } },
    tempo('search/tags', { scope: 'span', limit: '10' }),
    tempo('v2/search/tags', { scope: 'span', q: '{}', limit: '10' }),
    tempo('search/tag/name/values', { limit: '10' }),
    tempo('search/tag/PAYLOAD/values', {}),
    tempo('v2/search/tag/name/values', { q: '{ name = "a" }', limit: '10' }),
    tempo('v2/search/tag/span.PAYLOAD/values', { q: '{}' }),
    tempo('metrics/query_range', { q: '{} | rate()', step: '60', exemplars: '1', since: '1h' }),
    tempo('metrics/query', { query: '{} | rate()', since: '1h' }),
    prometheus('query', {
      query: 'up',
      time: seconds.end,
      timeout: '5',
      limit: '10',
      lookback_delta: '60',
    }),
    prometheus('query_range', {
      query: 'up',
      ...seconds,
      step: '60',
      timeout: '5',
      limit: '1',
      lookback_delta: '60',
    }),
    prometheus('query_exemplars', { query: 'up', ...seconds }),
    prometheus('format_query', { query: 'up' }),
    prometheus('labels', { 'match[]': 'up', ...seconds, limit: '10' }),
    prometheus('label/job/values', { 'match[]': 'up', ...seconds, limit: '10' }),
    prometheus('label/PAYLOAD/values', {}),
    prometheus('label/U__PAYLOAD/values', {}),
    prometheus('series', { 'match[]': 'up', ...seconds, limit: '10' }),
    prometheus('metadata', { metric: 'up', limit: '10', limit_per_metric: '1' }),
    explore('trace/PAYLOAD', {}),
    explore(`trace/${id}`, { limit: '10', next: '1-1' }),
    explore('logs', { query, ...nanoseconds, limit: '10', direction: 'forward', next: '1-1' }),
    explore('logs/histogram', { query, ...nanoseconds, buckets: '10' }),
    explore('counts', { trace: id }),
    explore('streams', nanoseconds),
    explore('traces', { query: '{}', ...nanoseconds, limit: '10' }),
    { port: 'ui', path: '/api/datasources/proxy/uid/PAYLOAD/api/echo', parameters: {} },
  ];
}

/** The payload in every place of a query where the language takes text of the user's. */
const queriesWith: Readonly<Record<string, readonly ((quoted: string, raw: string) => string)[]>> =
  {
    loki: [
      (text) => `{app=${text}}`,
      (text) => `{app!=${text}, env="prod"}`,
      (text) => `{env="prod"} |= ${text} != ${text} | json x=${text} | x=${text}`,
      (text) => `{env="prod"} | logfmt | status=${text} or pod != ${text} | line_format ${text}`,
      (text) => `{env="prod"} | label_format a=${text} | drop pod=${text} | keep app=${text}`,
      (text) => `{env="prod"} | pattern ${text} | regexp ${text}`,
      (text) =>
        `sum by (pod) (count_over_time({env="prod", app=~${text}} |~ ${text} | pod=~${text} [1m]))`,
    ],
    tempo: [
      (text) => `{ name = ${text} || resource.service.name != ${text} }`,
      (text, raw) => `{ span.${JSON.stringify(raw)} = ${text} && .${JSON.stringify(raw)} != nil }`,
      (text) => `{ name =~ ${text} } | select(span.http.route) | count() > 0`,
      (text) => `{ span.currency = ${text} } | rate() by (resource.service.name)`,
    ],
    prometheus: [
      (text) => `up{job=${text}} or {${text}, ${text}=${text}}`,
      (text) => `up{job=~${text}} unless up{job!~${text}}`,
      (text) => `label_replace(up, "x", ${text}, "job", ${text}) + count_values(${text}, up)`,
    ],
  };

describe('SQL metacharacters', () => {
  for (const payload of payloads) {
    test(`in every parameter of every endpoint: ${JSON.stringify(payload)}`, async () => {
      const escaped = encodeURIComponent(payload);
      const requests = endpoints().flatMap(({ port, path: base, parameters }) => {
        const target = base.replace('PAYLOAD', escaped);
        const own = base.includes('PAYLOAD') ? [[port, path(target, parameters)] as const] : [];
        const replaced = Object.keys(parameters).map(
          (name) => [port, path(target, { ...parameters, [name]: payload })] as const,
        );
        const named = [port, path(target, { ...parameters, [payload]: payload })] as const;
        return [...own, ...replaced, named];
      });
      // A few at a time, as many tabs would.
      const next = requests[Symbol.iterator]();
      const worker = async (): Promise<void> => {
        for (const [port, target] of next) await survives(port, target);
      };
      await Promise.all(Array.from({ length: 6 }, worker));
    });

    test(`in every quoted place of the languages: ${JSON.stringify(payload)}`, async () => {
      // eslint-disable-next-line no-control-regex
      const raw = payload.replace(/[\u0000-\u001f\u2028]/g, '_');
      const text = JSON.stringify(raw);
      for (const query of queriesWith['loki'] ?? []) {
        const q = { query: query(text, raw), limit: 10 };
        await survives('loki', path('/loki/api/v1/query_range', q));
        await survives('ui', path('/api/explore/logs', q));
      }
      for (const query of queriesWith['tempo'] ?? []) {
        await survives('tempo', path('/api/search', { q: query(text, raw) }));
        await survives('tempo', path('/api/metrics/query', { q: query(text, raw) }));
      }
      for (const query of queriesWith['prometheus'] ?? [])
        await survives('prometheus', path('/api/v1/query', { query: query(text, raw) }));
    });
  }

  test('stored as data, they are found by exactly their own text', async () => {
    const values = payloads.map((payload) => payload.replaceAll('\u0000', '_'));
    const now = Date.now();
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/push',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          streams: values.map((value, at) => ({
            stream: { app: 'injected', value },
            values: [[ns(now + at), `line ${value}`, { meta: value }]],
          })),
        }),
      },
      { status: 204 },
    );
    await ask({
      port: 'otlpHttp',
      path: '/v1/traces',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: keyValues({ 'service.name': 'injected' }) },
            scopeSpans: [
              {
                spans: values.map((value, at) => ({
                  traceId: `f${at}`.repeat(16),
                  spanId: `f${at}`.repeat(8),
                  name: value,
                  startTimeUnixNano: ns(now),
                  endTimeUnixNano: ns(now + 1),
                  attributes: keyValues({ [value]: value }),
                })),
              },
            ],
          },
        ],
      }),
    });
    const lineCount = async (query: string): Promise<number> => {
      const answer = await ask({
        port: 'loki',
        path: path('/loki/api/v1/query_range', { query, limit: 100 }),
      });
      return answer
        .json<{ data: { result: { values: object[] }[] } }>()
        .data.result.flatMap((stream) => stream.values).length;
    };
    for (const [at, value] of values.entries()) {
      const text = JSON.stringify(value);
      expect(await lineCount(`{app="injected", value=${text}}`), text).toBe(1);
      expect(await lineCount(`{app="injected", value!=${text}}`), text).toBe(values.length - 1);
      expect(await lineCount(`{app="injected"} |= ${text}`), text).toBe(1);
      expect(await lineCount(`{app="injected"} | meta=${text}`), text).toBe(1);
      const byName = await ask({
        port: 'tempo',
        path: path('/api/search', { q: `{ name = ${text} }` }),
      });
      expect(byName.json<{ traces: object[] }>().traces, text).toHaveLength(1);
      const byKey = await ask({
        port: 'tempo',
        // In the name of an attribute only quotes and backslashes are escaped.
        path: path('/api/search', {
          q: `{ span."${value.replaceAll(/["\\]/g, String.raw`\$&`)}" = ${text} }`,
        }),
      });
      expect(byKey.json<{ traces: object[] }>().traces, text).toHaveLength(1);
      await ask(
        {
          port: 'prometheus',
          path: '/api/v1/write',
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body: remoteWriteOf({ __name__: 'injected', value }, at, now),
        },
        { status: 204 },
      );
      await ask(
        { port: 'prometheus', path: path('/api/v1/query', { query: `injected{value=${text}}` }) },
        {
          json: {
            data: { result: [{ metric: { value }, value: [expect.any(Number), String(at)] }] },
          },
        },
      );
    }
    const listed = await ask({
      port: 'loki',
      path: path('/loki/api/v1/label/value/values', { query: '{app="injected"}' }),
    });
    expect(new Set(listed.json<{ data: string[] }>().data)).toEqual(new Set(values));
  });
});

describe('afterwards', () => {
  test('nothing is lost, the process is healthy, its memory stayed bounded', async () => {
    await ask({ port: 'ui', path: '/api/health' }, { json: { status: 'ok', problems: [] } });
    await ask(
      { port: 'loki', path: path('/loki/api/v1/index/stats', { query: '{app="edge"}' }) },
      { json: { entries: 20 } },
    );
    expect(running.clew.output()).not.toMatch(/a promise failed unattended|a mistake of ours/);
    const peak = peakMiB(running.clew.child.pid ?? 0);
    console.info(`peak of the largest process: ${peak?.toFixed(0)} MiB`);
    if (peak !== undefined) expect(peak).toBeLessThan(1200);
  });
});
