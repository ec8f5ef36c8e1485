import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FakeClock } from '../base/clock.ts';
import { labelsFromEntries } from '../model/labels.ts';
import type { SeriesSamples } from '../model/series-batch.ts';
import { silentLogger } from '../runtime/logger.ts';
import { Retention } from './retention.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';

const midnightMs = Date.UTC(2026, 5, 15);
const nowMs = midnightMs + 43_200_000;
const dayMs = 86_400_000;
const never = new AbortController().signal;
const tenant = 't';

const root = mkdtempSync(join(tmpdir(), 'clew-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(folder: string, clock: FakeClock, more: Partial<StoreOptions> = {}): Promise<Store> {
  return openStore({
    where: { kind: 'embedded', folder: join(root, folder) },
    retentionMs: 7 * dayMs,
    diskBytesMax: 1e12,
    clock,
    logger: silentLogger,
    ...more,
  });
}

function retentionOf(store: Store, clock: FakeClock, diskBytesMax: number): Retention {
  const { database } = store;
  return new Retention({
    database,
    clock,
    logger: silentLogger,
    retentionMs: 7 * dayMs,
    diskBytesMax,
  });
}

/** Samples whose values do not compress, a second apart. */
function samples(fromMs: number, count: number): SeriesSamples {
  return {
    labels: labelsFromEntries([['__name__', 'm']]),
    timestampsMs: Float64Array.from({ length: count }, (_, at) => fromMs + at * 1000),
    values: Float64Array.from({ length: count }, (_, at) => Math.sin(at * at)),
    startTimestampsMs: new Float64Array(0),
    histograms: [],
    exemplars: [],
    resource: [],
  };
}

function consume(store: Store, fromMs: number, count: number): Promise<unknown> {
  const batch = { series: [samples(fromMs, count)], metadata: [] };
  return store.consumers.series.consumeSeries(batch, { tenant });
}

async function storedDays(store: Store): Promise<number[]> {
  const range = { tenants: [tenant], startMs: nowMs - 30 * dayMs, endMs: nowMs + 30 * dayMs };
  const found = await store.series.selectSeries({ ...range, matchers: [] }, never);
  const times = found.flatMap((series) => [...series.timestampsMs]);
  return [...new Set(times.map((ms) => Math.floor((ms - midnightMs) / dayMs)))];
}

test('days past retention go, whole and alone', async () => {
  const clock = new FakeClock(nowMs);
  const store = await open('retention', clock);
  for (const day of [-6, -3, 0]) await consume(store, nowMs + day * dayMs, 100);
  expect(await storedDays(store)).toEqual([-6, -3, 0]);
  const retention = retentionOf(store, clock, 1e12);
  clock.advance(4 * dayMs);
  await retention.checkPartitions();
  expect(await storedDays(store)).toEqual([-3, 0]);
  expect(retention.retainedSinceNs()).toBe(BigInt(nowMs - 3 * dayMs) * 1_000_000n);
  expect(retention.figures.tables.map(({ table, rows }) => [table, rows])).toEqual([
    ['samples', 200],
    ['series', 2],
  ]);
  await store.close();
});

test('over the disk budget the oldest days go first, and of the newest its beginning', async () => {
  const clock = new FakeClock(nowMs);
  const store = await open('budget', clock);
  const fromMs = nowMs - 10_000_000;
  for (const day of [-2, -1, 0]) await consume(store, fromMs + day * dayMs, 10_000);
  const all = retentionOf(store, clock, 1e12);
  await all.checkPartitions();
  const { bytes } = all.figures;
  expect(all.problems).toEqual([]);

  const some = retentionOf(store, clock, bytes * 0.8);
  await some.checkPartitions();
  expect(await storedDays(store)).toEqual([-1, 0]);
  const midnightNs = BigInt(midnightMs - dayMs) * 1_000_000n;
  expect(some.retainedSinceNs()).toBe(midnightNs);

  const few = retentionOf(store, clock, bytes * 0.2);
  await few.checkPartitions();
  expect(few.problems.map(({ code }) => code)).toEqual(['disk-budget']);
  // The cut is a mutation, which ClickHouse does in its own time.
  const range = { tenants: [tenant], startMs: fromMs, endMs: nowMs };
  const first = async (): Promise<number> =>
    (await store.series.selectSeries({ ...range, matchers: [] }, never))[0]!.timestampsMs[0]!;
  while ((await first()) === fromMs);
  expect(await first()).toBeGreaterThan(fromMs + 1_000_000);
  expect(few.retainedSinceNs()).toBeGreaterThan(midnightNs);
  await store.close();
});

test('a full disk refuses what comes in, answers queries, and resumes by itself', async () => {
  const clock = new FakeClock(nowMs);
  const store = await open('full', clock, { diskReserveBytes: 0 });
  await consume(store, nowMs, 10);
  const { database } = store;
  const settings = {
    database,
    clock,
    logger: silentLogger,
    retentionMs: dayMs,
    diskBytesMax: 1e12,
  };
  const full = new Retention({ ...settings, diskReserveBytes: 1e18 });
  await full.checkSpace();
  expect(store.state).toBe('read-only');
  expect(full.problems.map(({ code }) => code)).toEqual(['disk-full']);
  await expect(consume(store, nowMs, 10)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await storedDays(store)).toEqual([0]);

  await new Retention({ ...settings, diskReserveBytes: 0 }).checkSpace();
  expect(store.state).toBe('ready');
  await consume(store, nowMs + 60_000, 10);
  await store.close();
});

test('what was acknowledged is there after the store was opened again', async () => {
  const clock = new FakeClock(nowMs);
  let store = await open('again', clock);
  await Promise.all([consume(store, nowMs, 100), consume(store, nowMs - dayMs, 100)]);
  await store.close();
  store = await open('again', clock);
  expect(await storedDays(store)).toEqual([-1, 0]);
  expect(store.status().state).toBe('ready');
  await store.close();
});
