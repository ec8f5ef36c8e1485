// Tempo's API as Grafana's datasource calls it: traces by ID, strict search JSON, tags, TraceQL metrics, and streaming over gRPC on
// the port that speaks HTTP too.

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { loadProtos } from '../proto-oracle.ts';
import { path, ports, send } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { decodeMessage } from './wire-messages.ts';

const running = runShop();
const { ask } = running;

/** Tempo's own messages; undefined (with a printed reason) where the proto files are absent. */
const protos = loadProtos(
  '',
  [
    'opentelemetry/proto/common/v1/common.proto',
    'opentelemetry/proto/resource/v1/resource.proto',
    'opentelemetry/proto/trace/v1/trace.proto',
    'tempo/pkg/tempopb/tempo.proto',
  ],
  ['opentelemetry.proto', 'tempopb'],
);

const json = { accept: 'application/json' };
const asProtobuf = { accept: 'application/protobuf' };

function seconds(): { start: number; end: number } {
  const { startMs, endMs } = running.shop;
  return { start: startMs / 1000, end: endMs / 1000 };
}

interface TraceById {
  readonly trace?: {
    readonly resourceSpans?: {
      readonly resource: { readonly attributes: { key: string; value: object }[] };
      readonly scopeSpans: { readonly spans: Record<string, unknown>[] }[];
    }[];
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

describe('Save & test', () => {
  test('echo', () => ask({ port: 'tempo', path: '/api/echo' }, { text: 'echo\n' }));
  test('buildinfo', () =>
    ask(
      { port: 'tempo', path: '/api/status/buildinfo' },
      { json: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string } },
    ));
  test('ready', () => ask({ port: 'tempo', path: '/ready' }, { text: 'ready\n' }));
});

describe('trace by ID', () => {
  test('v2 as protobuf has the field trace', async () => {
    const trace = running.shop.traces[3]!;
    const answer = await ask(
      { port: 'tempo', path: `/api/v2/traces/${trace.traceId}`, headers: asProtobuf },
      { headers: { 'content-type': 'application/protobuf' } },
    );
    const { trace: found } = decodeMessage<TraceById>('TraceByIdResponse', answer.bytes);
    const spans = found?.resourceSpans?.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    );
    expect(spans?.map((span) => span['spanId']).toSorted()).toEqual(trace.spanIds.toSorted());
    expect(new Set(spans?.map((span) => span['traceId']))).toEqual(new Set([trace.traceId]));
    const services = found?.resourceSpans?.map(
      ({ resource }) => resource.attributes.find(({ key }) => key === 'service.name')?.value,
    );
    expect(
      services?.map((value) => (value as { stringValue: string }).stringValue).toSorted(),
    ).toEqual(['cart', 'checkout', 'mailer', 'payment']);
  });

  test('v2 as JSON: IDs in base64, kinds by name, times as text', async () => {
    const trace = running.shop.traces[4]!;
    const answer = await ask(
      { port: 'tempo', path: path(`/api/v2/traces/${trace.traceId}`, seconds()), headers: json },
      { headers: { 'content-type': 'application/json' } },
    );
    const spans = answer
      .json<TraceById>()
      .trace?.resourceSpans?.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      );
    const root = spans?.find((span) => span['name'] === 'POST /checkout');
    expect(root).toMatchObject({
      traceId: base64(trace.traceId),
      spanId: base64(trace.spanIds[0]),
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: `${trace.startMs}000000`,
      endTimeUnixNano: `${trace.startMs + trace.durationMs}000000`,
      status: { code: 'STATUS_CODE_ERROR', message: 'card declined' },
    });
    expect(root).not.toHaveProperty('parentSpanId');
    expect(spans?.find((span) => span['name'] === 'charge card')).toMatchObject({
      parentSpanId: base64(trace.spanIds[0]),
    });
  });

  test('v1 as JSON has batches, as protobuf is the trace itself', async () => {
    const { traceId } = running.shop.traces[0]!;
    const asJson = await ask({ port: 'tempo', path: `/api/traces/${traceId}`, headers: json });
    expect(asJson.json<{ batches: object[] }>().batches).toHaveLength(4);
    const bytes = await ask({ port: 'tempo', path: `/api/traces/${traceId}`, headers: asProtobuf });
    expect(
      decodeMessage<{ resourceSpans: object[] }>('Traces', bytes.bytes).resourceSpans,
    ).toHaveLength(4);
  });

