// The story of a trace in a real browser on a real Clew: clicks from a line to the story and from a span to its lines, the
// two halves that follow one another, clocks put right, folding, the other shapes, comparison, files, and what broken
// senders send.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { type ShopClew, startShopClew, takeScreenshot } from './shop-clew.ts';
import {
  hostileTraces,
  largeTrace,
  lateTrace,
  linesWithoutTrace,
  silentTrace,
  wordyTrace,
  linkingTrace,
  longTrace,
  pictureTrace,
  sendTrace,
  spanIdOf,
  tracesBody,
} from './story-traces.ts';

let shop: ShopClew;
const longId = 'a1'.repeat(16);
const pictureId = 'a2'.repeat(16);
const largeId = 'a3'.repeat(16);
const wordyId = 'a6'.repeat(16);
const silentId = 'a7'.repeat(16);
const linkingId = 'a4'.repeat(16);

beforeAll(async () => {
  shop = await startShopClew();
  const otlp = shop.clew.url(4318);
  const startMs = shop.toMs - 600_000;
  await sendTrace(otlp, longTrace(longId, startMs));
  await sendTrace(otlp, pictureTrace(pictureId, startMs));
  await sendTrace(otlp, largeTrace(largeId, startMs));
  await sendTrace(otlp, wordyTrace(wordyId, startMs));
  await sendTrace(otlp, silentTrace(silentId, startMs));
  await sendTrace(otlp, linesWithoutTrace(startMs, 18));
  await sendTrace(otlp, linkingTrace(linkingId, startMs + 5000, largeId));
  for (const trace of Object.values(hostileTraces(startMs))) await sendTrace(otlp, trace);
});

afterAll(async () => {
  await shop?.stop();
});

async function open(page: Page, traceId: string, search: Readonly<Record<string, string>> = {}) {
  const text = new URLSearchParams(search).toString();
  await page.goto(shop.clew.url(3000, `/trace/${traceId}${text === '' ? '' : `?${text}`}`));
  await page.getByTestId('waterfall').waitFor();
}

/** A trace that TraceQL finds in the shop's hour. */
async function findTrace(query: string): Promise<string> {
  const search = new URLSearchParams({
    q: query,
    start: String(shop.fromMs / 1000),
    end: String(shop.toMs / 1000),
    limit: '1',
  });
  const response = await fetch(shop.clew.url(3000, `/tempo/api/search?${search.toString()}`));
  const { traces } = (await response.json()) as { traces: { traceID: string }[] };
  return traces[0]!.traceID.padStart(32, '0');
}

const selectedRow = '[data-testid="span-row"][aria-selected="true"]';

describe('clicks', () => {
  test('from a line to its story one, from there to its lines none, from a span to its lines one', async () => {
    await shop.withPage(async (page) => {
      const query = '{service_name="payment"} |= "declined"';
      await page.goto(shop.href('/logs', { query }));
      const row = page.getByTestId('log-row').first();
      const line = await row.getAttribute('data-line-id');
      await row.getByTestId('trace-link').click();

      await page.locator(`[data-line-id="${line}"][aria-selected="true"]`).waitFor();
      expect(await page.locator(selectedRow).textContent()).toContain('payment POST /pay');
      // The lines of the trace are there, those of the span are marked, the others stand back.
      expect(await page.getByTestId('span-logs').count()).toBeGreaterThanOrEqual(2);
      expect(await page.locator('.trace-log-row[data-dim]').count()).toBeGreaterThanOrEqual(1);
      expect(await page.getByTestId('error-origin').textContent()).toContain(
        'came from payment POST /pay: card declined by issuer',
      );
      await page.getByTestId('stack').filter({ hasText: 'charge.ts' }).waitFor();
      await takeScreenshot(page, 'story-1440-dark');

      await page.getByTestId('show-span-logs').click();
      await expect.poll(() => page.getByTestId('trace-log-row').count()).toBe(0);
      expect(await page.getByTestId('span-logs').count()).toBeGreaterThanOrEqual(2);
      // Filtering lines makes the spans without any stand back.
      await page
        .locator('[data-testid="span-row"][data-dim]')
        .first()
        .waitFor({ state: 'attached' });
    });
  });

  test('a caller’s failure leads to where it came from', async () => {
    await shop.withPage(async (page) => {
      await open(page, await findTrace('{ name = "POST /pay" && status = error }'));
      // Opened without a line: the origin of the first error.
      await expect.poll(() => page.locator(selectedRow).textContent()).toContain('POST /pay');
      await page.getByTestId('span-row').filter({ hasText: 'checkout POST /orders' }).click();
      await page.getByTestId('came-from').click();
      await expect.poll(() => page.locator(selectedRow).textContent()).toContain('POST /pay');
      await page.getByTestId('span-kind').filter({ hasText: 'of its kind' }).waitFor();
      await page.getByTestId('span-metrics').filter({ hasText: 'metrics 3' }).waitFor();
    });
  });
});

