import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../../test/storage/telemetry-database.ts';
import { FakeClock } from '../../base/clock.ts';
import type { AttributeValue } from '../../model/attributes.ts';
import { labelsFromEntries, labelsToRecord } from '../../model/labels.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyScope } from '../../model/resource.ts';
import type { LabelMatcher, MatchOperator } from '../../query/language/matcher.ts';
import type { LogRead, LogSelection } from '../../query/sources.ts';
import { createLogStore, type LogStore } from './log-store.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const second = 1_000_000_000n;
const hour = 3600n * second;
const day = 24n * hour;
const never = new AbortController().signal;

let telemetry: TelemetryDatabase;
let clock: FakeClock;

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
});
afterAll(() => telemetry.close());

function openStore(): LogStore {
  clock = new FakeClock(nowMs);
  // Past the time in which every older row is in doubt.
  const store = createLogStore({
    database: telemetry.database,
    commit: telemetry.commit,
    clock,
    retentionMs: 7 * 86_400_000,
  });
  return store;
}

interface Line {
  readonly timeNs?: bigint;
  readonly observedNs?: bigint;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
}

function batchOf(
  resource: Readonly<Record<string, string>>,
  lines: readonly Line[],
  streamLabels?: Readonly<Record<string, string>>,
): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push({
    attributes: Object.entries(resource).map(([key, value]) => ({
      key,
      value: { kind: 'string', value },
    })),
    droppedAttributesCount: 0,
    schemaUrl: '',
  });
  batch.scopes.push({ ...emptyScope, name: 'shop', version: '1.2' });
  if (streamLabels !== undefined)
    batch.streams.push(labelsFromEntries(Object.entries(streamLabels)));
  for (const line of lines) {
    batch.resource.push(0);
    batch.scope.push(0);
    batch.stream.push(0);
    batch.timeNs.push(line.timeNs ?? 0n);
    batch.observedTimeNs.push(line.observedNs ?? 0n);
    batch.severityNumber.push(line.severityNumber ?? 0);
    batch.severityText.pushText(line.severityText ?? '');
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(line.body);
    batch.traceId.pushAbsent();
    if (line.traceId !== undefined) batch.traceId.setHex(batch.traceId.length - 1, line.traceId);
    batch.spanId.pushAbsent();
    if (line.spanId !== undefined) batch.spanId.setHex(batch.spanId.length - 1, line.spanId);
    batch.flags.push(0);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    for (const [key, value] of Object.entries(line.attributes ?? {}))
      batch.attributes.push(key, value);
    batch.attributes.endRow();
  }
  return batch;
}

const text = (value: string): AttributeValue => ({ kind: 'string', value });

/** `name operator value` triples. */
function matchers(
  ...triples: readonly (readonly [string, MatchOperator, string])[]
): LabelMatcher[] {
  return triples.map(([name, operator, value]) => ({ name, operator, value }));
}

function selection(tenant: string, part: Partial<LogSelection> = {}): LogSelection {
  return {
    tenants: [tenant],
    startNs: nowNs - 7n * day,
    endNs: nowNs + 1n,
    matchers: [],
    lineFilters: [],
    metadataMatchers: [],
    ...part,
  };
}

async function readLines(
  store: LogStore,
  tenant: string,
  part: Partial<LogRead> = {},
): Promise<string[]> {
  const lines: string[] = [];
  const request: LogRead = { ...selection(tenant), direction: 'forward', ...part };
  for await (const rows of store.source.readLogs(request, never)) lines.push(...rows.lines);
  return lines;
}

