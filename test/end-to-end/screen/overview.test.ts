// The overview on a real Clew with an hour of the made-up shop: from a spike to the line in two actions and from the line
// to its trace in one, by pointer and by keyboard; the table, the map, and what each of them says when something is wrong.

import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ExploreOverview,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { badVersion, incidents } from '../../fixtures/shop/shop-telemetry.ts';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

const firstResultsBytesMax = 300_000;

let shop: ShopClew;
beforeAll(async () => {
  shop = await startShopClew();
});
afterAll(() => shop?.stop());

async function open(page: Page, search: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto(shop.href('/', search));
  await page.getByTestId('service-row').first().waitFor();
  await page.locator('.heat-map-cells').waitFor();
  await page.locator('.time-chart-canvas canvas').nth(1).waitFor();
}

/** One action: from one place to another, as shares of the element's width and height. */
async function drag(
  page: Page,
  over: Locator,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await over.boundingBox();
  if (box === null) throw new Error('nothing to drag over');
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    box.x + x * box.width,
    box.y + y * box.height,
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 5 });
  await page.mouse.up();
}

function plot(page: Page, chart: 'errors-chart' | 'logs-chart'): Locator {
  return page.getByTestId(chart).getByRole('slider');
}

function addressOf(page: Page): URL {
  return new URL(page.url());
}

async function boxOverDeclined(page: Page): Promise<void> {
  const { from, to } = incidents.declinedPayments;
  await drag(page, plot(page, 'errors-chart'), [from + 0.01, 0.5], [to - 0.01, 0.5]);
}

describe('from a spike to its cause', () => {
  test('spike to line in two actions, line to trace in one, and Back to where one was', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      expect(addressOf(page).pathname).toBe('/overview');
      let actions = 0;

      await boxOverDeclined(page);
      actions++;
      const lines = page.getByTestId('behind-line');
      await lines.filter({ hasText: 'card declined by issuer' }).first().waitFor();
      expect(actions).toBeLessThanOrEqual(2);
      expect(await page.getByTestId('errors-chart').isVisible()).toBe(true);

      const first = page.getByTestId('difference-row').first();
      await first.waitFor();
      const difference = (await page.getByTestId('difference').innerText()).replaceAll('\n', ' ');
      const common = difference.slice(0, difference.indexOf('Missing or rare'));
      expect(common).toContain('service.version');
      expect(common).toContain(badVersion);
      expect(difference.indexOf(badVersion)).toBeLessThan(200);
      expect(common).toContain('payment');
      await takeScreenshot(page, 'overview-behind-1440-dark');

      await lines.filter({ hasText: 'card declined by issuer' }).first().click();
      actions++;
      await page.waitForURL(/\/trace\/[0-9a-f]{32}\?/);
      expect(addressOf(page).searchParams.get('log')).toMatch(/^\d+-\d+$/);
      await page.getByTestId('span-row').first().waitFor({ state: 'attached' });
      expect(actions).toBe(2);

      await page.goBack();
      await lines.first().waitFor();
      expect(addressOf(page).searchParams.get('box')).toMatch(/^errors\./);
    });
  });

  test('a value narrows the lines and the traces; the traces have their tab and lead to their story', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await boxOverDeclined(page);
      await page.getByTestId('behind-line').first().waitFor();
      const version = page.getByTestId('difference-row').filter({ hasText: badVersion }).first();
      await version.getByTestId('difference-include').click();
      await page.getByText(`with service.version=${badVersion}`).waitFor();
      await page.getByTestId('behind-traces-tab').click();
      const traces = page.getByTestId('behind-trace');
      await traces.first().waitFor();
      const tabWords = (await page.getByTestId('behind-traces-tab').innerText()).trim();
      const count = Number(/^Traces ([\d,]+)$/.exec(tabWords)?.[1]?.replaceAll(',', ''));
      expect(count).toBeGreaterThan(await traces.count());
      for (const text of await traces.allInnerTexts()) expect(text).toContain('failing');
      const narrowed = page.url();
      await traces.first().click();
      await page.waitForURL(/\/trace\/[0-9a-f]{32}$/);

      const isAsItWas = async (other: Page): Promise<void> => {
        await other.getByText(`with service.version=${badVersion}`).waitFor();
        await other.getByTestId('behind-trace').first().waitFor();
        for (const text of await other.getByTestId('behind-trace').allInnerTexts())
          expect(text).toContain('failing');
      };
      await page.goBack();
      await isAsItWas(page);
      await shop.withPage(async (other) => {
        await other.goto(narrowed);
        await isAsItWas(other);
        // The door's count is what is behind it.
        await other.getByRole('link', { name: 'all in Traces' }).click();
        const coverage = other.getByTestId('traces-coverage');
        await coverage.waitFor();
        expect(await coverage.innerText()).toBe(`${count.toLocaleString('en-US')} traces`);
      });
    });
  });

  test('a box on the heat map is of latencies too', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      const { from, to } = incidents.slowDatabase;
      await drag(page, page.getByTestId('heat-map'), [from, 0], [to, 0.3]);
      const behind = page.getByRole('region', { name: /Requests of .* that took .* or longer/ });
      await behind.waitFor();
      await page.getByTestId('behind-line').filter({ hasText: 'slow query' }).first().waitFor();
      // Not what was slow alone, but through what.
      await page.getByTestId('difference-times').filter({ hasText: 'SELECT stock' }).waitFor();
      await page.getByTestId('behind-traces-tab').click();
      await page.getByTestId('behind-trace').first().waitFor();
      for (const text of await page.getByTestId('behind-trace').allInnerTexts())
        expect(text).toContain('POST /checkout');
      await page.keyboard.press('Escape');
      await behind.waitFor({ state: 'detached' });
    });
  });

  test('a box on the log chart compares lines', async () => {
    await shop.withPage(async (page) => {
      await open(page, { service: 'payment' });
      const { from, to } = incidents.declinedPayments;
      await drag(page, plot(page, 'logs-chart'), [from + 0.02, 0.5], [to - 0.02, 0.5]);
      await page.getByRole('region', { name: /Log lines of/ }).waitFor();
      const lines = page.getByTestId('behind-line');
      await lines.filter({ hasText: 'charging card' }).first().waitFor();
      await page.getByRole('button', { name: 'warnings and errors' }).click();
      await expect
        .poll(async () => (await lines.first().innerText()).includes('declined'))
        .toBe(true);
      for (const text of await lines.allInnerTexts()) expect(text).toContain('payment');
      const rows = page.getByTestId('difference-row');
      await rows.filter({ hasText: badVersion }).first().waitFor();
    });
  });

  test('by keyboard alone', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await plot(page, 'errors-chart').focus();
      for (let at = 0; at < 40; at++) await page.keyboard.press('ArrowRight');
      for (let at = 0; at < 4; at++) await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByTestId('behind-line').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await expect
        .poll(() => page.evaluate('document.activeElement?.dataset.testid'))
        .toBe('behind-line');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/(?:trace|logs)/);
      await page.goBack();
      await page.getByTestId('behind').waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('behind').waitFor({ state: 'detached' });

      await page.getByTestId('heat-map').focus();
      await page.keyboard.press('ArrowRight');
      for (let at = 0; at < 3; at++) await page.keyboard.press('Shift+ArrowRight');
      for (let at = 0; at < 3; at++) await page.keyboard.press('Shift+ArrowUp');
      await page.keyboard.press('Enter');
      await expect.poll(() => addressOf(page).searchParams.get('box')).toMatch(/^latency\./);
      await page.keyboard.press('z');
      await expect.poll(() => addressOf(page).searchParams.get('box')).toBe(null);
      expect(addressOf(page).searchParams.get('to')).not.toBe(String(shop.toMs));
    });
  });
});

