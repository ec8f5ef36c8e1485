// How fast the three languages are by themselves, on telemetry in memory: `npm run bench -- languages`. Everything counts
// in CPU seconds of this process (garbage collection included), the best of several rounds, so that a machine with other
// work says nearly the same. Unlike the other benches it runs the sources.

import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom } from '../../src/base/clock.ts';
import { createPromqlEngine } from '../../src/query/promql/execute/create-engine.ts';
import { MemorySeriesSource } from '../../src/query/promql/execute/memory-source.ts';
import { parsePromql } from '../../src/query/promql/syntax/parse.ts';
import { checkLogql } from '../../src/query/logql/syntax/check.ts';
import { parseLogql } from '../../src/query/logql/syntax/parse.ts';
import { createTraceqlEngine } from '../../src/query/traceql/execute/engine.ts';
import { MemorySpanSource } from '../../src/query/traceql/execute/memory-source.ts';
import { checkTraceql } from '../../src/query/traceql/syntax/check.ts';
import { parseTraceql } from '../../src/query/traceql/syntax/parse.ts';
import { benchLogql } from './logql.ts';
import { bestCpuMs, printTable, type Row, rounded } from './report.ts';
import { generateSpans, randomAt } from './generated-telemetry.ts';

const { signal } = new AbortController();

// ----------------------------------------------------------------------------------------------- parsing

const typical: readonly (readonly [string, (query: string) => void, string])[] = [
  [
    'PromQL',
    parsePromql,
    'sum by (service) (rate(http_requests_total{job="api",status=~"5.."}[5m]))',
  ],
  [
    'PromQL',
    parsePromql,
    'histogram_quantile(0.99, sum by (le, route) (rate(http_request_duration_seconds_bucket{env="prod"}[5m]))) > 0.5',
  ],
  [
    'LogQL',
    (query) => checkLogql(parseLogql(query)),
    '{app="api", env="prod"} |= "error" | json | status >= 500',
  ],
  [
    'LogQL',
    (query) => checkLogql(parseLogql(query)),
    'sum by (level, detected_level) (count_over_time({service_name="cart"} |= "error" | json | drop __error__ [1m]))',
  ],
  [
    'TraceQL',
    (query) => checkTraceql(parseTraceql(query)),
    '{ resource.service.name = "checkout" && span.http.status_code >= 500 && duration > 250ms } >> { status = error }',
  ],
  [
    'TraceQL',
    (query) => checkTraceql(parseTraceql(query)),
    '{ status = error } | quantile_over_time(duration, 0.5, 0.99) by (resource.service.name)',
  ],
];

function benchParsing(): void {
  const times = 20_000;
  const rows = typical.map(([language, parse, query]): Row => {
    const ms = bestCpuMs(3, () => {
      for (let at = 0; at < times; at++) parse(query);
    });
    return [language, rounded((ms / times) * 1000), query];
  });
  printTable('parse and check', ['language', 'us', 'query'], rows);
}

// ------------------------------------------------------------------------------------------------ PromQL

const seriesTotal = 10_000;
const samplesEach = 240;
const stepMs = 15_000;

function counters(): MemorySeriesSource {
  const random = seededRandom(42);
  const source = new MemorySeriesSource();
  for (let series = 0; series < seriesTotal; series++) {
    const labels = [
      { name: '__name__', value: 'x' },
      { name: 'instance', value: `10.0.${series % 250}.${series}` },
      { name: 'service', value: `service-${series % 20}` },
    ];
    let value = 0;
    for (let at = 0; at < samplesEach; at++) {
      value += Math.floor(random() * 50);
      source.append(labels, { timestampMs: at * stepMs, sample: { kind: 'float', value } });
    }
  }
  return source;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Samples and what a query needs beside them, as the heap and the buffers outside of it hold them. */
function usedMib(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** Memory is looked at as often as a query lets others run, and at its end. */
async function benchPromql(): Promise<void> {
  let mib = 0;
  const look = (): void => {
    mib = Math.max(mib, usedMib());
  };
  const engine = createPromqlEngine({
    series: counters(),
    options: {
      pause: () => {
        look();
        return sleep(0);
      },
    },
  });
  const rows: Row[] = [];
  for (const query of [
    'sum by (service)(rate(x[5m]))',
    'quantile by (service)(0.99, rate(x[5m]))',
    'topk(5, max_over_time(x[10m]))',
    'x * on(instance) group_left x offset 5m',
  ]) {
    collectGarbage();
    mib = usedMib();
    const ms = await bestCpuMs(3, async () => {
      await engine.query(
        {
          query,
          tenants: ['t'],
          kind: 'range',
          startMs: 0,
          endMs: (samplesEach - 1) * stepMs,
          stepMs,
        },
        signal,
      );
      look();
    });
    rows.push([query, Math.round(ms), Math.round(mib)]);
  }
  printTable(
    `PromQL: ${seriesTotal} series of ${samplesEach} samples, ${samplesEach} steps`,
    ['query', 'CPU ms', 'MiB used, samples included'],
    rows,
  );
}

// ----------------------------------------------------------------------------------------------- TraceQL

const spansTotal = 1_000_000;
const batchRows = 100_000;

async function benchTraceql(): Promise<void> {
  const source = new MemorySpanSource();
  const startNs = 1_700_000_000_000_000_000n;
  const timeOf = (row: number): bigint => startNs + BigInt(row) * 1_000_000n;
  for (let first = 0; first < spansTotal; first += batchRows) {
    const random = randomAt(first);
    source.addBatch('t', generateSpans({ first, count: batchRows, timeOf, random }));
  }
  const engine = createTraceqlEngine({ spans: source });
  const rows: Row[] = [];
  for (const query of [
    '{ duration > 199.99ms }',
    '{ resource.service.name = "checkout" && span.http.response.status_code >= 500 && duration > 190ms }',
    '{ span.user.id = "user-4711" }',
    '{ name =~ "POST /api/c.*" && status = error && duration > 198ms }',
    '{ .absent = 1 }',
  ]) {
    let found = 0;
    const ms = await bestCpuMs(3, async () => {
      const request = { query, tenants: ['t'], startNs, endNs: startNs + 10n ** 13n };
      const { traces } = await engine.search({ ...request, limit: 20, spansPerSpanset: 3 }, signal);
      found = traces.length;
    });
    rows.push([query, Math.round(ms), found]);
  }
  printTable(
    `TraceQL: search over ${spansTotal} spans in columns, limit 20`,
    ['query', 'CPU ms', 'traces'],
    rows,
  );
}

export async function run(): Promise<void> {
  // First of all: its memory is that of the process, which others would have filled.
  await benchPromql();
  benchParsing();
  await benchLogql();
  await benchTraceql();
}
