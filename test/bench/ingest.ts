// How much Clew takes in over OTLP/HTTP in protobuf, acknowledged once it is durable, with the sender on the same
// machine. What was acknowledged is counted again through the APIs afterwards.

import { type ClewProcess, removeFolder } from '../clew-process.ts';
import { cpuSeconds, startBuiltClew, sum } from './built-clew.ts';
import { printTable, type Row, rounded } from './report.ts';
import type { SentSignal } from './request-template.ts';
import { startSender } from './sender.ts';

const seconds = Number(process.env['CLEW_BENCH_SECONDS'] ?? 30);

interface Load {
  readonly name: string;
  readonly signals: readonly SentSignal[];
  readonly rowsPerRequest: number;
  readonly connections: number;
  readonly seconds: number;
}

const loads: readonly Load[] = [
  {
    name: 'logs, 1,000 a request',
    signals: ['logs'],
    rowsPerRequest: 1000,
    connections: 8,
    seconds,
  },
  {
    name: 'spans, 1,000 a request',
    signals: ['spans'],
    rowsPerRequest: 1000,
    connections: 8,
    seconds,
  },
  {
    name: 'both at once, 1,000 a request',
    signals: ['logs', 'spans'],
    rowsPerRequest: 1000,
    connections: 4,
    seconds,
  },
  {
    name: 'logs, 1 a request',
    signals: ['logs'],
    rowsPerRequest: 1,
    connections: 64,
    seconds: Math.min(seconds, 10),
  },
  {
    name: 'spans, 1 a request',
    signals: ['spans'],
    rowsPerRequest: 1,
    connections: 64,
    seconds: Math.min(seconds, 10),
  },
];

/** Log lines that the store has, counted by LogQL. */
async function countLogs(clew: ClewProcess): Promise<number> {
  const query = 'sum(count_over_time({service_namespace="shop"}[1h]))';
  const time = Math.ceil(Date.now() / 1000) + 60;
  const answer = await fetch(
    clew.url(
      3100,
      `/loki/api/v1/query?${String(new URLSearchParams({ query, time: String(time) }))}`,
    ),
  );
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

async function measure(load: Load): Promise<Row> {
  const clew = await startBuiltClew();
  try {
    const before = cpuSeconds(clew);
    const senders = load.signals.map((signal) =>
      startSender({
        signal,
        port: 4318 + clew.shift,
        rowsPerRequest: load.rowsPerRequest,
        connections: load.connections,
        seconds: load.seconds,
      }),
    );
    const results = await Promise.all(senders.map(({ result }) => result));
    const after = cpuSeconds(clew);
    const spent = after.map((value, at) => value - (before[at] ?? 0));
    const rows = sum(results.map((result) => result.rows));
    const took = Math.max(...results.map((result) => result.seconds));
    for (const [at, signal] of load.signals.entries()) {
      const result = results[at];
      if (result === undefined) continue;
      if (Object.keys(result.refused).length > 0)
        console.log(`  refused ${signal}: ${JSON.stringify(result.refused)}`);
      if (signal !== 'logs') continue;
      const stored = await countLogs(clew);
      if (stored !== result.rows)
        throw new Error(`${result.rows} log records were acknowledged and ${stored} are stored`);
    }
    return [
      load.name,
      Math.round(rows / took),
      rounded(sum(results.map((result) => result.bytes)) / took / 1e6),
      Math.max(...results.map((result) => result.p50Ms)),
      Math.max(...results.map((result) => result.p99Ms)),
      Math.max(...results.map((result) => result.maxMs)),
      rounded((spent[0] ?? 0) / took, 2),
      rounded(sum(spent.slice(1)) / took, 2),
      rounded(sum(results.map((result) => result.cpuSeconds)) / took, 2),
    ];
  } finally {
    await clew.stop();
    removeFolder(clew.data);
  }
}

export async function run(): Promise<void> {
  const only = process.env['CLEW_BENCH_LOAD'];
  const rows: Row[] = [];
  for (const load of loads)
    if (only === undefined || load.name.includes(only)) rows.push(await measure(load));
  printTable(
    'ingest: OTLP/HTTP, protobuf (cores: CPU seconds a second)',
    ['load', 'rows/s', 'MB/s', 'p50 ms', 'p99 ms', 'max ms', 'main', 'storage', 'sender'],
    rows,
  );
}
