// The traces page in a real browser on a real Clew with the made-up shop: a search without a query and the TraceQL that it
// makes, a box over the slow checkouts and what sets them apart, the way into a trace, the other looks at the same traces.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { incidents } from '../../fixtures/shop/shop-telemetry.ts';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

let shop: ShopClew;

beforeAll(async () => {
  shop = await startShopClew();
});

afterAll(async () => {
  await shop?.stop();
});

async function open(page: Page, search: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto(shop.href('/traces', search));
  await page.getByTestId('trace-row').first().waitFor();
  await page.getByTestId('scatter').waitFor();
}

const soon = { timeout: 30_000 };

/** The texts of a column of the table, of the rows that are drawn. */
function cellsOf(page: Page, column: number): Promise<string[]> {
  return page
    .getByTestId('trace-row')
    .evaluateAll(
      (rows, at) =>
        rows.map((row) => row.querySelectorAll('[role="gridcell"]')[at]?.textContent ?? ''),
      column,
    );
}

function searchOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

/** A point of the plot by its part of the width and the height. */
async function dragOver(
  page: Page,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
): Promise<void> {
  const plot = await page.getByTestId('scatter').boundingBox();
  if (plot === null) throw new Error('the plot is not there');
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    plot.x + plot.width * x,
    plot.y + plot.height * y,
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

const { slowDatabase } = incidents;
/** Around the slow checkouts, which take seconds: the upper part of the plot. */
const slowBox = [
  [slowDatabase.from - 0.01, 0.01],
  [slowDatabase.to + 0.01, 0.3],
] as const;

describe('a search', () => {
  test('without a query makes one, and shows it', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await page.getByRole('combobox', { name: 'Service', exact: true }).fill('payment');
      await page.keyboard.press('Enter');
      await page.getByLabel('Status').selectOption('error');
      await page.getByTestId('trace-attribute').fill('app.card=visa');
      await page.keyboard.press('Enter');
      await page.waitForURL(/app\.card/);
      const query = searchOf(page).get('query');
      expect(query).toBe(
        '{ resource.service.name = "payment" && status = error && .app.card = "visa" }',
      );
      await page
        .locator('.query-field', { hasText: 'status = error' })
        .or(page.locator(`input[value*="status = error"]`))
        .first()
        .waitFor();
      await expect.poll(async () => new Set(await cellsOf(page, 6)), soon).toEqual(new Set(['4']));
      // Off with a chip, and the query follows.
      await page.getByRole('button', { name: 'Take off .app.card = "visa"' }).click();
      await page.waitForURL((url) => !url.search.includes('app.card'));
      expect(searchOf(page).get('query')).toBe(
        '{ resource.service.name = "payment" && status = error }',
      );
      await takeScreenshot(page, 'traces-search-1440-dark');
    });
  });

  test('that is more than the fields can show says so; one that finds nothing says what to do', async () => {
    await shop.withPage(async (page) => {
      await open(page, {
        query: '{ name = "POST /checkout" } >> { name = "SELECT stock" && duration > 500ms }',
      });
      await page.getByText('This query does more than the fields can show').waitFor();
      expect(await page.getByTestId('traces-coverage').textContent()).toMatch(/\d+ traces/);
      await page.goto(shop.href('/traces', { query: '{ name = "nothing of the kind" }' }));
      await page
        .getByTestId('traces-nothing')
        .getByText(/[\d,]+ traces of this time were looked at\./)
        .waitFor();
      await page.getByRole('button', { name: 'Show everything of this time' }).click();
      await page.getByTestId('trace-row').first().waitFor();
    });
  });
});

describe('a box', () => {
  test('over the slow checkouts names the slow database, and a click opens a trace', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await dragOver(page, ...slowBox);
      await page.waitForURL(/box=/);
      const times = page.getByTestId('difference-times');
      await times.waitFor();
      expect(await times.locator('tbody tr').first().textContent()).toMatch(
        /inventory.*SELECT stock/,
      );
      const best = await page.getByTestId('difference-row').allTextContents();
      expect(best.slice(0, 3).join(' ')).toContain('POST /checkout');
      await expect
        .poll(async () => new Set(await cellsOf(page, 2)), soon)
        .toEqual(new Set(['POST /checkout gateway']));
      await takeScreenshot(page, 'traces-box-1440-dark');

      // What stands out becomes a condition on the trace.
      await page.getByRole('button', { name: 'Only rootName = POST /checkout' }).click();
      await page.waitForURL(/query=/);
      expect(searchOf(page).get('query')).toBe('{ rootName = "POST /checkout" }');
      await page.keyboard.press('Escape');
      await page.waitForURL((url) => !url.search.includes('box='));

      await page.getByTestId('trace-row').first().getByRole('link').click();
      await page.getByTestId('waterfall').waitFor();
      await page.goBack();
      await page.getByTestId('trace-row').first().waitFor();
    });
  });

  test('is drawn by keys, too', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await page.getByTestId('scatter').focus();
      await page.keyboard.press('ArrowRight');
      const first = await page.getByTestId('scatter').getAttribute('aria-valuetext');
      expect(first).toMatch(/ms|s/);
      for (let step = 0; step < 5; step++) await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Enter');
      await page.waitForURL(/box=/);
      await page.getByTestId('difference').waitFor();
      await page.keyboard.press('Escape');
      await page.waitForURL((url) => !url.search.includes('box='));
      await page.getByTestId('scatter').focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.getByTestId('waterfall').waitFor();
    });
  });

  test('keeps the rest of the page when what differs is not to be had', async () => {
    await shop.withPage(async (page) => {
      let refuses = true;
      await page.route('**/api/explore/difference**', (route) =>
        refuses
          ? route.fulfill({
              status: 503,
              contentType: 'application/json',
              body: JSON.stringify({
                error: { code: 'unavailable', message: 'the store restarts' },
              }),
            })
          : route.continue(),
      );
      await open(page, { failed: '1' });
      await page.getByTestId('difference-error').waitFor();
      expect(await page.getByTestId('trace-row').count()).toBeGreaterThan(5);
      refuses = false;
      await page.getByTestId('difference-error').getByRole('button').click();
      await page.getByTestId('difference').waitFor();
      const rows = await page.getByTestId('difference-row').allTextContents();
      expect(rows.join(' ')).toContain('1.5.0');
    });
  });
});

