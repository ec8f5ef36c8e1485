// Memory of the whole process tree: at rest after a start, and at rest again after work.

import { setTimeout as wait } from 'node:timers/promises';
import { removeFolder, temporaryFolder } from '../clew-process.ts';
import { memoryMiB, startBuiltClew, sum } from './built-clew.ts';
import { printTable, type Row, rounded } from './report.ts';
import { startSender } from './sender.ts';

const restMs = 30_000;

function row(name: string, megabytes: readonly number[]): Row {
  const [main = 0, ...others] = megabytes;
  return [name, rounded(sum(megabytes)), rounded(main), rounded(sum(others))];
}

export async function run(): Promise<void> {
  const data = temporaryFolder('bench-memory');
  try {
    const rows: Row[] = [];
    let clew = await startBuiltClew({ data });
    const fill = async (): Promise<void> => {
      for (const signal of ['logs', 'spans'] as const)
        await startSender({
          signal,
          port: 4318 + clew.shift,
          rowsPerRequest: 1000,
          connections: 4,
          seconds: 60,
          rowsMax: 500_000,
        }).result;
    };
    await fill();
    rows.push(row('right after 500,000 logs and as many spans', memoryMiB(clew)));
    await wait(restMs);
    rows.push(row('30 s after that', memoryMiB(clew)));
    await clew.stop();
    clew = await startBuiltClew({ data });
    await wait(restMs);
    rows.unshift(row('30 s after a start on that store', memoryMiB(clew)));
    await clew.stop();
    printTable(
      'memory: proportional set size of the process tree',
      ['when', 'MiB', 'main', 'storage'],
      rows,
    );
  } finally {
    removeFolder(data);
  }
}