describe('services', () => {
  test('what changed most comes first; sort, find, narrow, doors with counts', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      const names = async (): Promise<string[]> =>
        (await page.locator('.service-button').allInnerTexts()).map((name) => name.trim());
      expect((await names())[0]).toBe('payment');
      const payment = page.getByTestId('service-row').filter({ hasText: 'payment' });
      expect(await payment.innerText()).toContain('new');
      expect(await payment.innerText()).toMatch(/errors .* %/);

      await page.getByRole('button', { name: 'service', exact: true }).click();
      expect(await names()).toEqual((await names()).toSorted());
      await page.getByTestId('find-service').fill('ship');
      await expect.poll(names).toEqual(['shipping']);
      await page.getByTestId('find-service').fill('');
      await page.getByRole('button', { name: 'rate', exact: true }).click();
      await expect.poll(async () => (await names())[0]).toBe('gateway');

      await payment.getByRole('button', { name: /Logs, traces and metrics/ }).click();
      const menu = page.getByTestId('door-menu');
      await menu.waitFor();
      const doors = await menu.innerText();
      expect(doors).toMatch(/Logs\s+[\d,]+/);
      expect(doors).toMatch(/Failing requests\s+\d+/);
      await page.keyboard.press('Escape');

      await page.locator('.service-button').filter({ hasText: 'payment' }).click();
      await expect.poll(() => addressOf(page).searchParams.get('service')).toBe('payment');
      await page.locator('.overview-service').filter({ hasText: 'payment' }).waitFor();
      await page.getByTestId('map-node').filter({ hasText: 'inventory' }).click();
      await expect.poll(() => addressOf(page).searchParams.get('service')).toBe('inventory');
      await page.keyboard.press('Escape');
      await expect.poll(() => addressOf(page).searchParams.get('service')).toBe(null);
    });
  });

  test('the map has the database and the message to shipping', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      const titles = page.getByTestId('service-map').locator('title');
      // The map comes by a request of its own, after the services.
      await titles.first().waitFor({ state: 'attached' });
      const words = await titles.allTextContents();
      const all = words.join('\n');
      expect(all).toMatch(/inventory → postgresql: .* p95/);
      expect(all).toMatch(/checkout → shipping, by messages: /);
      expect(all).toMatch(/checkout → payment: .*, \d+\.\d % failing/);
      expect(all).toMatch(/database postgresql: /);
    });
  });

  test('500 of them stay usable', async () => {
    await shop.withPage(async (page) => {
      const manyOverview = await manyServices(page);
      await open(page);
      expect(manyOverview.count()).toBe(500);
      expect(await page.getByTestId('service-row').count()).toBeLessThan(60);
      await page.getByText('36 of 508 shown, the busiest').waitFor();
      await page.getByTestId('service-table').evaluate((table) => table.scrollTo(0, 1e6));
      await page.getByTestId('service-row').nth(5).waitFor();
      await page.getByTestId('find-service').fill('extra-250');
      await expect.poll(() => page.getByTestId('service-row').count()).toBe(1);
      await takeScreenshot(page, 'overview-500-services-1440-dark');
    });
  });
});

