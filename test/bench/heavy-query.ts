// Whether a heavy query delays ingest: how long acknowledgements take while nothing else runs, and while a regex is
// looked for in every stored line, again and again.

import { removeFolder } from '../clew-process.ts';
import { startBuiltClew } from './built-clew.ts';
import { printTable, quantile, type Row, rounded } from './report.ts';
import { startSender } from './sender.ts';

const storedRows = 500_000;
const seconds = 20;
const rowsPerSecond = 5000;

export async function run(): Promise<void> {
  const clew = await startBuiltClew();
  const port = 4318 + clew.shift;
  try {
    await startSender({
      signal: 'logs',
      port,
      rowsPerRequest: 2000,
      connections: 8,
      seconds: 120,
      rowsMax: storedRows,
    }).result;
    const rows: Row[] = [];
    let first = storedRows;
    for (const isBusy of [false, true]) {
      const sender = startSender({
        signal: 'logs',
        port,
        rowsPerRequest: 100,
        connections: 8,
        seconds,
        rowsPerSecond,
        first,
      });
      first += 10_000_000;
      let isSending = true;
      const queries: number[] = [];
      const ask = async (): Promise<void> => {
        for (let nth = 0; isSending; nth++) {
          const query = `sum(count_over_time({service_namespace="shop"} |~ "(?i)t[aeiou]+k ${nth % 10}[0-9]+ .s|zzz+" [1h]))`;
          const started = performance.now();
          const answer = await fetch(
            clew.url(
              3100,
              `/loki/api/v1/query?${String(new URLSearchParams({ query, time: String(Math.ceil(Date.now() / 1000)) }))}`,
            ),
          );
          await answer.text();
          if (!answer.ok) throw new Error(`the query was answered with ${answer.status}`);
          queries.push(performance.now() - started);
        }
      };
      const asking = isBusy ? [ask(), ask()] : [];
      const result = await sender.result;
      isSending = false;
      await Promise.all(asking);
      rows.push([
        isBusy ? 'two regex scans of all lines, always' : 'no query',
        Math.round(result.rows / result.seconds),
        result.p50Ms,
        result.p99Ms,
        result.maxMs,
        queries.length,
        rounded(quantile(queries, 0.5)),
      ]);
    }
    printTable(
      `acknowledgements beside a heavy query: ${rowsPerSecond.toLocaleString('en-US')} records/s in requests of 100, ${storedRows.toLocaleString('en-US')} stored`,
      ['beside', 'rows/s', 'p50 ms', 'p99 ms', 'max ms', 'queries', 'query ms'],
      rows,
    );
  } finally {
    await clew.stop();
    removeFolder(clew.data);
  }
}
