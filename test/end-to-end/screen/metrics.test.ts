// The metrics page and the editor of all three languages, on a real Clew with an hour of the made-up shop: what is
// offered, explained and underlined while typing, and that a point of a chart leads to its trace, its logs and its traces.

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidents } from '../../fixtures/shop/shop-telemetry.ts';
import { nativeMetric, sendNativeHistograms } from '../../fixtures/native-histograms.ts';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

let shop: ShopClew;
beforeAll(async () => {
  shop = await startShopClew();
});
afterAll(() => shop?.stop());

const metric = 'http_server_request_duration_seconds';
const p95 = `histogram_quantile(0.95, sum by (le, job) (rate(${metric}_bucket[5m])))`;

/** What a step of a page may take before the test fails. */
const stepMs = 15_000;
const soon = { timeout: stepMs };

type PagePath = '/metrics' | '/logs' | '/traces';

/** The editor has taken the plain field's place. */
async function openEditor(page: Page, path: PagePath, query: string): Promise<Locator> {
  page.setDefaultTimeout(stepMs);
  await page.goto(shop.href(path, query === '' ? {} : { query }));
  await page.getByTestId('query-input').first().click();
  const editor = page.locator('.query-editor .cm-content');
  await editor.waitFor();
  await editor.click();
  await page.keyboard.press('Control+End');
  return editor;
}

function options(page: Page): Locator {
  return page.locator('.cm-tooltip-autocomplete li');
}

interface Offer {
  readonly typed: string;
  /** An option that only the server can have named, or that is the catalogue's. */
  readonly option: string;
  /** The text after the option was taken with Enter. */
  readonly after: string;
}

async function replaceText(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.query-editor .cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(text);
}

async function checkOffer(page: Page, { typed, option, after }: Offer): Promise<void> {
  await replaceText(page, typed);
  await options(page).filter({ hasText: option }).first().waitFor();
  const chosen = page.locator('.cm-tooltip-autocomplete li[aria-selected] .cm-completionLabel');
  // The one that is meant is chosen by keys alone.
  for (let step = 0; step < 30 && (await chosen.textContent()) !== option; step++) {
    await page.keyboard.press('ArrowDown');
  }
  // A list that has only just opened takes no Enter: it may have been meant for the query.
  await expect
    .poll(async () => {
      const text = await page.locator('.query-editor .cm-content').innerText();
      if (text !== after) await page.keyboard.press('Enter');
      return text;
    }, soon)
    .toBe(after);
}

interface EditorCase {
  readonly path: PagePath;
  readonly offers: readonly Offer[];
  readonly wrong: string;
  readonly underlined: string;
  readonly hint: string;
}

describe('the editor', () => {
  test.each<EditorCase>([
    {
      path: '/metrics',
      offers: [
        { typed: 'http_ser', option: `${metric}_count`, after: `${metric}_count` },
        {
          typed: `${metric}_count{http_ro`,
          option: 'http_route',
          after: `${metric}_count{http_route=""}`,
        },
      ],
      wrong: 'sum(rte(x[5m]))',
      underlined: 'rte',
      hint: 'rate',
    },
    {
      path: '/logs',
      offers: [
        { typed: '{service_name="pay', option: 'payment', after: '{service_name="payment"}' },
        { typed: '{a="b"} | logf', option: 'logfmt', after: '{a="b"} | logfmt' },
      ],
      wrong: '{service_name="payment"} | jsn | x="1"',
      underlined: '|',
      hint: 'json',
    },
    {
      path: '/traces',
      offers: [
        {
          typed: '{ resource.service.n',
          option: 'resource.service.name',
          after: '{ resource.service.name }',
        },
        { typed: '{ status = er', option: 'error', after: '{ status = error}' },
      ],
      wrong: '{ durration > 1s }',
      underlined: 'durration',
      hint: 'duration',
    },
  ])('on $path offers names and values, and underlines what is wrong', async (given) => {
    await shop.withPage(async (page) => {
      await openEditor(page, given.path, '');
      for (const offer of given.offers) await checkOffer(page, offer);
      await replaceText(page, '');
      await page.keyboard.insertText(given.wrong);
      const underlined = page.locator('.cm-lintRange-error').first();
      await underlined.waitFor();
      expect(await underlined.textContent()).toBe(given.underlined);
      await expect
        .poll(() => page.getByTestId('query-problem').textContent(), soon)
        .toContain(given.hint);
    });
  });

  test('explains a word under the pointer and at the cursor, prettifies, and shows the plan', async () => {
    await shop.withPage(async (page) => {
      const editor = await openEditor(page, '/metrics', p95);
      await page.locator('.token-function').first().hover();
      const doc = page.locator('.query-doc');
      await doc.waitFor();
      expect(await doc.textContent()).toContain('histogram_quantile(scalar, vector)');
      await page.mouse.move(5, 500);
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('F1');
      await doc.waitFor();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(`  +  0 * max(${metric}_count) without (job)`);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Prettify the query' }).click();
      await expect.poll(() => editor.innerText(), soon).toContain(`max without (job) (`);
      await page.getByRole('button', { name: /^Explain/ }).click();
      await page.getByTestId('explain').getByText('histogram_quantile').waitFor();
    });
  });

  test('marks what is Clew’s own, in the query and in its plan', async () => {
    await shop.withPage(async (page) => {
      const query = '{service_name="payment"} | trace({ status = error })';
      await openEditor(page, '/logs', query);
      expect(await page.locator('.token-own').textContent()).toBe('trace');
      await page.locator('.token-own').hover();
      await page.locator('.query-doc').getByText('Clew’s own stage').waitFor();
      await page.getByRole('button', { name: /^Explain/ }).click();
      await page.getByTestId('explain').getByText('Clew’s own', { exact: true }).waitFor();
    });
  });
});

