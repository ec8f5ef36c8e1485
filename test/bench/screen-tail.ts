// Memory of the Logs page over ten minutes of live tail: the renderer process of a real browser, as the operating system
// counts it, and what of it is JavaScript's. `CLEW_BENCH_SECONDS` sets another length.

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { eventually, removeFolder } from '../clew-process.ts';
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
  const server = await chromium.launchServer({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
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
    // Before the first line the page shows how to send one.
    await eventually('lines are stored', async () => {
      const health = (await (await fetch(clew.url(3000, '/api/health'))).json()) as {
        received: { logs: number };
      };
      return health.received.logs > 0;
    });
    await page.goto(clew.url(3000, '/logs?live=1'));
    await page.getByRole('treegrid').first().waitFor();
    const rows: Row[] = [];
    for (let look = 0; look <= looks; look++) {
      if (look > 0) await wait((seconds * 1000) / looks);
      const pages = processTree(server.process().pid ?? 0).filter(isRenderer);
      const heap = await page.evaluate(
        // Chromium's own measure; not part of the DOM's types.
        () =>
          (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
      );
      rows.push([
        `${Math.round((look * seconds) / looks)} s`,
        rounded(Math.max(...pages.map(processMemoryMiB))),
        rounded(heap / 2 ** 20),
        (await page.locator('.logs-status').first().innerText()).split('\n')[0] ?? '',
      ]);
    }
    await browser.close();
    printTable(
      `the page while it tails ${rowsPerSecond} lines a second`,
      ['after', 'renderer MiB (PSS)', 'JavaScript heap MiB', 'what it says'],
      rows,
    );
    await sender.result;
  } finally {
    await server.close();
    await clew.stop();
    removeFolder(clew.data);
  }
}
