// How long questions take over HTTP when a million log records and a million spans are stored, spread over six hours.
// With CLEW_BENCH_DATA=FOLDER the store is kept there, and a second run only asks.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ClewProcess, removeFolder, temporaryFolder } from '../clew-process.ts';
import { startBuiltClew } from './built-clew.ts';
import { rowsPerTrace, traceIdOf } from './generated-telemetry.ts';
import { printTable, quantile, type Row, rounded } from './report.ts';
import { startSender } from './sender.ts';

const rowsTotal = Number(process.env['CLEW_BENCH_ROWS'] ?? 1_000_000);
const rangeMs = 6 * 3_600_000;
const fillSecondsMax = 300;
/** Until the merges that a fill leaves behind are mostly done. */
const settleMs = 20_000;

interface Question {
  readonly name: string;
  readonly port: number;
  readonly runs: number;
  /** `nth` differs from run to run, so that no answer is there already. */
  readonly path: (nth: number) => string;
  /** What must be in the answer for it to count. */
  readonly found: (answer: string) => number;
}

function traceOf(nth: number): string {
  return traceIdOf((((nth + 1) * 104_729) % (rowsTotal / rowsPerTrace)) * rowsPerTrace);
}

function occurrences(pattern: RegExp): (answer: string) => number {
  return (answer) => answer.match(pattern)?.length ?? 0;
}

function questionsOf(toMs: number): readonly Question[] {
  const fromMs = toMs - rangeMs;
  const range = { start: `${fromMs}000000`, end: `${toMs}000000` };
  const seconds = { start: String(Math.floor(fromMs / 1000)), end: String(Math.ceil(toMs / 1000)) };
  const logs =
    (query: (nth: number) => string, more: Readonly<Record<string, string>> = {}) =>
    (nth: number): string =>
      `/loki/api/v1/query_range?${String(new URLSearchParams({ query: query(nth), ...range, limit: '1000', ...more }))}`;
  const search =
    (q: (nth: number) => string) =>
    (nth: number): string =>
      `/api/search?${String(new URLSearchParams({ q: q(nth), ...seconds, limit: '20' }))}`;
  const lines = occurrences(/\["\d{19}"/g);
  const traces = occurrences(/"traceID"/g);
  return [
    {
      name: 'a trace with its logs: /api/explore/trace/{id}',
      port: 3000,
      runs: 41,
      path: (nth) => `/api/explore/trace/${traceOf(nth)}`,
      found: occurrences(/"linkSource"/g),
    },
    {
      name: 'trace by ID: Tempo /api/v2/traces/{id}',
      port: 3200,
      runs: 41,
      path: (nth) => `/api/v2/traces/${traceOf(nth)}`,
      found: occurrences(/"spanId"/g),
    },
    {
      name: 'logs of a trace: Loki {…} | trace_id="…", 6 h',
      port: 3100,
      runs: 41,
      path: logs((nth) => `{service_namespace="shop"} | trace_id="${traceOf(nth)}"`),
      found: lines,
    },
    {
      name: 'newest 1,000 lines of a service',
      port: 3100,
      runs: 21,
      path: logs(() => '{service_name="cart"}'),
      found: lines,
    },
    {
      name: "the screen's first page of all logs",
      port: 3000,
      runs: 21,
      path: () =>
        `/api/explore/logs?${String(new URLSearchParams({ query: '{service_name=~".+"}', ...range, limit: '500' }))}`,
      found: (answer) => answer.length,
    },
    {
      name: 'log volume by level and minute, all services',
      port: 3100,
      runs: 11,
      path: logs(
        () =>
          'sum by (level, detected_level) (count_over_time({service_namespace="shop"} | drop __error__ [1m]))',
        { step: '60' },
      ),
      found: occurrences(/"metric"/g),
    },
    {
      name: 'JSON status >= 500 of a service by route and minute',
      port: 3100,
      runs: 7,
      path: logs(
        () => 'sum by (route) (count_over_time({service_name="cart"} | json | status >= 500 [1m]))',
        { step: '60' },
      ),
      found: occurrences(/"metric"/g),
    },
    {
      name: 'lines with a regex, counted over all',
      port: 3100,
      runs: 7,
      path: logs(
        () => 'sum(count_over_time({service_namespace="shop"} |~ "took 8[0-9]+ ms" [1m]))',
        { step: '60' },
      ),
      found: occurrences(/"metric"/g),
    },
    {
      name: 'newest 20 traces: TraceQL {}',
      port: 3200,
      runs: 11,
      path: search(() => '{}'),
      found: traces,
    },
    {
      name: 'TraceQL service and duration',
      port: 3200,
      runs: 11,
      path: search(() => '{ resource.service.name = "cart" && duration > 95ms }'),
      found: traces,
    },
    {
      name: 'TraceQL one value of an attribute',
      port: 3200,
      runs: 11,
      path: search(() => '{ span.http.response.status_code >= 500 && name =~ "POST.*" }'),
      found: traces,
    },
    {
      name: 'TraceQL an attribute value nobody has',
      port: 3200,
      runs: 7,
      path: search((nth) => `{ span.user.id = "nobody-${nth}" }`),
      found: () => 1,
    },
  ];
}

async function fill(clew: ClewProcess, toMs: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const signal of ['logs', 'spans'] as const) {
    const result = await startSender({
      signal,
      port: 4318 + clew.shift,
      rowsPerRequest: 2000,
      connections: 8,
      seconds: fillSecondsMax,
      rowsMax: rowsTotal,
      fromMs: toMs - rangeMs,
      toMs,
    }).result;
    if (result.rows < rowsTotal) throw new Error(`only ${result.rows} ${signal} were stored`);
    rows.push([signal, result.rows, Math.round(result.rows / result.seconds)]);
  }
  return rows;
}