async function openMetrics(page: Page, search: Readonly<Record<string, string>>): Promise<void> {
  page.setDefaultTimeout(stepMs);
  await page.goto(shop.href('/metrics', search));
  await page.locator('.time-chart-canvas canvas').first().waitFor();
}

describe('the page', () => {
  test('shows the metrics that say most before anything is asked', async () => {
    await shop.withPage(async (page) => {
      await openMetrics(page, {});
      const charts = page.locator('.metrics-start-chart');
      await expect.poll(() => charts.locator('canvas').count(), soon).toBe(3);
      await takeScreenshot(page, 'metrics-start-1440-dark');
      await charts.first().getByRole('button').first().click();
      await expect
        .poll(() => new URL(page.url()).searchParams.get('query'), soon)
        .toContain('0.95');
      await page
        .getByTestId('metric-detail')
        .getByText('Duration of HTTP server requests.')
        .waitFor();
    });
  });

  test('a metric is found, opened, and narrowed by a value of its labels', async () => {
    await shop.withPage(async (page) => {
      await openMetrics(page, {});
      await page.getByLabel('Search metrics').fill('http duration');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const detail = page.getByTestId('metric-detail');
      await detail.getByRole('button', { name: /^\/pay/ }).click();
      const asked = (): string => new URL(page.url()).searchParams.get('query') ?? '';
      await expect.poll(asked, soon).toContain(`${metric}_bucket{http_route="/pay"}[5m]`);
      await expect
        .poll(() => page.getByTestId('metrics-status').textContent(), soon)
        .toContain('1 series');
      await page.getByRole('button', { name: 'Heat map' }).click();
      await page.getByRole('button', { name: `Show the buckets of ${metric}_bucket` }).click();
      await page.getByTestId('heat-map').waitFor();
      await takeScreenshot(page, 'metrics-heat-1440-dark');
      await page.getByRole('button', { name: 'Table' }).click();
      await page.getByRole('columnheader', { name: 'le' }).waitFor();
    });
  });

  test('an exemplar leads to its trace, a point to the logs and traces of its labels', async () => {
    await shop.withPage(async (page) => {
      await openMetrics(page, { query: p95, metric });
      const marks = page.locator('.time-chart-mark');
      await marks.first().waitFor();
      // The slow database was at a known time; its exemplars are the highest.
      const { from, to } = incidents.slowDatabase;
      const slow = page
        .locator('.time-chart-mark[aria-label^="4"], .time-chart-mark[aria-label^="5"]')
        .first();
      const plot = page.locator('.time-chart-plot');
      const [box, at] = [await plot.boundingBox(), await slow.boundingBox()];
      const share = ((at?.x ?? 0) + 7 - (box?.x ?? 0)) / (box?.width ?? 1);
      expect(share).toBeGreaterThan(from - 0.02);
      expect(share).toBeLessThan(to + 0.05);
      await takeScreenshot(page, 'metrics-chart-1440-dark');

      await plot.click({ button: 'right', position: { x: (box?.width ?? 0) * 0.5, y: 60 } });
      const menu = page.getByTestId('door-menu');
      const traces = menu.getByRole('menuitem', { name: /^Traces/ });
      await traces.waitFor();
      const counted = Number((await traces.locator('.number').textContent())?.replaceAll(',', ''));
      expect(counted).toBeGreaterThan(0);
      const logs = menu.getByRole('menuitem', { name: /^Log lines/ });
      const lines = (await logs.locator('.number').textContent()) ?? '';
      await logs.click();
      await expect.poll(() => new URL(page.url()).pathname, soon).toBe('/logs');
      await page.locator(`text=/(?:of|all) ${lines} lines/`).first().waitFor();

      // A value of rate(…[5m]) is of the five minutes before it, and so are the lines behind it.
      const asked = new URL(page.url()).searchParams;
      expect(Number(asked.get('to')) - Number(asked.get('from'))).toBe(300_000);

      await page.goBack();
      await slow.waitFor();
      await slow.dispatchEvent('contextmenu');
      await menu.getByRole('menuitem', { name: 'The trace of this example' }).waitFor();
      await menu.getByRole('menuitem', { name: /^Log lines \d/ }).waitFor();
      await page.keyboard.press('Escape');
      // Said before the click: what it is of, and how much of its trace there is.
      await slow.focus();
      const tip = page.getByTestId('mark-tip');
      await tip.getByText(/^trace [0-9a-f]{8} · \d+ spans/).waitFor();
      expect(await tip.textContent()).toContain('http_route');
      await takeScreenshot(page, 'metrics-exemplar-1440-dark');
      await slow.click();
      await expect
        .poll(() => new URL(page.url()).pathname, soon)
        .toMatch(/^\/trace\/[0-9a-f]{32}$/);
      await page.getByTestId('waterfall').waitFor();
    });
  });

  test('a series is drawn alone and the labels’ logs and traces are its own', async () => {
    await shop.withPage(async (page) => {
      await openMetrics(page, { query: p95 });
      const all = page.getByTestId('relative-traces');
      await all.waitFor();
      const before = await all.textContent();
      await page.getByRole('button', { name: 'payment', exact: true }).click();
      await expect.poll(() => all.textContent(), soon).not.toBe(before);
      expect(new URL(page.url()).searchParams.get('only')).toContain('payment');
      const href = await all.getByRole('link').getAttribute('href');
      expect(new URLSearchParams(href?.split('?')[1]).get('query')).toBe(
        '{ resource.service.name = "payment" }',
      );
      const only = (): string | null => new URL(page.url()).searchParams.get('only');
      await page.keyboard.press('j');
      await expect.poll(only, soon).toContain('cart');
      await page.keyboard.press('Escape');
      await expect.poll(only, soon).toBeNull();
    });
  });

  test('the chart is read and selected by keys', async () => {
    await shop.withPage(async (page) => {
      await openMetrics(page, { query: p95 });
      const plot = page.locator('.time-chart-plot');
      await plot.focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight']) {
        await page.keyboard.press(key);
      }
      expect(await plot.getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d/);
      await page.keyboard.press('Enter');
      await expect
        .poll(() => {
          const search = new URL(page.url()).searchParams;
          return Number(search.get('to')) - Number(search.get('from'));
        }, soon)
        .toBe(30_000);
    });
  });

  test('words for a query that is wrong and for one that finds nothing', async () => {
    await shop.withPage(async (page) => {
      await page.goto(shop.href('/metrics', { query: 'sum(rate(x))' }));
      await page.getByTestId('metrics-error').getByText('rate(x[5m])').waitFor();
      await page.goto(shop.href('/metrics', { query: 'nothing_of_this_name' }));
      await page.getByTestId('metrics-nothing').waitFor();
    });
  });

  test('native histograms: from what no line can show to the heat map and the figures', async () => {
    await sendNativeHistograms(shop.clew.url(4318), shop);
    await shop.withPage(async (page) => {
      page.setDefaultTimeout(stepMs);
      await page.goto(shop.href('/metrics', { query: nativeMetric }));
      await page.getByRole('button', { name: 'Show the heat map' }).click();
      await page.getByRole('button', { name: `Show the buckets of ${nativeMetric}` }).click();
      await page.getByTestId('heat-map').waitFor();
      expect(await page.getByTestId('metrics-status').textContent()).toContain('native histogram');
      await takeScreenshot(page, 'metrics-native-heat-1440-dark');
      await page.goto(shop.href('/metrics', { query: nativeMetric, show: 'table' }));
      const table = page.getByTestId('histograms-table');
      await table.getByRole('button').first().click();
      await table.getByRole('table', { name: 'Buckets' }).waitFor();
      await takeScreenshot(page, 'metrics-native-table-1440-dark');
      await page.getByRole('button', { name: 'Stat' }).click();
      const figures = page.getByTestId('histogram-stats');
      const p95 = figures.getByRole('listitem').filter({ hasText: 'p95' });
      await expect.poll(() => p95.locator('p.number').textContent(), soon).toMatch(/^\d+ ms$/);
      const rate = figures.getByRole('listitem').filter({ hasText: 'observations' });
      await expect.poll(() => rate.locator('p.number').textContent(), soon).toMatch(/^2\.\d+\/s$/);
      await p95.getByRole('button', { name: 'Chart of p95' }).click();
      await page.locator('.time-chart-canvas canvas').first().waitFor();
    });
  });

  test.each([1440, 1024] as const)('is looked at in the light at %d px', async (width) => {
    await shop.withPage(
      async (page) => {
        await openMetrics(page, { query: p95, metric });
        await page.locator('.time-chart-mark').first().waitFor();
        await page.getByTestId('relative-traces').waitFor();
        await takeScreenshot(page, `metrics-chart-${width}-light`);
      },
      { width, scheme: 'light' },
    );
  });
});