describe('what is written is read', () => {
  test('typed attributes, labels and metadata', async () => {
    const store = openStore();
    const outcome = await store.consumer.consumeLogs(
      batchOf({ 'service.name': 'cart', 'k8s.pod.uid': 'u-1' }, [
        {
          timeNs: nowNs - second,
          observedNs: nowNs,
          body: 'GET /cart',
          severityNumber: 17,
          severityText: 'ERROR',
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          attributes: {
            'http.route': text('/cart'),
            'http.status': { kind: 'int', value: -9_007_199_254_740_993n },
            ratio: { kind: 'double', value: 0.5 },
            cached: { kind: 'bool', value: true },
            user: { kind: 'map', entries: [{ key: 'id', value: { kind: 'int', value: 7n } }] },
            tags: { kind: 'list', values: [text('a'), { kind: 'double', value: 1 }] },
            nothing: { kind: 'empty' },
          },
        },
      ]),
      { tenant: 'typed' },
    );
    expect(outcome).toEqual({ rejected: 0, message: '' });
    const pages = [];
    for await (const page of store.source.readLogs(
      { ...selection('typed'), direction: 'backward' },
      never,
    ))
      pages.push(page);
    const [page] = pages;
    expect(pages).toHaveLength(1);
    expect(page?.lines).toEqual(['GET /cart']);
    expect(page?.timeNs[0]).toBe(nowNs - second);
    expect(labelsToRecord(page?.streams[0] ?? [])).toEqual({ service_name: 'cart' });
    expect(labelsToRecord(page?.metadata[0] ?? [])).toEqual({
      cached: 'true',
      detected_level: 'error',
      http_route: '/cart',
      http_status: '-9007199254740993',
      k8s_pod_uid: 'u-1',
      observed_timestamp: String(nowNs),
      ratio: '0.5',
      scope_name: 'shop',
      scope_version: '1.2',
      severity_number: '17',
      severity_text: 'ERROR',
      span_id: 'b7ad6b7169203331',
      tags: '["a",1.0]',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      user_id: '7',
    });
  });

  test('rows in order of time, and of arrival where times are equal', async () => {
    const store = openStore();
    const at = nowNs - hour;
    await store.consumer.consumeLogs(
      batchOf({ 'service.name': 'a' }, [
        { timeNs: at, body: 'a1' },
        { timeNs: at + 1n, body: 'a3' },
        { timeNs: at, body: 'a2' },
      ]),
      { tenant: 'order' },
    );
    await store.consumer.consumeLogs(
      batchOf({ 'service.name': 'b' }, [
        { timeNs: at, body: 'b1' },
        { timeNs: at - 3n * day, body: 'old' },
      ]),
      { tenant: 'order' },
    );
    expect(await readLines(store, 'order')).toEqual(['old', 'a1', 'a2', 'b1', 'a3']);
    expect(await readLines(store, 'order', { direction: 'backward' })).toEqual([
      'a3',
      'b1',
      'a2',
      'a1',
      'old',
    ]);
  });
});

describe('cursors', () => {
  test('pages continue strictly behind a row in both directions', async () => {
    const store = openStore();
    // Pages grow: of a hundred rows, four hundred, and the rest.
    const lines = Array.from({ length: 700 }, (_, at) => ({
      // Fifty rows a time.
      timeNs: nowNs - hour + BigInt(Math.floor(at / 50)),
      body: `line ${at}`,
    }));
    await store.consumer.consumeLogs(batchOf({ 'service.name': 'pages' }, lines), {
      tenant: 'pages',
    });
    const expected = lines.map(({ body }) => body);
    for (const direction of ['forward', 'backward'] as const) {
      const wanted = direction === 'forward' ? expected : expected.toReversed();
      const whole = [];
      for await (const rows of store.source.readLogs(
        { ...selection('pages'), direction, rowsWanted: 100 },
        never,
      ))
        whole.push(rows);
      expect(whole.flatMap(({ lines: some }) => some)).toEqual(wanted);
      expect(whole.length).toBeGreaterThan(2);
      const first = whole[0];
      const after = { timeNs: first?.timeNs[29] ?? 0n, seq: first?.seq[29] ?? 0n };
      expect(await readLines(store, 'pages', { direction, after })).toEqual(wanted.slice(30));
    }
  });
});

