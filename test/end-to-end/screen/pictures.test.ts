// The drawings as they looked when somebody last looked at them: every canvas and SVG whose looks matter, on the made-up
// shop at a fixed hour, in both schemes, compared with pictures in references/. What the tolerance is: compare-pictures.ts.
// The data, the times and the zone are fixed and no text is painted, so another machine draws the same; a drawing that is
// really wrong (a scale, a place, a color, a part that is missing) fails. After a change that is meant: run this file with
// CLEW_REFERENCES=write and look at each picture that changed.

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceMax, paintNoWords, pictureDifference } from './compare-pictures.ts';
import { type ShopClew, startShopClew } from './shop-clew.ts';
import { pictureTrace, sendTrace, spanIdOf } from './story-traces.ts';

const hourEndMs = Date.UTC(2026, 0, 15, 12);
const traceId = 'a2'.repeat(16);

let shop: ShopClew;

beforeAll(async () => {
  // The hour is long ago, whenever this runs.
  shop = await startShopClew(['--retention', '20y'], hourEndMs);
  // After the shop's hour, so that its pages are without it.
  await sendTrace(shop.clew.url(4318), pictureTrace(traceId, hourEndMs + 3_600_000));
});

afterAll(async () => {
  await shop?.stop();
});

interface Drawing {
  readonly name: string;
  readonly path: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly drawing: (page: Page) => Locator;
  /** What is there when it is drawn, besides its box. */
  readonly ready?: (page: Page) => Promise<unknown>;
}

const canvasIn = (selector: string) => async (page: Page) =>
  await page.locator(`${selector} canvas`).first().waitFor();

const drawings: readonly Drawing[] = [
  {
    name: 'waterfall',
    path: `/trace/${traceId}`,
    search: { span: spanIdOf('pay') },
    drawing: (page) => page.getByTestId('waterfall-canvas'),
    ready: async (page) => await page.getByTestId('alike-row').waitFor({ state: 'attached' }),
  },
  {
    name: 'minimap',
    path: `/trace/${traceId}`,
    drawing: (page) => page.getByTestId('minimap'),
    ready: async (page) => await page.getByTestId('alike-row').waitFor({ state: 'attached' }),
  },
  {
    name: 'flame',
    path: `/trace/${traceId}`,
    search: { view: 'flame' },
    drawing: (page) => page.locator('.flame-frames'),
    ready: async (page) => await page.locator('.flame-frame').first().waitFor(),
  },
  {
    name: 'scatter',
    path: '/traces',
    // Some minutes of them: a picture of thousands of dots is a large one.
    search: {
      query: '{ rootName = "POST /checkout" }',
      from: String(hourEndMs - 40 * 60_000),
      to: String(hourEndMs - 37 * 60_000),
    },
    drawing: (page) => page.locator('.scatter-area'),
    ready: canvasIn('.scatter'),
  },
  {
    name: 'heat-map',
    path: '/overview',
    drawing: (page) => page.locator('.heat-map'),
    ready: canvasIn('.heat-map'),
  },
  {
    name: 'time-chart-area',
    path: '/overview',
    drawing: (page) => page.getByTestId('errors-chart'),
    ready: canvasIn('[data-testid="errors-chart"]'),
  },
  {
    name: 'time-chart-bars',
    path: '/overview',
    drawing: (page) => page.getByTestId('logs-chart'),
    ready: canvasIn('[data-testid="logs-chart"]'),
  },
  {
    name: 'time-chart-lines',
    path: '/metrics',
    search: {
      query:
        'histogram_quantile(0.95, sum by (le, job) (rate(http_server_request_duration_seconds_bucket[5m])))',
    },
    drawing: (page) => page.locator('.time-chart').first(),
    ready: async (page) => {
      await canvasIn('.time-chart')(page);
      await page.locator('.time-chart-mark').first().waitFor();
    },
  },
  {
    name: 'service-map',
    path: '/overview',
    drawing: (page) => page.locator('.service-map svg'),
    ready: async (page) => await page.getByTestId('map-node').first().waitFor(),
  },
  {
    name: 'level-histogram',
    path: '/logs',
    drawing: (page) => page.getByTestId('histogram'),
    ready: async (page) => await page.locator('.histogram-plot rect').first().waitFor(),
  },
];

describe.each(['dark', 'light'] as const)('%s', (scheme) => {
  test.each(drawings)('$name', async ({ name, path, search, drawing, ready }) => {
    await shop.withPage(
      async (page) => {
        await paintNoWords(page);
        await page.goto(shop.href(path, search));
        await ready?.(page);
        await page.waitForLoadState('networkidle');
        await drawing(page).scrollIntoViewIfNeeded();
        // The pointer would leave its mark on what lies under it.
        await page.mouse.move(0, 0);
        await expect
          .poll(async () => await pictureDifference(page, drawing(page), `${name}-${scheme}`), {
            timeout: 15_000,
          })
          .toBeLessThan(differenceMax);
      },
      { scheme },
    );
  });
});
