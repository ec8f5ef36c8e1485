// The pages over servers elsewhere, in a real browser: a Clew with the made-up shop is the far Loki, Tempo and Prometheus,
// and the Clew that shows it stores nothing itself.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { ClewProcess } from '../../clew-process.ts';
import { type NearClew, startNearClew } from '../../near-clew.ts';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';

let far: ShopClew;
let nearClew: NearClew;
let near: ClewProcess;

beforeAll(async () => {
  far = await startShopClew();
  nearClew = await startNearClew(far.clew);
  near = nearClew.clew;
});

afterAll(async () => {
  await nearClew?.stop();
  await far?.stop();
});

function href(path: string, search: Readonly<Record<string, string>>): string {
  const range = { from: String(far.fromMs), to: String(far.toMs) };
  return `${near.url(3000, path)}?${new URLSearchParams({ ...range, ...search }).toString()}`;
}

const soon = { timeout: 60_000 };

async function sendLine(body: string): Promise<void> {
  const values = [[`${Date.now()}000000`, body]];
  const answer = await fetch(far.clew.url(3100, '/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: { service_name: 'far-away' }, values }] }),
  });
  expect(answer.status).toBe(204);
}

test('a Clew that stores nothing leads to the servers that its datasources.yaml names', async () => {
  await far.withPage(async (page) => {
    await page.goto(near.url(3000, '/overview'));
    const elsewhere = page.getByTestId('elsewhere');
    await elsewhere.waitFor();
    await takeScreenshot(page, 'remote-start-1440-dark');
    await elsewhere.getByRole('link', { name: 'logs of Far Loki' }).click();
    await page.waitForURL(/\/logs\?.*source=far-loki/);
    await page.getByTestId('source-picker').waitFor();
    expect(await page.getByTestId('source-picker').inputValue()).toBe('far-loki');
  });
});

describe('a Loki elsewhere', () => {
  test('lines with facets and patterns, narrowed by a click, on to the trace in the Tempo beside it', async () => {
    await far.withPage(async (page) => {
      await page.goto(href('/logs', { source: 'far-loki' }));
      await page.getByTestId('log-row').first().waitFor();
      const payment = page.getByTestId('facet-value').filter({ hasText: 'payment' });
      await payment.getByRole('button').first().click(soon);
      await page.waitForURL(/payment/);
      await page.getByTestId('log-row').first().waitFor();
      expect(new URL(page.url()).searchParams.get('source')).toBe('far-loki');
      await takeScreenshot(page, 'remote-logs-1440-dark');
      await page.locator('[data-testid="log-row"] a[href*="/trace/"]').first().click();
      await page.getByTestId('waterfall').waitFor(soon);
      await page.getByTestId('trace-log-row').first().waitFor();
      await page.getByText('Links').first().waitFor();
      expect(await page.getByText('did not come').count()).toBe(0);
      await takeScreenshot(page, 'remote-trace-1440-dark');
    });
  });

  test('new lines arrive in a live list', async () => {
    await sendLine('the first one');
    await far.withPage(async (page: Page) => {
      await page.goto(
        near.url(3000, '/logs?source=far-loki&live=1&query=%7Bservice_name%3D%22far-away%22%7D'),
      );
      await page.getByText('the first one').first().waitFor();
      await sendLine('one that came while someone looked');
      await page.getByText('one that came while someone looked').first().waitFor(soon);
    });
  });
});

describe('a Tempo elsewhere', () => {
  test('services, charts and the map, and what is behind a box', async () => {
    await far.withPage(async (page) => {
      await page.goto(href('/overview', { source: 'far-tempo' }));
      await page.getByTestId('service-row').filter({ hasText: 'payment' }).waitFor(soon);
      await page.getByTestId('map-node').first().waitFor(soon);
      await takeScreenshot(page, 'remote-overview-1440-dark');
      const errors = await page.getByTestId('errors-chart').getByRole('slider').boundingBox();
      if (errors === null) throw new Error('the chart is not there');
      await page.mouse.move(errors.x + errors.width * 0.57, errors.y + 20);
      await page.mouse.down();
      await page.mouse.move(errors.x + errors.width * 0.8, errors.y + 40, { steps: 5 });
      await page.mouse.up();
      await page.getByTestId('behind-line').first().waitFor(soon);
      await page.getByTestId('difference-row').first().waitFor(soon);
      await takeScreenshot(page, 'remote-overview-behind-1440-dark');
      await page.getByTestId('behind-line').first().click();
      await page.getByTestId('waterfall').waitFor(soon);
    });
  });

  test('dots, groups and latency bands, and a way into a trace', async () => {
    await far.withPage(async (page) => {
      await page.goto(href('/traces', { source: 'far-tempo' }));
      await page.getByTestId('trace-row').first().waitFor();
      await page.getByTestId('scatter').waitFor();
      await takeScreenshot(page, 'remote-traces-1440-dark');
      await page.getByTestId('tab-by').click();
      await page.getByTestId('span-group').first().waitFor(soon);
      await page.getByTestId('tab-bands').click();
      await page.getByTestId('band-example').first().waitFor(soon);
      await page.getByTestId('tab-traces').click();
      const plot = await page.getByTestId('scatter').boundingBox();
      if (plot === null) throw new Error('the plot is not there');
      await page.mouse.move(plot.x + plot.width * 0.1, plot.y + 5);
      await page.mouse.down();
      await page.mouse.move(plot.x + plot.width * 0.6, plot.y + plot.height * 0.3, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/box=/);
      await page.getByTestId('difference').waitFor(soon);
      await takeScreenshot(page, 'remote-traces-box-1440-dark');
      expect(await page.getByText('this view needs the').count()).toBe(0);
    });
  });
});