test('a line behind those that come at first is found, and spans count all of their lines', async () => {
  await shop.withPage(async (page) => {
    await open(page, wordyId, { span: spanIdOf('talk') });
    await page.getByText('1,000 of 1,600 lines').waitFor();
    const reply = page.getByTestId('span-row').filter({ hasText: 'reply' });
    expect(await reply.getAttribute('aria-label')).toContain('800 log lines');

    await page.goto(shop.href('/logs', { query: '{service_name="wordy"} |= "word 1555."' }));
    await page.getByTestId('trace-link').first().click();
    await page
      .locator('.trace-log-row[aria-selected="true"]')
      .filter({ hasText: 'word 1555.' })
      .waitFor();
    await expect.poll(() => page.getByTestId('lines-span').textContent()).toBe('this span 800');
  });
});

test('no lines: why, from evidence, and what there is instead, with its number', async () => {
  await shop.withPage(async (page) => {
    await open(page, silentId);
    const reasons = page.getByTestId('reasons');
    await reasons.filter({ hasText: 'forgetful sent 18 log records' }).waitFor();
    await reasons.filter({ hasText: 'mute has never sent a log record' }).waitFor();
    const door = page.getByRole('link', {
      name: 'Lines of forgetful at this time, without trace ID: 18',
    });
    await door.click();
    await page.getByTestId('log-row').filter({ hasText: 'thought 17' }).waitFor();
    expect(await page.getByTestId('log-row').count()).toBe(18);
  });
});

test('colored by kind, the kinds are named', async () => {
  await shop.withPage(async (page) => {
    await open(page, pictureId, { color: 'kind' });
    const legend = page.getByRole('list', { name: 'Colors of the kinds' });
    await legend.filter({ hasText: 'client 7' }).filter({ hasText: 'server 2' }).waitFor();
  });
});

