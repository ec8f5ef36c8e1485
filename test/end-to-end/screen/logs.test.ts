// The Logs page on a real Clew with an hour of the shop: facets, patterns, columns, the context of a line, the export of
// everything, and lines that try to break it.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hostileService,
  longLineCharacters,
  manyAttributes,
  sendHostileLines,
} from '../../fixtures/hostile-lines.ts';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

/** For what the server answers first. */
const soon = { timeout: 15_000 };

let shop: ShopClew;

beforeAll(async () => {
  shop = await startShopClew();
  await sendHostileLines(shop.clew.url(4318), shop.fromMs + 60_000);
}, 120_000);

afterAll(async () => {
  await shop?.stop();
});

function queryOf(page: Page): string {
  return new URL(page.url()).searchParams.get('query') ?? '';
}

async function open(page: Page, search: Readonly<Record<string, string>> = {}): Promise<void> {
  // Facets of the first page wait for a store that has just taken in everything.
  page.setDefaultTimeout(60_000);
  await page.goto(shop.href('/logs', search));
  await page.getByTestId('log-row').first().waitFor();
}

function facetValue(page: Page, field: string, value: string) {
  return page
    .locator(`[data-testid="facet"][data-field="${field}"]`)
    .getByTestId('facet-value')
    .filter({ hasText: value });
}

