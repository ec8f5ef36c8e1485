import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../base/clock.ts';
import { type Labels, labelsFromEntries, labelsToRecord } from '../../model/labels.ts';
import type { NativeHistogram } from '../../model/native-histogram.ts';
import { isStaleAt, type SeriesSamples, writeStale } from '../../model/series-batch.ts';
import { silentLogger } from '../../runtime/logger.ts';
import type { LabelMatcher, MatchOperator } from '../../query/language/matcher.ts';
import { EmbeddedDatabase } from '../drivers/embedded/embedded-database.ts';
import { GroupCommit } from '../group-commit.ts';
import { migrate } from '../migrate.ts';
import { sql } from '../sql/sql.ts';
import { createMetricSurveySource } from './metric-survey.ts';
import { createSeriesStore, type SeriesStore } from './series-store.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const dayMs = 86_400_000;
const never = new AbortController().signal;
const all = { tenants: ['t'], startMs: nowMs - 6 * dayMs, endMs: nowMs + dayMs };

const folder = mkdtempSync(join(tmpdir(), 'clew-metrics-'));
let database: EmbeddedDatabase;
let group: GroupCommit;
let store: SeriesStore;
beforeAll(async () => {
  database = await EmbeddedDatabase.open({ folder, logger: silentLogger });
  await migrate(database);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of ['series', 'samples', 'histograms', 'exemplars', 'metric_metadata'])
    await database.execute(sql`TRUNCATE TABLE ${{ kind: 'identifier', name: table }}`);
  group = new GroupCommit({ database });
  const clock = new FakeClock(nowMs);
  store = createSeriesStore({ database, commit: group.commit, clock, retentionMs: 7 * dayMs });
});

function labels(text: Readonly<Record<string, string>>): Labels {
  return labelsFromEntries(Object.entries(text));
}

function samples(
  own: Readonly<Record<string, string>>,
  points: readonly (readonly [number, number])[],
  more: Partial<SeriesSamples> = {},
): SeriesSamples {
  return {
    labels: labels(own),
    timestampsMs: Float64Array.from(points, ([ms]) => ms),
    values: Float64Array.from(points, ([, value]) => value),
    startTimestampsMs: new Float64Array(0),
    histograms: [],
    exemplars: [],
    resource: [],
    ...more,
  };
}

function consume(
  series: readonly SeriesSamples[],
  tenant: string = 't',
): ReturnType<SeriesStore['consumer']['consumeSeries']> {
  return store.consumer.consumeSeries({ series, metadata: [] }, { tenant });
}

function matcher(name: string, operator: MatchOperator, value: string): LabelMatcher {
  return { name, operator, value };
}

test('samples come back ascending, once each, with their bits', async () => {
  const values = new Float64Array([3, Number.NaN, 0, -0, Number.POSITIVE_INFINITY]);
  writeStale(values, 2);
  const times = [40, 10, 20, 30, 50].map((second) => nowMs - second * 1000);
  const series = samples({ __name__: 'up', job: 'a' }, [], {
    timestampsMs: Float64Array.from(times),
    values,
    startTimestampsMs: Float64Array.from([0, 0, 0, 0, nowMs - dayMs]),
  });
  await consume([series]);
  await consume([series]);
  const [found, ...rest] = await store.source.selectSeries(
    { ...all, matchers: [matcher('__name__', '=', 'up')] },
    never,
  );
  expect(rest).toEqual([]);
  expect(labelsToRecord(found!.labels)).toEqual({ __name__: 'up', job: 'a' });
  expect([...found!.timestampsMs]).toEqual(times.toSorted((a, b) => a - b));
  expect([...found!.values].map(String)).toEqual(['Infinity', '3', '0', 'NaN', 'NaN']);
  expect(Object.is(found!.values[2], -0)).toBe(true);
  expect([3, 4].map((at) => isStaleAt(found!.values, at))).toEqual([true, false]);
  expect([...found!.startTimestampsMs]).toEqual([nowMs - dayMs, 0, 0, 0, 0]);
});