describe('the two halves', () => {
  const top = (page: Page, id: string): Promise<number> =>
    page.getByTestId(id).evaluate((element) => element.scrollTop);

  test('whoever scrolls leads, and the instant is drawn in both', async () => {
    await shop.withPage(async (page) => {
      await open(page, longId, { span: spanIdOf('s0') });
      const logs = page.getByTestId('trace-logs');
      await logs.hover();
      await page.mouse.wheel(0, 3000);
      await expect.poll(() => top(page, 'waterfall')).toBeGreaterThan(1000);
      await page.getByTestId('waterfall-instant').waitFor();

      await page.getByTestId('waterfall').evaluate((element) => element.scrollTo(0, 0));
      await expect.poll(() => top(page, 'trace-logs')).toBeLessThan(50);

      // The pointer over the end of the bars brings the last lines.
      const box = (await page.getByTestId('waterfall').boundingBox())!;
      await page.mouse.move(box.x + box.width - 100, box.y + 60);
      await expect.poll(() => top(page, 'trace-logs')).toBeGreaterThan(3000);
      await page.locator('.trace-logs-instant:not([hidden])').waitFor();
      // On to the lines it finds them as they were.
      const lines = (await logs.boundingBox())!;
      await page.mouse.move(lines.x + 100, lines.y + 60);
      await expect.poll(() => top(page, 'trace-logs')).toBeLessThan(50);
    });
  });

  test('a line is read whole, by clicks and by keys', async () => {
    await shop.withPage(async (page) => {
      await open(page, pictureId);
      const list = page.getByTestId('trace-logs');
      const detail = page.getByTestId('line-detail');
      const selected = page.locator('.trace-log-row[aria-selected="true"]');
      await page.locator('.trace-log-row').filter({ hasText: 'charging card' }).click();
      await detail.filter({ hasText: 'charging card' }).waitFor();
      await page.keyboard.press('j');
      await selected.filter({ hasText: 'issuer is slow' }).waitFor();
      // A stack trace of several lines is there as it was sent, and every field is one click from its lines.
      await page.keyboard.press('End');
      await selected.filter({ hasText: 'card declined' }).waitFor();
      await detail.getByTestId('stack-trace').filter({ hasText: 'at charge' }).waitFor();
      await page.keyboard.press('Escape');
      await detail.waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe(`/trace/${pictureId}`);
      await list.focus();
      await page.keyboard.press('Home');
      await detail.getByRole('button', { name: 'Only lines with detected_level=info' }).click();
      await page.waitForURL('**/logs?**');
      await page.getByTestId('log-row').filter({ hasText: 'charging card' }).first().waitFor();
    });
  });

  test('what arrives late moves neither half, and not the selection', async () => {
    await shop.withPage(async (page) => {
      const otlp = shop.clew.url(4318);
      const { first, later } = lateTrace('a5'.repeat(16), Date.now() - 2000);
      await sendTrace(otlp, first);
      await open(page, first.traceId);
      await page.getByTestId('waterfall').hover();
      await page.mouse.wheel(0, 1200);
      /** What is at the upper edge of a list, and how far below it. */
      const atTop = (list: string, row: string): Promise<string> =>
        page.getByTestId(list).evaluate((view, rows) => {
          const top = view.getBoundingClientRect().top;
          const places = [...view.querySelectorAll(rows)].map((one) => ({
            text: one.textContent,
            y: Math.round(one.getBoundingClientRect().top - top),
          }));
          const [one] = places.filter(({ y }) => y >= 0).sort((a, b) => a.y - b.y);
          return `${one?.text ?? ''} at ${one?.y ?? 0}`;
        }, row);
      const seen = async (): Promise<string[]> => [
        await atTop('waterfall', '[data-testid="span-row"]'),
        await atTop('trace-logs', '.trace-log-row'),
        (await page.locator(selectedRow).textContent()) ?? '',
      ];
      await expect.poll(async () => (await seen())[0]).toBe('one steady 49 at 0');
      const before = await seen();
      await sendTrace(otlp, later);
      await page.getByTestId('trace-counts').filter({ hasText: '132 spans' }).waitFor();
      await expect.poll(seen).toEqual(before);
    });
  });

  test('find marks spans and keeps lines, Enter goes to the next', async () => {
    await shop.withPage(async (page) => {
      await open(page, longId);
      await page.keyboard.press('/');
      await page.keyboard.type('step 299');
      await page.getByTestId('found').filter({ hasText: '1 span · 1 line' }).waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator(selectedRow).textContent()).toContain('step 299');
      expect(new URL(page.url()).searchParams.get('find')).toBe('step 299');
      // Enter does not wait until the address has followed.
      await page.keyboard.press('/');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('step 288');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator(selectedRow).textContent()).toContain('step 288');
    });
  });

  test('below 1,100 px the lines are below', async () => {
    await shop.withPage(
      async (page) => {
        await open(page, await findTrace('{ name = "POST /pay" && status = error }'));
        await page.getByTestId('span-kind').waitFor();
        const spans = (await page.getByTestId('waterfall').boundingBox())!;
        const lines = (await page.getByTestId('trace-logs').boundingBox())!;
        expect(lines.y).toBeGreaterThan(spans.y + spans.height - 1);
        await takeScreenshot(page, 'story-1024-light');
      },
      { width: 1024, scheme: 'light' },
    );
  });
});

test('of a large trace the selected span is fetched, with links from other traces', async () => {
  await shop.withPage(async (page) => {
    await open(page, largeId, { span: spanIdOf('row7') });
    await page
      .getByTestId('trace-counts')
      .filter({ hasText: '2,501 spans in 1 service' })
      .waitFor();
    const detail = page.getByTestId('span-detail');
    await detail.filter({ hasText: 'app.row' }).waitFor();
    await page.getByTestId('span-links').getByText('mailer process imports').click();
    await page.waitForURL(`**/trace/${linkingId}?span=${spanIdOf('receive')}`);
    await page.getByTestId('span-links').filter({ hasText: 'to span' }).waitFor();
  });
});

