// The page of a large trace in a real browser: how long opening takes, how smoothly it scrolls, and how soon a key or a
// click is on the screen, by the browser's own timings.

import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { type ClewProcess, removeFolder } from '../clew-process.ts';
import { linesOfTrace, sendTrace, traceIdOf } from '../fixtures/large-telemetry.ts';
import { cpuSeconds, startBuiltClew, sum } from './built-clew.ts';
import { printTable, quantile, type Row, rounded } from './report.ts';

const sizes = [10_000, 100_000];
const opens = 3;
const scrolledMs = 4000;
const inputs = 40;

/** In the page, before anything else: notes when the waterfall has been painted, and how long each input took. */
const watch = `
  globalThis.benchPainted = new Promise((painted) => {
    const look = () => {
      const canvas = document.querySelector('[data-testid="waterfall-canvas"]');
      const rows = document.querySelector('[data-testid="span-row"]');
      if (canvas !== null && canvas.width > 300 && rows !== null)
        requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now())));
      else requestAnimationFrame(look);
    };
    look();
  });
  globalThis.benchInputs = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name === 'keydown' || entry.name === 'click') globalThis.benchInputs.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

async function openTrace(page: Page, clew: ClewProcess, spans: number): Promise<number> {
  await page.goto(clew.url(3000, `/trace/${traceIdOf(spans)}`));
  return Number(await page.evaluate('globalThis.benchPainted'));
}

/** Milliseconds of each frame while the waterfall is scrolled by some rows a frame. */
async function scrollFrames(page: Page): Promise<readonly number[]> {
  return (await page.evaluate(`new Promise((done) => {
    const view = document.querySelector('[data-testid="waterfall"]');
    view.scrollTop = 0;
    const frames = [];
    let last = 0;
    let first = 0;
    const step = (now) => {
      if (last !== 0) frames.push(now - last);
      else first = now;
      last = now;
      view.scrollTop += 180;
      if (now - first < ${scrolledMs}) requestAnimationFrame(step);
      else done(frames);
    };
    requestAnimationFrame(step);
  })`)) as readonly number[];
}

/** From key or click to the next paint; what took less than 16 ms is not reported by the browser, and counts as 16. */
async function inputDurations(page: Page): Promise<readonly number[]> {
  await page.evaluate('globalThis.benchInputs.length = 0');
  for (let at = 0; at < inputs; at++) {
    await page.keyboard.press(at % 4 === 3 ? 'e' : 'j');
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }
  const seen = (await page.evaluate('globalThis.benchInputs')) as readonly number[];
  return [...seen, ...Array.from({ length: Math.max(0, inputs - seen.length) }, () => 16)];
}

async function measure(browser: Browser, clew: ClewProcess, spans: number): Promise<Row> {
  const opened: number[] = [];
  let row: Row = [];
  for (let at = 0; at < opens; at++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(watch);
    opened.push(await openTrace(page, clew, spans));
    if (at === opens - 1) {
      const frames = await scrollFrames(page);
      const durations = await inputDurations(page);
      const memory = Number(await page.evaluate('performance.memory.usedJSHeapSize / 1048576'));
      const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000;
      row = [
        spans,
        rounded(quantile(opened, 0.5), 0),
        rounded(frames.length / seconds),
        rounded(quantile(frames, 0.95)),
        rounded(quantile(durations, 0.5), 0),
        rounded(quantile(durations, 0.95), 0),
        rounded(memory, 0),
      ];
    }
    await context.close();
  }
  return row;
}

async function answerRow(clew: ClewProcess, spans: number): Promise<Row> {
  const times: number[] = [];
  let bytes = 0;
  const cpuBefore = sum(cpuSeconds(clew));
  for (let at = 0; at < opens; at++) {
    const start = performance.now();
    const response = await fetch(
      clew.url(3000, `/api/explore/trace/${traceIdOf(spans)}?fullSpans=2000`),
    );
    bytes = (await response.arrayBuffer()).byteLength;
    times.push(performance.now() - start);
  }
  const cpuMs = ((sum(cpuSeconds(clew)) - cpuBefore) * 1000) / opens;
  return [spans, rounded(quantile(times, 0.5), 0), rounded(cpuMs, 0), rounded(bytes / 1e6)];
}

export async function run(): Promise<void> {
  const clew = await startBuiltClew();
  const browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
  try {
    for (const spans of sizes) await sendTrace(clew, spans);
    const answers: Row[] = [];
    const pages: Row[] = [];
    for (const spans of sizes) {
      answers.push(await answerRow(clew, spans));
      pages.push(await measure(browser, clew, spans));
    }
    printTable(
      `The answer for a large trace, ${linesOfTrace.toLocaleString('en-US')} lines with it`,
      ['spans', 'ms', 'CPU ms', 'MB'],
      answers,
    );
    printTable(
      'Its page: from the address to the painted waterfall; scrolling; from input to paint',
      ['spans', 'open ms', 'frames/s', 'frame p95 ms', 'input p50 ms', 'input p95 ms', 'heap MiB'],
      pages,
    );
  } finally {
    await browser.close();
    await clew.stop();
    removeFolder(clew.data);
  }
}
