// The screen of a Clew that keeps tenants apart: it asks whose telemetry to show, shows no other's, and a copied link
// shows whoever opens it the same. Each tab keeps its own.

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClewProcess, removeFolder, startClew } from '../../clew-process.ts';

let clew: ClewProcess;
let browser: Browser;

async function send(tenant: string): Promise<void> {
  const values = [[`${Date.now()}000000`, `a line of ${tenant}`]];
  const response = await fetch(clew.url(3100, '/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-scope-orgid': tenant },
    body: JSON.stringify({ streams: [{ stream: { service_name: tenant }, values }] }),
  });
  expect(response.status).toBe(204);
}

beforeAll(async () => {
  clew = await startClew({ args: ['--tenants'] });
  await send('team-a');
  await send('team-b');
  browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
afterAll(async () => {
  await browser?.close();
  await clew?.stop();
  if (clew !== undefined) removeFolder(clew.data);
});

async function openLogs(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(clew.url(3000, '/logs'));
  return page;
}

async function name(page: Page, tenant: string): Promise<void> {
  await page.getByTestId('tenant-form').getByLabel('Tenant').fill(tenant);
  await page.getByRole('button', { name: 'Show it' }).click();
  await page
    .getByTestId('log-row')
    .filter({ hasText: `a line of ${tenant}` })
    .waitFor();
}

test('asks whose, shows no other’s, and gives it along with a link', async () => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await openLogs(context);
  await page.getByText('has not been named').first().waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await name(page, 'team-a');
  expect(await page.getByText('a line of team-b').count()).toBe(0);

  await page.keyboard.press('y');
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(new URL(link).searchParams.get('tenant')).toBe('team-a');
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await other.getByTestId('log-row').filter({ hasText: 'a line of team-a' }).waitFor();
  expect(new URL(other.url()).searchParams.has('tenant')).toBe(false);
});

test('a tab goes on with its tenant when another tab chooses one', async () => {
  const context = await browser.newContext();
  const first = await openLogs(context);
  await name(first, 'team-a');
  const second = await openLogs(context);
  await second.getByTestId('tenant').filter({ hasText: 'team-a' }).click();
  await name(second, 'team-b');
  const [request] = await Promise.all([
    first.waitForRequest((one) => one.url().includes('/api/explore/logs?')),
    first.keyboard.press('r'),
  ]);
  expect(request.headers()['x-scope-orgid']).toBe('team-a');
});
