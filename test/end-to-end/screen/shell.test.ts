// What is everywhere: rail and keys, the omnibox, time, the drill-down's steps, the menu of doors; and the pages about Clew
// itself. On a real Clew with an hour of the shop.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExploreTraces } from '../../../src/api/explore/contract/records.ts';
import { type Scheme, type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

let shop: ShopClew;
let traceId = '';

beforeAll(async () => {
  shop = await startShopClew();
  const range = { start: `${shop.fromMs}000000`, end: `${shop.toMs}000000`, limit: '1' };
  const answer = await fetch(
    shop.clew.url(3000, `/api/explore/traces?${new URLSearchParams(range).toString()}`),
  );
  traceId = ((await answer.json()) as ExploreTraces).traces[0]!.traceId;
}, 120_000);
afterAll(async () => await shop.stop());

async function openLogs(page: Page): Promise<void> {
  await page.goto(shop.href('/logs'));
  await page.getByTestId('log-row').first().waitFor();
}

function searchOf(page: Page): Record<string, string> {
  return Object.fromEntries(new URL(page.url()).searchParams);
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

test('the code of the other pages is there before one goes to them', async () => {
  await shop.withPage(async (page) => {
    const pages = ['logs', 'trace', 'traces', 'metrics', 'sources', 'health'];
    const chunks = pages.map((name) =>
      page.waitForResponse((response) => response.url().includes(`/assets/${name}-page-`)),
    );
    await page.goto(shop.href('/overview'));
    const answers = await Promise.all(chunks);
    expect(answers.map((answer) => answer.status())).toEqual(pages.map(() => 200));
  });
});

test('every page by rail and by key, with the range taken along', async () => {
  await shop.withPage(async (page) => {
    await openLogs(page);
    const range = { from: String(shop.fromMs), to: String(shop.toMs) };
    for (const [keys, path, hasRange] of [
      ['go', '/overview', true],
      ['gt', '/traces', true],
      ['gm', '/metrics', true],
      ['gs', '/sources', false],
      ['gh', '/health', false],
      ['gl', '/logs', true],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
      if (hasRange) expect(searchOf(page)).toMatchObject(range);
      const current = page.locator('.rail [aria-current="page"]');
      expect(await current.getAttribute('href')).toContain(path);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('back one step').waitFor();
  });
});

describe('the omnibox', () => {
  async function ask(page: Page, text: string): Promise<void> {
    await page.keyboard.press('Control+k');
    await page.getByTestId('omnibox').fill(text);
  }

  test('says what it recognized and what is known of it, and goes there', async () => {
    await shop.withPage(async (page) => {
      await openLogs(page);
      await ask(page, `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`);
      const option = page.getByRole('option').first();
      await option.filter({ hasText: /traceparent, found.*\d+ spans?.* ago/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === `/trace/${traceId}`);

      await ask(page, 'f00dfeedf00dfeedf00dfeedf00dfeed');
      await page.getByTestId('omnibox-said').filter({ hasText: 'has been received' }).waitFor();

      await ask(page, '{service_name="cart"} |= "x"');
      await page.getByRole('option').filter({ hasText: 'LogQL' }).waitFor();

      await ask(page, 'paym');
      await page.getByRole('option').filter({ hasText: 'its logs' }).click();
      await page.waitForURL((url) => url.pathname === '/logs');
      expect(searchOf(page)['query']).toBe('{service_name="payment"}');

      const pane = {
        datasource: 'x',
        queries: [{ expr: 'up', datasource: { type: 'prometheus' } }],
        range: { from: 'now-5m', to: 'now' },
      };
      await ask(
        page,
        `https://grafana/explore?panes=${encodeURIComponent(JSON.stringify({ a: pane }))}`,
      );
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === '/metrics');
      expect(searchOf(page)).toMatchObject({ query: 'up', from: 'now-5m' });
    });
  });

  test('metrics, attributes, times and hostile texts', async () => {
    await shop.withPage(async (page) => {
      await openLogs(page);
      await ask(page, 'http.route=/pay');
      const option = page.getByRole('option');
      await option
        .filter({ hasText: /http\.route = \/pay.*[\d,]+ traces? in the last 1 h/ })
        .waitFor();

      await ask(page, `0x${traceId}`);
      await option.filter({ hasText: 'trace ID, 128-bit, found' }).waitFor();

      const said = page.getByTestId('omnibox-said');
      for (const text of [
        '\u{1f525}'.repeat(9),
        '\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd',
        'x'.repeat(1_000_000),
      ]) {
        await ask(page, text);
        await said.filter({ hasText: /No (?:log line since|service, metric)/ }).waitFor();
      }

      await ask(page, new Date(shop.toMs).toISOString());
      await option.filter({ hasText: 'Overview at' }).waitFor();

      await ask(page, 'http.server.request');
      await option.filter({ hasText: /http_server_request_duration_seconds.*histogram/ }).click();
      await page.waitForURL((url) => url.pathname === '/metrics');
      expect(searchOf(page)['query']).toContain('histogram_quantile(0.95');
    });
  });

  test('a pasted log line leads to its trace, or to itself', async () => {
    await shop.withPage(async (page) => {
      await openLogs(page);
      const row = page.getByTestId('log-row').filter({ hasText: 'cart read' }).first();
      const words = (await row.innerText()).split('\n').join('\t');
      await ask(page, words);
      await page.getByRole('option').filter({ hasText: 'log line' }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.searchParams.has('line') || url.searchParams.has('log'));
    });
  });
});

test('the steps of the drill-down: shown, stepped back by Esc and by a click', async () => {
  await shop.withPage(async (page) => {
    await page.goto(shop.href('/overview'));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByTestId('omnibox').fill('gateway');
    await page.getByRole('option').filter({ hasText: 'its logs' }).click();
    await page.getByTestId('trace-link').first().click();
    await page.waitForURL((url) => url.pathname.startsWith('/trace/'));
    const steps = page.getByRole('navigation', { name: 'Steps of the drill-down' });
    await expect.poll(() => steps.getByRole('link').count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.pathname === '/logs');
    await page.goForward();
    await page.waitForURL((url) => url.pathname.startsWith('/trace/'));
    await steps.getByRole('link').first().click();
    await page.waitForURL((url) => url.pathname === '/overview');
    expect(await steps.count()).toBe(0);
  });
});

test('time: out, moved, around an event, by itself; a link to what is seen', async () => {
  await shop.withPage(async (page) => {
    await openLogs(page);
    await page.keyboard.press('Z');
    const halfHour = 1_800_000;
    await page.waitForURL((url) => url.searchParams.get('from') === String(shop.fromMs - halfHour));
    await page.keyboard.press('t');
    const sheet = page.getByRole('dialog', { name: 'Time range' });
    await sheet.getByLabel('Around an event').fill('2026-11-22T14:03:12Z');
    await sheet.getByRole('button', { name: '± 5 min' }).click();
    const middle = Date.UTC(2026, 10, 22, 14, 3, 12);
    await page.waitForURL((url) => url.searchParams.get('from') === String(middle - 300_000));
    expect(await page.getByTestId('auto-refresh').isDisabled()).toBe(true);

    await page.keyboard.press('t');
    await sheet.getByRole('button', { name: 'last 3 h' }).click();
    await page.waitForURL((url) => url.searchParams.get('from') === 'now-3h');
    await page.getByTestId('auto-refresh').selectOption('5s');
    await page.waitForURL((url) => url.searchParams.get('refresh') === '5s');
    const again = page.waitForRequest((request) => request.url().includes('/api/explore/logs?'));
    await again;
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Traces').click();
    await page.waitForURL((url) => url.pathname === '/traces');
    expect(searchOf(page)).toMatchObject({ from: 'now-3h', refresh: '5s' });

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('y');
    await page.getByTestId('said').filter({ hasText: 'Link copied' }).waitFor();
    const copied = new URL(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(Number(copied.searchParams.get('to')) - Number(copied.searchParams.get('from'))).toBe(
      3 * 3_600_000,
    );
    expect(copied.searchParams.has('refresh')).toBe(false);
  });
});

test('the menu of doors, by pointer and by key', async () => {
  await shop.withPage(async (page) => {
    await openLogs(page);
    await page.getByTestId('log-row').nth(1).click({ button: 'right' });
    const menu = page.getByTestId('door-menu');
    await menu.waitFor();
    const items = menu.getByRole('menuitem');
    expect(await items.count()).toBeGreaterThan(1);
    await page.keyboard.press('ArrowDown');
    const focused = await page.evaluate<string>('document.activeElement.innerText');
    expect(focused).toBe(await items.nth(1).innerText());
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    expect(pathOf(page)).toBe('/logs');
  });
});

test('the pages about Clew itself: figures, advice, and a pattern tried on real lines', async () => {
  await shop.withPage(async (page) => {
    await page.goto(shop.href('/health'));
    await page.getByTestId('health-state').filter({ hasText: 'Everything works' }).waitFor();
    const received = page.getByTestId('health-received');
    expect(await received.innerText()).toMatch(/log records\s+2\d,\d{3}/);
    const cart = page.getByTestId('coverage').getByRole('row').filter({ hasText: 'cart' });
    expect(await cart.innerText()).toMatch(/0 %[^]*adds no trace ID/);

    await page.goto(shop.href('/sources'));
    await page.getByRole('button', { name: 'Try a pattern of your own' }).click();
    await page.getByLabel(/^Pattern/).fill('trace ([0-9a-f]+)');
    await page
      .getByTestId('field-outcome')
      .filter({ hasText: /[1-9]\d* of the 200 newest/ })
      .waitFor();
    expect(await page.locator('.tested-lines mark').first().innerText()).toMatch(/^[0-9a-f]{32}$/);
    await page.getByLabel(/^Pattern/).fill('(?<=trace )([0-9a-f]+)');
    await page.getByTestId('field-outcome').filter({ hasText: 'look-behind' }).waitFor();
  });
});

test('a server that does not answer: a banner, and what is there stays', async () => {
  await shop.withPage(async (page) => {
    await openLogs(page);
    await page.route('**/api/**', async (route) => await route.abort());
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page
      .getByTestId('banner')
      .filter({ hasText: 'does not answer' })
      .waitFor({ timeout: 30_000 });
    await page.unroute('**/api/**');
    await page.getByTestId('banner').waitFor({ state: 'detached', timeout: 30_000 });
  });
});

test.each([
  [1440, 'dark'],
  [1440, 'light'],
  [1024, 'dark'],
  [1024, 'light'],
] as const)('pictures at %d px, %s', async (width, scheme: Scheme) => {
  await shop.withPage(
    async (page) => {
      await page.goto(shop.href('/health'));
      await page.getByTestId('coverage').waitFor();
      await takeScreenshot(page, `health-${width}-${scheme}`);
      await page.goto(shop.href('/sources'));
      await page.getByTestId('source-loki').waitFor();
      await takeScreenshot(page, `sources-${width}-${scheme}`);
      await page.keyboard.press('Control+k');
      await page.getByTestId('omnibox').fill('ca');
      await page.getByRole('option').filter({ hasText: 'its logs' }).waitFor();
      await takeScreenshot(page, `omnibox-${width}-${scheme}`);
    },
    { width, scheme },
  );
});
