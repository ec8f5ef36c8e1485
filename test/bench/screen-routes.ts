// How soon the screen can be used, and how soon another page of it is there: each page opened by itself until its heading
// and its first data are painted, and each changed to by the rail, in a browser over an hour of the shop.

import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { type ClewProcess, removeFolder } from '../clew-process.ts';
import { sendShop } from '../fixtures/shop/send-shop.ts';
import { startBuiltClew } from './built-clew.ts';
import { printTable, quantile, type Row, rounded } from './report.ts';

const rounds = 5;
const hourMs = 3_600_000;

/** What shows that a page is there: its heading in the top bar; and, for opening, that its data is. */
const pages = [
  {
    path: '/overview',
    name: 'Overview',
    data: '[data-testid="service-row"], .service-table tbody tr',
  },
  { path: '/logs', name: 'Logs', data: '[data-testid="log-row"]' },
  { path: '/traces', name: 'Traces', data: '[data-testid="trace-list"] [role="row"]:nth-child(1)' },
  {
    path: '/metrics',
    name: 'Metrics',
    data: '.metric-browser, [data-testid="metric-browser"], main h2',
  },
  { path: '/sources', name: 'Sources', data: '[data-testid="source-loki"]' },
  { path: '/health', name: 'Health', data: '[data-testid="health-store"]' },
] as const;

/** Resolves with the time since `since` when the condition holds and has been painted. */
function paintedWhen(condition: string, since: string): string {
  return `new Promise((painted) => {
    const look = () => {
      if (!(${condition})) requestAnimationFrame(look);
      else requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now() - (${since}))));
    };
    look();
  })`;
}

const headingIs = (name: string): string =>
  `document.querySelector('.topbar h1')?.textContent === ${JSON.stringify(name)}`;

async function openEach(page: Page, clew: ClewProcess, search: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { path, name, data } of pages) {
    const usable: number[] = [];
    const filled: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await page.goto(clew.url(3000, `${path}?${search}`), { waitUntil: 'commit' });
      usable.push(await page.evaluate<number>(paintedWhen(headingIs(name), '0')));
      const there = `document.querySelector(${JSON.stringify(data)}) !== null`;
      filled.push(await page.evaluate<number>(paintedWhen(there, '0')));
    }
    rows.push([
      path,
      rounded(quantile(usable, 0.5), 0),
      rounded(Math.max(...usable), 0),
      rounded(quantile(filled, 0.5), 0),
    ]);
  }
  return rows;
}

async function changeToEach(page: Page): Promise<Row[]> {
  const took = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const { path, name } of pages) {
      const ms = await page.evaluate<number>(`(() => {
        const link = document.querySelector('.rail a.rail-link[href^="${path}"]');
        const since = performance.now();
        link.click();
        return ${paintedWhen(headingIs(name), 'since')};
      })()`);
      // The first round fetches each page's chunk and its data.
      const column = `${path} ${round === 0 ? 'first' : 'again'}`;
      took.set(column, [...(took.get(column) ?? []), ms]);
      await page.waitForLoadState('networkidle');
    }
  }
  return pages.map(({ path }): Row => {
    const again = took.get(`${path} again`) ?? [];
    return [
      path,
      rounded(took.get(`${path} first`)?.[0] ?? 0, 0),
      rounded(quantile(again, 0.5), 0),
      rounded(Math.max(...again), 0),
    ];
  });
}

export async function run(): Promise<void> {
  const clew = await startBuiltClew();
  const toMs = Math.floor(Date.now() / 60_000) * 60_000;
  const fromMs = toMs - hourMs;
  const browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    await sendShop(clew.url(4318), { fromMs, toMs });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const search = `from=${fromMs}&to=${toMs}`;
    printTable(
      'opening a page (heading painted; first data painted), ms',
      ['page', 'usable p50', 'usable max', 'data p50'],
      await openEach(page, clew, search),
    );
    await page.goto(clew.url(3000, `/overview?${search}`));
    await page.waitForLoadState('networkidle');
    printTable(
      'changing to a page by the rail, until its heading is painted, ms',
      ['page', 'first time', 'again p50', 'again max'],
      await changeToEach(page),
    );
  } finally {
    await browser.close();
    await clew.stop();
    removeFolder(clew.data);
  }
}