test('matchers mean what Prometheus means', async () => {
  await consume([
    samples({ __name__: 'm', job: 'api', path: '/a.b' }, [[nowMs, 1]]),
    samples({ __name__: 'm', job: 'web', text: 'two\nlines' }, [[nowMs, 2]]),
    samples({ __name__: 'm2', job: 'api' }, [[nowMs, 3]]),
  ]);
  await consume([samples({ __name__: 'm', job: 'foreign' }, [[nowMs, 4]])], 'other');
  const check = async (matchers: readonly LabelMatcher[], expected: readonly number[]) => {
    const found = await store.source.selectSeries({ ...all, matchers }, never);
    expect(found.map((series) => series.values[0] ?? 0).toSorted((a, b) => a - b)).toEqual(
      expected,
    );
    const seen = await store.source.seriesLabels({ ...all, matcherLists: [matchers] }, never);
    expect(seen).toHaveLength(expected.length);
  };
  await check([matcher('__name__', '=', 'm')], [1, 2]);
  await check([matcher('__name__', '=~', 'm.?')], [1, 2, 3]);
  await check([matcher('__name__', '=~', 'm'), matcher('job', '!=', 'web')], [1]);
  await check([matcher('job', '=~', 'ap')], []);
  await check([matcher('job', '!~', 'a.*')], [2]);
  await check([matcher('path', '=', '')], [2, 3]);
  await check([matcher('path', '=~', '')], [2, 3]);
  await check([matcher('path', '!=', '')], [1]);
  await check([matcher('path', '=~', '/a[.]b|x')], [1]);
  await check([matcher('text', '=~', 'two.lines')], [2]);
  await check([matcher('job', '=~', '(?i)API')], [1, 3]);
  await check([matcher('job', '=', "api' OR 1=1 --")], []);
  for (const pattern of ['(', 'api)|(web', '*']) {
    const matchers = [matcher('job', '=~', pattern)];
    await expect(store.source.selectSeries({ ...all, matchers }, never)).rejects.toMatchObject({
      code: 'syntax',
    });
  }
});

test('ranges are inclusive, and of label sets exact to the day', async () => {
  await consume([
    samples({ __name__: 'old' }, [[nowMs - 3 * dayMs, 1]]),
    samples({ __name__: 'new' }, [
      [nowMs - 1000, 2],
      [nowMs, 3],
    ]),
  ]);
  const range = { tenants: ['t'], startMs: nowMs - 1000, endMs: nowMs - 1000 };
  const matchers = [matcher('__name__', '=~', '.+')];
  const found = await store.source.selectSeries({ ...range, matchers }, never);
  expect(found.map((series) => [...series.values])).toEqual([[2]]);
  const seen = await store.source.seriesLabels({ ...range, matcherLists: [] }, never);
  expect(seen.map(labelsToRecord)).toEqual([{ __name__: 'new' }]);
  const limited = await store.source.seriesLabels({ ...all, matcherLists: [], limit: 1 }, never);
  expect(limited).toHaveLength(1);
});

test('times outside of what is kept are refused and counted, the rest is stored', async () => {
  const outcome = await consume([
    samples({ __name__: 'm' }, [
      [nowMs - 8 * dayMs, 1],
      [nowMs + 11 * 60_000, 2],
      [Number.NaN, 3],
      [nowMs + 9 * 60_000, 4],
      [0, 5],
    ]),
    samples({ __name__: 'all refused' }, [[1, 1]]),
  ]);
  expect(outcome.rejected).toBe(4);
  expect(outcome.message).toMatch(/^4 samples rejected: .* retention of 1w or more than 10m ahead/);
  const found = await store.source.selectSeries({ ...all, matchers: [] }, never);
  expect(found.map((series) => [[...series.timestampsMs], [...series.values]])).toEqual([
    [
      [nowMs, nowMs + 9 * 60_000],
      [5, 4],
    ],
  ]);
});

test('native histograms, exemplars and metadata come back whole', async () => {
  const histogram: NativeHistogram = {
    counterResetHint: 'not-reset',
    schema: -4,
    zeroThreshold: 1e-9,
    zeroCount: 2,
    count: 12.5,
    sum: -3,
    positiveSpans: [
      { offset: -2, length: 1 },
      { offset: 3, length: 2 },
    ],
    positiveBuckets: [1, 2, 3],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [0.5, 1],
  };
  const sample = { timestampMs: nowMs, startTimestampMs: nowMs - 5, histogram };
  const exemplar = {
    labels: labels({ trace_id: '0AF7651916CD43DD8448EB211C80319C', user: 'x' }),
    value: 0.25,
    timestampMs: nowMs,
  };
  const series = samples({ __name__: 'h' }, [], { histograms: [sample], exemplars: [exemplar] });
  const metadata = [
    { metric: 'h', type: 'histogram', help: 'Time.', unit: 's' },
    { metric: 'i', type: 'counter', help: '', unit: '' },
  ] as const;
  for (let time = 0; time < 2; time++)
    await store.consumer.consumeSeries({ series: [series], metadata }, { tenant: 't' });
  const found = await store.source.selectSeries({ ...all, matchers: [] }, never);
  expect(found.map((one) => one.histograms)).toEqual([[sample]]);
  const exemplars = await store.source.selectExemplars({ ...all, matchers: [] }, never);
  expect(exemplars).toEqual([{ labels: labels({ __name__: 'h' }), exemplars: [exemplar] }]);
  const ids = await database.rows(sql`SELECT DISTINCT lower(hex(trace_id)) AS id FROM exemplars`);
  expect(ids).toEqual([{ id: '0af7651916cd43dd8448eb211c80319c' }]);
  const tenants = ['t'];
  expect(await store.source.metricMetadata({ tenants }, never)).toEqual(metadata);
  expect(await store.source.metricMetadata({ tenants, metric: 'i' }, never)).toEqual([metadata[1]]);
  expect(await store.source.metricMetadata({ tenants, limit: 1 }, never)).toHaveLength(1);
});

