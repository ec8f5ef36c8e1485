// The Logs page over a million stored lines in a real browser: the first lines, facets, patterns and the export; then a
// hundred thousand of them in the list by scrolling alone, and how soon a key or a click is on the screen with these, by
// the browser's own event timings.

import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { type ClewProcess, removeFolder } from '../clew-process.ts';
import { startBuiltClew } from './built-clew.ts';
import { sendLines } from '../fixtures/large-telemetry.ts';
import { printTable, quantile, type Row, rounded } from './report.ts';

const storedLines = Number(process.env['CLEW_BENCH_LINES'] ?? 1_000_000);
/** As many as the page holds. */
const listedLines = Math.min(100_000, storedLines);
const inputs = 60;
const scrolledMs = 4000;

/** In the page, before anything else: notes the first rows on the screen and how long each input took to be painted. */
const watch = `
  globalThis.benchFirstRows = new Promise((painted) => {
    const look = () => {
      if (document.querySelector('[data-testid="log-row"]') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now())));
    };
    look();
  });
  globalThis.benchInputs = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name === 'keydown' || entry.name === 'click') globalThis.benchInputs.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

async function timed(url: string): Promise<{ ms: number; bytes: number }> {
  const started = performance.now();
  const answer = await fetch(url);
  let bytes = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
    bytes += chunk.length;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return { ms: performance.now() - started, bytes };
}

async function askServer(clew: ClewProcess, search: URLSearchParams): Promise<void> {
  const rows: Row[] = [];
  const queries = [
    '{service_name=~".+"}',
    '{service_name="payment"}',
    '{service_name=~".+"} |= "3f"',
  ];
  for (const query of queries) {
    for (const path of ['histogram', 'facets', 'patterns']) {
      const asked = new URLSearchParams([...search, ['query', query]]);
      const url = clew.url(3000, `/api/explore/logs/${path}?${asked.toString()}`);
      await timed(url);
      const { ms } = await timed(url);
      rows.push([query, path, rounded(ms, 0)]);
    }
  }
  printTable('asked of the server, the second time', ['query', 'what', 'ms'], rows);
  const asked = new URLSearchParams([...search, ['query', '{service_name=~".+"}']]);
  const { ms, bytes } = await timed(clew.url(3000, `/api/explore/logs/export?${asked.toString()}`));
  printTable(
    `export of ${storedLines.toLocaleString('en-US')} lines as NDJSON`,
    ['seconds', 'lines/s', 'MB'],
    [[rounded(ms / 1000), Math.round(storedLines / (ms / 1000)), Math.round(bytes / 1e6)]],
  );
}

async function lineCount(page: Page): Promise<number> {
  return Number(await page.getByTestId('log-list').getAttribute('aria-rowcount'));
}

/** To the end of the list again and again, as a person would who looks for the beginning. */
async function scrollUntil(page: Page, lines: number): Promise<number> {
  const started = performance.now();
  const list = page.getByTestId('log-list');
  for (let before = -1, count = await lineCount(page); count < lines;) {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    before = count;
    const patienceMs = performance.now() + 60_000;
    while ((await lineCount(page)) <= before && performance.now() < patienceMs)
      await page.waitForTimeout(10);
    count = await lineCount(page);
  }
  return performance.now() - started;
}

async function measureInputs(page: Page): Promise<Row[]> {
  const rows: Row[] = [];
  const measure = async (name: string, act: (nth: number) => Promise<void>): Promise<void> => {
    await page.evaluate('globalThis.benchInputs.length = 0');
    for (let nth = 0; nth < inputs; nth++) await act(nth);
    await page.waitForTimeout(300);
    const given = (await page.evaluate('globalThis.benchInputs')) as number[]; // As `watch` fills it.
    // What took less than 16 ms is not reported.
    const all = [...given, ...Array.from({ length: Math.max(0, inputs - given.length) }, () => 16)];
    rows.push([name, inputs, quantile(all, 0.5), quantile(all, 0.95), Math.max(...all)]);
  };
  await page.getByTestId('log-list').evaluate((element) => element.scrollTo(0, 1_000_000));
  await measure('j, to the next line', () => page.keyboard.press('j'));
  await measure('a line is opened, and closed', async (nth) => {
    await page.keyboard.press(nth % 2 === 0 ? 'Enter' : 'Escape');
  });
  await measure('w, wrapped lines', () => page.keyboard.press('w'));
  return rows;
}

async function scrollFrames(page: Page): Promise<readonly number[]> {
  return (await page.evaluate(`new Promise((done) => {
    const view = document.querySelector('[data-testid="log-list"]');
    view.scrollTop = 100000;
    const frames = [];
    let last = 0;
    const began = performance.now();
    const step = (now) => {
      if (last > 0) frames.push(now - last);
      last = now;
      view.scrollTop += 44;
      if (now - began < ${scrolledMs}) requestAnimationFrame(step);
      else done(frames);
    };
    requestAnimationFrame(step);
  })`)) as number[]; // Built above.
}

export async function run(): Promise<void> {
  const clew = await startBuiltClew();
  const browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const { fromMs, toMs } = await sendLines(clew, storedLines);
    const range = { start: `${fromMs}000000`, end: `${toMs + 1}000000` };
    await askServer(clew, new URLSearchParams(range));
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(watch);
    const firsts: number[] = [];
    for (let nth = 0; nth < 4; nth++) {
      await page.goto(clew.url(3000, `/logs?from=${fromMs}&to=${toMs + 1}`));
      firsts.push(Number(await page.evaluate('globalThis.benchFirstRows')));
    }
    const scrolledToMs = await scrollUntil(page, listedLines);
    const inputRows = await measureInputs(page);
    const frames = await scrollFrames(page);
    const rowsInDocument = await page.getByTestId('log-row').count();
    const heap = await page.evaluate(
      // Chromium's own measure; not part of the DOM's types.
      () =>
        (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    printTable(
      `the page over ${storedLines.toLocaleString('en-US')} lines`,
      ['what', 'value'],
      [
        ['first lines on the screen, ms (median of 4)', rounded(quantile(firsts, 0.5), 0)],
        [`${listedLines} lines by scrolling, s`, rounded(scrolledToMs / 1000)],
        ['rows in the document then', rowsInDocument],
        ['JavaScript heap then, MiB', rounded(heap / 2 ** 20, 0)],
        ['frames a second while scrolling', rounded(1000 / quantile(frames, 0.5), 0)],
        ['longest frame of 95 %, ms', rounded(quantile(frames, 0.95))],
      ],
    );
    printTable(
      `from input to paint with ${listedLines.toLocaleString('en-US')} lines in the list (16 stands for less)`,
      ['input', 'times', 'p50 ms', 'p95 ms', 'max ms'],
      inputRows,
    );
  } finally {
    await browser.close();
    await clew.stop();
    removeFolder(clew.data);
  }
}