  test('an unknown trace: v1 404 with no body, v2 200 with an empty trace', async () => {
    const unknown = '00000000000000000000000000abcdef';
    await ask({ port: 'tempo', path: `/api/traces/${unknown}` }, { status: 404, text: '' });
    await ask(
      { port: 'tempo', path: `/api/v2/traces/${unknown}`, headers: json },
      { text: '{"trace":{},"metrics":{}}' },
    );
    const bytes = await ask({
      port: 'tempo',
      path: `/api/v2/traces/${unknown}`,
      headers: asProtobuf,
    });
    expect(decodeMessage<TraceById>('TraceByIdResponse', bytes.bytes)).toHaveProperty('trace');
  });

  test('upper case and trimmed zeroes are the same trace, other text is refused', async () => {
    const { traceId } = running.shop.traces[0]!;
    await ask(
      { port: 'tempo', path: `/api/v2/traces/${traceId.toUpperCase()}` },
      { text: /"resourceSpans"/ },
    );
    for (const id of ['xyz', `${traceId}0`, '%27%3B--']) {
      await ask(
        { port: 'tempo', path: `/api/v2/traces/${id}` },
        { status: 400, text: /^trace IDs can only contain hex characters/ },
      );
    }
  });
});

interface SearchJson {
  readonly traces?: {
    readonly traceID: string;
    readonly startTimeUnixNano: string;
    readonly spanSets: { readonly spans: Record<string, unknown>[]; readonly matched: number }[];
  }[];
}

async function search(q: string, more: Record<string, string | number> = {}) {
  const answer = await ask(
    {
      port: 'tempo',
      path: path('/api/search', { q, limit: 20, spss: 3, ...seconds(), ...more }),
      headers: json,
    },
    { headers: { 'content-type': 'application/json' } },
  );
  return answer.json<SearchJson>();
}

/** Every key of the JSON must be a field of the message, as Grafana's strict decoder demands. */
function strictly(value: unknown, message: protobuf.Type, at: string): void {
  expect(value, at).toBeTypeOf('object');
  for (const [key, item] of Object.entries(value as object)) {
    const field = message.fieldsArray.find((one) => {
      const named = /json=([A-Za-z]+)/.exec(String(one.options?.['(gogoproto.jsontag)'] ?? ''));
      const camel = one.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return key === named?.[1] || key === one.name || key === camel;
    });
    expect(field, `${at}.${key} is a field of ${message.name}`).toBeDefined();
    field?.resolve();
    const type = field?.resolvedType;
    if (type === null || type === undefined || !('fieldsArray' in type)) continue;
    const items = field?.map === true ? Object.values(item as object) : [item].flat();
    for (const one of items) strictly(one, type as protobuf.Type, `${at}.${key}`);
  }
}