test('a clock that is 3 s ahead is put right, shown, and can be switched back', async () => {
  await shop.withPage(async (page) => {
    await open(page, await findTrace('{ name = "process orders" }'));
    const skew = page.getByTestId('skew');
    await skew.filter({ hasText: '+3.0 s on node-3, corrected' }).waitFor();
    const shipping = page.getByTestId('span-row').filter({ hasText: 'process orders' });
    const startOf = async (): Promise<number> => {
      const words = (await shipping.getAttribute('aria-label')) ?? '';
      return Number(/from ([\d,.]+) ms/.exec(words)?.[1]?.replace(',', ''));
    };
    expect(await startOf()).toBeLessThan(2000);
    const lineTimes = (): Promise<string[]> =>
      page.locator('.trace-log-row .log-time').allTextContents();
    const corrected = await lineTimes();
    expect(corrected.toSorted()).toEqual(corrected);
    await skew.click();
    await page.getByRole('menuitem', { name: 'Show the times as they were sent' }).click();
    await skew.filter({ hasText: 'as sent' }).waitFor();
    await expect.poll(startOf).toBeGreaterThan(3000);
    expect(await lineTimes()).not.toEqual(corrected);
    expect(new URL(page.url()).searchParams.get('clocks')).toBe('raw');
  });
});

test('the stretch that is shown is in the address', async () => {
  await shop.withPage(async (page) => {
    await open(page, pictureId, { span: spanIdOf('pay') });
    await page.keyboard.press('z');
    await page.waitForURL('**zoom=52_388**');
    await page.reload();
    await page.getByRole('button', { name: '336 ms of it · show all (Z)' }).click();
    await page.waitForURL((url) => !url.searchParams.has('zoom'));
  });
});

test('look-alikes are one row that opens', async () => {
  await shop.withPage(async (page) => {
    await open(page, pictureId);
    const group = page.getByTestId('alike-row');
    await group.filter({ hasText: '× 6 SELECT item' }).waitFor();
    expect(await page.getByTestId('span-row').filter({ hasText: 'SELECT item' }).count()).toBe(0);
    await group.click();
    await expect
      .poll(() => page.getByTestId('span-row').filter({ hasText: 'SELECT item' }).count())
      .toBe(6);
  });
});

test('flame graph, table and comparison', async () => {
  await shop.withPage(async (page) => {
    const traceId = await findTrace('{ name = "POST /pay" && status = error }');
    await open(page, traceId);
    await page.getByRole('button', { name: 'Flame graph' }).click();
    await page
      .getByTestId('flame')
      .getByRole('button', { name: /^payment · POST \/pay/ })
      .waitFor();
    await takeScreenshot(page, 'story-flame-1440-dark');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByTestId('trace-table').filter({ hasText: 'SELECT stock' }).waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('table');

    await page.getByRole('link', { name: 'Compare' }).click();
    const alike = page.getByTestId('alike-trace').first();
    const took = await alike.locator('b').innerText();
    await alike.click();
    await page.getByTestId('compare-words').filter({ hasText: 'payment POST /pay' }).waitFor();
    await page.getByRole('region', { name: 'Trace B' }).getByText(took, { exact: true }).waitFor();
    await page.goBack();
    await alike.waitFor();
    await page.goForward();
    await page.getByTestId('trace-diff').filter({ hasText: 'only in B' }).waitFor();
    expect(new URL(page.url()).searchParams.get('a')).toBe(traceId);
    await takeScreenshot(page, 'compare-1440-dark');
  });
});

