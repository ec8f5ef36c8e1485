// `clew demo` for real: its packages are installed, its processes run, every kind of telemetry arrives, the incidents leave their
// traces, and the tours lead from the spike to the line and on with as few clicks as promised. Nothing of it stays behind.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DemoIncident,
  type DemoIncidentId,
  demoIncidentIds,
  type DemoStatus,
} from '../../../src/api/explore/contract/demo.ts';
import { processTree } from '../../bench/built-clew.ts';
import { type ClewProcess, eventually, removeFolder, root, startClew } from '../../clew-process.ts';
import { takeScreenshot } from './shop-clew.ts';

const services = [
  'catalog',
  'checkout',
  'inventory',
  'mailer',
  'payment',
  'shipping',
  'storefront',
];
const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
/** The first start fetches 135 packages from the registry. */
const installTimeoutMs = 240_000;

let clew: ClewProcess;
let browser: Browser;

async function readJson<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(
    clew.url(3000, `${path}?${new URLSearchParams(parameters).toString()}`),
  );
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as T;
}

const readStatus = (): Promise<DemoStatus> => readJson<DemoStatus>('/api/demo');

async function order(path: string): Promise<DemoStatus> {
  const answer = await fetch(clew.url(3000, `/api/demo/${path}`), { method: 'POST' });
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as DemoStatus;
}

async function untilOpen(): Promise<void> {
  await eventually(
    'the demo shop is open',
    async () => {
      const { phase, message } = await readStatus();
      if (phase === 'failed') throw new Error(message);
      return phase === 'running';
    },
    installTimeoutMs,
  );
}

async function readIncident(id: DemoIncidentId): Promise<DemoIncident> {
  const { incidents } = await readStatus();
  return incidents.find((incident) => incident.id === id)!;
}

/** Log lines that the query finds in the last minutes. */
async function countLines(query: string): Promise<number> {
  const { data } = await readJson<{ data: { result: { value: [number, string] }[] } }>(
    '/loki/api/v1/query',
    { query: `sum(count_over_time(${query} [10m]))` },
  );
  return Number(data.result[0]?.value[1] ?? 0);
}

async function findTraces(query: string): Promise<string[]> {
  const nowS = Math.floor(Date.now() / 1000);
  const { traces = [] } = await readJson<{ traces?: { traceID: string }[] }>('/tempo/api/search', {
    q: query,
    start: String(nowS - 600),
    end: String(nowS + 60),
    limit: '5',
  });
  return traces.map(({ traceID }) => traceID);
}

async function countSeries(selector: string): Promise<number> {
  const { data } = await readJson<{ data: { result: { value: [number, string] }[] } }>(
    '/prometheus/api/v1/query',
    { query: `count(${selector})` },
  );
  return Number(data.result[0]?.value[1] ?? 0);
}