describe('repeats', () => {
  test('identical entries come once and count once', async () => {
    const store = openStore();
    const send = (): Promise<unknown> =>
      store.consumer.consumeLogs(
        batchOf({ 'service.name': 'twice' }, [
          { timeNs: nowNs - second, body: 'same' },
          { timeNs: nowNs - second, body: 'same' },
          { timeNs: nowNs - second, body: 'same', attributes: { k: text('other') } },
          { timeNs: nowNs - 2n * second, body: 'another' },
        ]),
        { tenant: 'twice' },
      );
    await send();
    await send();
    expect(await readLines(store, 'twice')).toEqual(['another', 'same', 'same']);
    const count = { ...selection('twice'), groupBy: [], stepNs: undefined };
    expect(await store.source.countLogs({ ...count, measure: 'lines' }, never)).toEqual([
      { labels: [], bucket: 0, value: 3 },
    ]);
    expect(await store.source.countLogs({ ...count, measure: 'bytes' }, never)).toEqual([
      { labels: [], bucket: 0, value: 15 },
    ]);
    expect(await store.source.logStats(selection('twice'), never)).toEqual({
      streams: 1,
      entries: 3,
      bytes: 15,
    });
  });

  test.each(['forward', 'backward'] as const)(
    'thousands of entries of one nanosecond, each thrice, come once over many pages, %s',
    async (direction) => {
      const store = openStore();
      const tenant = `instant-${direction}`;
      const different = 1500;
      const lines = Array.from({ length: different }, (_, at) => ({
        timeNs: nowNs - second,
        body: `line ${at}`,
      }));
      for (const part of [lines, lines.toReversed(), lines])
        await store.consumer.consumeLogs(batchOf({ 'service.name': 'instant' }, part), { tenant });
      const pageLines = 400;
      const found: string[] = [];
      let after: LogRead['after'];
      for (;;) {
        const request = { ...selection(tenant), direction, after, rowsWanted: pageLines };
        let taken = 0;
        for await (const rows of store.source.readLogs(request, never)) {
          for (let row = 0; row < rows.length && taken < pageLines; row++, taken++) {
            found.push(rows.lines[row]!);
            after = { timeNs: rows.timeNs[row]!, seq: rows.seq[row]! };
          }
          if (taken === pageLines) break;
        }
        if (taken < pageLines) break;
      }
      expect(found.toSorted()).toEqual(lines.map(({ body }) => body).toSorted());
    },
  );

  test('a batch that comes again after a restart counts once', async () => {
    const send = (store: LogStore): Promise<unknown> =>
      store.consumer.consumeLogs(
        batchOf({ 'service.name': 'again' }, [{ timeNs: nowNs - second, body: 'x' }]),
        { tenant: 'again' },
      );
    await send(openStore());
    const store = openStore();
    await send(store);
    const request = {
      ...selection('again'),
      groupBy: [],
      stepNs: undefined,
      measure: 'lines' as const,
    };
    expect(await store.source.countLogs(request, never)).toEqual([
      { labels: [], bucket: 0, value: 1 },
    ]);
  });
});

describe('times', () => {
  test('0 becomes the observed time or now; outside of retention and the near future is refused', async () => {
    const store = openStore();
    const outcome = await store.consumer.consumeLogs(
      batchOf({ 'service.name': 't' }, [
        { timeNs: 0n, observedNs: nowNs - hour, body: 'observed' },
        { timeNs: 0n, body: 'now' },
        { timeNs: nowNs - 8n * day, body: 'too old' },
        { timeNs: nowNs + 601n * second, body: 'too new' },
        { timeNs: nowNs + 500n * second, body: 'ahead' },
        { timeNs: 16_725_225_600_000_000_000n, body: 'year 2500' },
      ]),
      { tenant: 'times' },
    );
    expect(outcome).toEqual({
      rejected: 3,
      message:
        '3 log records rejected: their time is older than the retention of 1w or more than 10m ahead of the clock',
    });
    const times: [string, bigint][] = [];
    for await (const rows of store.source.readLogs(
      { ...selection('times'), endNs: nowNs + hour, direction: 'forward' },
      never,
    ))
      rows.lines.forEach((line, row) => times.push([line, (rows.timeNs[row] ?? 0n) - nowNs]));
    expect(times).toEqual([
      ['observed', -hour],
      ['now', 0n],
      ['ahead', 500n * second],
    ]);
  });
});

