// What SQL counts about spans, traces and lines, against a simple computation over the same records.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badVersion } from '../../../test/fixtures/shop/shop-telemetry.ts';
import {
  bestRows,
  countMatching,
  countOf,
  groundOf,
  type OracleTrace,
  tracesOf,
  valuesOf,
} from '../../../test/storage/shop-oracle.ts';
import { storeShop, type StoredShop } from '../../../test/storage/stored-shop.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type {
  DifferenceCounts,
  DifferenceSource,
  SpanDifferenceRequest,
  SpanGround,
} from '../../query/difference-source.ts';
import type { TraceSurveySource } from '../../query/trace-survey-source.ts';
import { createTraceSurveySource } from '../trace-survey/trace-survey-source.ts';
import { createDifferenceSource } from './difference-source.ts';

const never = new AbortController().signal;
const everything: SpanGround = { kind: 'predicate', predicate: { kind: 'true' }, traceHas: [] };

let shop: StoredShop;
let difference: DifferenceSource;
let survey: TraceSurveySource;
let records: readonly SpanRecord[];
let traces: readonly OracleTrace[];

beforeAll(async () => {
  shop = await storeShop(10, 'north');
  difference = createDifferenceSource(shop.telemetry.database);
  survey = createTraceSurveySource(shop.telemetry.database);
  const all: SpanRecord[] = [];
  const scan = { ...range(), predicate: { kind: 'true' } as const };
  for await (const page of shop.spans.source.scanSpans(scan, never)) all.push(...page);
  records = all;
  traces = tracesOf(all);
});
afterAll(() => shop.telemetry.close());

/** All of the shop, and what its last requests leave behind. */
function range(tenants: readonly string[] = ['north']) {
  return { tenants, startNs: shop.startNs, endNs: shop.endNs + 60_000_000_000n };
}

function ask(change: Partial<SpanDifferenceRequest>): Promise<DifferenceCounts> {
  return difference.spanDifference(
    {
      ...range(),
      unit: 'spans',
      ground: everything,
      selection: { errors: false },
      selected: everything,
      unitsMax: 1_000_000,
      ...change,
    },
    never,
  );
}

