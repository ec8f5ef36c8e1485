// Measures the stores of logs and spans without the process around them, a million rows of each unless CLEW_BENCH_ROWS
// says otherwise. Says how fast batches are encoded in one thread, how fast they are stored, bytes a row on disk, and how long the
// look-ups that correlation lives on take. Data is generated from a seed. With CLEW_BENCH_DATA=folder the data is kept
// there, and a second run only asks.

import { systemClock } from '../../src/base/clock.ts';
import { LogsBatch } from '../../src/model/logs-batch.ts';
import { SenderCatalog } from '../../src/storage/attributes/sender-catalog.ts';
import type { CommitBlocks } from '../../src/storage/attributes/table-block.ts';
import { createCorrelationSource } from '../../src/storage/correlate/correlation-source.ts';
import { createLogStore } from '../../src/storage/logs/log-store.ts';
import { createSpanStore } from '../../src/storage/spans/span-store.ts';
import { sql } from '../../src/storage/sql/sql.ts';
import { openTelemetryDatabase } from '../storage/telemetry-database.ts';
import {
  generateLogs,
  generateSpans,
  type GeneratedRows,
  randomAt,
  spanIdOf,
  traceIdOf,
} from './generated-telemetry.ts';

const rowsTotal = Number(process.env['CLEW_BENCH_ROWS'] ?? 1_000_000);
const batchRows = 10_000;
const spanHours = 6;
const retentionMs = 7 * 86_400_000;
const never = new AbortController().signal;
const tenant = 'anonymous';

const keptFolder = process.env['CLEW_BENCH_DATA'];

/** Ten rows a trace, evenly over the hours before the end of the last hour. */
const hourNs = 3_600_000_000_000n;
const endNs =
  keptFolder === undefined
    ? systemClock.nowNs()
    : (systemClock.nowNs() / (24n * hourNs)) * 24n * hourNs;
const stepNs = BigInt(Math.floor((spanHours * 3600 * 1e9) / rowsTotal));
const startNs = endNs - stepNs * BigInt(rowsTotal);

function generated(first: number): GeneratedRows {
  const count = Math.min(batchRows, rowsTotal - first);
  const timeOf = (row: number): bigint => startNs + BigInt(row) * stepNs;
  return { first, count, timeOf, random: randomAt(first) };
}

function report(name: string, figure: string): void {
  console.log(`${name.padEnd(58)} ${figure}`);
}

function perSecond(rows: number, ms: number): string {
  return `${Math.round((rows / ms) * 1000).toLocaleString('en')} rows/s`;
}

/** Median of warm runs; the best of them says more on a busy machine. */
async function measure(name: string, runs: number, work: () => Promise<string>): Promise<void> {
  const times: number[] = [];
  let found = '';
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    found = await work();
    times.push(performance.now() - from);
  }
  const [first = 0] = times;
  const warm = times.slice(1).toSorted((a, b) => a - b);
  report(
    name,
    `${(warm[Math.floor(warm.length / 2)] ?? first).toFixed(1)} ms (best ${(warm[0] ?? first).toFixed(1)}, first ${first.toFixed(1)}; ${found})`,
  );
}

async function measureEncoding(): Promise<void> {
  const clock = systemClock;
  let bytes = 0;
  const discard: CommitBlocks = (blocks) => {
    for (const { native } of blocks) bytes += native.length;
    return Promise.resolve();
  };
  const telemetry = await openTelemetryDatabase();
  const { database } = telemetry;
  const logs = createLogStore({ database, commit: discard, clock, retentionMs }).consumer;
  const spans = createSpanStore({ database, commit: discard, clock, retentionMs }).consumer;
  for (const kind of ['logs', 'spans'] as const) {
    let spent = 0;
    let rows = 0;
    bytes = 0;
    for (let round = 0; round < 40; round++) {
      const first = round * batchRows;
      if (first >= rowsTotal) break;
      const batch =
        kind === 'logs' ? generateLogs(generated(first)) : generateSpans(generated(first));
      const from = performance.now();
      if (batch instanceof LogsBatch) await logs.consumeLogs(batch, { tenant });
      else await spans.consumeSpans(batch, { tenant });
      // The first batches run cold.
      if (round < 10) continue;
      spent += performance.now() - from;
      rows += batch.length;
    }
    report(`encode ${kind} (one thread)`, perSecond(rows, spent));
  }
  await telemetry.close();
}

