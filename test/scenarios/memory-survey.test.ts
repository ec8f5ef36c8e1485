// What is counted in memory over traces that a server elsewhere gave is what SQL counts over the same traces.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OracleTrace, tracesOf } from '../storage/shop-oracle.ts';
import { storeShop, type StoredShop } from '../storage/stored-shop.ts';
import type { SpanRecord } from '../../src/model/span-record.ts';
import type { DifferenceCounts, OwnTime, SpanGround } from '../../src/query/difference-source.ts';
import type { SpanScope } from '../../src/query/sources.ts';
import {
  groupedSpan,
  groupSpans,
  kindFigures,
  latencyBands,
} from '../../src/query/survey/span-groups.ts';
import { serviceEdges } from '../../src/query/survey/service-map.ts';
import { spanDifference } from '../../src/query/survey/span-difference.ts';
import { traceDifference } from '../../src/query/survey/trace-difference.ts';
import type { TraceFact, TraceSurveySource } from '../../src/query/trace-survey-source.ts';
import { createDifferenceSource } from '../../src/storage/difference/difference-source.ts';
import { createOverviewSource } from '../../src/storage/overview/overview-source.ts';
import { createTraceSurveySource } from '../../src/storage/trace-survey/trace-survey-source.ts';

const never = new AbortController().signal;
const everything: SpanGround = { kind: 'predicate', predicate: { kind: 'true' }, traceHas: [] };

let shop: StoredShop;
let survey: TraceSurveySource;
let records: readonly SpanRecord[];
let traces: readonly OracleTrace[];

beforeAll(async () => {
  shop = await storeShop(10, 'north');
  survey = createTraceSurveySource(shop.telemetry.database);
  const all: SpanRecord[] = [];
  const scan = { ...range(), predicate: { kind: 'true' } as const };
  for await (const page of shop.spans.source.scanSpans(scan, never)) all.push(...page);
  records = all;
  traces = tracesOf(all);
});
afterAll(() => shop.telemetry.close());

function range() {
  return { tenants: ['north'], startNs: shop.startNs, endNs: shop.endNs + 60_000_000_000n };
}

function request() {
  return { ...range(), ground: everything, selection: { errors: false } };
}

describe('groups', () => {
  test.each<[SpanScope, string]>([
    ['span', 'http.route'],
    ['span', 'http.response.status_code'],
    ['resource', 'service.version'],
    ['any', 'host.name'],
    ['intrinsic', 'name'],
    ['intrinsic', 'status'],
    ['intrinsic', 'kind'],
    ['span', 'nobody.sends'],
  ])('by %s %s', async (scope, name) => {
    const counted = groupSpans(
      records.map((span) => groupedSpan(span, { scope, name })),
      100,
    );
    const stored = await survey.spanGroups({ ...request(), scope, name, limit: 100 }, never);
    expect([counted.spans, counted.without, counted.values]).toEqual([
      stored.spans,
      stored.without,
      stored.values,
    ]);
    const told = (groups: typeof counted.groups): unknown[] =>
      groups
        .map(({ value, type, count, errors }) => [value, type, count, errors])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
    expect(told(counted.groups)).toEqual(told(stored.groups));
    for (const group of counted.groups.filter(({ count }) => count > 200)) {
      const of = stored.groups.find(({ value }) => value === group.value);
      // Storage's digest is near the truth, not on it.
      expect(group.p50Ns / (of?.p50Ns ?? 0)).toBeCloseTo(1, 1);
    }
  });
});

test('latency bands', async () => {
  const facts = traces.map(({ traceId, startNs, endNs, spans, root }): TraceFact => ({
    traceId,
    startNs,
    durationNs: root === undefined ? endNs - startNs : root.record.endNs - root.record.startNs,
    extentNs: endNs - startNs,
    hasRoot: root !== undefined,
    rootService: '',
    rootName: root?.record.name ?? '',
    spans: spans.length,
    errorSpans: spans.filter(({ record }) => record.status === 'error').length,
  }));
  const counted = latencyBands(facts, 4);
  const { bands } = await survey.latencyBands({ ...request(), examples: 4 }, never);
  expect(counted.map(({ from, to }) => [from, to])).toEqual(
    bands.map(({ from, to }) => [from, to]),
  );
  counted.forEach((band, at) => {
    const stored = bands[at];
    expect(Math.abs(band.traces - (stored?.traces ?? 0))).toBeLessThanOrEqual(1);
    expect(band.examples.length).toBe(stored?.examples.length);
    expect(band.toNs / (stored?.toNs ?? 0)).toBeCloseTo(1, 1);
  });
});