/** Lines of a query, as the Loki API counts them. */
async function countLines(query: string): Promise<number> {
  const search = new URLSearchParams({
    query: `sum(count_over_time(${query} [2h]))`,
    time: String(shop.toMs / 1000),
  });
  const answer = await fetch(`${shop.clew.url(3100)}/loki/api/v1/query?${search.toString()}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

describe('without writing LogQL', () => {
  test('facets keep, add and leave out; the text box and chips say the same', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await facetValue(page, 'service_name', 'payment').getByRole('button').first().click();
      await expect.poll(() => queryOf(page), soon).toBe('{service_name="payment"}');
      await page
        .getByTestId('coverage')
        .filter({ hasText: /lines$/ })
        .waitFor();
      const shown = await facetValue(page, 'service_name', 'payment').textContent();
      const lines = await countLines('{service_name="payment"}');
      expect(shown).toContain(lines.toLocaleString('en-US'));

      // Another service's count stands beside it, and Shift adds it.
      const cart = facetValue(page, 'service_name', 'cart').getByRole('button').first();
      await cart.click({ modifiers: ['Shift'] });
      await expect.poll(() => queryOf(page), soon).toBe('{service_name=~"payment|cart"}');
      await facetValue(page, 'detected_level', 'info').hover();
      await page.getByLabel('No lines with detected_level=info').click();
      await expect
        .poll(() => queryOf(page), soon)
        .toBe('{service_name=~"payment|cart"} | detected_level!="info"');
      await page.getByTestId('facets-text').fill('declined');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => queryOf(page), soon)
        .toBe('{service_name=~"payment|cart"} |= "declined" | detected_level!="info"');
      await page.getByTestId('log-row').filter({ hasText: 'card declined' }).first().waitFor();
      await page
        .getByLabel('Take out detected_level!="info"')
        .or(page.getByLabel('Take out | detected_level!="info"'))
        .click();
      await expect
        .poll(() => queryOf(page), soon)
        .toBe('{service_name=~"payment|cart"} |= "declined"');
    });
  });

  test('a value that is not among the commonest is found, and stays in sight', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      const users = page.locator('[data-testid="facet"][data-field="user"]');
      const more = users.getByText(/^\d+ more$/);
      const listed = Number((await more.textContent())?.split(' ')[0]);
      await more.click();
      const values = users.getByTestId('facet-value');
      await expect.poll(() => values.count(), soon).toBe(listed + 6);
      const rare = (await values.last().locator('.facet-text').textContent()) ?? '';
      await users.getByRole('searchbox').fill(rare);
      await values.filter({ hasText: rare }).getByRole('button').first().click();
      await expect.poll(() => queryOf(page), soon).toContain(JSON.stringify(rare));
      await users.locator('[data-state="in"]').filter({ hasText: rare }).waitFor();
    });
  });

  test('a pattern is a filter, and what is new in a window is said', async () => {
    await shop.withPage(async (page) => {
      const minute = (share: number): number =>
        Math.round(shop.fromMs + share * (shop.toMs - shop.fromMs));
      await open(page, { from: String(minute(0.5)), to: String(shop.toMs) });
      await page
        .getByTestId('toggle-patterns')
        .filter({ hasText: /patterns \d/ })
        .click();
      const declined = page.getByTestId('pattern').filter({ hasText: 'card declined by issuer' });
      await declined.waitFor();
      await takeScreenshot(page, 'logs-patterns-1440-dark');
      const lines = await countLines('{service_name="payment"} |= "card declined by issuer"');
      expect(lines).toBeGreaterThan(100);
      await declined.getByRole('button').first().click();
      await expect.poll(() => queryOf(page), soon).toContain('|> "{\\"message\\":\\"card declined');
      await page
        .getByTestId('coverage')
        .filter({ hasText: /lines$/ })
        .waitFor();
      const rows = page.getByTestId('log-row');
      await expect.poll(() => rows.filter({ hasNotText: 'card declined' }).count(), soon).toBe(0);
    });
  });
});

test('a query with an error: the place is said, and nothing is counted', async () => {
  await shop.withPage(async (page) => {
    await open(page);
    await page.goto(shop.href('/logs', { query: '{service_name="cart"' }));
    await page.getByTestId('logs-error').waitFor();
    await page.getByText('The query has an error, so there are no lines to count.').waitFor();
    expect(await page.getByTestId('facet').count()).toBe(0);
    await page.getByRole('button', { name: 'Show everything instead' }).click();
    await page.getByTestId('facet').first().waitFor();
  });
});

test('columns, wrapped and roomier rows are of the address and the browser', async () => {
  await shop.withPage(
    async (page) => {
      await open(page, { query: '{service_name="cart"}' });
      await page.getByTestId('columns').click();
      await page.getByLabel('Find a field').fill('items');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await page.getByTestId('log-head').filter({ hasText: 'items' }).waitFor();
      expect(new URL(page.url()).searchParams.get('columns')).toBe('items');
      const cell = page.getByTestId('log-row').first().locator('.log-cell');
      expect(await cell.textContent()).toMatch(/^\d*$/);
      const heightOf = async (): Promise<number> =>
        (await page.getByTestId('log-row').first().boundingBox())?.height ?? 0;
      const before = await heightOf();
      await page.getByTestId('toggle-density').click();
      await expect.poll(heightOf, soon).toBeGreaterThan(before);
      await page.getByTestId('toggle-wrap').click();
      await page.waitForURL(/wrap=1/);
      await takeScreenshot(page, 'logs-columns-1024-light');
      await page.getByLabel('No column for items').first().click();
      await expect.poll(() => new URL(page.url()).searchParams.get('columns'), soon).toBeNull();
    },
    { width: 1024, scheme: 'light' },
  );
});

test('a window that is made narrower narrows the page', async () => {
  await shop.withPage(async (page) => {
    await open(page, {});
    await page.locator('.histogram rect').first().waitFor();
    await page.setViewportSize({ width: 1024, height: 800 });
    const beyond = (): Promise<number> =>
      page.locator('#page').evaluate((element) => element.scrollWidth - element.clientWidth);
    await expect.poll(beyond, soon).toBe(0);
  });
});

test('wrapping and unwrapping moves no line away from the eye', async () => {
  await shop.withPage(async (page) => {
    await open(page, {});
    const list = page.getByTestId('log-list');
    await list.evaluate((element) => element.scrollTo(0, 1500));
    const look = (): Promise<unknown> =>
      list.evaluate((element) => {
        const top = element.getBoundingClientRect().top;
        const rows = [...element.querySelectorAll('.log-item')].map((item) => ({
          index: Number(item.getAttribute('data-index')),
          box: item.getBoundingClientRect(),
        }));
        rows.sort((a, b) => a.index - b.index);
        const first = rows.find(({ box }) => box.bottom > top + 1);
        const overlaps = rows.filter(
          ({ box }, at) => at > 0 && Math.abs(box.top - (rows[at - 1]?.box.bottom ?? 0)) > 1,
        );
        return [first?.index, Math.round((first?.box.top ?? 0) - top), overlaps.length];
      });
    await expect.poll(look, soon).toEqual([68, -4, 0]);
    for (const wrap of ['1', null]) {
      await page.keyboard.press('w');
      await expect.poll(() => new URL(page.url()).searchParams.get('wrap'), soon).toBe(wrap);
      await expect.poll(look, soon).toEqual([68, -4, 0]);
    }
  });
});

test('fields of JSON and logfmt texts filter by one click', async () => {
  await shop.withPage(async (page) => {
    await open(page, { query: '{service_name="payment"} |= "declined"' });
    await page.getByTestId('log-row').first().click();
    await page.getByLabel('Only lines with status=402').click();
    await expect
      .poll(() => queryOf(page), soon)
      .toBe('{service_name="payment"} |= "declined" | json | status="402"');
    await page.getByTestId('log-row').first().waitFor();
    await open(page, { query: '{service_name="cart"}' });
    await page.getByTestId('log-row').filter({ hasText: 'items=' }).first().click();
    await page.getByLabel(/^No lines with items=/).click();
    await expect
      .poll(() => queryOf(page), soon)
      .toMatch(/^\{service_name="cart"\} \| logfmt \| items!="\d+"$/);
    await page.getByTestId('log-row').first().waitFor();
  });
});

test('the context of a line: its stream, its pod, its trace, in both directions', async () => {
  await shop.withPage(
    async (page) => {
      await open(page, { query: '{service_name="payment"} |= "declined"' });
      await page.getByTestId('log-row').nth(2).click();
      await page.getByTestId('context-stream').click();
      const lines = page.getByTestId('context-lines').locator('li');
      await expect.poll(() => lines.count(), soon).toBe(25);
      expect(await page.getByTestId('context-self').textContent()).toContain('declined');
      const place = async (): Promise<number> =>
        (await page.getByTestId('context-self').boundingBox())?.y ?? 0;
      const before = await place();
      await page.getByTestId('context-more-before').dispatchEvent('click');
      await expect.poll(() => lines.count(), soon).toBe(37);
      expect(Math.abs((await place()) - before)).toBeLessThan(3);
      await page.getByTestId('context-trace').click();
      await page.getByTestId('context-lines').filter({ hasText: 'checkout' }).waitFor();
      await takeScreenshot(page, 'logs-context-1440-light');
      await page.getByTestId('context-pod').click();
      await page.getByText('Open as a list: pod').click();
      await page.waitForURL(/k8s_pod_name/);
      await page.getByTestId('log-detail').waitFor();
    },
    { scheme: 'light' },
  );
});

test('the export has every line', async () => {
  await shop.withPage(async (page) => {
    await open(page, { query: '{service_name=~".+"} != "long line"' });
    for (const format of ['ndjson', 'csv'] as const) {
      await page.getByTestId('export').click();
      const download = page.waitForEvent('download');
      await page.getByTestId(`export-${format}`).click();
      const path = await (await download).path();
      const text = readFileSync(path, 'utf8');
      const wanted = await countLines('{service_name=~".+"} != "long line"');
      expect(wanted).toBeGreaterThan(20_000);
      await page
        .getByTestId('export-done')
        .filter({ hasText: `${wanted.toLocaleString('en-US')} lines` })
        .waitFor();
      if (format === 'ndjson') {
        const lines = text.trimEnd().split('\n');
        expect(lines).toHaveLength(wanted);
        expect(new Set(lines.map((line) => JSON.parse(line).line)).size).toBeGreaterThan(1000);
      } else expect(text.startsWith('time,level,service,trace_id,fields,line\n')).toBe(true);
      await page.keyboard.press('Escape');
    }
  });
});

test('an export that is cancelled says how far it came, and can begin again', async () => {
  await shop.withPage(async (page) => {
    // What does not come cannot be over before it is cancelled.
    await page.route('**/api/explore/logs/export?*', () => undefined);
    await open(page);
    await page.getByTestId('export').click();
    await page.getByTestId('export-ndjson').click();
    await page.getByTestId('export-cancel').click();
    await page.getByText('Stopped after 0 lines; nothing was saved.').waitFor();
    await page.getByTestId('export-csv').waitFor();
  });
});

test('right-click and m open the doors of a line and of a bar', async () => {
  await shop.withPage(async (page) => {
    await open(page, { query: '{service_name="payment"}' });
    await page.getByTestId('log-row').nth(3).click({ button: 'right' });
    const menu = page.getByTestId('door-menu');
    await menu.filter({ hasText: 'Traces of payment' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await menu.filter({ hasText: 'Metrics of payment' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('histogram').click({ button: 'right', position: { x: 400, y: 30 } });
    await menu.filter({ hasText: 'Overview of this time' }).waitFor();
  });
});

describe('hostile lines', () => {
  test('are text, cut, isolated and never run', async () => {
    await shop.withPage(async (page) => {
      await open(page, { query: `{service_name="${hostileService}"}` });
      const row = (text: string) => page.getByTestId('log-row').filter({ hasText: text });
      const colored = await row('colored ERROR').textContent();
      expect(colored).not.toContain('\u001b');
      expect(colored).not.toContain('[0m');
      expect(await row('right to left').textContent()).not.toContain('\u202e');
      expect(await row('control').textContent()).toContain('control\u2400characters');
      await row('bold markup').click();
      await page.getByTestId('log-detail').filter({ hasText: '<script>' }).waitFor();
      await takeScreenshot(page, 'logs-hostile-1440-dark');
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('.log-list script, .log-list img, .log-list b b').count()).toBe(0);
      await row('Error: card declined').click();
      const library = page.getByTestId('stack-trace').locator('[data-kind="library"]');
      await expect.poll(() => library.count(), soon).toBe(2);
    });
  });

  test('a line of a million characters and one of ten thousand attributes', async () => {
    await shop.withPage(async (page) => {
      await open(page, { query: `{service_name="${hostileService}"}` });
      const row = (text: string) => page.getByTestId('log-row').filter({ hasText: text });
      const all = longLineCharacters.toLocaleString('en-US');
      await row('long line').click();
      await page.getByRole('button', { name: `Show all ${all}` }).click();
      const long = page.getByTestId('long-text');
      await long.waitFor();
      expect(await long.locator('pre').count()).toBeLessThan(60);
      await long.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await expect.poll(() => long.locator('pre').last().textContent(), soon).toMatch(/9$/);
      await row('ten thousand attributes').click();
      const many = manyAttributes.toLocaleString('en-US');
      await page.getByText(`200 of ${many} attributes`).waitFor();
      await page.getByRole('button', { name: 'Load all' }).click();
      await page.getByLabel('Search Fields').fill('key.9999');
      await page.getByText('value 9999').waitFor();
      expect(await page.getByTestId('field-table').locator('tr').count()).toBeLessThan(100);
    });
  });
});

test.each([
  ['1440', 'dark'],
  ['1440', 'light'],
  ['1024', 'dark'],
  ['1024', 'light'],
] as const)('a picture at %s, %s', async (width, scheme) => {
  await shop.withPage(
    async (page) => {
      await open(page, { query: '{service_name=~"payment|checkout"}' });
      await page.getByTestId('toggle-patterns').filter({ hasText: /\d/ }).waitFor();
      await takeScreenshot(page, `logs-${width}-${scheme}`);
    },
    { width: width === '1440' ? 1440 : 1024, scheme },
  );
});