export async function run(): Promise<void> {
  const telemetry = await openTelemetryDatabase(keptFolder);
  const { database } = telemetry;
  const [stored] = await database.rows<{ count: string }>(sql`SELECT count() AS count FROM spans`);
  const isFilled = Number(stored?.count ?? 0) >= rowsTotal;
  if (!isFilled) await measureEncoding();
  const clock = systemClock;
  const catalog = new SenderCatalog(database);
  const settings = { ...telemetry, clock, retentionMs, catalog };
  const logs = createLogStore(settings);
  const spans = createSpanStore(settings);
  const correlation = createCorrelationSource(settings);
  try {
    for (const kind of isFilled ? [] : (['logs', 'spans'] as const)) {
      let spent = 0;
      for (let first = 0; first < rowsTotal; first += batchRows * 4) {
        const batches = [0, 1, 2, 3]
          .map((at) => first + at * batchRows)
          .filter((at) => at < rowsTotal)
          .map((at) =>
            kind === 'logs' ? generateLogs(generated(at)) : generateSpans(generated(at)),
          );
        const from = performance.now();
        await Promise.all(
          batches.map((batch) =>
            batch instanceof LogsBatch
              ? logs.consumer.consumeLogs(batch, { tenant })
              : spans.consumer.consumeSpans(batch, { tenant }),
          ),
        );
        spent += performance.now() - from;
      }
      report(`store ${kind} (encode, insert, fsync; four writers)`, perSecond(rowsTotal, spent));
    }
    for (const table of ['logs', 'spans', 'trace_index'])
      await database.execute(sql`OPTIMIZE TABLE ${{ kind: 'identifier', name: table }} FINAL`, {
        timeoutMs: 600_000,
      });
    const sizes = await database.rows<{ table: string; per_row: number; total: string }>(
      sql`SELECT table, round(sum(bytes_on_disk) / sum(system.parts.rows), 1) AS per_row, sum(system.parts.rows) AS total FROM system.parts
        WHERE active AND database = currentDatabase() AND system.parts.rows > 0 GROUP BY table ORDER BY table`,
    );
    for (const size of sizes)
      report(`bytes a row of ${size.table}`, `${size.per_row} (${size.total} rows)`);

    const tenants = [tenant];
    let at = 0;
    const nextTrace = (): string => traceIdOf((at++ * 104_729) % rowsTotal);
    await measure(
      'trace by ID',
      21,
      async () => `${(await spans.source.spansOfTrace(tenants, nextTrace(), never)).length} spans`,
    );
    await measure(
      'logs of a trace',
      21,
      async () =>
        `${(await correlation.logsOfTrace({ tenants, traceId: nextTrace(), limit: 1000 }, never)).total} records`,
    );
    await measure(
      'find a trace in the index',
      21,
      async () => `${(await correlation.findTraces(tenants, [nextTrace()], never)).length} found`,
    );
    await measure(
      'find a trace by its low half',
      21,
      async () =>
        `${(await correlation.findTraces(tenants, [nextTrace().slice(16)], never)).length} found`,
    );
    await measure(
      'count one trace',
      21,
      async () => `${(await correlation.countTraces(tenants, [nextTrace()], never))[0]?.logs} logs`,
    );
    await measure(
      'count a hundred traces',
      7,
      async () =>
        `${(await correlation.countTraces(tenants, Array.from({ length: 100 }, nextTrace), never)).length} traces`,
    );
    await measure(
      'find a span',
      21,
      async () =>
        `${(await correlation.findSpan(tenants, spanIdOf((at++ * 104_729) % rowsTotal), never)).length} traces`,
    );
    const range = { tenants, startNs, endNs: endNs + 1_000_000_000n };
    const none = { ...range, matchers: [], lineFilters: [], metadataMatchers: [] };
    await measure('newest 1,000 lines of a service', 11, async () => {
      for await (const rows of logs.source.readLogs(
        {
          ...none,
          matchers: [{ name: 'service_name', operator: '=', value: 'cart' }],
          direction: 'backward',
          rowsWanted: 1000,
        },
        never,
      ))
        return `${rows.length} lines`;
      return 'nothing';
    });
    await measure('logs by trace_id, as LogQL asks', 11, async () => {
      for await (const rows of logs.source.readLogs(
        {
          ...none,
          metadataMatchers: [{ name: 'trace_id', operator: '=', value: nextTrace() }],
          direction: 'backward',
          rowsWanted: 1000,
        },
        never,
      ))
        return `${rows.length} lines`;
      return 'nothing';
    });
    await measure('lines with a rare text', 7, async () => {
      let found = 0;
      for await (const rows of logs.source.readLogs(
        {
          ...none,
          lineFilters: [[{ kind: 'contains', negated: false, text: 'user-31415"' }]],
          direction: 'backward',
        },
        never,
      ))
        found += rows.length;
      return `${found} lines`;
    });
    await measure(
      'count by level and minute',
      7,
      async () =>
        `${(await logs.source.countLogs({ ...none, groupBy: ['detected_level'], stepNs: 60_000_000_000n, measure: 'lines' }, never))?.length} counts`,
    );
    await measure(
      'count by service and minute',
      7,
      async () =>
        `${(await logs.source.countLogs({ ...none, groupBy: ['service_name'], stepNs: 60_000_000_000n, measure: 'lines' }, never))?.length} counts`,
    );
    await measure(
      'count by an attribute',
      7,
      async () =>
        `${(await logs.source.countLogs({ ...none, groupBy: ['http_route'], stepNs: undefined, measure: 'lines' }, never))?.length} counts`,
    );
    const required = (condition: object): never[] =>
      [{ kind: 'condition', ...condition }] as never[];
    await measure('search: newest 20 traces', 7, async () => {
      for await (const page of spans.source.searchTraces(
        { ...range, required: [], tracesWanted: 20 },
        never,
      ))
        return `${page.length} traces`;
      return 'nothing';
    });
    await measure('search: service and duration', 7, async () => {
      const { length } = [1];
      for await (const page of spans.source.searchTraces(
        {
          ...range,
          required: [
            {
              kind: 'and',
              operands: [
                ...required({
                  scope: 'resource',
                  name: 'service.name',
                  operator: '=',
                  value: { kind: 'string', value: 'cart' },
                }),
                ...required({
                  scope: 'intrinsic',
                  name: 'duration',
                  operator: '>',
                  value: { kind: 'duration', valueNs: 150_000_000n },
                }),
              ],
            },
          ],
          tracesWanted: 20,
        },
        never,
      ))
        return `${page.length} traces`;
      return `nothing ${length}`;
    });
    await measure('search: an attribute nobody has, whole range', 7, async () => {
      let found = 0;
      for await (const page of spans.source.searchTraces(
        {
          ...range,
          required: required({
            scope: 'span',
            name: 'user.id',
            operator: '=',
            value: { kind: 'string', value: 'user-none' },
          }),
        },
        never,
      ))
        found += page.length;
      return `${found} traces`;
    });
  } finally {
    await telemetry.close();
  }
}
