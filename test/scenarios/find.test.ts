// What the omnibox is told of a pasted text: IDs in every spelling, log lines, services, and texts that are an attack on it.

import { describe, expect, test } from 'vitest';
import type { ExploreFind, FindResult, FoundLines } from '../../src/api/explore/contract/find.ts';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';

const running = runShop();

async function find(text: string): Promise<ExploreFind> {
  const answer = await running.ask({ port: 'ui', path: path('/api/explore/find', { text }) });
  return answer.json<ExploreFind>();
}

async function post(text: string, status = 200): Promise<ExploreFind> {
  const answer = await running.ask(
    {
      port: 'ui',
      method: 'POST',
      path: '/api/explore/find',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ text }).toString(),
    },
    { status },
  );
  return answer.json<ExploreFind>();
}

function kinds(found: ExploreFind): FindResult['kind'][] {
  return found.results.map(({ kind }) => kind);
}

describe('IDs', () => {
  test('a trace in every spelling is the same trace, with what is known of it', async () => {
    const known = running.shop.traces[4]!;
    const { traceId, spanIds } = known;
    const spellings = [
      traceId,
      traceId.toUpperCase(),
      traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      `00-${traceId}-${spanIds[1]}-01`,
      `declined trace_id=${traceId} status=500`,
      `http://grafana/trace/${traceId}?x=1`,
    ];
    for (const text of spellings) {
      const [first] = (await find(text)).results;
      expect(first, text).toMatchObject({
        kind: 'trace',
        traceId,
        found: { rootService: 'checkout', spans: expect.any(Number) as number },
        reason: '',
      });
      if (first?.kind === 'trace') expect(first.found?.spans).toBeGreaterThanOrEqual(5);
    }
  });

  test('a 64-bit ID and a span ID say what they are', async () => {
    const [short] = (await find(running.shop.shortTraceId)).results;
    expect(short).toMatchObject({ kind: 'trace', said: 'trace ID, 64-bit' });
    const known = running.shop.traces[2]!;
    const [span] = (await find(known.spanIds[3])).results;
    expect(span).toMatchObject({
      kind: 'trace',
      said: 'span ID',
      traceId: known.traceId,
      spanId: known.spanIds[3],
    });
  });

  test('one that nobody sent says so, with the time that is kept', async () => {
    const [unknown] = (await find('0123456789abcdef0123456789abcdef')).results;
    expect(unknown).toMatchObject({ kind: 'trace', found: null });
    if (unknown?.kind === 'trace')
      expect(unknown.reason).toMatch(
        /^No span or log line with this ID has been received \(kept since \d{4}-/,
      );
  });
});

describe('lines and services', () => {
  test('a line is found by its text, whatever a viewer put before it', async () => {
    const { startMs, endMs } = running.shop;
    const answer = await running.ask({
      port: 'ui',
      path: path('/api/explore/logs', {
        query: '{service_name="mailer"}',
        start: String(BigInt(startMs) * 1_000_000n),
        end: String(BigInt(endMs) * 1_000_000n),
        limit: 100,
      }),
    });
    const line = answer
      .json<{ lines: FoundLines['lines'] }>()
      // One that names a trace leads to the trace instead.
      .lines.find(({ body }) => !/[0-9a-f]{16}/.test(body))!;
    const time = new Date(Number(BigInt(line.timeNs) / 1_000_000n)).toISOString();
    for (const text of [
      line.body,
      `${time} I mailer ${line.body}`,
      `${time.slice(11, 23)}\tI\tmailer\t${line.body}`,
    ]) {
      const found = (await find(text)).results.find(({ kind }) => kind === 'lines');
      expect(found, text).toMatchObject({ kind: 'lines' });
      if (found?.kind === 'lines' && text !== line.body) {
        expect(found.lines[0]?.id).toBe(line.id);
        expect(found.byTime).toBe(true);
      }
    }
  });

  test('a line that nobody logged says what was looked at', async () => {
    const found = await find('the moon fell into the sea at noon');
    expect(kinds(found)).toEqual(['lines']);
    expect(found.results[0]).toMatchObject({ lines: [] });
    if (found.results[0]?.kind === 'lines')
      expect(found.results[0].reason).toMatch(/^No log line since/);
  });

  test('services by a part of their names, whatever signs it has', async () => {
    expect((await find('CAR')).results[0]).toEqual({ kind: 'services', services: ['cart'] });
    expect((await find('.*')).results).toEqual([]);
    expect((await find('(((')).results).toEqual([]);
  });

  test('an attribute with what has it, and the reason when nothing has', async () => {
    const [known] = (await find('service.name = "cart"')).results;
    expect(known).toMatchObject({
      kind: 'attribute',
      key: 'service.name',
      value: 'cart',
      traces: { query: '{ resource.service.name = "cart" }' },
    });
    const [unknown] = (await find('nobody.says=this')).results;
    expect(unknown).toMatchObject({
      kind: 'attribute',
      logs: { count: 0, reason: 'no line of this time has nobody_says="this"' },
      traces: { count: 0, reason: 'no span of this time has nobody_says="this"' },
    });
  });
});

describe('hostile texts', () => {
  test('a megabyte is looked at as far as the limit, and that is said', async () => {
    for (const text of [
      'x'.repeat(1_000_000),
      'a1-'.repeat(330_000),
      '"'.repeat(500_000),
      '\n'.repeat(500_000),
    ]) {
      const found = await post(text);
      expect(found.truncated).toBe(true);
    }
    const known = running.shop.traces[0]!;
    const late = await post(`${'x'.repeat(1_000_000)} ${known.traceId}`);
    expect(kinds(late)).not.toContain('trace');
  });

  test('more than a form may have is refused, and markup, zeroes and quotes are only text', async () => {
    await post('x'.repeat(3_000_000), 422);
    for (const text of [
      '<script>alert(1)</script> is a line',
      "'; DROP TABLE logs; -- is a line",
      '\u0000\u0000\u0000 zeroes \uD800 half',
      '0'.repeat(32),
      '',
    ]) {
      const found = await post(text);
      expect(found.truncated).toBe(false);
      for (const one of found.results) if (one.kind === 'lines') expect(one.lines).toEqual([]);
    }
  });

  test('a zone that is none is refused with a sentence', async () => {
    await running.ask(
      { port: 'ui', path: path('/api/explore/find', { text: 'x', offsetMinutes: '1e9' }) },
      { status: 400 },
    );
  });
});
