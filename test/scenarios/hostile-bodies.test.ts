// Bodies that are broken, huge or malicious, at every door that takes telemetry: a clear refusal in the protocol's own words or a
// partial success with a count, what came beside it stored, the process alive, its memory bounded.

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { check, path, type Port, send } from './exchange.ts';
import { peakMiB } from './process-memory.ts';
import { runShop } from './running-shop.ts';
import { lokiProtobuf, ns, remoteWriteOf, snappyBlock } from './shop-telemetry.ts';
import { decodeMessage, encodeMessage, keyValues } from './wire-messages.ts';

const running = runShop();
const { ask } = running;

const megabyte = 1024 * 1024;
const protobufType = 'application/x-protobuf';
const jsonType = 'application/json';

interface Door {
  readonly name: string;
  readonly port: Port;
  readonly path: string;
  /** A body that is fine. */
  readonly protobuf?: () => Buffer;
  readonly json?: () => string;
  /** Protobuf comes as a snappy block. */
  readonly snappy?: boolean;
  /** How a refusal looks. */
  readonly envelope: 'rpc-status' | 'text';
  readonly unsupportedType: number;
}

function attributesOf(service: string): object {
  return { attributes: keyValues({ 'service.name': service }) };
}

function logs(records: readonly object[]): object {
  return {
    resourceLogs: [{ resource: attributesOf('hostile'), scopeLogs: [{ logRecords: records }] }],
  };
}

function spans(all: readonly object[]): object {
  return { resourceSpans: [{ resource: attributesOf('hostile'), scopeSpans: [{ spans: all }] }] };
}

function metrics(all: readonly object[]): object {
  return {
    resourceMetrics: [{ resource: attributesOf('hostile'), scopeMetrics: [{ metrics: all }] }],
  };
}

function logRecord(text: string): object {
  return { timeUnixNano: ns(Date.now()), body: { stringValue: text } };
}

function span(name: string, traceId: string, spanId: string): object {
  return {
    traceId,
    spanId,
    name,
    startTimeUnixNano: ns(Date.now() - 10),
    endTimeUnixNano: ns(Date.now()),
  };
}

function pushJson(line: string): string {
  return JSON.stringify({
    streams: [{ stream: { app: 'hostile' }, values: [[ns(Date.now()), line]] }],
  });
}

const id16 = Buffer.alloc(16, 7);
const id8 = Buffer.alloc(8, 7);

const otlpLogs = {
  protobuf: () => encodeMessage('Logs', logs([logRecord('fine')])),
  json: () => JSON.stringify(logs([logRecord('fine')])),
} as const;
const gauge = (value: object): object => ({
  name: 'hostile.gauge',
  gauge: { dataPoints: [{ timeUnixNano: ns(Date.now()), ...value }] },
});
const doors: readonly Door[] = [
  {
    name: 'OTLP logs',
    port: 'otlpHttp',
    path: '/v1/logs',
    ...otlpLogs,
    envelope: 'rpc-status',
    unsupportedType: 415,
  },
  {
    name: 'OTLP traces',
    port: 'otlpHttp',
    path: '/v1/traces',
    protobuf: () =>
      encodeMessage('Traces', {
        resourceSpans: [
          {
            resource: attributesOf('hostile'),
            scopeSpans: [{ spans: [{ ...span('fine', '', ''), traceId: id16, spanId: id8 }] }],
          },
        ],
      }),
    json: () => JSON.stringify(spans([span('fine', id16.toString('hex'), id8.toString('hex'))])),
    envelope: 'rpc-status',
    unsupportedType: 415,
  },
  {
    name: 'OTLP metrics',
    port: 'otlpHttp',
    path: '/v1/metrics',
    json: () => JSON.stringify(metrics([gauge({ asInt: '1' })])),
    envelope: 'rpc-status',
    unsupportedType: 415,
  },
  {
    name: "Loki's OTLP",
    port: 'loki',
    path: '/otlp/v1/logs',
    ...otlpLogs,
    envelope: 'rpc-status',
    unsupportedType: 400,
  },
  {
    name: "Loki's push",
    port: 'loki',
    path: '/loki/api/v1/push',
    protobuf: () => lokiProtobuf('{app="hostile"}', Date.now(), ['fine']),
    json: () => pushJson('fine'),
    snappy: true,
    envelope: 'text',
    unsupportedType: 400,
  },
  {
    name: 'remote write',
    port: 'prometheus',
    path: '/api/v1/write',
    protobuf: () => remoteWriteOf({ __name__: 'hostile' }, 1, Date.now()),
    snappy: true,
    envelope: 'text',
    unsupportedType: 415,
  },
  {
    name: "Prometheus's OTLP",
    port: 'prometheus',
    path: '/api/v1/otlp/v1/metrics',
    json: () => JSON.stringify(metrics([gauge({ asInt: '1' })])),
    envelope: 'text',
    unsupportedType: 415,
  },
  {
    name: 'output of `clew run`',
    port: 'ui',
    path: '/api/run/output',
    json: () =>
      JSON.stringify({
        service: 'hostile',
        pids: [1],
        final: true,
        lines: [{ timeNs: ns(Date.now()), stream: 'stdout', text: 'fine' }],
      }),
    envelope: 'text',
    unsupportedType: 400,
  },
];