describe('the traces', () => {
  test('begin with the slowest and the failed, and are sorted by a column', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      const errors = (await cellsOf(page, 6)).slice(0, 4);
      expect(errors).toEqual(['·', '4', '·', '4']);
      await page.getByRole('columnheader', { name: 'Start' }).getByRole('button').click();
      await page.waitForURL(/order=newest/);
      await expect
        .poll(async () => {
          const starts = await cellsOf(page, 1);
          return starts.length > 8 && starts.join() === starts.toSorted().toReversed().join();
        }, soon)
        .toBe(true);
      expect(
        await page.getByRole('columnheader', { name: 'Start' }).getAttribute('aria-sort'),
      ).toBe('descending');
    });
  });

  test('lead on: doors with counts, two of them to comparison', async () => {
    await shop.withPage(async (page) => {
      await open(page, { order: 'slowest' });
      await page
        .getByTestId('trace-row')
        .first()
        .click({ button: 'right', position: { x: 300, y: 10 } });
      const logs = page.getByRole('menuitem', { name: /Logs of this trace/ });
      await logs.waitFor();
      // The menu is there at once; what it counts comes a moment later.
      await expect.poll(() => logs.textContent(), { timeout: 15_000 }).toMatch(/\d/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      const href = await page.getByTestId('compare-two').getAttribute('href');
      expect(href).toMatch(/^\/compare\?a=[0-9a-f]{32}&b=[0-9a-f]{32}$/);
    });
  });

  test('by attribute, and by latency band', async () => {
    await shop.withPage(async (page) => {
      await open(page);
      await page.getByTestId('tab-by').click();
      await page.getByTestId('span-group').first().waitFor();
      await page.getByTestId('group-by').fill('resource.service.version');
      await page.keyboard.press('Enter');
      await page.getByRole('rowheader', { name: '1.5.0' }).waitFor();
      await page.getByRole('button', { name: 'Only resource.service.version = "1.5.0"' }).click();
      await page.waitForURL(/query=/);
      expect(searchOf(page).get('query')).toBe('{ resource.service.version = "1.5.0" }');
      await page.getByTestId('tab-bands').click();
      await page.getByTestId('band-example').first().waitFor();
      expect(await page.getByTestId('latency-bands').locator('section').count()).toBe(4);
    });
  });
});

test('looks right, wide and narrow, dark and light', async () => {
  for (const width of [1440, 1024] as const) {
    for (const scheme of ['dark', 'light'] as const) {
      await shop.withPage(
        async (page) => {
          await open(page);
          await page.waitForLoadState('networkidle');
          await takeScreenshot(page, `traces-${width}-${scheme}`);
          await dragOver(page, ...slowBox);
          await page.getByTestId('difference-times').waitFor();
          await page.waitForLoadState('networkidle');
          await takeScreenshot(page, `traces-box-${width}-${scheme}`);
        },
        { width, scheme },
      );
    }
  }
});

test('reading a file can be cancelled', async () => {
  await shop.withPage(async (page) => {
    await open(page);
    // Held until the reader has cancelled: how fast the server reads must not decide the test.
    await page.route('**/api/explore/trace-file', () => undefined);
    const cancelled = page.waitForEvent('requestfailed', (one) =>
      one.url().endsWith('/trace-file'),
    );
    await page.locator('input[type="file"]').setInputFiles({
      name: 'large.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{}'),
    });
    const said = page.getByTestId('trace-file-said');
    await said.filter({ hasText: 'Reading large.json' }).waitFor();
    await said.getByRole('button', { name: 'Cancel' }).click();
    await cancelled;
    await said.waitFor({ state: 'detached' });
  });
});