describe('files', () => {
  test('an export is shown from the file, unstored, and stored by the receivers, the same', async () => {
    const traceId = await findTrace('{ name = "process orders" }');
    const exported = await fetch(shop.clew.url(3000, `/api/explore/trace/${traceId}/otlp`));
    const otherId = 'ef'.repeat(16);
    const text = (await exported.text()).replaceAll(traceId, otherId);
    await shop.withPage(async (page) => {
      await open(page, pictureId);
      await page.locator('input[type="file"]').setInputFiles({
        name: 'checkout.json',
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      });
      await page.getByText('nothing of it is stored').waitFor();
      await page.getByTestId('trace-counts').filter({ hasText: '7 services' }).waitFor();
      await page.getByTestId('trace-logs').filter({ hasText: 'parcel packed' }).waitFor();
      const stored = await fetch(shop.clew.url(3000, `/api/explore/trace/${otherId}`));
      expect(((await stored.json()) as { counts: { spans: number } }).counts.spans).toBe(0);
    });
    for (const signal of ['traces', 'logs']) {
      const sent = await fetch(shop.clew.url(4318, `/v1/${signal}`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      });
      expect([sent.status, await sent.text()]).toEqual([200, '{}']);
    }
    const again = await fetch(shop.clew.url(3000, `/api/explore/trace/${otherId}/otlp`));
    expect(JSON.parse(await again.text())).toEqual(JSON.parse(text));
  });

  test('a file without lines says so, and what only stored traces can do is closed', async () => {
    const spans = tracesBody({
      traceId: 'fa'.repeat(16),
      startMs: shop.toMs,
      spans: [{ id: 'alone', startMs: 0, endMs: 10 }],
    });
    await shop.withPage(async (page) => {
      await open(page, pictureId);
      await page.locator('input[type="file"]').setInputFiles({
        name: 'spans.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(spans)),
      });
      await page.getByText('The file holds no log line of this trace').waitFor();
      expect(await page.getByRole('button', { name: 'Compare' }).isDisabled()).toBe(true);
    });
  });

  test('a file that is none says what was expected', async () => {
    await shop.withPage(async (page) => {
      await open(page, pictureId);
      await page.locator('input[type="file"]').setInputFiles({
        name: 'notes.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('hello'),
      });
      await page
        .getByTestId('trace-file-said')
        .filter({ hasText: 'notes.txt: malformed JSON' })
        .waitFor();
    });
  });
});

describe('what broken senders send', () => {
  /** Words of the rows, as a screen reader has them. */
  async function check(name: string, expected: readonly string[]): Promise<void> {
    const { traceId } = hostileTraces(0)[name]!;
    await shop.withPage(async (page) => {
      await open(page, traceId);
      const rows = page.getByRole('treeitem');
      await rows.first().waitFor({ state: 'attached' });
      expect(
        await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label'))),
      ).toEqual(expected);
      await page.getByTestId('span-detail').waitFor();
      await page.getByRole('button', { name: 'Flame graph' }).click();
      await page.getByTestId('flame').waitFor();
    });
  }
  test('parents in a circle', () =>
    check('cycle', [
      'one c, 1 ms, from 3 ms, its parents are in a circle',
      'one a, 10 ms, from 0 ms, its parents are in a circle',
      'one b, 6 ms, from 2 ms',
    ]));
  test('client and server with one span ID, and a name that is empty: each can be chosen', async () => {
    await check('shared', [
      'shop GET /pay, 10 ms, from 0 ms',
      'pay (no name), 8 ms, from 1 ms',
      'pay SELECT, 3 ms, from 2 ms',
    ]);
    await shop.withPage(async (page) => {
      await open(page, hostileTraces(0)['shared']!.traceId, { span: spanIdOf('a') });
      for (const name of ['(no name)', 'SELECT']) {
        await page.keyboard.press('j');
        await page.locator(selectedRow).filter({ hasText: name }).waitFor({ state: 'attached' });
      }
    });
  });
  test('no root', () =>
    check('rootless', [
      'parent not received (cart?), 2 spans below',
      'cart a, 10 ms, from 0 ms',
      'cart b, 15 ms, from 5 ms',
    ]));
  test('an end before its start', () =>
    check('negative', ['one a, 10 ms, from 0 ms', 'one b, -5 ms, from 8 ms']));
  test('no time at all', () =>
    check('instant', ['one a, 0 ms, from 0 ms', 'one b, 0 ms, from 0 ms']));
  test('three days', () =>
    check('days', ['one batch of three days, 3 d, from 0 ms', 'one a moment, 1 ms, from 24 h']));
  test('10,000 attributes, a long one, and a name that would be HTML', async () => {
    await check('wide', ['one <img src=x onerror=alert(1)>, 10 ms, from 0 ms']);
    await shop.withPage(async (page) => {
      await open(page, hostileTraces(0)['wide']!.traceId);
      await page
        .getByTestId('span-detail')
        .filter({ hasText: '200 of 10,001 are shown' })
        .waitFor();
      await page.getByLabel('Find an attribute by name or value').fill('key.9999');
      await page.getByTestId('span-detail').filter({ hasText: 'v9999' }).waitFor();
    });
  });
});