function demoProcesses(): number[] {
  return processTree(clew.child.pid ?? 0).filter((pid) => {
    try {
      return /(?:services|backstage)\//.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    } catch {
      return false;
    }
  });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const untilGone = (pids: readonly number[]): Promise<boolean> =>
  eventually(
    'the processes of the demo have ended',
    () => Promise.resolve(!pids.some(isAlive)),
    5000,
  );

beforeAll(async () => {
  clew = await startClew({ subcommand: 'demo' });
  await untilOpen();
  for (const id of demoIncidentIds) await order(`incidents/${id}`);
  browser = await chromium.launch({
    executablePath: process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

afterAll(async () => {
  await browser?.close();
  if (clew === undefined) return;
  if (clew.child.exitCode === null) await clew.stop();
  removeFolder(clew.data);
});

describe('telemetry', () => {
  test('spans of seven services, over HTTP, the database and the queue', async () => {
    for (const service of services)
      await eventually(`spans of ${service}`, async () => {
        const found = await findTraces(`{resource.service.name="${service}" && kind=server}`);
        // Shipping takes its work from the queue.
        return found.length > 0 || service === 'shipping';
      });
    await eventually(
      'a checkout goes through four services',
      async () =>
        (
          await findTraces(
            '{resource.service.name="storefront" && name="POST /checkout"} >> {resource.service.name="checkout"} >> {resource.service.name="inventory"}',
          )
        ).length > 0,
    );
    const queries = await findTraces('{span.db.system.name="postgresql" && kind=client}');
    expect(queries.length).toBeGreaterThan(0);
  });

  test('what is taken from the queue is linked to what put it there', async () => {
    const [id = ''] = await eventually('a message was processed', async () => {
      const found = await findTraces('{name="process orders" && kind=consumer}');
      return found.length > 0 && found;
    });
    const trace = await readJson<{
      spans: { name: string; links: { traceId: string; source: string }[] }[];
    }>(`/api/explore/trace/${id}`);
    const consumer = trace.spans.find(({ name }) => name === 'process orders');
    const links = (consumer?.links ?? []).filter(({ source }) => source === 'spanLink');
    expect(links.length).toBeGreaterThan(0);
    const publisher = await readJson<{ spans: { name: string }[] }>(
      `/api/explore/trace/${links[0]?.traceId ?? ''}`,
    );
    expect(publisher.spans.map(({ name }) => name)).toContain('send orders');
  });

  for (const [logger, query] of [
    [
      'winston',
      '{service_name="checkout"} | trace_id!="" | scope_name="@opentelemetry/winston-transport"',
    ],
    [
      'pino',
      '{service_name="payment"} | trace_id!="" | scope_name="@opentelemetry/instrumentation-pino"',
    ],
    ['console', '{service_name="inventory"} | trace_id!="" | scope_name="console"'],
    ['standard output', '{service_name="mailer"} |= `confirmation sent` |= `trace_id=`'],
  ] as const) {
    test(`lines of ${logger}`, async () => {
      await eventually(logger, async () => (await countLines(query)) > 0);
    });
  }

  test('metrics of the shop and of HTTP', async () => {
    for (const name of ['shop_orders_total', 'http_server_request_duration_seconds_bucket'])
      await eventually(name, async () => (await countSeries(name)) > 0);
  });
});

describe('incidents', () => {
  test('a deploy that fails: errors of the new version alone', async () => {
    const failed = '{service_name="payment"} |= `charge failed`';
    await eventually('charges fail', async () => (await countLines(failed)) > 0);
    expect(await countLines(`${failed} | service_version!="1.5.0"`)).toBe(0);
  });

  test('a slow dependency', async () => {
    await eventually('checkouts are slow', async () => {
      const slow = await findTraces(
        '{name="confirm with warehouse" && duration>800ms && span.warehouse.id="east"}',
      );
      return slow.length > 0;
    });
    expect(
      await findTraces(
        '{name="confirm with warehouse" && duration>800ms && span.warehouse.id!="east"}',
      ),
    ).toEqual([]);
  });

  test('a clock that is three seconds ahead, on a host of its own', async () => {
    const [id = ''] = await eventually('a reservation on node-3', async () => {
      const found = await findTraces(
        '{resource.host.name="node-3" && name="POST /reservations"} && {name="POST /checkout"}',
      );
      return found.length > 0 && found;
    });
    const { spans } = await readJson<{ spans: { name: string; startNs: string }[] }>(
      `/api/explore/trace/${id}`,
    );
    const startOf = (wanted: string): number =>
      Number(spans.find(({ name }) => name === wanted)?.startNs) / 1e6;
    const aheadMs = startOf('POST /reservations') - startOf('POST /checkout');
    expect(aheadMs).toBeGreaterThan(2900);
  });

  test('a service that forgot the trace ID', async () => {
    const lines = '{service_name="catalog"} |= `product` | service_version="3.2.0"';
    await eventually('lines of catalog 3.2.0', async () => (await countLines(lines)) > 0);
    expect(await countLines(`${lines} | trace_id!=""`)).toBe(0);
  });

  test('a label that explodes', async () => {
    await eventually(
      'series of page views',
      async () => (await countSeries('shop_page_views_total{session_id!=""}')) > 20,
    );
  });
});

/** Runs in a page of its own and counts what a person does with the pointer. */
async function withClicks(
  run: (
    page: Page,
    click: (target: Locator) => Promise<void>,
    clicks: () => number,
  ) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  let count = 0;
  try {
    await run(
      page,
      async (target) => {
        count++;
        await target.click();
      },
      () => count,
    );
  } catch (error) {
    await takeScreenshot(page, 'demo-failure');
    throw error;
  } finally {
    await context.close();
  }
  expect(errors).toEqual([]);
}

/** The overview of the time of an incident. */
async function overviewOf(id: DemoIncidentId): Promise<string> {
  const { startedMs } = await readIncident(id);
  return clew.url(3000, `/overview?from=${Math.round(startedMs ?? 0) - 30_000}&to=now`);
}

async function drawBox(page: Page, chart: Locator): Promise<void> {
  const area = (await chart.boundingBox())!;
  const y = area.y + area.height * 0.6;
  await page.mouse.move(area.x + area.width * 0.4, y);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.7, y, { steps: 4 });
  await page.mouse.move(area.x + area.width * 0.95, y);
  await page.mouse.up();
}

describe('the way from the spike', () => {
  test('to the line: two clicks at most; to its trace: one; to its logs: none; from a span to its logs: one', async () => {
    const href = await overviewOf('bad-deploy');
    await withClicks(async (page, click, clicks) => {
      await page.goto(href);
      await drawBox(page, page.getByTestId('errors-chart').locator('canvas').first());
      const line = page.getByTestId('behind-line').filter({ hasText: 'charge failed' }).first();
      await line.waitFor();
      // The box is one, and nothing else was needed.
      expect(1 + clicks()).toBeLessThanOrEqual(2);

      await click(line);
      await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
      expect(clicks()).toBe(1);
      const own = page.getByTestId('span-logs').filter({ hasText: 'charge failed' }).first();
      await own.waitFor();
      expect(clicks()).toBe(1);
      await takeScreenshot(page, 'demo-story');

      await click(page.getByTestId('span-row').filter({ hasText: 'place order' }).first());
      await page.getByTestId('span-logs').filter({ hasText: 'reserving stock' }).first().waitFor();
      expect(clicks()).toBe(2);
    });
  });
});

const titles: Readonly<Record<DemoIncidentId, string>> = {
  'bad-deploy': 'Find the cause of the failing checkouts',
  'slow-dependency': 'Find the cause of the slow checkouts',
  'wrong-clock': 'Read a trace although a clock is wrong',
  'lost-trace-ids': 'Find out why a service has no logs in its traces',
  'label-explosion': 'Find the label that makes metrics expensive',
};

/** What each step says is to be seen, as it stands on the page. */
const clues: Readonly<Record<DemoIncidentId, readonly (string | RegExp)[]>> = {
  // Here all incidents come within seconds: where payment has sent hardly anything with its old version, the new one is
  // listed below `service` as one that says the same.
  'bad-deploy': ['1.5.0', /1\.5\.0|order\.has_coupon/, /discountOf/, /charge failed/],
  'slow-dependency': ['inventory', 'inventory', /confirm with warehouse/, /warehouse east took/],
  'wrong-clock': ['inventory', /node-3, corrected/, /node-3, as sent/],
  'lost-trace-ids': [/none with a trace ID/, /listed products/, /listed products/],
  'label-explosion': ['shop_page_views_total', 'session_id', '4.1.0', /storefront 4\.1\.0 started/],
};

describe('the tours', () => {
  for (const id of demoIncidentIds) {
    // The shop is alive: which orders come within these seconds is chance, and once they have come they stay.
    test(
      `${id}: every step can be shown, shows what it says, and is ticked then`,
      { retry: 2 },
      async () => {
        await withClicks(async (page, click) => {
          await page.goto(clew.url(3000, '/health'));
          await click(page.getByRole('button', { name: /^Tours/ }));
          const panel = page.getByTestId('tours');
          await click(panel.getByRole('button', { name: titles[id] }));
          const steps = panel.getByTestId('tour-step');
          await steps.first().waitFor();
          const count = await steps.count();
          expect(count).toBeGreaterThanOrEqual(3);
          expect(count).toBeLessThanOrEqual(5);
          for (let at = 0; at < count; at++) {
            await click(steps.nth(at).getByRole('link'));
            await expect
              .poll(() => steps.nth(at).getAttribute('data-state'), { timeout: 15_000 })
              .toBe('done');
            // A row of the waterfall may be outside of what is in view.
            const clue = page.locator('main').getByText(clues[id][at] ?? '');
            await clue.first().waitFor({ state: 'attached' });
          }
          await panel.getByText('Found.').waitFor();
          // For whoever looks at the picture.
          await page.waitForLoadState('networkidle');
          await takeScreenshot(page, `demo-tour-${id}`);
        });
      },
    );
  }
});

/** Only what the panel has: the pages have a test of their own. */
const runAxe = `axe.run('#tours', {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  resultTypes: ['violations'],
}).then(({ violations }) => violations.map(({ id, nodes }) => id + ' at ' + nodes[0].target))`;

describe('the panel', () => {
  for (const scheme of ['dark', 'light'] as const) {
    test(`can be read and used by everybody, ${scheme}`, async () => {
      await withClicks(async (page, click) => {
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(clew.url(3000, '/health'));
        await click(page.getByRole('button', { name: /^Tours/ }));
        const panel = page.getByTestId('tours');
        await click(panel.getByRole('button', { name: titles['bad-deploy'] }));
        await panel.getByTestId('tour-step').first().waitFor();
        await page.evaluate(axeSource);
        expect(await page.evaluate<readonly string[]>(runAxe)).toEqual([]);
      });
    });
  }
});

describe('the end', () => {
  test('its button stops every process, and the other one starts it again', async () => {
    const pids = demoProcesses();
    // Seven services, the database and the world outside; more while a version takes another's place.
    expect(pids.length).toBeGreaterThanOrEqual(9);
    await withClicks(async (page, click) => {
      await page.goto(clew.url(3000, '/health'));
      await click(page.getByRole('button', { name: /^Tours/ }));
      const panel = page.getByTestId('tours');
      await click(panel.getByRole('button', { name: 'Stop the demo shop' }));
      const start = panel.getByRole('button', { name: 'Start the demo shop' });
      await start.waitFor();
      await untilGone(pids);
      expect((await readStatus()).phase).toBe('off');
      // What happened can still be looked at.
      const past = panel.getByRole('button', { name: titles['bad-deploy'] });
      if ((await past.getAttribute('aria-expanded')) === 'false') await click(past);
      await panel.getByTestId('tour-step').first().waitFor();
      expect(await panel.getByRole('button', { name: /Let it happen/ }).count()).toBe(0);
      await click(start);
      await panel.getByRole('button', { name: 'Cancel' }).waitFor();
      await panel.getByText('Start the database and seven services').waitFor();
      await panel.getByRole('button', { name: 'Stop the demo shop' }).waitFor({ timeout: 60_000 });
    });
    expect(demoProcesses()).toHaveLength(9);
  });

  test('nothing is left when Clew is stopped', async () => {
    const pids = demoProcesses();
    expect(await clew.stop()).toBe(0);
    await untilGone(pids);
  });

  test('nothing is left when Clew is killed', async () => {
    clew = await startClew({ subcommand: 'demo', data: clew.data });
    await untilOpen();
    const pids = demoProcesses();
    expect(pids).toHaveLength(9);
    await clew.kill();
    await untilGone(pids);
  });
});