describe('selections', () => {
  let store: LogStore;
  beforeAll(async () => {
    store = openStore();
    const at = (seconds: number): bigint => nowNs - hour + BigInt(seconds) * second;
    await store.consumer.consumeLogs(
      batchOf({ 'service.name': 'cart', 'k8s.namespace.name': 'shop' }, [
        {
          timeNs: at(1),
          body: 'level=info msg="hello"',
          attributes: { 'http.route': text('/a'), code: { kind: 'int', value: 200n } },
        },
        {
          timeNs: at(2),
          body: 'level=error msg="no\nluck"',
          attributes: { 'http.route': text('/b'), code: { kind: 'int', value: 500n } },
        },
        {
          timeNs: at(62),
          body: 'trace 4bf92f3577b34da6a3ce929d0e0e4736',
          traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        },
      ]),
      { tenant: 'select' },
    );
    await store.consumer.consumeLogs(
      batchOf({ 'service.name': "o'brien\\" }, [{ timeNs: at(3), body: "'; DROP TABLE logs; --" }]),
      { tenant: 'select' },
    );
    await store.consumer.consumeLogs(
      batchOf({}, [{ timeNs: at(4), body: 'pushed', attributes: { trace_id: text('abc') } }], {
        job: 'varlogs',
        namespace: 'x{}"`',
      }),
      { tenant: 'select' },
    );
  });

  const cases: readonly [string, Partial<LogSelection>, readonly string[]][] = [
    [
      'everything',
      {},
      [
        'level=info msg="hello"',
        'level=error msg="no\nluck"',
        "'; DROP TABLE logs; --",
        'pushed',
        'trace 4bf92f3577b34da6a3ce929d0e0e4736',
      ],
    ],
    [
      'a label',
      { matchers: matchers(['service_name', '=', 'cart'], ['k8s_namespace_name', '=~', 'sh.p']) },
      [
        'level=info msg="hello"',
        'level=error msg="no\nluck"',
        'trace 4bf92f3577b34da6a3ce929d0e0e4736',
      ],
    ],
    [
      'an absent label',
      {
        matchers: matchers(['job', '=', '']),
        lineFilters: [[{ kind: 'contains', negated: false, text: 'hello' }]],
      },
      ['level=info msg="hello"'],
    ],
    ['a pattern is anchored', { matchers: matchers(['service_name', '=~', 'car']) }, []],
    ['a negated pattern', { matchers: matchers(['service_name', '!~', 'cart|o.*']) }, ['pushed']],
    [
      'quotes and backslashes',
      { matchers: matchers(['service_name', '=', "o'brien\\"]) },
      ["'; DROP TABLE logs; --"],
    ],
    ['quotes in a name', { matchers: matchers(["'] OR 1=1 --", '=', 'x']) }, []],
    ['quotes in a pattern', { matchers: matchers(['namespace', '=~', 'x\\{\\}"`']) }, ['pushed']],
    [
      'a line filter with quotes',
      { lineFilters: [[{ kind: 'contains', negated: false, text: "'; DROP" }]] },
      ["'; DROP TABLE logs; --"],
    ],
    [
      'a pattern on lines is unanchored',
      { lineFilters: [[{ kind: 'regex', negated: false, pattern: 'l=e.*r' }]] },
      ['level=error msg="no\nluck"'],
    ],
    [
      'its dot stops at a newline',
      { lineFilters: [[{ kind: 'regex', negated: false, pattern: 'no.luck' }]] },
      [],
    ],
    [
      'its dot can be told otherwise',
      { lineFilters: [[{ kind: 'regex', negated: false, pattern: '(?s)no.luck' }]] },
      ['level=error msg="no\nluck"'],
    ],
    [
      'either of two filters and not a third',
      {
        lineFilters: [
          [
            { kind: 'contains', negated: false, text: 'hello' },
            { kind: 'contains', negated: false, text: 'pushed' },
          ],
          [{ kind: 'contains', negated: true, text: 'level' }],
        ],
      },
      ['pushed'],
    ],
    [
      'the trace ID field',
      { metadataMatchers: matchers(['trace_id', '=', '4bf92f3577b34da6a3ce929d0e0e4736']) },
      ['trace 4bf92f3577b34da6a3ce929d0e0e4736'],
    ],
    [
      'an attribute named like the field',
      { metadataMatchers: matchers(['trace_id', '=', 'abc']) },
      ['pushed'],
    ],
    [
      'an attribute by its sanitised name',
      { metadataMatchers: matchers(['http_route', '=', '/b']) },
      ['level=error msg="no\nluck"'],
    ],
    [
      'an int attribute',
      { metadataMatchers: matchers(['code', '=', '200']) },
      ['level=info msg="hello"'],
    ],
    [
      'the level',
      { metadataMatchers: matchers(['detected_level', '=', 'error']) },
      ['level=error msg="no\nluck"'],
    ],
    [
      'a stream label asked for as metadata',
      { metadataMatchers: matchers(['job', '=', 'varlogs']) },
      ['pushed'],
    ],
    [
      'quotes as metadata',
      { metadataMatchers: matchers(["'] = '' OR 1 --", '=', "\\' OR 1=1"]) },
      [],
    ],
    [
      'a range that ends in the year 2500',
      {
        endNs: 16_725_225_600_000_000_000n,
        lineFilters: [[{ kind: 'contains', negated: false, text: 'pushed' }]],
      },
      ['pushed'],
    ],
    ['an empty range', { startNs: nowNs, endNs: nowNs }, []],
  ];
  for (const [name, part, expected] of cases) {
    test(name, async () => {
      expect(await readLines(store, 'select', part)).toEqual(expected);
      const stats = await store.source.logStats(selection('select', part), never);
      expect(stats.entries).toBe(expected.length);
      const counted = await store.source.countLogs(
        { ...selection('select', part), groupBy: [], stepNs: undefined, measure: 'lines' },
        never,
      );
      expect(counted?.[0]?.value ?? 0).toBe(expected.length);
    });
  }

  test('counts by label, level and attribute in right-closed buckets', async () => {
    const rows = await store.source.countLogs(
      {
        ...selection('select'),
        startNs: nowNs - hour + second,
        endNs: nowNs - hour + 121n * second,
        groupBy: ['service_name', 'detected_level', 'http_route'],
        stepNs: 60n * second,
        measure: 'lines',
      },
      never,
    );
    const found = (rows ?? []).map(({ labels, bucket, value }) => [
      labelsToRecord(labels),
      bucket,
      value,
    ]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        [{ detected_level: 'error', http_route: '/b', service_name: 'cart' }, 0, 1],
        [{ detected_level: 'trace', service_name: 'cart' }, 1, 1],
        [{ detected_level: 'unknown', service_name: "o'brien\\" }, 0, 1],
        [{ detected_level: 'unknown' }, 0, 1],
      ]),
    );
  });

  test('counts by what the sender has', async () => {
    const rows = await store.source.countLogs(
      {
        ...selection('select', { matchers: matchers(['service_name', '=', 'cart']) }),
        groupBy: ['scope_name', 'service_name'],
        stepNs: undefined,
        measure: 'lines',
      },
      never,
    );
    expect(rows?.map(({ labels, value }) => [labelsToRecord(labels), value])).toEqual([
      [{ scope_name: 'shop', service_name: 'cart' }, 3],
    ]);
  });

  test('what SQL cannot say exactly is not counted in SQL', async () => {
    await store.consumer.consumeLogs(
      batchOf({}, [
        { timeNs: nowNs, body: 'x', attributes: { ratio: { kind: 'double', value: 1e21 } } },
      ]),
      { tenant: 'inexact' },
    );
    const rows = await store.source.countLogs(
      { ...selection('inexact'), groupBy: ['ratio'], stepNs: undefined, measure: 'lines' },
      never,
    );
    expect(rows).toBeUndefined();
  });

  test('label sets of a range', async () => {
    const sets = await store.source.streams(
      { tenants: ['select'], startNs: nowNs - hour, endNs: nowNs },
      matchers(['job', '=~', '.+']),
      never,
    );
    expect(sets.map(labelsToRecord)).toEqual([{ job: 'varlogs', namespace: 'x{}"`' }]);
    const none = await store.source.streams(
      { tenants: ['select'], startNs: nowNs - 3n * day, endNs: nowNs - 2n * day },
      [],
      never,
    );
    expect(none).toEqual([]);
  });

  test('two tenants at a time are told apart by a label', async () => {
    const request: LogRead = {
      ...selection('select', {
        tenants: ['select', 'twice'],
        matchers: matchers(['__tenant_id__', '=', 'twice']),
      }),
      direction: 'forward',
    };
    const labels = [];
    for await (const rows of store.source.readLogs(request, never))
      labels.push(...rows.streams.map(labelsToRecord));
    expect(labels).toEqual([{ service_name: 'twice', __tenant_id__: 'twice' }]);
  });
});

test('a follower sees what is stored from then on', async () => {
  const store = openStore();
  const send = (body: string): Promise<unknown> =>
    store.consumer.consumeLogs(batchOf({ 'service.name': 'tail' }, [{ timeNs: nowNs, body }]), {
      tenant: 'tail',
    });
  await send('before');
  const stop = new AbortController();
  const { endNs: _, ...followed } = selection('tail', {
    matchers: matchers(['service_name', '=', 'tail']),
  });
  const rows = store.source.followLogs(followed, stop.signal)[Symbol.asyncIterator]();
  const first = rows.next();
  await send('one');
  expect((await first).value?.lines).toEqual(['one']);
  const second_ = rows.next();
  await send('two');
  expect((await second_).value?.lines).toEqual(['two']);
  stop.abort();
  expect((await rows.next()).done).toBe(true);
});