test('spans of one kind', async () => {
  const of = records.filter(({ name }) => name === 'SELECT stock');
  const durationNs = 30_000_000n;
  const counted = kindFigures(
    of.map((span) => groupedSpan(span, { scope: 'intrinsic', name: 'name' })),
    durationNs,
  );
  const service = 'inventory';
  const stored = await survey.spanKind(
    { ...range(), service, name: 'SELECT stock', durationNs },
    never,
  );
  const { spans, errors, faster, buckets } = counted;
  expect(stored).toMatchObject({ spans, errors, faster, buckets });
  expect(counted.p50Ns / stored.p50Ns).toBeCloseTo(1, 1);
  expect(spans).toBeGreaterThan(100);
});

describe('what differs between traces', () => {
  test('slow checkouts', async () => {
    const selection = {
      startNs: shop.at(0.3),
      endNs: shop.at(0.4),
      minDurationNs: 1_000_000_000n,
      errors: false,
    };
    const stored = await createDifferenceSource(shop.telemetry.database).spanDifference(
      {
        ...range(),
        unit: 'traces',
        ground: everything,
        selection,
        selected: everything,
        unitsMax: 1_000_000,
      },
      never,
    );
    const counted = traceDifference(
      traces.map(({ root, rootName, rootServiceName, spans }) => {
        const record = root?.record;
        return {
          isSelected:
            record !== undefined &&
            record.startNs >= selection.startNs &&
            record.startNs < selection.endNs &&
            record.endNs - record.startNs >= selection.minDurationNs,
          rootName,
          rootService: rootServiceName,
          spans: spans.map((span) => span.record),
        };
      }),
    );
    expect(counted.selected).toBeGreaterThan(5);
    const sides = ({ selected, rest, lookedAt, sameRoots, uniqueKeys }: DifferenceCounts) => ({
      selected,
      rest,
      lookedAt,
      sameRoots,
      uniqueKeys,
    });
    expect(sides(counted)).toEqual(sides(stored));
    const texts = ({ values }: DifferenceCounts): readonly string[] =>
      values.map((one) => `${one.scope} ${one.key}=${one.value} ${one.selected}/${one.rest}`);
    // Storage gives the values of a key that differ most, twenty of them.
    expect(texts(counted)).toEqual(expect.arrayContaining([...texts(stored)]));
    const [first, second] = counted.ownTimes;
    const told = ({ service, name, selectedMs, restMs }: OwnTime) => ({
      service,
      name,
      selectedMs: expect.closeTo(selectedMs, 3) as number,
      restMs: expect.closeTo(restMs, 3) as number,
    });
    expect(stored.ownTimes.slice(0, 2)).toEqual(
      [first, second].flatMap((one) => (one === undefined ? [] : [told(one)])),
    );
  });
});

test('what differs between spans: failures, without those that failed through a child', async () => {
  const selection = { startNs: shop.at(0.6), endNs: shop.at(0.75), errors: true };
  const stored = await createDifferenceSource(shop.telemetry.database).spanDifference(
    {
      ...range(),
      unit: 'spans',
      ground: everything,
      selection,
      selected: everything,
      unitsMax: 1_000_000,
    },
    never,
  );
  const counted = spanDifference(records, () => true, selection);
  expect(counted.selected).toBeGreaterThan(10);
  expect([counted.selected, counted.rest, counted.aside, counted.uniqueKeys]).toEqual([
    stored.selected,
    stored.rest,
    stored.aside,
    stored.uniqueKeys,
  ]);
  const texts = ({ values }: DifferenceCounts): readonly string[] =>
    values.map((one) => `${one.scope} ${one.key}=${one.value} ${one.selected}/${one.rest}`);
  expect(texts(counted)).toEqual(expect.arrayContaining([...texts(stored)]));
});

test('who talks to whom, databases and messages included', async () => {
  const stored = await createOverviewSource({ database: shop.telemetry.database }).readServiceMap(
    range(),
    never,
  );
  const told = (edges: typeof stored.edges): readonly string[] =>
    edges
      .map(
        ({ from, to, namedBy, isLinked, isMessaging, requests, errors }) =>
          `${from.name} > ${to.kind} ${to.name} ${isMessaging ? 'message ' : ''}${isLinked ? 'by link ' : ''}${requests}/${errors} ${namedBy.map(({ keys, value }) => `${keys.join()}=${value}`).join()}`,
      )
      .toSorted();
  expect(stored.edges.length).toBeGreaterThan(5);
  expect(told(serviceEdges(records, 1))).toEqual(told(stored.edges));
});
