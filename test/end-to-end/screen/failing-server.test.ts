// A server that answers with errors, slowly or not at all: each page says so in a sentence with a way to ask again, and a
// single endpoint that fails takes nothing else of the page with it.

import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ShopClew, startShopClew } from './shop-clew.ts';

let shop: ShopClew;
let traceId = '';

beforeAll(async () => {
  shop = await startShopClew();
  const search = new URLSearchParams({
    query: '{ status = error }',
    start: `${shop.fromMs}000000`,
    end: `${shop.toMs}000000`,
    limit: '1',
  });
  const answer = await fetch(shop.clew.url(3000, `/api/explore/traces?${search.toString()}`));
  const { traces } = (await answer.json()) as { traces: { traceId: string }[] };
  traceId = traces[0]?.traceId ?? '';
  expect(traceId).not.toBe('');
});

afterAll(async () => {
  await shop?.stop();
});

interface PageCase {
  readonly name: string;
  readonly path: () => string;
  readonly search?: Readonly<Record<string, string>>;
  /** What is there once the server has answered. */
  readonly data: (page: Page) => ReturnType<Page['locator']>;
}

const pages: readonly PageCase[] = [
  {
    name: 'overview',
    path: () => '/overview',
    data: (page) =>
      page
        .getByRole('link', { name: /payment/ })
        .or(page.getByText('payment'))
        .first(),
  },
  { name: 'logs', path: () => '/logs', data: (page) => page.getByText(/parcel packed/).first() },
  {
    name: 'traces',
    path: () => '/traces',
    data: (page) => page.getByText('POST /checkout').first(),
  },
  {
    name: 'trace',
    path: () => `/trace/${traceId}`,
    data: (page) => page.getByText('card declined by issuer').first(),
  },
  {
    name: 'metrics',
    path: () => '/metrics',
    search: { query: 'sum by (http_route) (rate(http_server_request_duration_seconds_count[5m]))' },
    data: (page) => page.getByText('/products/{sku}').first(),
  },
  { name: 'health', path: () => '/health', data: (page) => page.getByText('spans').first() },
  { name: 'sources', path: () => '/sources', data: (page) => page.getByText('Tempo').first() },
];

const api = /\/(?:api|loki|tempo|prometheus)\//;
const restarting = JSON.stringify({
  error: { code: 'unavailable', message: 'the store is being restarted' },
});
const answerRestarting = (route: Route): Promise<void> =>
  route.fulfill({ status: 503, contentType: 'application/json', body: restarting });

async function askAgain(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: /try again/i });
  for (let left = 10; left > 0 && (await again.count()) > 0; left--)
    // One that went away meanwhile has done its work.
    await again
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined);
}

describe('errors, and then answers again', () => {
  for (const { name, path, search, data } of pages) {
    test(name, async () => {
      await shop.withPage(async (page) => {
        await page.route(api, answerRestarting);
        await page.goto(shop.href(path(), search));
        await page
          .getByRole('button', { name: /try again/i })
          .first()
          .waitFor();
        await page.unroute(api);
        await askAgain(page);
        await data(page).waitFor();
      });
    });
  }
});

describe('nothing answers', () => {
  for (const { name, path, search } of pages) {
    test(name, async () => {
      await shop.withPage(
        async (page) => {
          await page.route(api, (route) => route.abort('connectionrefused'));
          await page.goto(shop.href(path(), search));
          await page
            .getByRole('button', { name: /try again/i })
            .first()
            .waitFor();
          // The rest of the screen goes on.
          await page.getByRole('link', { name: 'Sources' }).click();
          await page.waitForURL(/\/sources/);
        },
        { expectedErrors: /ERR_CONNECTION_REFUSED/ },
      );
    });
  }
});

describe('slow answers', () => {
  for (const { name, path, search, data } of pages) {
    test(name, async () => {
      await shop.withPage(async (page) => {
        const held: Route[] = [];
        let holds = true;
        await page.route(api, async (route) => {
          if (holds) held.push(route);
          else await route.continue();
        });
        await page.goto(shop.href(path(), search));
        // The shape of what is to come.
        await page.locator('.skeleton, [aria-busy="true"]').first().waitFor();
        expect(await page.getByRole('button', { name: /try again/i }).count()).toBe(0);
        holds = false;
        await Promise.all(held.map((route) => route.continue()));
        await data(page).waitFor();
      });
    });
  }
});

describe('one endpoint fails, the rest goes on', () => {
  const cases: readonly (readonly [name: string, failing: RegExp])[] = [
    ['overview', /service-map/],
    ['logs', /logs\/histogram/],
    ['traces', /traces\/points/],
    ['trace', /span-kind/],
    ['health', /coverage/],
  ];
  for (const [name, failing] of cases) {
    test(`${name} without ${failing.source}`, async () => {
      const given = pages.find((one) => one.name === name)!; // Each case names one of them.
      await shop.withPage(async (page) => {
        let failed = 0;
        await page.route(failing, (route) => {
          failed++;
          return answerRestarting(route);
        });
        await page.goto(shop.href(given.path(), given.search));
        await given.data(page).waitFor();
        await expect.poll(() => failed, { timeout: 10_000 }).toBeGreaterThan(0);
      });
    });
  }
});

test('a page whose code is gone says so, and comes when it is there again', async () => {
  await shop.withPage(
    async (page) => {
      const chunk = /assets\/traces-page.*\.js/;
      await page.route(chunk, (route) => route.fulfill({ status: 404, body: 'not found' }));
      await page.goto(shop.href('/sources'));
      await page.getByRole('link', { name: 'Traces' }).first().click();
      await page.getByText('This page could not be fetched.').waitFor();
      await page.unroute(chunk);
      await page.getByRole('button', { name: 'Load it again' }).click();
      await page.getByText('POST /checkout').first().waitFor();
    },
    // The router's own words for a chunk that is not there.
    { expectedErrors: /dynamically imported module|traces-page|reading 'TracesPage'/ },
  );
});