describe('filters in SQL select the spans that the engine selects', () => {
  test.each([
    '{ }',
    '{ false }',
    '{ resource.service.name = "payment" }',
    '{ resource.service.version != "2.1.0" }',
    '{ name =~ "POST.*" && kind = server }',
    '{ name !~ "POST.*" }',
    '{ .http.route = "/pay" || .http.route = "/orders" }',
    '{ .http.route != "/pay" }',
    '{ span.http.response.status_code >= 400 }',
    '{ span.http.response.status_code != 200 && status != error }',
    '{ span.order.total > 100.5 }',
    '{ span.app.card = nil && resource.service.name = "payment" }',
    '{ span.app.card != nil }',
    '{ .nobody.sends = "x" }',
    '{ .nobody.sends != "x" }',
    '{ duration > 100ms && duration <= 1s }',
    '{ nestedSetParent < 0 }',
    '{ rootName = "POST /checkout" && name = "SELECT stock" }',
    '{ rootServiceName != "gateway" }',
    '{ status = error } && { resource.service.name = "shipping" }',
    '{ name = "POST /pay" && status = error } && { name = "GET /carts/{id}" }',
    '{ name = "POST /pay" } || { status = error }',
    '{ .service.version = "1.5.0" }',
  ])('%s', async (query) => {
    const ground = groundOf(query);
    expect(await difference.canCount(range(), ground, never)).toBe(true);
    const { selected, rest } = await ask({ ground });
    expect([selected, rest]).toEqual([countMatching(query, traces), 0]);
  });

  test('what is not exact is refused', async () => {
    const ground = groundOf('{ event.exception.type = "CardDeclinedError" }');
    expect(await difference.canCount(range(), ground, never)).toBe(false);
    await expect(ask({ ground })).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('the spans of a box', () => {
  test('failures at their beginning, with the values of both sides', async () => {
    const selection = { startNs: shop.at(0.6), endNs: shop.at(0.75), errors: true };
    const counts = await ask({ selection });
    const failed = records.filter(({ status }) => status === 'error');
    const parents = new Set(
      failed.map(({ traceId, parentSpanId }) => `${traceId} ${parentSpanId}`),
    );
    const inBox = failed.filter(
      ({ startNs }) => startNs >= selection.startNs && startNs < selection.endNs,
    );
    const isThrough = ({ traceId, spanId }: SpanRecord): boolean =>
      parents.has(`${traceId} ${spanId}`);
    const selected = inBox.filter((span) => !isThrough(span));
    const aside = inBox.filter(isThrough);
    const rest = records.filter((span) => !inBox.includes(span));
    expect(selected.length).toBeGreaterThan(10);
    expect([counts.selected, counts.rest, counts.aside]).toEqual([
      selected.length,
      rest.length,
      aside.length,
    ]);
    expect(counts.lookedAt).toEqual({ selected: selected.length, rest: rest.length });
    for (const value of counts.values) {
      const name = `${value.scope} ${value.key}=${value.value}`;
      expect([name, value.selected, value.rest]).toEqual([
        name,
        countOf(selected, name),
        countOf(rest, name),
      ]);
    }
    expect(counts.uniqueKeys).toEqual(['app.amount', 'order.total']);
    const [first, second] = bestRows(counts, true);
    expect(first).toEqual([`service.version=${badVersion}`]);
    expect(second).toEqual(
      expect.arrayContaining(['service=payment', 'name=POST /pay', 'http.route=/pay']),
    );
  });

  test('by time, duration and a query', async () => {
    const counts = await ask({
      ground: groundOf('{ kind = client }'),
      selection: {
        startNs: shop.at(0.3),
        endNs: shop.at(0.4),
        minDurationNs: 100_000_000n,
        errors: false,
      },
      selected: groundOf('{ name = "SELECT stock" }'),
    });
    const ground = records.filter(({ kind }) => kind === 'client');
    const selected = ground.filter(
      (span) =>
        span.startNs >= shop.at(0.3) &&
        span.startNs < shop.at(0.4) &&
        span.endNs - span.startNs >= 100_000_000n &&
        span.name === 'SELECT stock',
    );
    expect([counts.selected, counts.rest]).toEqual([
      selected.length,
      ground.length - selected.length,
    ]);
    expect(selected.length).toBeGreaterThan(10);
  });

  test('a sample is about as large as asked for, and its shares are those of all', async () => {
    const counts = await ask({
      selection: { startNs: shop.at(0), endNs: shop.at(0.5), errors: false },
      unitsMax: 1000,
    });
    expect(counts.selected).toBeGreaterThan(2000);
    expect(counts.lookedAt.selected).toBeGreaterThan(800);
    expect(counts.lookedAt.selected).toBeLessThan(1200);
    const services = counts.values.filter(
      ({ scope, key }) => scope === 'intrinsic' && key === 'service',
    );
    const inventory = services.find(({ value }) => value === 'inventory');
    const share = countOf(records, 'intrinsic service=inventory') / records.length;
    expect((inventory?.selected ?? 0) / counts.lookedAt.selected).toBeCloseTo(share, 0.8);
  });

  test('of another tenant there is nothing', async () => {
    const counts = await ask({ ...range(['south']), selection: { errors: true } });
    expect([counts.selected, counts.rest, counts.values]).toEqual([0, 0, []]);
  });
});

describe('the traces of a box', () => {
  test('slow checkouts: their values, and where their time goes', async () => {
    const counts = await ask({
      unit: 'traces',
      selection: {
        startNs: shop.at(0.3),
        endNs: shop.at(0.4),
        minDurationNs: 1_000_000_000n,
        errors: false,
      },
    });
    const isSlow = ({ root }: OracleTrace): boolean =>
      root !== undefined &&
      root.record.startNs >= shop.at(0.3) &&
      root.record.startNs < shop.at(0.4) &&
      root.record.endNs - root.record.startNs >= 1_000_000_000n;
    const slow = traces.filter(isSlow);
    expect([counts.selected, counts.rest]).toEqual([slow.length, traces.length - slow.length]);
    // Compared with those that begin alike.
    const others = traces.filter((trace) => !isSlow(trace) && trace.rootName === 'POST /checkout');
    expect(counts.sameRoots).toBe(true);
    expect(counts.lookedAt).toEqual({ selected: slow.length, rest: others.length });
    const having = (all: readonly OracleTrace[], value: string): number =>
      all.filter(({ spans }) => spans.some(({ record }) => valuesOf(record).has(value))).length;
    for (const value of counts.values.filter(({ key }) => !key.startsWith('root'))) {
      const name = `${value.scope} ${value.key}=${value.value}`;
      expect([name, value.selected, value.rest]).toEqual([
        name,
        having(slow, name),
        having(others, name),
      ]);
    }
    const [first] = counts.ownTimes;
    expect(first).toMatchObject({ service: 'inventory', name: 'SELECT stock' });
    const selects = slow.flatMap(({ spans }) =>
      spans.filter(({ record }) => record.name === 'SELECT stock'),
    );
    const meanMs =
      selects.reduce((sum, { record }) => sum + Number(record.endNs - record.startNs) / 1e6, 0) /
      slow.length;
    expect(first?.selectedMs).toBeCloseTo(meanMs, 3);
    expect(first?.restMs).toBeLessThan(60);
  });

  test('a sample of them', async () => {
    const counts = await ask({
      unit: 'traces',
      selection: { startNs: shop.at(0), endNs: shop.at(0.5), errors: false },
      unitsMax: 50,
    });
    expect(counts.lookedAt.selected).toBe(50);
    expect(counts.lookedAt.rest).toBeGreaterThan(45);
    expect(counts.lookedAt.rest).toBeLessThanOrEqual(50);
    expect(counts.values.every(({ selected, rest }) => selected <= 50 && rest <= 50)).toBe(true);
  });
});

describe('traces at a glance', () => {
  const request = () => ({ ...range(), ground: everything, selection: { errors: false } });

  test('lists are in their order, with the facts of each trace', async () => {
    const { traces: listed, total } = await survey.listTraces(
      { ...request(), order: 'slowest', limit: 20 },
      never,
    );
    expect(total).toBe(traces.length);
    const durations = listed.map(({ durationNs }) => durationNs);
    expect(durations).toEqual(durations.toSorted((a, b) => (a < b ? 1 : -1)));
    for (const fact of listed) {
      const trace = traces.find(({ traceId }) => traceId === fact.traceId);
      const root = trace?.root?.record;
      expect(fact).toMatchObject({
        rootName: root?.name,
        rootService: 'gateway',
        startNs: root?.startNs,
        durationNs: root === undefined ? 0n : root.endNs - root.startNs,
        extentNs: trace === undefined ? 0n : trace.endNs - trace.startNs,
        spans: trace?.spans.length,
        errorSpans: trace?.spans.filter(({ record }) => record.status === 'error').length,
      });
      expect(fact.services.reduce((sum, { spans }) => sum + spans, 0)).toBe(fact.spans);
    }
  });

  test('the slowest and the failed come in turn', async () => {
    const { traces: listed } = await survey.listTraces(
      { ...request(), order: 'interesting', limit: 4 },
      never,
    );
    expect(listed.map(({ errorSpans }) => errorSpans > 0)).toEqual([false, true, false, true]);
  });

  test('dots: all of them, or a fair part with the slowest and the failed', async () => {
    const all = await survey.tracePoints({ ...request(), limit: 10_000 }, never);
    expect([all.points.length, all.total, all.oneIn]).toEqual([traces.length, traces.length, 1]);
    const part = await survey.tracePoints({ ...request(), limit: 100 }, never);
    expect(part.points.length).toBeLessThan(traces.length);
    expect(part.points.filter(({ errorSpans }) => errorSpans > 0)).toHaveLength(part.failed);
    expect(part.oneIn).toBeCloseTo(traces.length / 100);
  });

  test('groups by an attribute of a span, of its sender, and of the trace', async () => {
    const group = (scope: 'span' | 'resource' | 'any' | 'intrinsic', name: string) =>
      survey.spanGroups({ ...request(), scope, name, limit: 50 }, never);
    const routes = await group('span', 'http.route');
    const pay = routes.groups.find(({ value }) => value === '/pay');
    expect([pay?.count, pay?.errors]).toEqual([
      countOf(records, 'span http.route=/pay'),
      countOf(
        records.filter(({ status }) => status === 'error'),
        'span http.route=/pay',
      ),
    ]);
    expect(routes.spans).toBe(records.length);
    expect(routes.without).toBe(
      records.filter(({ attributes }) => attributes.every(({ key }) => key !== 'http.route'))
        .length,
    );
    const versions = await group('resource', 'service.version');
    expect(versions.groups.find(({ value }) => value === badVersion)?.count).toBe(
      countOf(records, `resource service.version=${badVersion}`),
    );
    expect((await group('any', 'host.name')).values).toBe(3);
    const roots = await group('intrinsic', 'rootName');
    expect(roots.groups.reduce((sum, { count }) => sum + count, 0)).toBe(traces.length);
  });

  test('of too many every n-th is looked at, and counts are multiplied', async () => {
    const limits = { factSpansMax: Math.ceil(records.length / 4) };
    const small = createTraceSurveySource(shop.telemetry.database, limits);
    const points = await small.tracePoints({ ...request(), limit: 10_000 }, never);
    const drawn = points.points.length;
    expect(points.lookedAtOneIn).toBe(4);
    expect(points.oneIn).toBe(4);
    expect(points.total).toBe(drawn * 4);
    expect(drawn).toBeGreaterThan(traces.length / 6);
    expect(drawn).toBeLessThan(traces.length / 3);
    // What is looked at is looked at whole.
    for (const { traceId, spans } of points.points.slice(0, 20))
      expect(traces.find((trace) => trace.traceId === traceId)?.spans.length).toBe(spans);
    const counts = await createDifferenceSource(shop.telemetry.database, limits).spanDifference(
      {
        ...range(),
        unit: 'traces',
        ground: everything,
        selection: { startNs: shop.at(0), endNs: shop.at(0.5), errors: false },
        selected: everything,
        unitsMax: 10_000,
      },
      never,
    );
    expect(counts.selected + counts.rest).toBe(points.total);
    expect(counts.lookedAt.selected * 4).toBe(counts.selected);
  });

  test('bands hold all traces, with examples from within', async () => {
    const { bands } = await survey.latencyBands({ ...request(), examples: 3 }, never);
    expect(bands.map(({ from }) => from)).toEqual([0, 0.5, 0.9, 0.99]);
    expect(bands.reduce((sum, band) => sum + band.traces, 0)).toBe(traces.length);
    for (const { examples, fromNs, toNs } of bands) {
      expect(examples.length).toBeGreaterThan(0);
      for (const { durationNs } of examples) {
        expect(Number(durationNs)).toBeGreaterThanOrEqual(fromNs);
        expect(Number(durationNs)).toBeLessThanOrEqual(toNs);
      }
    }
  });

  test('a span among its kind', async () => {
    const ofKind = records.filter(({ name }) => name === 'POST /pay');
    const durationNs = 100_000_000n;
    const kind = await survey.spanKind(
      { ...range(), service: 'payment', name: 'POST /pay', durationNs },
      never,
    );
    expect([kind.spans, kind.faster]).toEqual([
      ofKind.length,
      ofKind.filter(({ startNs, endNs }) => endNs - startNs < durationNs).length,
    ]);
    expect(kind.buckets.reduce((sum, { spans }) => sum + spans, 0)).toBe(kind.spans);
    const none = await survey.spanKind(
      { ...range(), service: 'payment', name: 'nothing', durationNs },
      never,
    );
    expect([none.spans, none.buckets]).toEqual([0, []]);
  });
});

test('lines of an error level against the others', async () => {
  const counts = await difference.logDifference(
    {
      ...range(),
      ground: { matchers: [], lineFilters: [], metadataMatchers: [] },
      selection: { startNs: shop.at(0.6), endNs: shop.at(0.75), errors: true },
      selected: { matchers: [], lineFilters: [], metadataMatchers: [] },
      unitsMax: 1_000_000,
    },
    never,
  );
  const count = async (matchers: string, from: bigint, to: bigint): Promise<number> => {
    let lines = 0;
    const read = shop.logs.source.readLogs(
      {
        tenants: ['north'],
        startNs: from,
        endNs: to,
        matchers: [],
        lineFilters: [],
        metadataMatchers: [],
        direction: 'forward',
      },
      never,
    );
    for await (const rows of read)
      for (let row = 0; row < rows.length; row++) {
        const labels = [
          ...(rows.streams[rows.stream[row] ?? 0] ?? []),
          ...(rows.metadata[row] ?? []),
        ];
        const text = labels.map(({ name, value }) => `${name}=${value}`);
        if (matchers.split(' ').every((wanted) => text.includes(wanted))) lines++;
      }
    return lines;
  };
  expect(counts?.selected).toBe(await count('detected_level=error', shop.at(0.6), shop.at(0.75)));
  const payment = counts?.values.find(
    ({ scope, key, value }) => scope === 'label' && key === 'service_name' && value === 'payment',
  );
  expect(payment?.selected).toBe(
    await count('detected_level=error service_name=payment', shop.at(0.6), shop.at(0.75)),
  );
  const all =
    (await count('service_name=payment', shop.startNs, range().endNs)) - (payment?.selected ?? 0);
  expect(payment?.rest).toBe(all);
});