/** Lets the page believe that there are 500 services more, all called by the gateway. */
async function manyServices(page: Page): Promise<{ count: () => number }> {
  let added = 0;
  const names = Array.from({ length: 500 }, (_, at) => `extra-${at}`);
  await page.route('**/api/explore/overview?*', async (route) => {
    const answer = await route.fetch();
    const overview = (await answer.json()) as ExploreOverview;
    const [first] = overview.services;
    if (first === undefined) return route.fulfill({ response: answer });
    const services = names.map((service) => ({ ...first, service }));
    added = services.length;
    return route.fulfill({
      json: {
        ...overview,
        services: [...overview.services, ...services],
        servicesTotal: overview.services.length + services.length,
      },
    });
  });
  await page.route('**/api/explore/service-map?*', async (route) => {
    const answer = await route.fetch();
    const map = (await answer.json()) as ExploreServiceMap;
    const edges = names.map((name) => ({
      from: { kind: 'service', name: 'gateway' },
      to: { kind: 'service', name },
      isMessaging: false,
      requests: 10,
      errors: 0,
      p95Ms: 1,
    }));
    return route.fulfill({ json: { ...map, edges: [...map.edges, ...edges] } });
  });
  return { count: () => added };
}

describe('when something is wrong', () => {
  test('each view says so by itself, the rest goes on, and asking again helps', async () => {
    await shop.withPage(async (page) => {
      let isBroken = true;
      await page.route('**/api/explore/service-map?*', (route) =>
        isBroken
          ? route.fulfill({
              status: 503,
              json: { error: { code: 'unavailable', message: 'the store is restarting' } },
            })
          : route.continue(),
      );
      await page.goto(shop.href('/overview'));
      await page.getByTestId('service-row').first().waitFor();
      const failed = page.getByRole('alert').filter({ hasText: 'The map did not come' });
      await failed.waitFor();
      expect(await failed.innerText()).toContain('the store is restarting');
      isBroken = false;
      await failed.getByRole('button', { name: 'Try again' }).click();
      await page.getByTestId('map-node').first().waitFor();
    });
  });

  test('a time without anything says what was received, and offers another', async () => {
    await shop.withPage(async (page) => {
      await page.goto(shop.href('/overview', { from: '1600000000000', to: '1600003600000' }));
      const notice = page.getByTestId('overview-nothing');
      await notice.waitFor();
      expect(await notice.innerText()).toMatch(/has received [\d,]+ spans and [\d,]+ log records/);
      await notice.getByRole('button', { name: 'Show the last 24 h' }).click();
      await page.getByTestId('service-row').first().waitFor();
    });
  });
});

test('little JavaScript is fetched before the first results', async () => {
  await shop.withPage(async (page) => {
    const scripts: Promise<number>[] = [];
    let isCounting = true;
    page.on('response', (response) => {
      if (!isCounting || !response.url().endsWith('.js')) return;
      scripts.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(shop.href('/'));
    await page.getByTestId('service-row').first().waitFor();
    isCounting = false;
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
    console.log(`JavaScript before the overview's first results: ${bytes} bytes with gzip`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(firstResultsBytesMax);
  });
});

describe('as it looks', () => {
  for (const width of [1440, 1024] as const)
    for (const scheme of ['dark', 'light'] as const)
      test(`${width} ${scheme}`, async () => {
        await shop.withPage(
          async (page) => {
            await open(page);
            await takeScreenshot(page, `overview-${width}-${scheme}`);
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
            for (const head of await page.locator('.overview-chart header .number').all())
              expect(await head.evaluate((of) => of.scrollWidth - of.clientWidth)).toBe(0);
            if (width === 1440 && scheme === 'dark') return;
            await boxOverDeclined(page);
            await page.getByTestId('behind-line').first().waitFor();
            await page.getByTestId('difference-row').first().waitFor();
            await takeScreenshot(page, `overview-behind-${width}-${scheme}`);
          },
          { width, scheme },
        );
      });
});
