// The screen alone, in a real browser, against the made-up shop: the way from a line to its trace and back by pointer
// and by keyboard, every state that is not data, and what is fetched before the first results.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startScreenServer } from './server.ts';
import type { ShopMode } from './server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const firstResultsBytesMax = 300_000;

let folder: string;
let browser: Browser;
const servers = new Map<ShopMode, Server>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-screen-'));
  // In a process of its own: this one's NODE_ENV would build React for development.
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'ui/vite.config.ts');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--config', config, '--outDir', folder, '--logLevel', 'error'],
    { env: { ...process.env, NODE_ENV: 'production' } },
  );
  for (const mode of ['normal', 'empty', 'degraded', 'huge'] as const) {
    servers.set(mode, await startScreenServer(mode, folder, 0));
  }
  browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers.values()) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

function address(mode: ShopMode, path: string): string {
  const { port } = servers.get(mode)!.address() as AddressInfo; // A TCP server's address is one.
  return `http://127.0.0.1:${port}${path}`;
}

/** Runs in a page of its own; what the page logs as an error fails the test. */
async function withPage(run: (page: Page) => Promise<void>, width = 1440): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      errors.push(text);
  });
  try {
    await run(page);
  } finally {
    await context.close();
  }
  expect(errors).toEqual([]);
}

const declined = `/logs?query=${encodeURIComponent('{service_name="payment"} |= "charge failed"')}`;

/** In the browser: controls of which a screen reader could not say the name. */
const findNameless = `[...document.querySelectorAll('button, a[href], input, [role=grid], [role=tree]')]
  .filter((element) =>
    (element.getAttribute('aria-label') ?? '') === '' &&
    (element.textContent ?? '').trim() === '' &&
    element.labels?.length !== 1)
  .map((element) => element.outerHTML.slice(0, 120))`;

async function namelessControls(page: Page): Promise<unknown> {
  return page.evaluate(findNameless);
}

describe('from a line to its trace and back', () => {
  test('by pointer', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', declined));
      const list = page.getByTestId('log-list');
      await page.getByTestId('log-row').first().waitFor();
      await list.evaluate((element) => element.scrollTo(0, 1500));
      await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(1500);
      const row = page.getByTestId('log-row').nth(30);
      const line = await row.getAttribute('data-line-id');
      const link = row.getByTestId('trace-link');
      await expect.poll(() => link.textContent()).toMatch(/\d+ spans/);
      await link.click();

      await page.waitForURL(/\/trace\/[0-9a-f]{32}\?/);
      await page
        .getByTestId('trace-counts')
        .filter({ hasText: '38 spans in 6 services' })
        .waitFor();
      const selected = page.locator('[data-testid="span-row"][aria-selected="true"]');
      expect(await selected.textContent()).toContain('payment');
      expect(new URL(page.url()).searchParams.get('log')).toBe(line);
      await page.locator(`[data-line-id="${line}"][aria-selected="true"]`).waitFor();

      await page.getByTestId('span-row').filter({ hasText: 'createOrder' }).click();
      expect(await selected.textContent()).toContain('createOrder');
      await page.getByTestId('span-logs').filter({ hasText: 'reserving stock' }).waitFor();
      await page.getByTestId('show-span-logs').click();
      await expect.poll(() => page.getByTestId('trace-log-row').count()).toBe(0);
      expect(await page.getByTestId('span-logs').count()).toBeGreaterThan(3);
      await page.getByTestId('span-detail').filter({ hasText: 'order.total' }).waitFor();

      await page.getByTestId('back-link').click();
      await page.waitForURL(/\/logs\?/);
      await page.locator(`[data-line-id="${line}"]`).waitFor();
      expect(await list.evaluate((element) => element.scrollTop)).toBe(1500);
    });
  });

  test('a line whose detail is longer than the screen stays in sight', async () => {
    await withPage(async (page) => {
      await page.setViewportSize({ width: 1024, height: 400 });
      await page.goto(address('normal', declined));
      const row = page.getByTestId('log-row').nth(1);
      await row.waitFor();
      const list = page.getByTestId('log-list');
      const before = await list.evaluate((element) => element.scrollTop);
      await row.locator('.log-text').click();
      await page.getByTestId('log-detail').waitFor();
      const line = await row.getAttribute('data-line-id');
      const open = page.locator(`[data-line-id="${line}"]`);
      await expect.poll(() => page.url()).toContain(`line=${line}`);
      expect(await list.evaluate((element) => element.scrollTop)).toBe(before);
      await page.reload();
      await page.getByTestId('log-detail').waitFor();
      const topOf = async (of: typeof list): Promise<number> => (await of.boundingBox())?.y ?? 0;
      await expect
        .poll(async () => (await topOf(open)) - (await topOf(list)))
        .toBeGreaterThanOrEqual(0);
    });
  });

  test('by keyboard', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', declined));
      await page.getByTestId('log-row').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.locator('[data-testid="log-row"][data-current]').waitFor();
      await page.keyboard.press('Enter');
      await page.getByTestId('log-detail').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/trace\//);
      const selected = page.locator('[data-testid="span-row"][aria-selected="true"]');
      await selected.waitFor();
      const before = await selected.getAttribute('data-span-id');
      await page.keyboard.press('k');
      await expect.poll(() => selected.getAttribute('data-span-id')).not.toBe(before);
      await page.keyboard.press('Escape');
      await page.waitForURL(/\/logs\?/);
      await page.getByTestId('log-detail').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').filter({ hasText: 'fold or unfold' }).waitFor();
    });
  });

  test('the browser’s own Back, after several spans were looked at', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', '/logs'));
      await page.getByTestId('trace-link').first().click();
      await page.getByTestId('span-row').nth(4).click();
      await page.getByTestId('span-row').nth(6).click();
      await page.goBack();
      await page.getByTestId('log-row').first().waitFor();
      expect(new URL(page.url()).pathname).toBe('/logs');
    });
  });
});

