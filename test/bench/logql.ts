// How fast LogQL works on lines in memory: `npx tsx test/bench/logql.ts`. Lines have about 200 bytes; figures are lines
// per second of one thread, the best of five rounds, and the time to parse a typical query.

import { performance } from 'node:perf_hooks';
import { systemClock } from '../../src/base/clock.ts';
import type { Labels } from '../../src/model/labels.ts';
import { createLogqlEngine } from '../../src/query/logql/execute/engine.ts';
import { ReadCounter, RowRunner } from '../../src/query/logql/execute/scan.ts';
import { planLogql } from '../../src/query/logql/plan/plan.ts';
import { checkLogql } from '../../src/query/logql/syntax/check.ts';
import { parseLogql } from '../../src/query/logql/syntax/parse.ts';
import type { LogRows, LogSource } from '../../src/query/sources.ts';

const length = 100_000;
const rounds = 5;

const stream: Labels = [
  { name: 'app', value: 'api' },
  { name: 'env', value: 'prod' },
];
const metadata: Labels = [
  { name: 'detected_level', value: 'info' },
  { name: 'trace_id', value: '4bf92f3577b34da6a3ce929d0e0e4736' },
];

function rowsOf(line: (at: number) => string): LogRows {
  return {
    length,
    streams: [stream],
    stream: new Uint32Array(length),
    timeNs: BigInt64Array.from({ length }, (_, at) => BigInt(at) * 1_000_000n),
    seq: BigUint64Array.from({ length }, (_, at) => BigInt(at)),
    lines: Array.from({ length }, (_, at) => line(at)),
    metadata: Array.from({ length }, () => metadata),
  };
}

const status = (at: number): number => (at % 50 === 0 ? 500 : 200);
const json = rowsOf(
  (at) =>
    `{"level":"info","ts":"2026-11-22T19:00:00.${at % 1000}Z","msg":"request handled","method":"GET","path":"/api/v1/items/${at % 100}","status":${status(at)},"duration_ms":${at % 300}.5,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","user":{"id":${at % 10}}}`,
);
const logfmt = rowsOf(
  (at) =>
    `level=info ts=2026-11-22T19:00:00.${at % 1000}Z msg="request handled" method=GET path=/api/v1/items/${at % 100} status=${status(at)} duration=${at % 300}ms trace_id=4bf92f3577b34da6a3ce929d0e0e4736 caller=handler.go:123 user=${at % 10}`,
);
const access = rowsOf(
  (at) =>
    `192.168.1.${at % 250} - - [22/Nov/2026:19:00:00 +0000] "GET /api/v1/items/${at % 100} HTTP/1.1" ${status(at)} ${at % 10_000} "https://example.com/a/b/c" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML)"`,
);

function report(name: string, bestMs: number): void {
  const perSecond = Math.round((length / bestMs) * 1000);
  console.log(`${name.padEnd(90)} ${perSecond.toLocaleString('en-US').padStart(12)} lines/s`);
}

function benchStages(query: string, rows: LogRows): void {
  const plan = planLogql(parseLogql(query));
  if (plan.kind !== 'log') throw new Error('a log query');
  const runner = new RowRunner(plan.scan, systemClock, new ReadCounter());
  let bestMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    runner.run(rows, () => true);
    bestMs = Math.min(bestMs, performance.now() - started);
  }
  report(query, bestMs);
}

function sourceOf(rows: LogRows): LogSource {
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  return {
    readLogs: async function* () {
      yield await Promise.resolve(rows);
    },
    countLogs: () => Promise.resolve(undefined),
    followLogs: unused,
    streams: unused,
    logStats: unused,
  };
}

async function benchQuery(query: string, rows: LogRows): Promise<void> {
  const engine = createLogqlEngine({ logs: sourceOf(rows), clock: systemClock });
  let bestMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const request = {
      query,
      tenants: ['t'],
      kind: 'range',
      startNs: 0n,
      endNs: 100_000_000_000n,
      stepNs: 10_000_000_000n,
      intervalNs: 0n,
      limit: 100,
      direction: 'backward',
    } as const;
    await engine.query(request, new AbortController().signal);
    bestMs = Math.min(bestMs, performance.now() - started);
  }
  report(query, bestMs);
}

benchStages('{app="api"} |= "nowhere"', json);
benchStages('{app="api"} |~ "status.:5.."', json);
benchStages('{app="api"} | json | status >= 500', json);
benchStages('{app="api"} | logfmt', logfmt);
benchStages(
  '{app="api"} | pattern `<ip> - - <_> "<method> <uri> <_>" <status> <size> <_> "<agent>"`',
  access,
);
benchStages('{app="api"} | regexp `"(?P<method>\\S+) (?P<uri>\\S+) `', access);
benchStages('{app="api"} | line_format `{{.app}} {{.env | upper}} {{__line__}}`', json);
await benchQuery('sum(count_over_time({app="api"}[1m]))', json);
await benchQuery('sum by (detected_level) (count_over_time({app="api"}[10s]))', json);
await benchQuery('sum by (status) (count_over_time({app="api"} | json [10s]))', json);
await benchQuery(
  'quantile_over_time(0.99, {app="api"} | json | unwrap duration_ms [30s]) by (method)',
  json,
);

const typical =
  'sum by (level, detected_level) (count_over_time({service_name="cart"} |= "error" | json | drop __error__ [1m]))';
const times = 20_000;
const started = performance.now();
for (let at = 0; at < times; at++) checkLogql(parseLogql(typical));
const each = ((performance.now() - started) / times) * 1000;
console.log(`parse and check a typical query: ${each.toFixed(1)} us`);