async function ask(clew: ClewProcess, question: Question): Promise<Row> {
  const times: number[] = [];
  let found = 0;
  let first = 0;
  for (let nth = 0; nth < question.runs; nth++) {
    const started = performance.now();
    const answer = await fetch(clew.url(question.port, question.path(nth)));
    const text = await answer.text();
    const took = performance.now() - started;
    if (!answer.ok) throw new Error(`${question.name}: ${answer.status} ${text.slice(0, 300)}`);
    found = question.found(text);
    if (found === 0) throw new Error(`${question.name}: nothing found: ${text.slice(0, 300)}`);
    if (nth === 0) first = took;
    else times.push(took);
  }
  return [
    question.name,
    rounded(quantile(times, 0.5)),
    rounded(quantile(times, 0.95)),
    rounded(first),
    found,
  ];
}

/** The end of the stored range: of the kept store, or the present for a new one. */
function keptRange(data: string): number | undefined {
  const path = join(data, 'bench.json');
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { toMs: number }).toMs;
}

export async function run(): Promise<void> {
  const kept = process.env['CLEW_BENCH_DATA'];
  const data = kept ?? temporaryFolder('bench-lookups');
  mkdirSync(data, { recursive: true });
  const clew = await startBuiltClew({ data });
  try {
    let toMs = keptRange(data);
    if (toMs === undefined) {
      toMs = Date.now();
      printTable('fill', ['signal', 'rows', 'rows/s'], await fill(clew, toMs));
      writeFileSync(join(data, 'bench.json'), JSON.stringify({ toMs }));
      await wait(settleMs);
    }
    const rows: Row[] = [];
    for (const question of questionsOf(toMs)) rows.push(await ask(clew, question));
    printTable(
      `look-ups at ${rowsTotal.toLocaleString('en-US')} log records and as many spans, over HTTP, warm`,
      ['question', 'median ms', 'p95 ms', 'first ms', 'found'],
      rows,
    );
  } finally {
    await clew.stop();
    if (kept === undefined) removeFolder(data);
  }
}