describe('clicks become LogQL', () => {
  test('fields filter in and out', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', '/logs'));
      await page.getByTestId('log-row').filter({ hasText: 'cart saved' }).first().click();
      await page.getByLabel('Only lines with service_name=cart').click();
      await expect
        .poll(() => new URL(page.url()).searchParams.get('query'))
        .toBe('{service_name="cart"}');
      await page.getByTestId('log-row').filter({ hasText: 'redis took' }).first().click();
      await page.getByLabel('No lines with detected_level=warn').click();
      await expect
        .poll(() => new URL(page.url()).searchParams.get('query'))
        .toBe('{service_name="cart"} | detected_level!="warn"');
      await expect.poll(() => page.getByTestId('coverage').textContent()).toMatch(/lines?$/);
      expect(await page.getByTestId('log-row').filter({ hasText: 'redis took' }).count()).toBe(0);
    });
  });

  test('a drag over the histogram zooms, and Back zooms out', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', '/logs'));
      await page.getByTestId('log-row').first().waitFor();
      const box = (await page.getByTestId('histogram').boundingBox())!;
      await page.mouse.move(box.x + 300, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + 500, box.y + 20, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=\d+&to=\d+/);
      await page.goBack();
      expect(new URL(page.url()).search).toBe('');
    });
  });

  test('typing in the editor, with completion and a place for the error', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', '/logs'));
      await page.keyboard.press('/');
      const editor = page.locator('.cm-content');
      await editor.waitFor();
      await editor.click();
      await page.keyboard.type('{ser');
      await page.locator('.cm-tooltip-autocomplete').filter({ hasText: 'service_name' }).waitFor();
      await page.keyboard.press('Escape');
      await editor.fill('{service_name="cart"} oops');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByTestId('logs-error').filter({ hasText: 'Unexpected "oops"' }).waitFor();
      await expect.poll(() => page.locator('.cm-lintRange-error').textContent()).toBe('oops');
    });
  });
});

