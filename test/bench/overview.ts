// Measures the overview and the service map on their store alone: a million spans and as many log records an hour unless
// CLEW_BENCH_ROWS says otherwise, in the hour that is looked at and in the one before it. Says how long an answer takes
// and which of its statements took longest.

import { systemClock } from '../../src/base/clock.ts';
import { createLogStore } from '../../src/storage/logs/log-store.ts';
import type { Database } from '../../src/storage/database.ts';
import {
  createOverviewSource,
  defaultOverviewLimits,
} from '../../src/storage/overview/overview-source.ts';
import { createSpanStore } from '../../src/storage/spans/span-store.ts';
import { openTelemetryDatabase } from '../storage/telemetry-database.ts';
import { generateLogs, generateSpans, randomAt } from './generated-telemetry.ts';

const rowsAnHour = Number(process.env['CLEW_BENCH_ROWS'] ?? 1_000_000);
const batchRows = 10_000;
const hourNs = 3_600_000_000_000n;
const tenant = 'anonymous';
const never = new AbortController().signal;
const runs = 7;

/** The database, with the longest statement since it was asked. */
function watch(database: Database): { readonly database: Database; takeLongestMs: () => number } {
  let longestMs = 0;
  const watched: Database = Object.create(database, {
    rows: {
      value: async (...args: Parameters<Database['rows']>) => {
        const from = performance.now();
        const rows = await database.rows(...args);
        longestMs = Math.max(longestMs, performance.now() - from);
        return rows;
      },
    },
  }) as Database;
  return {
    database: watched,
    takeLongestMs: () => {
      const taken = longestMs;
      longestMs = 0;
      return taken;
    },
  };
}

export async function run(): Promise<void> {
  const telemetry = await openTelemetryDatabase();
  const settings = { ...telemetry, clock: systemClock, retentionMs: 7 * 86_400_000 };
  const logs = createLogStore(settings).consumer;
  const spans = createSpanStore(settings).consumer;
  const endNs = (systemClock.nowNs() / hourNs) * hourNs;
  const stepNs = hourNs / BigInt(rowsAnHour);
  try {
    for (let first = 0; first < rowsAnHour * 2; first += batchRows) {
      const timeOf = (row: number): bigint => endNs - 2n * hourNs + BigInt(row) * stepNs;
      const rows = { first, count: batchRows, timeOf, random: randomAt(first) };
      await Promise.all([
        logs.consumeLogs(generateLogs(rows), { tenant }),
        spans.consumeSpans(generateSpans(rows), { tenant }),
      ]);
    }
    const { database, takeLongestMs } = watch(telemetry.database);
    const source = createOverviewSource({ database, limits: defaultOverviewLimits });
    const range = { tenants: [tenant], startNs: endNs - hourNs, endNs };
    const overview = {
      ...range,
      beforeNs: endNs - 2n * hourNs,
      firstNs: range.startNs,
      stepNs: 60_000_000_000n,
      buckets: 60,
    };
    await measure('overview of an hour and the one before', takeLongestMs, async () => {
      const { services, lookedAt } = await source.readOverview(overview, never);
      return `${services.length} services, ${lookedAt.spans} spans, one trace in ${lookedAt.oneIn}`;
    });
    await measure('service map of an hour', takeLongestMs, async () => {
      const { edges, lookedAt } = await source.readServiceMap(range, never);
      return `${edges.length} edges, ${lookedAt.spans} spans, one trace in ${lookedAt.oneIn}`;
    });
  } finally {
    await telemetry.close();
  }
}

async function measure(
  name: string,
  takeLongestMs: () => number,
  work: () => Promise<string>,
): Promise<void> {
  const times: number[] = [];
  const longest: number[] = [];
  let found = '';
  for (let at = 0; at < runs; at++) {
    const from = performance.now();
    found = await work();
    times.push(performance.now() - from);
    longest.push(takeLongestMs());
  }
  const middle = (of: number[]): number => of.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
  console.log(
    `${name.padEnd(44)} ${middle(times).toFixed(0)} ms (best ${Math.min(...times).toFixed(0)}, first ${(times[0] ?? 0).toFixed(0)}; longest statement ${middle(longest).toFixed(0)}; ${found})`,
  );
}
