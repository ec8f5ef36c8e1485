// Measures the store of metrics: `npx tsx test/bench/series.ts [series]`, 10,000 by default, of 220 samples each. Says how
// fast samples are stored, what that costs this process, bytes a sample on disk, and how long selections take.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, systemClock } from '../../src/base/clock.ts';
import { labelsFromEntries } from '../../src/model/labels.ts';
import type { SeriesSamples } from '../../src/model/series-batch.ts';
import type { LabelMatcher } from '../../src/query/language/matcher.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { sql } from '../../src/storage/sql/sql.ts';
import { openStore } from '../../src/storage/store.ts';

const seriesTotal = Number(process.argv[2] ?? 10_000);
const batches = 22;
const samplesEach = 10;
const stepMs = 15_000;
const tenant = 'anonymous';
const never = new AbortController().signal;
const random = seededRandom(42);
const folder = mkdtempSync(join(tmpdir(), 'clew-bench-'));
const nowMs = Math.floor(systemClock.nowMs());

const labels = Array.from({ length: seriesTotal }, (_, at) =>
  labelsFromEntries([
    ['__name__', `metric_${at % 20}_total`],
    ['instance', `10.0.${at % 250}.1:9100`],
    ['job', `job-${at % 7}`],
    ['path', `/api/${at}`],
  ]),
);
const counters = new Float64Array(seriesTotal);

function batch(at: number): SeriesSamples[] {
  return labels.map((own, series) => ({
    labels: own,
    timestampsMs: Float64Array.from(
      { length: samplesEach },
      (_, sample) => nowMs - ((batches - at) * samplesEach - sample) * stepMs,
    ),
    values: Float64Array.from(
      { length: samplesEach },
      () => (counters[series] = (counters[series] ?? 0) + Math.floor(random() * 50)),
    ),
    startTimestampsMs: new Float64Array(0),
    histograms: [],
    exemplars: [],
    resource: [],
  }));
}

const store = await openStore({
  where: { kind: 'embedded', folder },
  retentionMs: 7 * 86_400_000,
  diskBytesMax: 20e9,
  clock: systemClock,
  logger: silentLogger,
});
try {
  const total = seriesTotal * samplesEach * batches;
  let storedMs = 0;
  let cpuMicroseconds = 0;
  for (let at = 0; at < batches; at++) {
    const series = batch(at);
    const cpu = process.cpuUsage();
    const started = performance.now();
    await store.consumers.series.consumeSeries({ series, metadata: [] }, { tenant });
    storedMs += performance.now() - started;
    const used = process.cpuUsage(cpu);
    cpuMicroseconds += used.user + used.system;
  }
  console.log(
    `stored ${total} samples: ${Math.round((total / storedMs) * 1000)} a second, ${(cpuMicroseconds / total).toFixed(2)} µs of this process each`,
  );
  await store.database.execute(sql`OPTIMIZE TABLE samples FINAL`);
  const [size] = await store.database.rows<{ bytes: string }>(
    sql`SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'samples' AND database = currentDatabase()`,
  );
  console.log(`${(Number(size?.bytes) / total).toFixed(2)} bytes a sample on disk`);
  const selections: Readonly<Record<string, readonly LabelMatcher[]>> = {
    'one metric': [{ name: '__name__', operator: '=', value: 'metric_3_total' }],
    'one series': [{ name: 'path', operator: '=', value: '/api/3' }],
    'a regex': [{ name: 'job', operator: '=~', value: 'job-[12]' }],
    everything: [],
  };
  for (const [name, matchers] of Object.entries(selections)) {
    const times: number[] = [];
    let samples = 0;
    for (let run = 0; run < 5; run++) {
      const started = performance.now();
      const request = { tenants: [tenant], startMs: nowMs - 7_200_000, endMs: nowMs, matchers };
      const found = await store.series.selectSeries(request, never);
      times.push(performance.now() - started);
      samples = found.reduce((sum, series) => sum + series.values.length, 0);
    }
    const median = times.toSorted((a, b) => a - b)[2] ?? 0;
    console.log(`${name}: ${samples} samples in ${median.toFixed(0)} ms`);
  }
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