describe('search', () => {
  test.skipIf(protos === undefined)('no key but the fields of the message', async () => {
    const found = await search('{ status = error } | select(span.http.route)');
    expect(found.traces).toHaveLength(4);
    strictly(found, protos!.lookupType('tempopb.SearchResponse'), 'search');
    const numbers = await ask({
      port: 'tempo',
      path: path('/api/metrics/query', {
        q: '{} | rate() by (resource.service.name)',
        ...seconds(),
      }),
    });
    strictly(numbers.json(), protos!.lookupType('tempopb.QueryInstantResponse'), 'instant');
    const steps = await ask({
      port: 'tempo',
      path: path('/api/metrics/query_range', { q: '{} | rate()', ...seconds(), step: '60s' }),
    });
    strictly(steps.json(), protos!.lookupType('tempopb.QueryRangeResponse'), 'range');
  });

  test('the fields that later versions added are not there', async () => {
    const { metrics } = (await search('{}')) as { metrics?: object };
    for (const key of ['backendReads', 'backendBytes', 'additionalMetrics'])
      expect(metrics).not.toHaveProperty(key);
  });

  test('traces, newest first, with what matched', async () => {
    const { traces = [] } = await search('{ resource.service.name = "payment" && status = error }');
    const failed = running.shop.traces.filter((trace) => trace.failed).toReversed();
    expect(traces.map((trace) => trace.traceID)).toEqual(
      failed.map(({ traceId }) => traceId.replace(/^0+/, '')),
    );
    expect(traces[0]).toMatchObject({
      rootServiceName: 'checkout',
      rootTraceName: 'POST /checkout',
      startTimeUnixNano: `${failed[0]!.startMs}000000`,
      durationMs: failed[0]!.durationMs,
      spanSets: [
        {
          matched: 1,
          spans: [
            {
              spanID: failed[0]!.spanIds[3],
              attributes: expect.arrayContaining([
                { key: 'status', value: { stringValue: 'error' } },
              ]) as object[],
            },
          ],
        },
      ],
      serviceStats: {
        checkout: { spanCount: 2, errorCount: 1 },
        payment: { spanCount: 1, errorCount: 1 },
        cart: { spanCount: 1 },
      },
    });
    expect(traces[0]).toHaveProperty('spanSet');
  });

  test('nothing found has no traces', async () => {
    const none = await search('{ span.nope = "x" }');
    expect(none).not.toHaveProperty('traces');
    expect(none).toHaveProperty('metrics');
  });

  test('what Grafana writes: typed attributes, peers, structure, aggregates', async () => {
    const count = async (q: string): Promise<number> => (await search(q)).traces?.length ?? 0;
    expect(await count('{ span.items = 3 && span.cached = true && span.ratio < 0.5 }')).toBe(20);
    expect(await count('{ span.http.response.status_code >= 500 }')).toBe(4);
    expect(
      await count(
        '{span.db.name="cart" || span.db.system="cart" || span.peer.service="cart" || span.messaging.system="cart" || span.net.peer.name="cart"}',
      ),
    ).toBe(20);
    expect(await count('{ resource.service.name =~ "pay.*" && name = "charge card" }')).toBe(20);
    expect(await count('{ kind = server } >> { kind = client }')).toBe(20);
    expect(await count('{ status = error } | count() > 1')).toBe(4);
    expect(await count('{ span:kind = internal && duration > 1h }')).toBe(0);
  });

  test('tags in logfmt, and the oldest bare form', async () => {
    const tagged = await ask({
      port: 'tempo',
      path: path('/api/search', { tags: 'service.name=payment', ...seconds() }),
    });
    expect(tagged.json<SearchJson>().traces).toHaveLength(20);
    const bare = await ask({
      port: 'tempo',
      path: path('/api/search', { 'service.name': 'payment', limit: 2 }),
    });
    expect(bare.json<SearchJson>().traces).toHaveLength(2);
  });

  const refusals: readonly [string, Record<string, string | number>, RegExp][] = [
    ['limit 0', { q: '{}', limit: 0 }, /^invalid limit: must be a positive number/],
    ['spss', { q: '{}', spss: 101 }, /^spans per span set exceeds 100\. received 101/],
    ['q and tags', { q: '{}', tags: 'a=b' }, /^invalid request: can't specify tags and q/],
    [
      'end before start',
      { q: '{}', start: 20, end: 10 },
      /^http parameter start must be before end\. received start=20 end=10/,
    ],
    [
      'range',
      { q: '{}', start: 1, end: 1_000_000 },
      /^range specified by start and end exceeds 168h0m0s\. received start=1 end=1000000/,
    ],
    [
      'a parse error',
      { q: '{ span.x = }' },
      /^(invalid TraceQL query: )?parse error at line 1, col \d+: /,
    ],
  ];
  for (const [name, parameters, message] of refusals) {
    test(`refused: ${name}`, () =>
      ask(
        { port: 'tempo', path: path('/api/search', parameters) },
        { status: 400, text: message },
      ));
  }
});

describe('tags and values', () => {
  test('v2 by scope', async () => {
    const answer = await ask({
      port: 'tempo',
      path: path('/api/v2/search/tags', { limit: 5000, ...seconds() }),
    });
    const { scopes } = answer.json<{ scopes: { name: string; tags: string[] }[] }>();
    const byName = new Map(scopes.map(({ name, tags }) => [name, tags]));
    expect(byName.get('resource')).toEqual(
      expect.arrayContaining(['service.name', 'service.namespace', 'host.name']),
    );
    expect(byName.get('span')).toEqual(
      expect.arrayContaining(['http.route', 'items', 'peer.service']),
    );
    expect(byName.get('intrinsic')).toHaveLength(25);
    await ask(
      { port: 'tempo', path: '/api/v2/search/tags?scope=nope' },
      { status: 400, text: 'invalid scope: nope' },
    );
  });

  test('v1 is one list, intrinsics when asked', async () => {
    const answer = await ask({ port: 'tempo', path: path('/api/search/tags', seconds()) });
    const { tagNames } = answer.json<{ tagNames: string[] }>();
    expect(tagNames).toEqual(expect.arrayContaining(['service.name', 'http.route']));
    expect(tagNames).not.toContain('duration');
    await ask(
      { port: 'tempo', path: '/api/search/tags?scope=intrinsic' },
      { json: { tagNames: expect.arrayContaining(['duration', 'span:kind']) as string[] } },
    );
  });

  async function values(
    identifier: string,
    q?: string,
  ): Promise<{ type: string; value: string }[]> {
    const answer = await ask({
      port: 'tempo',
      path: path(`/api/v2/search/tag/${encodeURIComponent(identifier)}/values`, {
        ...(q === undefined ? {} : { q }),
        ...seconds(),
      }),
    });
    return answer.json<{ tagValues: { type: string; value: string }[] }>().tagValues;
  }

  test('values of attributes and intrinsics, typed', async () => {
    const services = await values('resource.service.name');
    expect(new Set(services.map(({ value }) => value))).toEqual(
      new Set(['cart', 'checkout', 'mailer', 'payment']),
    );
    expect(services.every(({ type }) => type === 'string')).toBe(true);
    expect(await values('span.items')).toEqual([{ type: 'int', value: '3' }]);
    expect(await values('.cached')).toEqual([{ type: 'bool', value: 'true' }]);
    expect(await values('status')).toEqual(
      ['error', 'ok', 'unset'].map((value) => ({ type: 'keyword', value })),
    );
    expect((await values('name')).map(({ value }) => value).toSorted()).toEqual([
      'GET /cart',
      'POST /checkout',
      'charge card',
      'send mail',
    ]);
    expect(await values('duration')).toEqual([]);
  });

  test('q narrows, what is unfinished in it is dropped', async () => {
    const narrowed = [{ type: 'string', value: 'charge card' }];
    expect(await values('name', '{ resource.service.name = "payment" }')).toEqual(narrowed);
    expect(await values('name', '{ resource.service.name = "payment" && span.x = }')).toEqual(
      narrowed,
    );
    expect(await values('name', '{ nonsense')).toHaveLength(4);
  });

  test('v1 values, and a name that is none', async () => {
    const answer = await ask({
      port: 'tempo',
      path: path('/api/search/tag/service.name/values', seconds()),
    });
    expect(answer.json<{ tagValues: string[] }>().tagValues.toSorted()).toEqual([
      'cart',
      'checkout',
      'mailer',
      'payment',
    ]);
    await ask(
      { port: 'tempo', path: '/api/v2/search/tag/nope/values' },
      { status: 400, text: /^please provide a valid tagName/ },
    );
  });
});

describe('TraceQL metrics', () => {
  interface Series {
    readonly series: {
      readonly labels: { key: string; value: Record<string, string> }[];
      readonly samples?: { timestampMs: string; value?: number }[];
      readonly value?: number;
    }[];
  }
  const service = ({ labels }: Series['series'][number]): string | undefined =>
    labels.find(({ key }) => key === 'resource.service.name')?.value['stringValue'];

  test('a range, by service, as q and as query', async () => {
    for (const name of ['q', 'query']) {
      const answer = await ask({
        port: 'tempo',
        path: path('/api/metrics/query_range', {
          [name]: '{ kind = server } | count_over_time() by (resource.service.name)',
          ...seconds(),
          step: '60s',
          exemplars: 100,
        }),
      });
      const { series } = answer.json<Series>();
      const totals = series.map((one): [string | undefined, number] => [
        service(one),
        one.samples!.reduce((sum, { value = 0 }) => sum + value, 0),
      ]);
      expect(new Map(totals)).toEqual(
        new Map([
          ['cart', 21],
          ['checkout', 21],
          ['payment', 21],
        ]),
      );
      expect(series[0]?.samples?.[0]?.timestampMs).toMatch(/^\d{13}$/);
    }
  });

  test('an instant value a series', async () => {
    const answer = await ask({
      port: 'tempo',
      path: path('/api/metrics/query', {
        q: '{ status = error } | count_over_time() by (resource.service.name)',
        ...seconds(),
      }),
    });
    const values = answer.json<Series>().series.map((one) => [service(one), one.value]);
    expect(new Map(values as [string, number][])).toEqual(
      new Map([
        ['checkout', 4],
        ['payment', 4],
      ]),
    );
  });

  test('a step that is too small is refused with the least', () =>
    ask(
      {
        port: 'tempo',
        path: path('/api/metrics/query_range', { q: '{} | rate()', ...seconds(), step: '1ms' }),
      },
      { status: 400, text: /^step of 1ms is too small, minimum step for given range is / },
    ));
});

/** The fields of all answers that are looked at. */
interface Message {
  readonly metrics?: object;
  readonly traces?: { readonly traceID: string }[];
  readonly scopes?: { readonly name: string }[];
  readonly tagNames?: string[];
  readonly tagValues?: object[];
  readonly series?: { readonly samples: { readonly value?: number }[] }[];
}

describe.skipIf(protos === undefined)('streaming over gRPC on the HTTP port', () => {
  async function stream(method: string, request: string, response: string, fields: object) {
    const asked = protos!.lookupType(`tempopb.${request}`);
    const answered = protos!.lookupType(`tempopb.${response}`);
    const client = new Client(
      `127.0.0.1:${ports.tempo + running.clew.shift}`,
      credentials.createInsecure(),
    );
    const metadata = new Metadata();
    metadata.set('x-scope-orgid', 'ignored');
    try {
      const call = client.makeServerStreamRequest(
        `/tempopb.StreamingQuerier/${method}`,
        (message: object) => Buffer.from(asked.encode(asked.fromObject(message)).finish()),
        (bytes: Buffer) => answered.toObject(answered.decode(bytes), { longs: Number }),
        fields,
        metadata,
      );
      const messages: Message[] = [];
      for await (const message of call) messages.push(message as Message);
      return messages;
    } finally {
      client.close();
    }
  }

  test('Save & test: an empty search over the last 15 minutes', async () => {
    const end = Math.floor(Date.now() / 1000);
    const messages = await stream('Search', 'SearchRequest', 'SearchResponse', {
      Limit: 1,
      Start: end - 900,
      End: end,
      Query: '{}',
    });
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.at(-1)?.metrics).toMatchObject({ completedJobs: 1, totalJobs: 1 });
  });

  test('Search finds what HTTP finds', async () => {
    const { start, end } = seconds();
    const q = '{ status = error }';
    const messages = await stream('Search', 'SearchRequest', 'SearchResponse', {
      Query: q,
      Limit: 20,
      SpansPerSpanSet: 3,
      Start: start,
      End: end,
    });
    const streamed = messages.flatMap(({ traces = [] }) => traces);
    const { traces = [] } = await search(q);
    expect(new Set(streamed.map(({ traceID }) => traceID))).toEqual(
      new Set(traces.map(({ traceID }) => traceID)),
    );
  });

  test('tags, values and metrics', async () => {
    const { start, end } = seconds();
    const tags = await stream('SearchTagsV2', 'SearchTagsRequest', 'SearchTagsV2Response', {
      start,
      end,
    });
    expect(tags.at(-1)?.scopes?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['resource', 'span', 'intrinsic']),
    );
    const values = await stream(
      'SearchTagValuesV2',
      'SearchTagValuesRequest',
      'SearchTagValuesV2Response',
      { tagName: 'resource.service.name', start, end },
    );
    expect(values.at(-1)?.tagValues).toHaveLength(4);
    const metrics = await stream('MetricsQueryRange', 'QueryRangeRequest', 'QueryRangeResponse', {
      query: '{ status = error } | count_over_time()',
      start: start * 1e9,
      end: end * 1e9,
      step: 60e9,
    });
    const samples = metrics.at(-1)?.series?.[0]?.samples ?? [];
    expect(samples.reduce((sum, { value = 0 }) => sum + value, 0)).toBe(8);
  });

  test('a query that does not parse is INVALID_ARGUMENT with its message', async () => {
    await expect(
      stream('Search', 'SearchRequest', 'SearchResponse', { Query: '{ span.x = }' }),
    ).rejects.toMatchObject({ code: 3, details: expect.stringMatching(/parse error at line 1/) });
  });

  test('HTTP answers on the same port meanwhile', async () => {
    const [http, grpc] = await Promise.all([
      send(running.clew, 'tempo', '/api/echo'),
      stream('SearchTags', 'SearchTagsRequest', 'SearchTagsResponse', {}),
    ]);
    expect(http.text).toBe('echo\n');
    expect(grpc.at(-1)?.tagNames).toContain('service.name');
  });
});
