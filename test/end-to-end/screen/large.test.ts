// The pages over very much telemetry, in a real browser: a million log lines, and a trace of a hundred thousand spans. How
// fast they are is measured by the benches; here everything is there, nothing is left out in silence, and the document
// stays small.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { type ClewProcess, removeFolder, startClew } from '../../clew-process.ts';
import { linesOfTrace, sendLines, sendTrace, traceIdOf } from '../../fixtures/large-telemetry.ts';

const lines = 1_000_000;
const spans = 100_000;
const rowsMax = 200;
const soon = { timeout: 60_000 };

let clew: ClewProcess;
let browser: Browser;
let range: { readonly fromMs: number; readonly toMs: number };

beforeAll(async () => {
  clew = await startClew();
  range = await sendLines(clew, lines);
  await sendTrace(clew, spans);
  browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

afterAll(async () => {
  await browser?.close();
  await clew?.stop();
  if (clew !== undefined) removeFolder(clew.data);
});

async function withPage(run: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(soon.timeout);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  try {
    await run(page);
  } finally {
    await page.close();
  }
  expect(errors).toEqual([]);
}

function address(path: string, search: Readonly<Record<string, string>> = {}): string {
  const time = { from: String(range.fromMs), to: String(range.toMs + 1) };
  return `${clew.url(3000, path)}?${new URLSearchParams({ ...time, ...search }).toString()}`;
}

/** Of its text, without separators. */
async function numbersOf(place: Locator): Promise<readonly number[]> {
  const text = (await place.innerText()).replaceAll(',', '');
  return (text.match(/\d+/g) ?? []).map(Number);
}

describe('a million lines', () => {
  test('are counted, listed page by page, and surveyed', async () => {
    await withPage(async (page) => {
      await page.goto(address('/logs'));
      await page.getByTestId('log-row').first().waitFor();
      // Those of the trace lie in the same hour.
      const all = lines + linesOfTrace;
      await expect.poll(() => numbersOf(page.getByTestId('coverage')), soon).toContain(all);
      const list = page.getByTestId('log-list');
      const listed = async (): Promise<number> => Number(await list.getAttribute('aria-rowcount'));
      for (let step = 0; step < 5; step++) {
        const before = await listed();
        await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        await expect.poll(listed, soon).toBeGreaterThan(before);
      }
      expect(await page.getByTestId('log-row').count()).toBeLessThan(rowsMax);
      await page.getByTestId('facet-value').first().waitFor();
      await page.getByTestId('facet-value').filter({ hasText: 'payment' }).first().waitFor();
    });
  });

  test('stand behind the overview', async () => {
    await withPage(async (page) => {
      await page.goto(address('/overview'));
      await page.getByTestId('service-row').first().waitFor();
      expect(await page.getByTestId('service-row').count()).toBeGreaterThanOrEqual(8);
    });
  });
});

describe('a trace of a hundred thousand spans', () => {
  test('is drawn whole, scrolled to its end, walked by keys and searched', async () => {
    await withPage(async (page) => {
      await page.goto(clew.url(3000, `/trace/${traceIdOf(spans)}`));
      await page.getByTestId('waterfall').waitFor();
      await page
        .getByText(`${spans.toLocaleString('en-US')} spans`)
        .first()
        .waitFor();
      await page.getByText(linesOfTrace.toLocaleString('en-US')).first().waitFor();
      const rows = page.getByTestId('span-row');
      await rows.first().waitFor({ state: 'attached' });
      await page.getByTestId('waterfall').evaluate((view) => view.scrollTo(0, view.scrollHeight));
      await rows.filter({ hasText: `item ${spans - 1}` }).waitFor({ state: 'attached' });
      expect(await rows.count()).toBeLessThan(rowsMax);
      const selected = (): string | null => new URL(page.url()).searchParams.get('span');
      await page.keyboard.press('j');
      await expect.poll(selected, soon).not.toBeNull();
      const first = selected();
      await page.keyboard.press('j');
      await expect.poll(selected, soon).not.toBe(first);
      await page.keyboard.press('/');
      await page.keyboard.type('item 77777');
      await page.keyboard.press('Enter');
      await rows.filter({ hasText: 'item 77777' }).waitFor({ state: 'attached' });
    });
  });
});
