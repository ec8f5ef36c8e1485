// The part of `languages.ts` that is about LogQL: lines of about 200 bytes in memory.

import { systemClock } from '../../src/base/clock.ts';
import type { Labels } from '../../src/model/labels.ts';
import { createLogqlEngine } from '../../src/query/logql/execute/engine.ts';
import { ReadCounter, RowRunner } from '../../src/query/logql/execute/scan.ts';
import { planLogql } from '../../src/query/logql/plan/plan.ts';
import { parseLogql } from '../../src/query/logql/syntax/parse.ts';
import type { LogRows, LogSource } from '../../src/query/sources.ts';
import { bestCpuMs, printTable, type Row } from './report.ts';

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

function stagesRow(query: string, rows: LogRows): Row {
  const plan = planLogql(parseLogql(query));
  if (plan.kind !== 'log') throw new Error('a log query');
  const runner = new RowRunner(plan.scan, systemClock, new ReadCounter());
  const ms = bestCpuMs(rounds, () => void runner.run(rows, () => true));
  return [query, Math.round((length / ms) * 1000)];
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

async function queryRow(query: string, rows: LogRows): Promise<Row> {
  const engine = createLogqlEngine({ logs: sourceOf(rows), clock: systemClock });
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
  const ms = await bestCpuMs(rounds, async () => {
    await engine.query(request, new AbortController().signal);
  });
  return [query, Math.round((length / ms) * 1000)];
}

export async function benchLogql(): Promise<void> {
  printTable(
    'LogQL: stages of a log query',
    ['query', 'lines a CPU second'],
    [
      stagesRow('{app="api"} |= "nowhere"', json),
      stagesRow('{app="api"} |~ "status.:5.."', json),
      stagesRow('{app="api"} | json | status >= 500', json),
      stagesRow('{app="api"} | json', json),
      stagesRow('{app="api"} | logfmt', logfmt),
      stagesRow('{app="api"} | logfmt | status >= 500', logfmt),
      stagesRow(
        '{app="api"} | pattern `<ip> - - <_> "<method> <uri> <_>" <status> <size> <_> "<agent>"`',
        access,
      ),
      stagesRow('{app="api"} | regexp `"(?P<method>\\S+) (?P<uri>\\S+) `', access),
      stagesRow('{app="api"} | line_format `{{.app}} {{.env | upper}} {{__line__}}`', json),
    ],
  );
  printTable(
    'LogQL: metric queries',
    ['query', 'lines a CPU second'],
    [
      await queryRow('sum(count_over_time({app="api"}[1m]))', json),
      await queryRow('sum by (detected_level) (count_over_time({app="api"}[10s]))', json),
      await queryRow('sum by (status) (count_over_time({app="api"} | json [10s]))', json),
      await queryRow(
        'sum by (path) (count_over_time({app="api"} | json | status >= 500 [10s]))',
        json,
      ),
      await queryRow(
        'quantile_over_time(0.99, {app="api"} | json | unwrap duration_ms [30s]) by (method)',
        json,
      ),
    ],
  );
}