test('too many samples fail with the limit named', async () => {
  await consume([
    samples(
      { __name__: 'm' },
      Array.from({ length: 100 }, (_, at) => [nowMs - at * 1000, at]),
    ),
  ]);
  const matchers = [matcher('__name__', '=', 'm')];
  await expect(
    store.source.selectSeries({ ...all, matchers, samplesMax: 99 }, never),
  ).rejects.toMatchObject({ code: 'limit', message: 'the query reads more than 99 samples' });
});

test('a sender is kept beside its series, and the steady state writes samples only', async () => {
  const resource = labels({ 'service.name': 'cart', 'host.name': 'h1' });
  for (let at = 0; at < 3; at++)
    await consume([samples({ __name__: 'm' }, [[nowMs - at * 1000, at]], { resource })]);
  const rows = await database.rows(sql`SELECT metric, resource FROM series`);
  expect(rows).toEqual([{ metric: 'm', resource: { 'host.name': 'h1', 'service.name': 'cart' } }]);
});

test('when days were dropped, a late sample brings its series again', async () => {
  const matchers = [matcher('__name__', '=', 'm')];
  await consume([samples({ __name__: 'm' }, [[nowMs - 2000, 1]])]);
  await database.execute(sql`TRUNCATE TABLE series`);
  store.forget();
  await consume([samples({ __name__: 'm' }, [[nowMs - 1000, 2]])]);
  const found = await store.source.selectSeries({ ...all, matchers }, never);
  expect(found.map((series) => [...series.values])).toEqual([[1, 2]]);
});

test('equal series of two tenants stay two when both are asked for', async () => {
  const own = { __name__: 'up', __tenant_id__: 'mine' };
  await consume([samples(own, [[nowMs, 1]])], 'a');
  await consume([samples(own, [[nowMs, 2]]), samples({ __name__: 'down' }, [[nowMs, 3]])], 'b');
  const series = async (
    tenants: readonly string[],
    ...matchers: readonly LabelMatcher[]
  ): Promise<unknown> => {
    const found = await store.source.selectSeries({ ...all, tenants, matchers }, never);
    return found
      .map((one) => [...one.labels.map(({ value }) => value), ...one.values].join(' '))
      .toSorted();
  };
  const up = matcher('__name__', '=', 'up');
  expect(await series(['a'], up)).toEqual(['up mine 1']);
  expect(await series(['a', 'b'], up)).toEqual(['up a mine 1', 'up b mine 2']);
  expect(await series(['a', 'b'], up, matcher('__tenant_id__', '!=', 'a'))).toEqual([
    'up b mine 2',
  ]);
  const both = { ...all, tenants: ['a', 'b'] };
  const names = async (...matcherLists: readonly LabelMatcher[][]): Promise<unknown> => {
    const found = await store.source.seriesLabels({ ...both, matcherLists }, never);
    return found.map((one) => one.map(({ value }) => value).join(' ')).toSorted();
  };
  expect(await names()).toEqual(['down b', 'up a mine', 'up b mine']);
  expect(await names([up, matcher('__tenant_id__', '=', 'a')])).toEqual(['up a mine']);
  expect(await names([matcher('__tenant_id__', '=', 'c')])).toEqual([]);
  const limited = store.source.selectSeries({ ...both, matchers: [up], samplesMax: 1 }, never);
  await expect(limited).rejects.toThrow('the query reads more than 1 samples');
});

test('the survey counts series, labels and values, of one tenant, over days once', async () => {
  const metric = (name: string, route: string, at: number): SeriesSamples =>
    samples({ __name__: name, job: 'api', route }, [[at, 1]]);
  await consume([
    metric('m_count', '/a', nowMs),
    metric('m_count', '/a', nowMs - dayMs),
    metric('m_count', '/b', nowMs),
    metric('m_sum', '/a', nowMs),
    samples({ __name__: 'other' }, [[nowMs, 1]]),
  ]);
  await consume([metric('m_count', '/foreign', nowMs)], 'other');
  const survey = createMetricSurveySource(database);
  const range = {
    tenants: ['t'],
    startNs: BigInt(nowMs - 2 * dayMs) * 1_000_000n,
    endNs: BigInt(nowMs + 1) * 1_000_000n,
  };
  expect(await survey.listMetrics({ ...range, limit: 2 }, never)).toEqual({
    metrics: [
      { metric: 'm_count', series: 2 },
      { metric: 'm_sum', series: 1 },
    ],
    total: 3,
  });
  const metrics = ['m_count', 'm_sum'];
  expect(await survey.metricLabels({ ...range, metrics, valuesMax: 1 }, never)).toEqual({
    series: 3,
    labels: [
      { name: 'job', series: 3, distinct: 1, values: [{ value: 'api', series: 3 }] },
      { name: 'route', series: 3, distinct: 2, values: [{ value: '/a', series: 2 }] },
    ],
  });
  expect(
    (await survey.metricLabels({ ...range, metrics: [], valuesMax: 1 }, never)).labels,
  ).toEqual([]);
});