function post(
  door: Door,
  type: string | undefined,
  body: string | Buffer,
  headers: Record<string, string> = {},
) {
  return {
    port: door.port,
    path: door.path,
    method: 'POST',
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    body,
  } as const;
}

/** Refused with one of the statuses, in the envelope of the door, with words that are no stack. */
async function refused(
  door: Door,
  statuses: readonly number[],
  type: string | undefined,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<void> {
  const request = post(door, type, body, headers);
  const answer = await send(running.clew, door.port, door.path, request);
  const what = `${answer.status} ${answer.text.slice(0, 200)}`;
  expect(statuses, what).toContain(answer.status);
  const message =
    door.envelope === 'rpc-status' &&
    /protobuf|octet-stream/.test(answer.headers['content-type'] ?? '')
      ? decodeMessage<{ message: string }>('RpcStatus', answer.bytes).message
      : answer.text;
  expect(message.length, what).toBeGreaterThan(5);
  expect(message, what).not.toMatch(/\n\s+at |node_modules|\.ts:\d/);
}

/** Doubly compressed nothing: 16 MiB of zeroes a member, as many members as it takes. */
function gzipBomb(mebibytes: number): Buffer {
  const member = gzipSync(Buffer.alloc(16 * megabyte));
  return Buffer.concat(Array.from({ length: mebibytes / 16 }, () => member));
}

const [otlp] = doors as [Door, ...Door[]];

for (const door of doors) {
  describe(door.name, () => {
    test('what is fine is taken', async () => {
      for (const [type, body] of [
        [protobufType, door.protobuf?.()],
        [jsonType, door.json?.()],
      ] as const) {
        if (body === undefined) continue;
        const answer = await send(running.clew, door.port, door.path, post(door, type, body));
        expect([200, 204], answer.text).toContain(answer.status);
      }
    });

    test('a truncated protobuf', async () => {
      const whole = door.protobuf?.();
      if (whole === undefined) return;
      for (const length of [whole.length - 1, Math.floor(whole.length / 2), 3])
        await refused(door, [400], protobufType, whole.subarray(0, length));
    });

    test('JSON that ends early, is none, or is of another shape', async () => {
      const whole = door.json?.();
      if (whole === undefined) return;
      for (const body of [whole.slice(0, -2), '{', 'hello', '\u0000'])
        await refused(door, [400], jsonType, body);
      for (const body of ['[]', '3', '"text"', 'null'])
        await refused(door, [400, 422], jsonType, body);
    });

    test('the wrong content type, or none', async () => {
      const body = door.json?.() ?? door.protobuf?.() ?? '';
      if (door.path === '/api/run/output') return;
      await refused(door, [door.unsupportedType], 'text/html', body);
      await refused(door, [door.unsupportedType], undefined, body);
    });

    test('compressed otherwise than it says', async () => {
      const [type, body] =
        door.json === undefined
          ? ([protobufType, door.protobuf?.() ?? ''] as const)
          : ([jsonType, door.json()] as const);
      if (door.path === '/api/run/output') return;
      const zipped = gzipSync(body);
      const statuses = [400, 415];
      await refused(door, statuses, type, body, { 'content-encoding': 'gzip' });
      await refused(door, statuses, type, zipped.subarray(0, zipped.length - 12), {
        'content-encoding': 'gzip',
      });
      await refused(door, statuses, type, zipped, { 'content-encoding': 'brotli' });
      if (door.snappy === true) await refused(door, [400], protobufType, Buffer.alloc(100, 0xff));
    });

    test('bombs', async () => {
      if (door.path === '/api/run/output') return;
      const type = door.json === undefined ? protobufType : jsonType;
      await refused(door, [400, 413, 415], type, gzipBomb(1024), { 'content-encoding': 'gzip' });
      if (door.snappy !== true) return;
      // A block that says it holds 4 GiB, and one that says 1 GiB and has some of it.
      await refused(
        door,
        [400, 413],
        protobufType,
        Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]),
      );
      await refused(
        door,
        [400, 413],
        protobufType,
        Buffer.concat([Buffer.from([0x80, 0x80, 0x80, 0x80, 4]), Buffer.alloc(megabyte)]),
      );
    });

    test('more than 100 MB, announced or not', async () => {
      const body = Buffer.alloc(101 * megabyte, ' ');
      const type = door.json === undefined ? protobufType : jsonType;
      await refused(door, [400, 413], type, body);
      await refused(door, [400, 413], type, body, { 'transfer-encoding': 'chunked' });
    });

    test('nested without end', async () => {
      if (door.json === undefined) return;
      const deep = 200_000;
      await refused(door, [400], jsonType, `${'['.repeat(deep)}${']'.repeat(deep)}`);
      // Unknown fields are passed over, however deep; what is left is an empty request.
      const object = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`;
      const answer = await send(running.clew, door.port, door.path, post(door, jsonType, object));
      expect([200, 204, 400, 422], answer.text.slice(0, 200)).toContain(answer.status);
    });
  });
}

async function linesOf(query: string): Promise<string[]> {
  const answer = await ask({
    port: 'loki',
    path: path('/loki/api/v1/query_range', { query, limit: 5000, since: '2h' }),
  });
  return answer
    .json<{ data: { result: { values: [string, string][] }[] } }>()
    .data.result.flatMap(({ values }) => values.map(([, line]) => line));
}

/** Sends OTLP and gives the count and the message of the partial success. */
async function partial(
  signal: 'logs' | 'traces' | 'metrics',
  request: object,
): Promise<{ rejected: number; message: string }> {
  const answer = await check(running.clew, {
    port: 'otlpHttp',
    path: `/v1/${signal}`,
    method: 'POST',
    headers: { 'content-type': jsonType },
    body: JSON.stringify(request),
  });
  const { partialSuccess = {} } = answer.json<{ partialSuccess?: Record<string, string> }>();
  const count = Object.entries(partialSuccess).find(([key]) => key.startsWith('rejected'))?.[1];
  return { rejected: Number(count ?? 0), message: partialSuccess['errorMessage'] ?? '' };
}

const year2500 = '16725225600000000000';
const long = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`label_${at}`, `value ${at}`]));

describe('records that cannot be, beside others that can', () => {
  test('times of 0 mean now; those of 1970 and of the year 2500 are counted and left out', async () => {
    const outcome = await partial(
      'logs',
      logs([
        { body: { stringValue: 'times: none' } },
        { timeUnixNano: '0', observedTimeUnixNano: '0', body: { stringValue: 'times: zero' } },
        { timeUnixNano: '1000', body: { stringValue: 'times: 1970' } },
        { timeUnixNano: year2500, body: { stringValue: 'times: 2500' } },
        { timeUnixNano: '18446744073709551615', body: { stringValue: 'times: last' } },
        logRecord('times: neighbour'),
      ]),
    );
    expect(outcome.rejected).toBe(3);
    expect(outcome.message).toMatch(
      /3 log records rejected: their time is older than the retention/,
    );
    expect((await linesOf('{service_name="hostile"} |= "times:"')).toSorted()).toEqual([
      'times: neighbour',
      'times: none',
      'times: zero',
    ]);
  });

  test('the same by push and by remote write: refused with a count, the neighbour stored', async () => {
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/push',
        method: 'POST',
        headers: { 'content-type': jsonType },
        body: JSON.stringify({
          streams: [
            {
              stream: { app: 'hostile' },
              values: [
                [year2500, 'pushed: 2500'],
                ['1', 'pushed: 1970'],
                [ns(Date.now()), 'pushed: neighbour'],
              ],
            },
          ],
        }),
      },
      { status: 400, text: /timestamp out of range[^]*1 log records rejected/ },
    );
    expect(await linesOf('{app="hostile"} |= "pushed:"')).toEqual(['pushed: neighbour']);
    const write = snappyBlock(
      encodeMessage('Write', {
        timeseries: [
          {
            labels: [{ name: '__name__', value: 'hostile_times' }],
            samples: [
              { value: 1, timestamp: 16_725_225_600_000 },
              { value: 2, timestamp: 1 },
              { value: 3, timestamp: Date.now() },
            ],
          },
        ],
      }),
    );
    await ask(
      {
        port: 'prometheus',
        path: '/api/v1/write',
        method: 'POST',
        headers: { 'content-type': protobufType, 'content-encoding': 'snappy' },
        body: write,
      },
      { status: 400, text: /2 / },
    );
    await ask(
      { port: 'prometheus', path: path('/api/v1/query', { query: 'hostile_times' }) },
      { json: { data: { result: [{ value: [expect.any(Number), '3'] }] } } },
    );
  });

  test('IDs of the wrong length: a record stays without them, a span is rejected', async () => {
    for (const traceId of ['abc', 'zz', '00'.repeat(16), 'ab'.repeat(40)]) {
      expect(
        (await partial('logs', logs([{ ...logRecord(`ids: ${traceId}`), traceId, spanId: 'f' }])))
          .rejected,
      ).toBe(0);
    }
    expect(await linesOf('{service_name="hostile"} |= "ids:" | trace_id=""')).toHaveLength(4);
    const good = 'c0ffee00c0ffee00c0ffee00c0ffee00';
    const outcome = await partial(
      'traces',
      spans([
        span('short', 'abcd', '0102030405060708'),
        span('zero', '0'.repeat(32), '0102030405060708'),
        span('no span id', good, ''),
        span('neighbour', good, '0102030405060708'),
      ]),
    );
    expect(outcome.rejected).toBe(3);
    expect(outcome.message).not.toBe('');
    const kept = await ask({ port: 'tempo', path: `/api/v2/traces/${good}` });
    expect(kept.text.match(/"name":"[^"]*"/g)).toEqual(['"name":"neighbour"']);
  });

  test('NaN and infinities are values', async () => {
    const values = ['NaN', 'Infinity', '-Infinity'];
    const points = values.map((asDouble, at) => ({
      timeUnixNano: ns(Date.now()),
      asDouble,
      attributes: keyValues({ at }),
    }));
    expect(
      (await partial('metrics', metrics([{ name: 'odd.numbers', gauge: { dataPoints: points } }])))
        .rejected,
    ).toBe(0);
    const answer = await ask({
      port: 'prometheus',
      path: path('/api/v1/query', { query: 'sort_by_label(odd_numbers, "at")' }),
    });
    expect(
      answer
        .json<{ data: { result: { value: [number, string] }[] } }>()
        .data.result.map(({ value }) => value[1]),
    ).toEqual(['NaN', '+Inf', '-Inf']);
    await partial(
      'logs',
      logs([
        {
          ...logRecord('odd attributes'),
          attributes: values.map((doubleValue) => ({ key: doubleValue, value: { doubleValue } })),
        },
      ]),
    );
    expect(await linesOf('{service_name="hostile"} |= "odd attributes" | NaN="NaN"')).toHaveLength(
      1,
    );
  });

  test('text that is no UTF-8 is stored with replacement characters', async () => {
    const bad = Buffer.concat([
      Buffer.from('utf8: '),
      Buffer.from([0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80]),
    ]);
    const marker = Buffer.from('utf8: ??????');
    const whole = encodeMessage(
      'Logs',
      logs([logRecord(marker.toString()), logRecord('utf8: neighbour')]),
    );
    const at = whole.indexOf(marker);
    whole.set(bad, at);
    await ask({
      port: 'otlpHttp',
      path: '/v1/logs',
      method: 'POST',
      headers: { 'content-type': protobufType },
      body: whole,
    });
    const lines = await linesOf('{service_name="hostile"} |= "utf8:"');
    expect(lines).toHaveLength(2);
    expect(lines).toContain('utf8: neighbour');
    expect(lines.find((line) => line.includes('\u{fffd}'))).toMatch(/^utf8: \u{fffd}+$/u);
    const pushed = Buffer.from(pushJson('utf8 pushed: ?'));
    pushed[pushed.indexOf('?')] = 0xff;
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/push',
        method: 'POST',
        headers: { 'content-type': jsonType },
        body: pushed,
      },
      { status: 204 },
    );
    expect(await linesOf('{app="hostile"} |= "utf8 pushed:"')).toEqual(['utf8 pushed: \u{fffd}']);
  });

  test('10,000 labels and attributes', async () => {
    const many = keyValues(long(10_000));
    expect(
      (
        await partial(
          'logs',
          logs([
            { ...logRecord('many: attributes'), attributes: many },
            logRecord('many: neighbour'),
          ]),
        )
      ).rejected,
    ).toBeLessThanOrEqual(1);
    expect(await linesOf('{service_name="hostile"} |= "many: neighbour"')).toHaveLength(1);
    await partial(
      'traces',
      spans([{ ...span('many', 'd0'.repeat(16), 'd0'.repeat(8)), attributes: many }]),
    );
    const pushed = await send(running.clew, 'loki', '/loki/api/v1/push', {
      method: 'POST',
      headers: { 'content-type': jsonType },
      body: JSON.stringify({
        streams: [
          { stream: long(10_000), values: [[ns(Date.now()), 'many: labels']] },
          { stream: { app: 'hostile' }, values: [[ns(Date.now()), 'many: pushed neighbour']] },
        ],
      }),
    });
    expect([204, 400]).toContain(pushed.status);
    expect(await linesOf('{app="hostile"} |= "many: pushed neighbour"')).toHaveLength(1);
    const written = await send(running.clew, 'prometheus', '/api/v1/write', {
      method: 'POST',
      headers: { 'content-type': protobufType },
      body: remoteWriteOf({ __name__: 'many_labels', ...long(10_000) }, 1, Date.now()),
    });
    expect([204, 400]).toContain(written.status);
  });

  test('values nested without end', async () => {
    let deep: object = { stringValue: 'bottom' };
    for (let depth = 0; depth < 60; depth++) deep = { arrayValue: { values: [deep] } };
    expect(
      (
        await partial(
          'logs',
          logs([{ ...logRecord('nested: 60'), attributes: [{ key: 'deep', value: deep }] }]),
        )
      ).rejected,
    ).toBe(0);
    let bytes = Buffer.from([0x0a, 1, 0x78]);
    const varint = (length: number): number[] =>
      length < 128 ? [length] : [(length & 127) | 128, ...varint(length >> 7)];
    for (let depth = 0; depth < 5000; depth++) {
      const list = Buffer.concat([Buffer.from([0x0a, ...varint(bytes.length)]), bytes]);
      bytes = Buffer.concat([Buffer.from([0x2a, ...varint(list.length)]), list]);
    }
    const field = (number: number, content: Buffer): Buffer =>
      Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
    // resource_logs.scope_logs.log_records.body
    await refused(otlp, [400], protobufType, field(1, field(2, field(2, field(5, bytes)))));
    const [open, close] = ['{"arrayValue":{"values":[', ']}}'];
    const value = `${open.repeat(10_000)}${close.repeat(10_000)}`;
    await refused(
      otlp,
      [400],
      jsonType,
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${value}}]}]}]}`,
    );
  });

  test('names that mean something to JavaScript', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const stream = Object.fromEntries([
      ['app', 'proto'],
      ...names.slice(1).map((name) => [name, 'x']),
    ]);
    await ask(
      {
        port: 'loki',
        path: '/loki/api/v1/push',
        method: 'POST',
        headers: { 'content-type': jsonType },
        body: `{"streams":[{"stream":{"__proto__":"x",${JSON.stringify(stream).slice(1)},"values":[["${ns(Date.now())}","names",{"__proto__":"y","constructor":"z"}]]}]}`,
      },
      { status: 204 },
    );
    const series = await ask({
      port: 'loki',
      path: path('/loki/api/v1/series', { 'match[]': '{app="proto"}' }),
    });
    expect(series.text).toContain('"__proto__":"x"');
    expect(series.text).toContain('"constructor":"x"');
    await partial(
      'traces',
      spans([
        {
          ...span('names', 'e0'.repeat(16), 'e0'.repeat(8)),
          attributes: names.map((key) => ({ key, value: { stringValue: 'x' } })),
        },
      ]),
    );
    await ask(
      { port: 'ui', path: `/api/explore/trace/${'e0'.repeat(16)}` },
      { text: /"key":"__proto__"/ },
    );
    await ask(
      {
        port: 'prometheus',
        path: '/api/v1/write',
        method: 'POST',
        headers: { 'content-type': protobufType },
        body: snappyBlock(
          encodeMessage('Write', {
            timeseries: names.map((name) => ({
              labels: [
                { name: '__name__', value: name },
                { name, value: 'x' },
              ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
              samples: [{ value: 1, timestamp: Date.now() }],
            })),
            metadata: names.map((name) => ({
              type: 2,
              metricFamilyName: name,
              help: 'h',
              unit: '',
            })),
          }),
        ),
      },
      { status: 204 },
    );
    const metadata = await ask({ port: 'prometheus', path: '/api/v1/metadata' });
    for (const name of names) expect(metadata.text).toContain(`"${name}":[{"type":"gauge"`);
    for (const name of names)
      await ask(
        { port: 'prometheus', path: path('/api/v1/query', { query: `{__name__="${name}"}` }) },
        { text: new RegExp(`"${name}":"x"`) },
      );
  });
});

describe('afterwards', () => {
  test('the process is alive and healthy, and has what it had', async () => {
    await ask({ port: 'ui', path: '/api/health' }, { json: { status: 'ok', problems: [] } });
    expect(await linesOf('{app="edge"}')).toHaveLength(20);
    expect(running.clew.child.exitCode).toBeNull();
    expect(running.clew.output()).not.toMatch(
      /a promise failed unattended|a mistake of ours|heap out of memory/,
    );
  });

  test('its memory stayed bounded', () => {
    const peak = peakMiB(running.clew.child.pid ?? 0);
    console.info(`peak of the largest process: ${peak?.toFixed(0)} MiB`);
    if (peak !== undefined) expect(peak).toBeLessThan(1200);
  });
});