test('lines arrive while the page is live, and push nothing while someone reads', async () => {
  await withPage(async (page) => {
    await page.goto(address('normal', '/logs'));
    const first = page.getByTestId('log-row').first();
    const before = await first.getAttribute('data-line-id');
    await page.keyboard.press('.');
    await expect
      .poll(() => first.getAttribute('data-line-id'), { timeout: 20_000 })
      .not.toBe(before);
    await page.getByTestId('log-row').nth(5).click();
    await page
      .getByTestId('new-lines')
      .filter({ hasText: /new lines? · go on/ })
      .waitFor();
    const read = await first.getAttribute('data-line-id');
    await page.getByTestId('new-lines').click();
    await expect.poll(() => first.getAttribute('data-line-id'), { timeout: 20_000 }).not.toBe(read);
    expect(await page.getByTestId('log-detail').count()).toBe(0);
  });
});

describe('what is not data', () => {
  for (const path of ['/', '/logs']) {
    test(`nothing was ever received, at ${path}`, async () => {
      await withPage(async (page) => {
        await page.goto(address('empty', path));
        await page
          .getByTestId('get-started')
          .filter({ hasText: /clew run .*-- node app\.js/ })
          .waitFor();
        await page.getByTestId('received').filter({ hasText: '0 log records' }).waitFor();
      });
    });
  }

  test('nothing matched says what was looked at', async () => {
    await withPage(async (page) => {
      const query = encodeURIComponent('{service_name="payment"} |= "no such text"');
      await page.goto(address('normal', `/logs?query=${query}`));
      await page
        .getByTestId('nothing-matched')
        .filter({ hasText: /[\d,]+ lines .* looked at/ })
        .waitFor();
    });
  });

  test('a trace that is unknown says why', async () => {
    await withPage(async (page) => {
      await page.goto(address('normal', '/logs'));
      await page
        .getByTestId('omnibox')
        .fill('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/trace\/4bf92f3577b34da6a3ce929d0e0e4736\?span=00f067aa0ba902b7/);
      await page.getByTestId('trace-empty').filter({ hasText: 'was this trace sampled' }).waitFor();
    });
  });

  test('missing log lines have a reason, and problems a banner', async () => {
    await withPage(async (page) => {
      await page.goto(address('degraded', '/logs'));
      await page.getByText('The disk is full').waitFor();
      await page.getByTestId('trace-link').first().click();
      await page.getByTestId('reasons').filter({ hasText: 'none with a trace ID' }).waitFor();
    });
  });
});

test('twelve thousand spans are some dozens of rows in the document', async () => {
  await withPage(async (page) => {
    await page.goto(address('huge', '/logs'));
    await page.getByTestId('trace-link').first().click();
    await page.getByTestId('trace-counts').filter({ hasText: '12,038 spans' }).waitFor();
    await page.getByTestId('waterfall').evaluate((element) => element.scrollTo(0, 100_000));
    await page.getByTestId('span-row').first().waitFor({ state: 'attached' });
    expect(await page.getByTestId('span-row').count()).toBeLessThan(120);
  });
});

test('every control has a name', async () => {
  await withPage(async (page) => {
    await page.goto(address('normal', '/logs'));
    await page.getByTestId('log-row').first().click();
    await page.getByTestId('log-detail').waitFor();
    expect(await namelessControls(page)).toEqual([]);
    await page.getByTestId('trace-link').first().click();
    await page.getByTestId('span-detail').waitFor();
    expect(await namelessControls(page)).toEqual([]);
  }, 1024);
});

test('little JavaScript is fetched before the first results', async () => {
  await withPage(async (page) => {
    const scripts: Promise<number>[] = [];
    let isCounting = true;
    page.on('response', (response) => {
      if (!isCounting || !response.url().endsWith('.js')) return;
      scripts.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(address('normal', '/logs'));
    await page.getByTestId('log-row').first().waitFor();
    isCounting = false;
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
    console.log(`JavaScript before the first results: ${bytes} bytes with gzip`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(firstResultsBytesMax);
  });
});
