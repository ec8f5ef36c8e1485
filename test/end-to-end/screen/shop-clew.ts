// A real Clew that holds an hour of the made-up shop, and a browser in front of it: for browser tests of pages on data
// whose truth is known (test/fixtures/shop). Screenshots go to test-results/screens.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type ClewProcess, removeFolder, root, startClew } from '../../clew-process.ts';
import { sendShop } from '../../fixtures/shop/send-shop.ts';

export type Scheme = 'dark' | 'light';

export interface PageOptions {
  readonly width?: 1440 | 1024;
  readonly scheme?: Scheme;
  /** What the page may throw or the browser's console say as an error, beside failed fetches. */
  readonly expectedErrors?: RegExp;
}

export interface ShopClew {
  readonly clew: ClewProcess;
  readonly fromMs: number;
  readonly toMs: number;
  /** An address of the screen, its time range being the shop's hour unless it names one. */
  href(path: string, search?: Readonly<Record<string, string>>): string;
  /** Runs in a page of its own; what the page logs as an error fails the test. */
  withPage(run: (page: Page) => Promise<void>, options?: PageOptions): Promise<void>;
  stop(): Promise<void>;
}

/** `toMs`: the end of the shop's hour; this minute unless it is given. */
export async function startShopClew(
  args: readonly string[] = [],
  toMs: number = Math.floor(Date.now() / 60_000) * 60_000,
): Promise<ShopClew> {
  const clew = await startClew({ args });
  const fromMs = toMs - 3_600_000;
  await sendShop(clew.url(4318), { fromMs, toMs });
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return {
    clew,
    fromMs,
    toMs,
    href: (path, search = {}) =>
      `${clew.url(3000, path)}?${new URLSearchParams({ from: String(fromMs), to: String(toMs), ...search }).toString()}`,
    withPage: async (run, { width = 1440, scheme = 'dark', expectedErrors } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: scheme,
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => {
        if (expectedErrors?.test(String(error)) !== true) errors.push(String(error));
      });
      page.on('console', (message) => {
        const text = message.text();
        if (message.type() !== 'error' || text.startsWith('Failed to load resource')) return;
        if (expectedErrors?.test(text) !== true) errors.push(text);
      });
      try {
        await run(page);
      } finally {
        await context.close();
      }
      expect(errors).toEqual([]);
    },
    stop: async () => {
      await browser.close();
      await clew.stop();
      removeFolder(clew.data);
    },
  };
}

export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, 'test-results/screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
