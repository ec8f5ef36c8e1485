// Memory of the Logs page over ten minutes of live tail: the renderer process of a browser that nobody drives (a driver's
// copy of every answer would be counted as the page's), as the operating system counts it. `CLEW_BENCH_SECONDS` sets
// another length.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually, removeFolder, temporaryFolder } from '../clew-process.ts';
import { processMemoryMiB, processTree, startBuiltClew } from './built-clew.ts';
import { printTable, type Row, rounded } from './report.ts';
import { startSender } from './sender.ts';

const seconds = Number(process.env['CLEW_BENCH_SECONDS'] ?? 600);
const rowsPerSecond = 200;
const looks = 5;

function isRenderer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
  } catch {
    return false;
  }
}

export async function run(): Promise<void> {
  const clew = await startBuiltClew();
  const profile = temporaryFolder('bench-browser');
  const sender = startSender({
    signal: 'logs',
    port: 4318 + clew.shift,
    rowsPerRequest: 50,
    connections: 2,
    seconds: seconds + 20,
    rowsPerSecond,
  });
  // What went wrong with the page is worth more than that the sender lost its Clew.
  sender.result.catch(() => undefined);
  const received = async (): Promise<number> => {
    const answer = await fetch(clew.url(3000, '/api/health'));
    return ((await answer.json()) as { received: { logs: number } }).received.logs;
  };
  // Before the first line the page shows how to send one.
  await eventually('lines are stored', async () => (await received()) > 0);
  const browser = spawn(
    process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--window-size=1440,900',
      `--user-data-dir=${profile}`,
      clew.url(3000, '/logs?live=1'),
    ],
    { stdio: 'ignore' },
  );
  try {
    await wait(5000);
    const rows: Row[] = [];
    for (let look = 0; look <= looks; look++) {
      if (look > 0) await wait((seconds * 1000) / looks);
      const pages = processTree(browser.pid ?? 0).filter(isRenderer);
      rows.push([
        `${Math.round((look * seconds) / looks)} s`,
        rounded(Math.max(...pages.map(processMemoryMiB))),
        await received(),
      ]);
    }
    printTable(
      `the page while it tails ${rowsPerSecond} lines a second`,
      ['after', 'renderer MiB (PSS)', 'lines received'],
      rows,
    );
  } finally {
    browser.kill('SIGTERM');
    await new Promise((resolve) => browser.once('exit', resolve));
    sender.kill();
    await clew.stop();
    removeFolder(clew.data);
    removeFolder(profile);
  }
}
